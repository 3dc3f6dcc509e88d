"""From a TIFF that the switch wrote to a PDF."""

from pathlib import Path

from dialform.fax.documents import pdf
from dialform.fax.documents.limits import LIMITS, DocumentError, Limits
from dialform.fax.documents.room import Room, temporary

_MOST = 2000
"""Pages of a fax that came in: whoever sends decides how many, within reason."""


def pdf_of(path: Path, *, limits: Limits = LIMITS, work: Path | None = None) -> tuple[bytes, int]:
    """A received fax as a PDF, and its pages. What cannot be read of it is left out. Raises DocumentError."""
    from dialform.values import replace

    generous = replace(limits, pages=_MOST, result=4 * limits.result)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path.name} cannot be read: {error.strerror}.") from None
    with temporary(work) as folder:
        room = Room(Path(folder), path.name, generous)
        room.task(
            "received",
            {"file": room.put("in.tif", content), "pages": _MOST, "pixels": limits.pixels},
        )
        pages = room.pages("fax.tif")
    return pdf.write(pages), len(pages)
