"""What kind of document a file is: by its first bytes, and its name has to agree."""

from dialform.fax.documents.limits import DocumentError
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document. `endings` are those that its files have."""

    name: str
    words: str
    endings: tuple[str, ...]
    magic: tuple[bytes, ...] = ()


HEAD = 4096
"""How many bytes of a file are enough to know its kind."""

PDF = Kind("pdf", "a PDF", (".pdf",), (b"%PDF-",))
POSTSCRIPT = Kind("postscript", "PostScript", (".ps", ".eps"), (b"%!",))
PNG = Kind("png", "a PNG picture", (".png",), (b"\x89PNG\r\n\x1a\n",))
JPEG = Kind("jpeg", "a JPEG picture", (".jpg", ".jpeg"), (b"\xff\xd8\xff",))
TIFF = Kind("tiff", "a TIFF", (".tif", ".tiff"), (b"II*\0", b"MM\0*"))
DOCX = Kind("docx", "a Word document (DOCX)", (".docx",), (b"PK\x03\x04",))
TEXT = Kind("text", "text", (".txt", ".text", ".log", ".csv", ".md", ".asc"))

KINDS = (PDF, POSTSCRIPT, PNG, JPEG, TIFF, DOCX, TEXT)
PICTURES = (PNG, JPEG, TIFF)
_KNOWN = "PDF, PostScript, text, PNG, JPEG, TIFF or DOCX"
_ENDINGS = {ending: kind for kind in KINDS for ending in kind.endings}

OTHERS = frozenset(
    {
        ".doc", ".dot", ".docm", ".dotx", ".rtf", ".odt", ".ods", ".odp", ".pages", ".xls", ".xlsx", ".xlsm",
        ".ppt", ".pptx", ".htm", ".html", ".xml", ".svg", ".gif", ".bmp", ".webp", ".heic", ".mp3", ".wav",
        ".zip", ".gz", ".7z", ".rar", ".iso", ".exe", ".dll", ".bat", ".cmd", ".com", ".msi", ".scr", ".js",
        ".vbs", ".ps1", ".sh", ".py", ".jar", ".eml", ".msg", ".json", ".yaml", ".yml",
    }
)  # fmt: skip
"""Endings of what is no document that can be sent: such a name says something, and it is wrong."""

_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
"""What a text may begin with: UTF-8, UTF-16 (little and big endian)."""
_WITHIN_TEXT = frozenset(b"\t\n\v\f\r\x1b\x08")


def kind_of(head: bytes, name: str) -> Kind:
    """The kind of a file by its first bytes. Raises DocumentError: it is none, or not what its name says."""
    if not head:
        raise DocumentError(f"{name} is empty: there is nothing to send.")
    found = next((kind for kind in KINDS if kind.magic and head.startswith(kind.magic)), None)
    if found is None and _readable(head):
        found = TEXT
    ending = _ending(name)
    said = _ENDINGS.get(ending)
    if found is None:
        but = f", although its name says {said.words}" if said else ""
        raise DocumentError(f"{name} is no {_KNOWN}{but}: save it as PDF and send that.")
    if found is said:
        return found
    if said is not None:
        raise DocumentError(
            f"{name} is {found.words} by its content, not {said.words}: give it the right ending."
        )
    if found not in (DOCX, TEXT) and ending in OTHERS:
        raise DocumentError(
            f"{name} is {found.words} by its content, which its ending '{ending}' does not say: give it the "
            "right ending."
        )
    if found is DOCX:
        raise DocumentError(f"{name} is a ZIP archive, no {_KNOWN}: send the files that are in it.")
    if found is TEXT and ending:
        raise DocumentError(
            f"{name} may be more than plain text by its ending '{ending}': save it as PDF, or name it "
            ".txt to send what stands in it."
        )
    return found


def _ending(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return f".{ending.lower()}" if dot and stem else ""


def _readable(head: bytes) -> bool:
    """Whether these bytes are text in any of the usual codings."""
    return head.startswith(_MARKS) or not any(
        (byte < 0x20 and byte not in _WITHIN_TEXT) or byte == 0x7F for byte in head
    )
