"""Entries of a file in a fixed order, with the comments above them, for `dialform fmt --sort`."""

import re
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise
from typing import Any

from dialform.cli.editing.pieces import BLOCK, Piece, pieces
from dialform.values import dataclass

_NUMBERS = re.compile(r"([0-9]+)")


def arranged(text: str, order: Sequence[str], tables: Collection[str]) -> str:
    """The text with its top keys in this order, unknown ones last, and the objects of these tables by
    their numbers and names. A comment at the head of the file stays there; others go with what they
    stand above. Line ends are LF. Raises YAMLError.
    """
    found = pieces(text)
    if any(piece.style in BLOCK and "+" in piece.text.split("\n", 1)[0] for piece in found):
        return text  # its blank lines belong to it, wherever it stands
    if text and not text.endswith("\n"):
        if found and found[-1].style in BLOCK:
            return text  # before others it would end with a line end
        text += "\n"
    places = {key: index for index, key in enumerate(order)}
    top = [piece for piece in found if _is_key(piece, 1)]
    if order and top:
        lines = _lines(text, found)
        entries = [(_line(text, piece), _name(piece)) for piece in top]
        first = entries[0][0]
        blank = max((n for n in range(first) if lines.blank(n)), default=first - 1)
        end = len(lines.lines)
        text = lines.sort(blank + 1, end, entries, lambda key: places.get(key, len(places)))
    for name in [_name(piece) for piece in top if _name(piece) in tables]:
        text = _table(text, name)
    return text


def _table(text: str, table: str) -> str:
    found = pieces(text)
    top = [index for index, piece in enumerate(found) if _is_key(piece, 1)]
    at = next(n for n, index in enumerate(top) if _name(found[index]) == table)
    inside = found[top[at] : top[at + 1] if at + 1 < len(top) else len(found)]
    entries = [piece for piece in inside if _is_key(piece, 2)]
    if len(entries) < 2:
        return text
    lines = _lines(text, found)
    column = entries[0].column
    end = _line(text, entries[-1]) + 1
    while end < len(lines.lines) and (end in lines.inside or _indent(lines.lines[end]) >= column):
        end += 1
    while lines.blank(end - 1):
        end -= 1
    named = [(_line(text, piece), _name(piece)) for piece in entries]
    return lines.sort(_line(text, inside[0]) + 1, end, named, natural)


def natural(key: str) -> tuple[object, ...]:
    """An order in which 9 comes before 10, and `+4940…` before letters."""
    parts = _NUMBERS.split(key)
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts if part)


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of a file, and which of them stand inside of a text that goes over several."""

    lines: list[str]
    inside: frozenset[int]

    def blank(self, number: int) -> bool:
        return number not in self.inside and not self.lines[number].strip()

    def goes_with(self, number: int, column: int) -> bool:
        """Whether a line above an entry belongs to it: a blank one, or a comment not further in."""
        line = self.lines[number]
        comment = line.lstrip().startswith("#") and _indent(line) <= column
        return number not in self.inside and (comment or not line.strip())

    def sort(
        self, begin: int, end: int, entries: list[tuple[int, str]], order: Callable[[str], Any]
    ) -> str:
        """The whole text with the entries (first line, name) between two lines in an order."""
        column = _indent(self.lines[entries[0][0]])
        bounds = [begin]
        for start, _ in entries[1:]:
            bound = start
            while bound > bounds[-1] + 1 and self.goes_with(bound - 1, column):
                bound -= 1
            bounds.append(bound)
        chunks = list(pairwise([*bounds, end]))
        apart = any(self.blank(first) for first, _ in chunks[1:])
        turned = sorted(range(len(chunks)), key=lambda n: (order(entries[n][1]), n))
        if turned == list(range(len(chunks))):
            return "\n".join([*self.lines, ""])
        made: list[str] = []
        for place, index in enumerate(turned):
            if place and ((apart and index == 0) or self.blank(chunks[index][0])):
                made.append("")
            full = [n for n in range(*chunks[index]) if not self.blank(n)]
            made += self.lines[full[0] : full[-1] + 1]
        return "\n".join([*self.lines[:begin], *made, *self.lines[end:], ""])


def _lines(text: str, found: list[Piece]) -> _Lines:
    inside: set[int] = set()
    for piece in found:
        if "\n" in piece.text:
            first = _line(text, piece)
            inside.update(range(first + 1, first + 1 + piece.text.count("\n")))
    return _Lines(text.split("\n")[:-1], frozenset(inside))


def _is_key(piece: Piece, depth: int) -> bool:
    return piece.kind == "key" and not piece.depth and len(piece.levels) == depth


def _name(piece: Piece) -> str:
    return piece.text.strip("\"'")


def _line(text: str, piece: Piece) -> int:
    return text.count("\n", 0, piece.start)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" ")) if line.strip() else 10**6
