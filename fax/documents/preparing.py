"""From files to a fax that can be sent."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dialform.fax.documents import ghostscript, kinds, office, tiff
from dialform.fax.documents.kinds import Kind, kind_of
from dialform.fax.documents.limits import LIMITS, DocumentError, Limits
from dialform.fax.documents.opening import content, shown
from dialform.fax.documents.room import Room, temporary
from dialform.values import replace

if TYPE_CHECKING:  # the sandbox, which imports this package too, sees nothing of the queue
    from dialform.fax.queue.values import Sheets

Both = tuple[list[tiff.Page], list[tiff.Page]]
"""The pages of a fax, fine and standard."""

_COVER, _COVER_PAGES = "The cover page", 5


def prepare(
    files: Sequence[Path],
    *,
    limits: Limits = LIMITS,
    work: Path | None = None,
    cover: bytes | Callable[[int], bytes] | None = None,
) -> "Sheets":
    """All files, one after the other, as one fax. Raises DocumentError.

    Before them comes the cover, a PDF, or what makes one when it is told how many pages there are, with
    itself. `work` is where temporary folders are made.
    """
    fine: list[tiff.Page] = []
    standard: list[tiff.Page] = []
    for path in files:
        name = shown(path.name)
        pages = _convert(name, content(path, name, limits.bytes), limits, work)
        fine += pages[0]
        standard += pages[1]
        _counted(len(fine), limits)
    if cover is not None:
        made = cover if isinstance(cover, bytes) else cover(len(fine) + 1)
        pages = _cover(made, limits, work)
        fine, standard = pages[0] + fine, pages[1] + standard
        _counted(len(fine), limits)
    if not fine:
        raise DocumentError("There is nothing to send: name a file, or write a cover page.")
    return _sheets(shown(files[0].name) if files else "cover page", (fine, standard), limits)


def with_cover(
    sheets: "Sheets", cover: bytes, *, limits: Limits = LIMITS, work: Path | None = None
) -> "Sheets":
    """The same fax behind another cover, a PDF: what was converted once is not converted again. Raises
    DocumentError.
    """
    first = _cover(cover, limits, work)
    whole = (
        first[0] + tiff.read(sheets.fine, limits.pages),
        first[1] + tiff.read(sheets.standard, limits.pages),
    )
    _counted(len(whole[0]), limits)
    return _sheets(sheets.name, whole, limits)


def _sheets(name: str, pages: Both, limits: Limits) -> "Sheets":
    from dialform.fax.queue.values import Sheets

    fine, standard = tiff.write(pages[0]), tiff.write(pages[1])
    if max(len(fine), len(standard)) > limits.result:
        raise DocumentError(
            f"The fax would have more than {limits.result >> 20} MB: send it in parts, or with plainer "
            "pictures."
        )
    digest = hashlib.sha256(fine + standard).hexdigest()
    return Sheets(digest, name, len(pages[0]), fine, standard)


def _counted(pages: int, limits: Limits) -> None:
    if pages > limits.pages:
        raise DocumentError(
            f"The fax has {pages} pages or more, more than the {limits.pages} that it may have: send it in "
            "parts."
        )


def _cover(made: bytes, limits: Limits, work: Path | None) -> Both:
    return _convert(_COVER, made, replace(limits, pages=min(limits.pages, _COVER_PAGES)), work)


def _convert(name: str, given: bytes, limits: Limits, work: Path | None) -> Both:
    kind = kinds.PDF if name == _COVER else kind_of(given[: kinds.HEAD], name)
    with temporary(work) as folder:
        room = Room(Path(folder), name, limits)
        fine, standard = _WAYS[kind.name](room, kind, given)
    if len(fine) != len(standard):
        raise DocumentError(f"{name} is broken: it does not have the same pages twice.")
    return fine, standard


def _of_pdf(room: Room, kind: Kind, given: bytes) -> Both:
    return _printed(room, room.put("in.pdf", given))


def _of_postscript(room: Room, kind: Kind, given: bytes) -> Both:
    pages = _printed(room, ghostscript.to_pdf(room, room.put("in.ps", given)))
    if all(page.blank for page in pages[0]):  # Ghostscript makes a page also where none is shown
        raise DocumentError(f"{room.name} shows no page, or a white one: there is nothing to send.")
    return pages


def _of_text(room: Room, kind: Kind, given: bytes) -> Both:
    ghostscript.needed(room)
    room.task("text", {"file": room.put("in.txt", given), "pages": room.limits.pages})
    return _printed(room, "out.pdf")


def _of_word(room: Room, kind: Kind, given: bytes) -> Both:
    ghostscript.needed(room)
    return _printed(room, office.to_pdf(room, given))


def _of_picture(room: Room, kind: Kind, given: bytes) -> Both:
    asked = {
        "file": room.put("in", given), "format": kind.name.upper(),
        "pages": room.limits.pages, "pixels": room.limits.pixels,
    }  # fmt: skip
    room.task("pictures", asked)
    return room.pages("fine.tif", tiff.FINE), room.pages("standard.tif", tiff.STANDARD)


def _printed(room: Room, name: str) -> Both:
    count, paper = ghostscript.pages(room, name)
    if not count:
        raise DocumentError(f"{room.name} has no pages: there is nothing to send.")
    if count > room.limits.pages:
        raise room.too_many(count)
    return (
        ghostscript.lines(room, name, paper, tiff.FINE),
        ghostscript.lines(room, name, paper, tiff.STANDARD),
    )


_WAYS: dict[str, Callable[[Room, Kind, bytes], Both]] = {
    "pdf": _of_pdf,
    "postscript": _of_postscript,
    "text": _of_text,
    "docx": _of_word,
    "png": _of_picture,
    "jpeg": _of_picture,
    "tiff": _of_picture,
}
