"""The files that faxes are made of: documents by their kinds, and cover pages."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from dialform.compiler.faxcovers import why_no_cover
from dialform.compiler.media import LFS, Head, why_missing
from dialform.compiler.scope import Scope
from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import fax as rules
from dialform.schema.tenant import Tenant

_TEXT = "text"
_KINDS: dict[str, tuple[tuple[str, ...], tuple[bytes, ...]]] = {
    "PDF": ((".pdf",), (b"%PDF-",)),
    "PostScript": ((".ps", ".eps"), (b"%!",)),
    "PNG": ((".png",), (b"\x89PNG\r\n\x1a\n",)),
    "JPEG": ((".jpg", ".jpeg"), (b"\xff\xd8\xff",)),
    "TIFF": ((".tif", ".tiff"), (b"II*\0", b"MM\0*")),
    "DOCX": ((".docx",), (b"PK\x03\x04",)),
    _TEXT: ((".txt", ".text", ".log", ".csv", ".md", ".asc"), ()),
}
"""What can be sent: how names end, and first bytes. The same as when it is sent (`fax.documents.kinds`)."""

_OTHERS = frozenset(
    {
        ".doc", ".dot", ".docm", ".dotx", ".rtf", ".odt", ".ods", ".odp", ".pages", ".xls", ".xlsx", ".xlsm",
        ".ppt", ".pptx", ".htm", ".html", ".xml", ".svg", ".gif", ".bmp", ".webp", ".heic", ".mp3", ".wav",
        ".zip", ".gz", ".7z", ".rar", ".iso", ".exe", ".dll", ".bat", ".cmd", ".com", ".msi", ".scr", ".js",
        ".vbs", ".ps1", ".sh", ".py", ".jar", ".eml", ".msg", ".json", ".yaml", ".yml",
    }
)  # fmt: skip
"""Endings of what cannot be sent (`fax.documents.kinds.OTHERS`)."""

_HEAD = 4096
_UTF = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_NO_TEXT = frozenset(range(0x20)) - frozenset(b"\t\n\v\f\r\x1b\x08") | {0x7F}


def fax_files(tenant: Tenant) -> Iterator[tuple[str, Path]]:
    """Each file of faxes that a tenant names, and where."""
    for slug, document in tenant.fax.documents.items():
        yield document.file, ("fax", "documents", slug, "file")
    for number, account in tenant.fax.accounts.items():
        if account.cover is not None:
            yield account.cover, ("fax", "accounts", number, "cover")


def check_fax_files(scope: Scope, head: Head) -> Iterator[Flaw]:
    """All findings about documents and cover pages. `head` may raise OSError."""
    for file, path in fax_files(scope.tenant):
        cover = path[-1] == "cover"
        if (missing := why_missing(scope, file, path)) is not None:
            yield missing
        elif cover and (reason := why_no_cover(scope, file, head)):
            yield scope.flaw(rules.BadCover, *path, path=file, reason=reason)
        elif not cover and (reason := _why_no_document(file, head)):
            yield scope.flaw(rules.NotAFaxDocument, *path, path=file, reason=reason)


def _why_no_document(path: str, head: Head) -> str:
    try:
        start = head(path, _HEAD)
    except OSError as error:
        return error.strerror or "it cannot be read"
    if not start:
        return "it is empty"
    if start.startswith(LFS):
        return "it is a Git LFS pointer; run `git lfs pull`"
    found, ending = _kind_of(start), PurePosixPath(path).suffix.lower()
    said = next((kind for kind, (endings, _) in _KINDS.items() if ending in endings), "")
    if not found:
        return f"it is none of {', '.join(_KINDS)}"
    if said and found != said:
        return f"it is {found} by its content, and {said} by its name"
    if not said and found not in ("DOCX", _TEXT) and ending in _OTHERS:
        return f"it is {found} by its content, and '{ending}' does not say so"
    if not said and found == "DOCX":
        return "it is a ZIP archive, but no DOCX"
    if not said and found == _TEXT and ending:
        return f"'{ending}' may be more than plain text"
    return ""


def _kind_of(start: bytes) -> str:
    for kind, (_, magic) in _KINDS.items():
        if magic and start.startswith(magic):
            return kind
    return _TEXT if start.startswith(_UTF) or not _NO_TEXT & set(start) else ""
