"""Plain text, to a PDF of letter length, by reportlab."""

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from dialform.billing.statements.fonts import Face
from dialform.fax.documents.inside import Wrong, letters

_WIDE, _HIGH = 612, 792
"""Points of a page. Letter is a little wider than A4 and shorter: with these margins it fits on both."""
_LEFT, _TOP = 54, 54
_SIZE, _LEADING = 10, 12
_LINES = (_HIGH - 2 * _TOP) // _LEADING
_COLUMNS = (_WIDE - 2 * _LEFT) * 10 // (6 * _SIZE)
"""A letter of a fixed font is six tenths of its size wide."""
_TAB = 8

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_MONO = tuple(
    f"{folder}/DejaVuSansMono.ttf"
    for folder in (
        "/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/dejavu", "/usr/share/fonts/TTF",
        "/usr/share/fonts/dejavu-sans-mono-fonts", "/usr/local/share/fonts/dejavu",
    )
)  # fmt: skip


def run(asked: dict[str, Any]) -> dict[str, Any]:
    """`file` becomes `out.pdf`. Raises Wrong where it has more than `pages`, or nothing in it."""
    from reportlab.pdfgen.canvas import Canvas

    text = decoded(Path(asked["file"]).read_bytes())
    if not text.strip():
        raise Wrong("{name} has no text in it: there is nothing to send.")
    known = letters.faces(text)
    canvas = Canvas("out.pdf", pagesize=(_WIDE, _HIGH), invariant=1)
    for number, lines in enumerate(pages(text)):
        if number == asked["pages"]:
            raise Wrong(f"{{name}} has more than {asked['pages']} pages: send it in parts.")
        for index, line in enumerate(lines):
            _draw(canvas, line, _HIGH - _TOP - _SIZE - index * _LEADING, known)
        canvas.showPage()
    canvas.save()
    return {}


def decoded(data: bytes) -> str:
    """The text, by the coding that it says or seems to have."""
    for mark, coding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(coding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def pages(text: str) -> Iterator[list[str]]:
    """Lines of at most 80 or so columns; a form feed begins a page."""
    for sheet in text.rstrip("\f\r\n \t").split("\f"):
        page: list[str] = []
        for line in _lines(sheet):
            if len(page) == _LINES:
                yield page
                page = []
            page.append(line)
        yield page


def _lines(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield from _wrapped(_plain(text[start:end].expandtabs(_TAB)))
        start = end + 1


def _plain(line: str) -> str:
    """Without what moves a printer's head or a terminal's cursor."""
    return "".join(letter for letter in line if unicodedata.category(letter) != "Cc")


def _wrapped(line: str) -> Iterator[str]:
    """At a blank where there is one in the last third, else where the paper ends."""
    start = 0
    while True:
        end = _edge(line, start)
        if end == len(line):
            break
        blank = line.rfind(" ", start + (end - start) * 2 // 3, end + 1)
        end = blank if blank > 0 else end
        yield line[start:end].rstrip()
        start = end
        while start < len(line) and line[start] == " ":
            start += 1
    yield line[start:].rstrip()


def columns(line: str) -> int:
    """How wide a line is, in letters of the fixed font."""
    return sum(_wide(letter) for letter in line)


def _wide(letter: str) -> int:
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _edge(line: str, start: int) -> int:
    """Where the paper ends for what begins at `start`: at least a letter behind."""
    wide, end = 0, start
    while end < len(line):
        wide += _wide(line[end])
        if wide > _COLUMNS:
            return max(end, start + 1)
        end += 1
    return end


def _draw(canvas: Any, line: str, height: float, known: list[Face]) -> None:
    if not line:
        return
    fixed = _fixed()
    if fixed.letters.issuperset(map(ord, line)):
        canvas.setFont(fixed.name, _SIZE)
        canvas.drawString(_LEFT, height, line)
        return
    pieces = list(letters.runs(line, known))
    wide = sum(canvas.stringWidth(text, face.name, _SIZE) for face, text in pieces)
    size = min(_SIZE, _SIZE * (_WIDE - _LEFT) / (_LEFT + wide)) if wide else _SIZE
    left = _WIDE - _LEFT - wide * size / _SIZE if letters.from_the_right(line) else _LEFT
    for face, text in pieces:
        canvas.setFont(face.name, size)
        canvas.drawString(left, height, text)
        left += canvas.stringWidth(text, face.name, size)


@cache
def _fixed() -> Face:
    """The font in which all letters are equally wide, so that columns stand below each other."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    for path in _MONO:
        try:
            made: Any = TTFont("Dialform-Fixed", path)
        except (TTFError, OSError):
            continue
        pdfmetrics.registerFont(made)
        right = {one for one in made.face.charToGlyph if not _turns(one)}
        return Face("Dialform-Fixed", frozenset(right) - frozenset(range(32)))
    return Face("Courier", frozenset(range(32, 127)))


def _turns(letter: int) -> bool:
    """Whether it is read from the right, which takes more than drawing it."""
    return unicodedata.bidirectional(chr(letter)) in ("R", "AL", "NSM")
