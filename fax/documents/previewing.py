"""Pages of a fax as they are seen: a picture of one, a PDF of all."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dialform.fax.documents import pdf, tiff
from dialform.fax.documents.limits import LIMITS, DocumentError, Limits
from dialform.fax.documents.room import Room, temporary

if TYPE_CHECKING:
    from dialform.fax.queue.values import Sheets

WIDTH = 864
"""Pixels of a picture, half of a fax's own."""
_MOST = 2000


def pages_of(sheets: "Sheets", *, coarse: bool = False) -> list[tiff.Page]:
    """The pages of what is sent, in the resolution in which it is. Raises DocumentError."""
    try:
        return tiff.read(sheets.standard if coarse else sheets.fine, _MOST)
    except tiff.TiffError as error:
        raise DocumentError(f"The pages that are kept cannot be read: {error}.") from None


def pages_in(content: bytes) -> list[tiff.Page]:
    """The pages of a PDF that `pdf_of` made. Raises DocumentError where it is another one."""
    try:
        return pdf.read(content)
    except ValueError as error:
        raise DocumentError(f"The PDF cannot be shown page by page: {error}.") from None


def as_pdf(pages: Sequence[tiff.Page]) -> bytes:
    """These pages as a PDF."""
    return pdf.write(pages)


def picture(
    page: tiff.Page, *, width: int = WIDTH, limits: Limits = LIMITS, work: Path | None = None
) -> bytes:
    """A page as a PNG: drawn in the sandbox, since the dots are a stranger's. Raises DocumentError."""
    if page.width * page.rows > limits.pixels:
        raise DocumentError("The page is too large to be shown: open the PDF.")
    with temporary(work) as folder:
        room = Room(Path(folder), "The page", limits)
        asked = {
            "file": room.put("in.tif", tiff.write([page])), "width": width,
            "across": page.across, "down": page.down,
        }  # fmt: skip
        room.task("preview", asked)
        made = room.take("page.png")
    if not made.startswith(b"\x89PNG\r\n\x1a\n"):
        raise DocumentError("The page cannot be shown: nothing came of it.")
    return made
