"""From files to a fax that can be sent."""

import hashlib
import os
import stat
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dialform.fax.documents import ghostscript, kinds, tiff
from dialform.fax.documents.kinds import Kind, kind_of
from dialform.fax.documents.limits import LIMITS, DocumentError, Limits
from dialform.fax.documents.room import Room

if TYPE_CHECKING:  # the sandbox, which imports this package too, sees nothing of the queue
    from dialform.fax.queue.values import Sheets

Both = tuple[list[tiff.Page], list[tiff.Page]]
"""The pages of a fax, fine and standard."""

_COVER = "The cover page"


def prepare(
    files: Sequence[Path],
    *,
    limits: Limits = LIMITS,
    work: Path | None = None,
    cover: bytes | None = None,
) -> "Sheets":
    """All files, one after the other, as one fax; before them the cover, a PDF. `work` is where temporary
    folders are made. Raises DocumentError.
    """
    fine: list[tiff.Page] = []
    standard: list[tiff.Page] = []
    for name, content in _given(files, cover, limits):
        pages = _convert(name, content, limits, work)
        fine += pages[0]
        standard += pages[1]
        if len(fine) > limits.pages:
            raise DocumentError(
                f"These files have {len(fine)} pages or more, more than the {limits.pages} that a fax may "
                "have: send them in parts."
            )
    if not fine:
        raise DocumentError("There is nothing to send: name a file, or a cover page.")
    called = _shown(files[0].name) if files else "cover page"
    return _sheets(called, (fine, standard), limits)


def with_cover(
    sheets: "Sheets", cover: bytes, *, limits: Limits = LIMITS, work: Path | None = None
) -> "Sheets":
    """The same fax behind another cover, a PDF: what was converted once is not converted again. Raises
    DocumentError.
    """
    first = _convert(_COVER, cover, limits, work)
    whole = (
        first[0] + tiff.read(sheets.fine, limits.pages),
        first[1] + tiff.read(sheets.standard, limits.pages),
    )
    if len(whole[0]) > limits.pages:
        raise DocumentError(
            f"With its cover page the fax has {len(whole[0])} pages, more than the {limits.pages} that it "
            "may have: leave the cover out, or send it in parts."
        )
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


def _given(
    files: Sequence[Path], cover: bytes | None, limits: Limits
) -> Iterator[tuple[str, bytes]]:
    if cover is not None:
        yield _COVER, cover
    for path in files:
        yield _shown(path.name), _content(path, limits)


def _content(path: Path, limits: Limits) -> bytes:
    """A file's bytes. Raises DocumentError."""
    name = _shown(path.name)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise DocumentError(f"{name} cannot be read: {error.strerror}.") from None
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise DocumentError(f"{name} is no file: name a document.")
        content = file.read(limits.bytes + 1)
    if len(content) > limits.bytes:
        raise DocumentError(
            f"{name} has {max(about.st_size, len(content)) / (1 << 20):.0f} MB, more than the "
            f"{limits.bytes >> 20} MB that a document may have."
        )
    return content


def _convert(name: str, content: bytes, limits: Limits, work: Path | None) -> Both:
    kind = kinds.PDF if name == _COVER else kind_of(content[: kinds.HEAD], name)
    with tempfile.TemporaryDirectory(prefix="dialform-fax-", dir=work) as folder:
        room = Room(Path(folder), name, limits)
        fine, standard = _WAYS[kind.name](room, kind, content)
    if len(fine) != len(standard):
        raise DocumentError(f"{name} is broken: it does not have the same pages twice.")
    return fine, standard


def _of_pdf(room: Room, kind: Kind, content: bytes) -> Both:
    return _printed(room, room.put("in.pdf", content))


def _of_postscript(room: Room, kind: Kind, content: bytes) -> Both:
    return _printed(room, ghostscript.to_pdf(room, room.put("in.ps", content)))


def _of_text(room: Room, kind: Kind, content: bytes) -> Both:
    ghostscript.needed(room)
    room.task("text", {"file": room.put("in.txt", content), "pages": room.limits.pages})
    return _printed(room, "out.pdf")


def _of_picture(room: Room, kind: Kind, content: bytes) -> Both:
    asked = {
        "file": room.put("in", content), "format": kind.name.upper(),
        "pages": room.limits.pages, "pixels": room.limits.pixels,
    }  # fmt: skip
    room.task("pictures", asked)
    return room.pages("fine.tif"), room.pages("standard.tif")


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
    "png": _of_picture,
    "jpeg": _of_picture,
    "tiff": _of_picture,
}


def _shown(name: str) -> str:
    """A file's name as it can be printed."""
    said = "".join(one if one.isprintable() else "?" for one in name)
    return said if len(said) <= 100 else f"{said[:60]}…{said[-39:]}"
