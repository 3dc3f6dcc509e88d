"""Fonts for any text: the statements' own, and others that the system has for the letters that it lacks."""

import itertools
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from dialform.billing.statements import fonts
from dialform.billing.statements.fonts import Face

_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")
_FIRST = ("DroidSansFallback", "NotoSansCJK", "wqy", "NotoSans", "FreeSans", "unifont", "Unifont")
"""What has many letters is tried first."""
_NOT = ("Bold", "Italic", "Oblique", "Light", "Thin", "Black", "Condensed", "Mono", "Serif")
_MOST = 40
"""Fonts that are opened, at most, in search of letters."""

UNKNOWN = "\ufffd"
"""What stands for a letter that no font has."""


def faces(text: Iterable[str]) -> list[Face]:
    """The fonts that a text takes; the first is the usual one."""
    found = [fonts.face()]
    lacking = {ord(one) for one in set(text) if not _unseen(one)} - found[0].letters
    for path in itertools.islice(_others(), _MOST) if lacking else ():
        other = _face(path)
        if other is not None and lacking & other.letters:
            found.append(other)
            lacking -= other.letters
        if not lacking:
            break
    return found


def runs(line: str, known: Iterable[Face]) -> Iterator[tuple[Face, str]]:
    """A line in pieces, from left to right, each with a font that has its letters; Arabic is joined."""
    known = list(known)
    drawn = fonts.visual(_joined(line, known))
    pieces = (piece for letter in drawn if (piece := _piece(letter, known)) is not None)
    for face, group in itertools.groupby(pieces, key=lambda one: one[0]):
        yield face, "".join(letter for _, letter in group)


def from_the_right(line: str) -> bool:
    """Whether a line begins at the right edge: by its first letter that says so (UAX 9, P2)."""
    strong = (unicodedata.bidirectional(letter) for letter in line)
    return next((one in ("R", "AL") for one in strong if one in ("L", "R", "AL")), False)


def shown(text: str, known: Iterable[Face]) -> str:
    """A text without letters that no font has."""
    letters = frozenset[int]().union(*(face.letters for face in known))
    return "".join(
        one if one.isspace() or ord(one) in letters else "" if _unseen(one) else UNKNOWN
        for one in text
    )


def _joined(line: str, known: list[Face]) -> str:
    if not any("\u0600" <= letter <= "\u06ff" for letter in line):
        return line
    import arabic_reshaper

    joined = str(arabic_reshaper.reshape(line))
    new = set(map(ord, joined)).difference(map(ord, line))
    return joined if known[0].letters.issuperset(new) else line


def _piece(letter: str, known: list[Face]) -> tuple[Face, str] | None:
    for face in known:
        if ord(letter) in face.letters:
            return face, letter
    if _unseen(letter):
        return None
    return known[0], UNKNOWN if ord(UNKNOWN) in known[0].letters else "?"


def _unseen(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp")


@cache
def _face(path: Path) -> Face | None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    name = f"Dialform-{path.stem}"
    try:
        made: Any = TTFont(name, str(path))
        pdfmetrics.registerFont(made)
        return Face(name, frozenset(made.face.charToGlyph) - frozenset(range(32)))
    except Exception:  # a font of the system that reportlab cannot use is as good as none
        return None


@cache
def _found() -> tuple[Path, ...]:
    paths = [path for folder in _FOLDERS for path in Path(folder).rglob("*.tt[fc]")]
    plain = [path for path in paths if not any(word in path.stem for word in _NOT)]

    def rank(path: Path) -> tuple[int, str]:
        named = (place for place, name in enumerate(_FIRST) if path.stem.startswith(name))
        return next(named, len(_FIRST)), path.name

    return tuple(sorted(plain, key=rank))


def _others() -> Iterator[Path]:
    yield from _found()
