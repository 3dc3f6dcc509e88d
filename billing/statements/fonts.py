"""Fonts of a PDF: DejaVu Sans where the system has it, else the library's own Vera.

What the font has no letter for is written with a font that every viewer brings for Chinese, Japanese or
Korean, else by its base letter, else as a replacement sign. No text of anybody ever fails.
"""

import unicodedata
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from dialform.values import dataclass

_FOLDERS = (
    "/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/dejavu", "/usr/share/fonts/TTF",
    "/usr/share/fonts/dejavu-sans-fonts", "/usr/local/share/fonts/dejavu", "/Library/Fonts",
)  # fmt: skip
_CHINESE, _JAPANESE, _KOREAN = "STSong-Light", "HeiseiMin-W3", "HYSMyeongJo-Medium"
_HANGUL = ((0x1100, 0x11FF), (0x3130, 0x318F), (0xAC00, 0xD7A3))
_KANA = ((0x3040, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9F))
_HAN = ((0x3000, 0x303F), (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0xFF01, 0xFF65))


@dataclass(frozen=True, slots=True)
class Face:
    """A registered font, and the letters that it has."""

    name: str
    letters: frozenset[int]


@cache
def face(bold: bool = False) -> Face:
    """The font to write with."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    name = "Dialform-Bold" if bold else "Dialform"
    for path in _files(bold):
        try:
            made: Any = TTFont(name, path)
        except (TTFError, OSError):
            continue
        pdfmetrics.registerFont(made)
        return Face(name, frozenset(made.face.charToGlyph) - frozenset(range(32)))
    own = "Helvetica-Bold" if bold else "Helvetica"
    return Face(own, frozenset(range(32, 127)))


def fits(text: str) -> bool:
    """Whether the font has all letters of a text as they stand."""
    if text.isascii():
        return text.isprintable()
    return face().letters.issuperset(map(ord, text)) and not any(map(_right_to_left, text))


def marked(text: str, bold: bool = False) -> str:
    """Any text as reportlab's paragraphs take it: each run in a font that has it, nothing obeyed."""
    main = face(bold)
    east = _JAPANESE if any(_within(letter, _KANA) for letter in text) else _CHINESE
    pieces = (piece for letter in visual(text) for piece in _written(letter, main, east))
    runs = []
    for font, run in groupby(pieces, key=lambda one: one[0]):
        said = escape("".join(letter for _, letter in run))
        runs.append(f'<font name="{font}">{said}</font>' if font else said)
    return "".join(runs)


def _written(letter: str, main: Face, east: str) -> list[tuple[str, str]]:
    if ord(letter) in main.letters:
        return [("", letter)]
    if unicodedata.category(letter) == "Cf":
        return []
    for ranges, font in ((_HANGUL, _KOREAN), (_KANA, _JAPANESE), (_HAN, east)):
        if _within(letter, ranges) and _brought(font):
            return [(font, letter)]
    base = [one for one in unicodedata.normalize("NFKD", letter) if ord(one) in main.letters]
    if base:
        return [("", one) for one in base]
    return [("", "\ufffd" if 0xFFFD in main.letters else "?")]


@cache
def _brought(font: str) -> bool:
    """Registers a font that the viewer brings; nothing of it is embedded."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    pdfmetrics.registerFont(UnicodeCIDFont(font))
    return True


def _within(letter: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= ord(letter) <= high for low, high in ranges)


def _right_to_left(letter: str) -> bool:
    return unicodedata.bidirectional(letter) in ("R", "AL")


def visual(text: str) -> str:
    """Runs that are read from the right, turned round: paper only knows left to right."""
    if not any(map(_right_to_left, text)):
        return text
    out, run, after = "", "", ""
    for letter in text:
        if _right_to_left(letter) or (run and unicodedata.bidirectional(letter) == "NSM"):
            run, after = run + after + letter, ""
        elif run and not unicodedata.bidirectional(letter).startswith(("L", "EN")):
            after += letter
        else:
            out, run, after = out + run[::-1] + after + letter, "", ""
    return out + run[::-1] + after


def _files(bold: bool) -> list[str]:
    import reportlab

    ours = Path(reportlab.__file__).parent / "fonts" / ("VeraBd.ttf" if bold else "Vera.ttf")
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    found = [str(Path(folder) / name) for folder in _FOLDERS]
    return [path for path in [*found, str(ours)] if Path(path).is_file()]
