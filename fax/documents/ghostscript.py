"""Ghostscript: PDF and PostScript to the lines of a fax, in the sandbox."""

import re

from dialform.fax.documents import tiff
from dialform.fax.documents.limits import DocumentError, Limits
from dialform.fax.documents.room import Room
from dialform.fax.sandbox import Ran
from dialform.fax.sandbox.places import program

_PAPERS = {"a4": 842 / 595, "letter": 792 / 612}
"""Which paper a page is printed on: the one whose shape is nearer."""

_SHEETS = """
({file}) (r) file runpdfbegin (pages ) print pdfpagecount =
pdfpagecount 0 gt {{
  1 pdfgetpage dup /CropBox pget {{exch pop}} {{/MediaBox pget not {{[0 0 595 842]}} if}} ifelse
  (box ) print {{cvi ( ) print 20 string cvs print}} forall () =
}} if quit
"""
"""Says how many pages there are, and the box of the first."""

_PASSWORD = re.compile(r"password|encrypt", re.IGNORECASE)
_WRONG = re.compile(r"\*\*\*\* Error|password", re.IGNORECASE)
"""What it says of a PDF that it takes for one without pages, since it cannot read it."""


def missing() -> bool:
    """Whether this machine has no Ghostscript."""
    return not program("gs")


def to_pdf(room: Room, name: str) -> str:
    """A PostScript file of the room as a PDF of it. Raises DocumentError."""
    argv = ["-sDEVICE=pdfwrite", "-dEPSFitPage", "-sOutputFile=made.pdf", _last(room.limits), name]
    ran = _run(room, argv)
    if not ran.ok or not room.has("made.pdf"):
        raise _failed(room, ran, "PostScript")
    return "made.pdf"


def pages(room: Room, name: str) -> tuple[int, str]:
    """How many pages a PDF of the room has, and the paper for them. Raises DocumentError."""
    ran = _run(room, ["-dNODISPLAY", f"--permit-file-read={name}", "-c", _SHEETS.format(file=name)])
    found = re.search(rb"^pages (\d+)$", ran.out, re.MULTILINE)
    if found is None or (found[1] == b"0" and _WRONG.search(_said(ran))):
        raise _failed(room, ran, "PDF")
    box = re.search(rb"^box ((?: -?\d+){4})$", ran.out, re.MULTILINE)
    paper = "a4"
    if box:
        left, low, right, high = (int(number) for number in box[1].split())
        wide, tall = sorted((abs(right - left), abs(high - low)))
        shape = tall / wide if wide else 0
        paper = min(_PAPERS, key=lambda one: abs(_PAPERS[one] - shape))
    return int(found[1]), paper


def lines(room: Room, name: str, paper: str, down: int) -> list[tiff.Page]:
    """The pages of a PDF of the room, `down` dots an inch. Raises DocumentError."""
    out = f"{down}.tif"
    ran = _run(room, [
        "-sDEVICE=tiffg4", f"-r{tiff.ACROSS}x{down}", f"-sPAPERSIZE={paper}", "-dFIXEDMEDIA",
        "-dPDFFitPage", "-dUseCropBox", "-dAdjustWidth=1", "-dMaxStripSize=0", "-dTextAlphaBits=1",
        f"-sOutputFile={out}", _last(room.limits), name,
    ])  # fmt: skip
    if not ran.ok:
        raise _failed(room, ran, "PDF")
    return room.pages(out, down)


def _last(limits: Limits) -> str:
    """One page more than there may be, so that it shows."""
    return f"-dLastPage={limits.pages + 1}"


def needed(room: Room) -> str:
    """Where Ghostscript is. Raises DocumentError where it is not."""
    gs = program("gs")
    if not gs:
        raise DocumentError(
            f"{room.name} needs Ghostscript, which this machine does not have: install `ghostscript`, or "
            "send a picture (PNG, JPEG or TIFF)."
        )
    return gs


def _run(room: Room, argv: list[str]) -> Ran:
    gs = needed(room)
    return room.run([gs, "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dNOPROMPT", *argv])


def _failed(room: Room, ran: Ran, kind: str) -> DocumentError:
    if (error := room.broke(ran)) is not None:
        return error
    if _PASSWORD.search(_said(ran)):
        return DocumentError(
            f"{room.name} is protected by a password: save it without one, then send it."
        )
    return DocumentError(f"{room.name} is broken: Ghostscript cannot read it as {kind}.")


def _said(ran: Ran) -> str:
    return ran.said + ran.out.decode("utf-8", "replace")
