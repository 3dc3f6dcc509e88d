"""LibreOffice: DOCX to PDF, in the sandbox."""

import io
import zipfile

from dialform.fax.documents.limits import DocumentError
from dialform.fax.documents.room import Room
from dialform.fax.sandbox import Bounds, landlock
from dialform.fax.sandbox.places import office

_PARTS = ("[Content_Types].xml", "word/document.xml")
_MOST_PARTS = 4000
_UNPACKED = 8
"""How many times the bytes that a document may have, its parts may have unpacked."""
_RATIO = 200
"""No part of a real document is packed tighter; XML of nothing but blanks is."""
_SMALL = 1 << 20
_THREADS = 64


def missing() -> bool:
    """Whether this machine has no LibreOffice."""
    return not office()


def to_pdf(room: Room, given: bytes) -> str:
    """A Word document as a PDF of the room. Raises DocumentError."""
    binary = office()
    if not binary:
        raise DocumentError(
            f"{room.name} needs LibreOffice, which this machine does not have: save it as PDF and send that."
        )
    if not landlock.version():
        raise DocumentError(
            f"{room.name} is a Word document, which is only opened on a kernel with Landlock (since Linux "
            "5.13): save it as PDF and send that."
        )
    check(room, given)
    bounds = Bounds(
        seconds=room.left(), memory=room.limits.office, size=4 * room.limits.result,
        whole=8 * room.limits.result, threads=_THREADS, insists=True,
    )  # fmt: skip
    asked = {"file": room.put("in.docx", given), "program": binary.rpartition("/")[0]}
    room.task("office", asked, limits=bounds)
    if not room.has("out.pdf"):
        raise DocumentError(f"{room.name} is broken: LibreOffice makes no PDF of it.")
    return "out.pdf"


def check(room: Room, given: bytes) -> None:
    """What the archive says of itself: no bomb, and a document."""
    try:
        with zipfile.ZipFile(io.BytesIO(given)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        raise DocumentError(f"{room.name} is broken: it is no whole ZIP archive.") from None
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise DocumentError(f"{room.name} is protected by a password: save it without one.")
    if not names.issuperset(_PARTS):
        raise DocumentError(f"{room.name} is no Word document: save it as PDF and send that.")
    whole = sum(part.file_size for part in parts)
    tight = any(
        part.file_size > _SMALL and part.file_size > _RATIO * max(1, part.compress_size)
        for part in parts
    )
    if len(parts) > _MOST_PARTS or whole > _UNPACKED * room.limits.bytes or tight:
        raise DocumentError(
            f"{room.name} unpacks to {whole >> 20} MB, which no document needs: save it as PDF and send "
            "that."
        )
