"""How a YAML file of a site is laid out: the least that makes files alike, and never what they say.

Blocks stand two columns inside of what holds them, lists too; there is one blank behind a colon or a
comma and none inside of brackets; keys that begin like a number are quoted; a comment stands two blanks
behind what it is about. What people lay out with care stays: lines are neither broken nor joined, nothing
is sorted, values that stand in one column and comments keep theirs, and no value is written otherwise.
"""

import json
import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from ruamel.yaml.error import YAMLError

from dialform.cli.editing.pieces import BLOCK, STEP, Level, Piece, pieces
from dialform.schema.diagnostic import Diagnostic
from dialform.schema.reader import read

_MOST_PASSES = 8
_NUMBER_LIKE = re.compile(r"[0-9+][0-9A-Za-z+:._-]*")
_PLAIN_ENOUGH = re.compile(r"[A-Za-z0-9+*#:._~-]+")
_OTHERWISE_READ = re.compile(
    r"-?\.?[0-9].*|[-+]?\.(?:inf|nan)|~|null|true|false|yes|no|on|off|y|n", re.IGNORECASE
)
"""Plain keys that other tools take for numbers, times or truth values."""


class UnsureError(Exception):
    """The outcome would not say the same as the file. A fault of ours, not of who wrote the file."""


def tidy(
    file: str, raw: bytes, arrange: Callable[[str], str] | None = None
) -> tuple[str, list[Diagnostic]]:
    """The text of a file as it should be laid out; or what the reader finds wrong, and no text.

    `arrange` may bring entries into another order first. Raises UnsureError.
    """
    source, findings = read(file, raw)
    if findings:
        return "", findings
    text = source.text.replace("\r\n", "\n")
    try:
        before = comments(text)
        if arrange is not None:
            text = arrange(text)
        text = _settled(text)
        after = comments(text)
    except YAMLError as error:
        raise UnsureError from error
    again, new_findings = read(file, text.encode())
    in_order = arrange is None
    if (
        new_findings
        or _said(again.data, in_order) != _said(source.data, in_order)
        or (after if in_order else sorted(after)) != (before if in_order else sorted(before))
    ):
        raise UnsureError
    return text, []


def _said(data: Any, in_order: bool) -> str:
    return json.dumps(data, sort_keys=not in_order)


def _settled(text: str) -> str:
    """One step may make room for another; laid out is what another pass leaves as it is."""
    for _ in range(_MOST_PASSES):
        new = _Layout(text).write()
        if new == text:
            return text
        text = new
    raise UnsureError


def comments(text: str) -> list[str]:
    """All comments of a file, in order."""
    found, end = [], 0
    for piece in (*pieces(text), None):
        gap = text[end : piece.start if piece else len(text)]
        lines = (line.strip() for line in gap.split("\n"))
        found += [line for line in lines if line.startswith("#")]
        end = piece.end if piece else end
    return found


class _Layout:
    def __init__(self, text: str) -> None:
        self._text = text
        self._pieces = pieces(text)
        self._lines: list[str] = [""]
        self._brackets: list[tuple[int, int, int]] = []
        self._aligned = _aligned(text, self._pieces)
        self._shared = _shared_columns(text, self._pieces)

    def write(self) -> str:
        last: Piece | None = None
        for number, piece in enumerate(self._pieces):
            following = self._pieces[number + 1] if number + 1 < len(self._pieces) else None
            self._gap(last, piece)
            if piece.kind in "{[":
                beside = following and "\n" not in self._text[piece.end : following.start]
                first = following.column if following and beside else piece.column + 1
                self._brackets.append((piece.column, first, len(self._lines[-1])))
            elif piece.kind in "}]" and self._brackets:
                self._brackets.pop()
            self._put(piece)
            last = piece
        said = len(self._lines) if last else 0
        self._gap(last, None)
        while len(self._lines) > said and not self._lines[-1]:
            self._lines.pop()
        # A block text that ends without a line end would get one.
        end = "" if last and last.style in BLOCK and not self._text.endswith("\n") else "\n"
        return "\n".join(self._lines) + (end if self._lines else "")

    def _put(self, piece: Piece) -> None:
        text = piece.text
        if piece.kind == "key":
            text = quoted_key(text, piece.style)
        first, *others = text.split("\n")
        self._lines[-1] += first
        level = piece.level
        shift = level.new - level.old if level else 0
        block = piece.style in BLOCK
        for line in others:
            self._lines.append(_shifted(line, shift, block, level.new + 1 if level else 0))

    def _gap(self, last: Piece | None, piece: Piece | None) -> None:
        raw = self._text[last.end if last else 0 : piece.start if piece else len(self._text)]
        if "\n" not in raw and last is not None and piece is not None:
            self._lines[-1] += self._within(last, piece, raw)
            return
        behind, *own = raw.split("\n")
        if last is None:
            own = [behind, *own]
        elif "#" in behind:
            self._behind(behind, last)
        rest = own[:-1] if piece is not None else own
        column = self._column(piece) if piece is not None else 0
        for line in rest:
            comment = line.strip()
            if comment:
                indent = self._indent(len(line) - len(line.lstrip()), last, piece, column)
                self._start_line(" " * indent + comment)
            elif self._lines[-1]:
                self._start_line("")
        if piece is not None:
            self._start_line(" " * column)

    def _start_line(self, text: str) -> None:
        """At the head of a file there is a line already, and no blank ones before it."""
        if self._lines == [""]:
            self._lines[0] = text
        else:
            self._lines.append(text)

    def _behind(self, raw: str, last: Piece) -> None:
        """A comment behind something keeps its distance, or the column that it shares with others."""
        comment = raw.strip()
        distance = len(raw) - len(raw.lstrip())
        column = _end(last) + distance
        if self._shared[column] > 1:
            distance = column - len(self._lines[-1])
        self._lines[-1] += " " * max(distance, 2) + comment

    def _within(self, last: Piece, piece: Piece, raw: str) -> str:
        """What stands between two pieces of a line."""
        if last.kind == ":" and piece.kind in ",}]":
            return raw[:1] and " "
        if last.kind in "{[" or piece.kind in ",}]":
            return ""
        if piece.kind == ":":
            return "" if last.kind == "key" else raw[:1] and " "
        if last.kind == ":" and piece.start in self._aligned:
            return " " * max(self._aligned[piece.start] - len(self._lines[-1]), 1)
        return " " if raw or last.kind in ":,-?" else ""

    def _column(self, piece: Piece) -> int:
        """Where a piece stands that begins a line."""
        if not piece.depth and not (self._brackets and piece.kind in "}]"):
            return piece.indent
        for old, first, new in reversed(self._brackets):
            if piece.column in (old + 1, first):
                return new + 1
            if old == piece.column:
                return new
        level = piece.level
        if level is None:
            return piece.column
        least = level.new + (0 if piece.kind in "}]" else STEP)
        # A closing bracket may stand below its key only where it did so before; YAML wants it further in.
        return max(piece.column + level.new - level.old, least, level.new + 1)

    def _indent(self, old: int, last: Piece | None, piece: Piece | None, column: int) -> int:
        """Where a comment on a line of its own stands: with what it stood with."""
        if piece is not None and (piece.depth or old == piece.column):
            return column
        levels: list[Level] = [*(piece.levels if piece else ()), *(last.levels if last else ())]
        for level in levels:
            if level.old == old and not level.unmarked:
                return level.new
        if piece is not None:
            return column
        return max((level.new for level in levels if level.old <= old), default=0)


def quoted_key(text: str, style: str) -> str:
    """A key that others would take for a number, a time or a truth value stands in quotes."""
    if style == "'" and _PLAIN_ENOUGH.fullmatch(text[1:-1]):
        return f'"{text[1:-1]}"'
    if not style and (_NUMBER_LIKE.fullmatch(text) or _OTHERWISE_READ.fullmatch(text)):
        return f'"{text}"' if _PLAIN_ENOUGH.fullmatch(text) else text
    return text


def _shifted(line: str, shift: int, block: bool, least: int) -> str:
    """A further line of a text that goes over several."""
    if not block:
        bare = line.lstrip(" ")
        return " " * max(len(line) - len(bare) + shift, least) + bare if bare else line
    if shift < 0:
        return line[min(-shift, len(line) - len(line.lstrip(" "))) :]
    return " " * shift + line if line else line


def _end(piece: Piece) -> int:
    """The column behind a piece."""
    width = len(piece.text.rsplit("\n", 1)[-1])
    return width if "\n" in piece.text else piece.column + width


def _shared_columns(text: str, found: list[Piece]) -> Counter[int]:
    """How many comments that stand behind something begin in each column."""
    columns: Counter[int] = Counter()
    if not found:
        return columns
    ends = [piece.start for piece in found[1:]] + [len(text)]
    for piece, end in zip(found, ends, strict=True):
        behind = text[piece.end : end].split("\n", 1)[0]
        if "#" in behind:
            columns[_end(piece) + len(behind) - len(behind.lstrip())] += 1
    return columns


def _aligned(text: str, found: list[Piece]) -> dict[int, int]:
    """Values that stand further behind their colon than one blank, in one column with another entry of
    the same map: where each begins, and the column where it will stand.
    """
    columns: Counter[tuple[int, int]] = Counter()
    padded: list[tuple[Piece, Level]] = []
    for colon, value in pairwise(found):
        gap = text[colon.end : value.start]
        if colon.kind != ":" or colon.depth or colon.level is None or "\n" in gap:
            continue
        columns[id(colon.level), value.column] += 1
        if len(gap) > 1:
            padded.append((value, colon.level))
    return {
        value.start: value.column + level.new - level.old
        for value, level in padded
        if columns[id(level), value.column] > 1
    }
