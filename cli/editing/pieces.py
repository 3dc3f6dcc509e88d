"""A YAML file as pieces of text and what stands between them, with where each block is meant to stand.

The tokens are ruamel.yaml's, so what is a piece and what is a comment is never guessed here. Columns
count from 0.
"""

from collections.abc import Iterator
from typing import Any

from _ruamel_yaml import CParser
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from dialform.values import dataclass

STEP = 2
"""How far a block stands inside the one that holds it."""

BLOCK = ("|", ">")
"""The styles of texts that are lines of their own."""

_SIGNS = {
    "FlowMappingStartToken": "{", "FlowMappingEndToken": "}", "FlowSequenceStartToken": "[",
    "FlowSequenceEndToken": "]", "FlowEntryToken": ",", "ValueToken": ":", "BlockEntryToken": "-",
    "KeyToken": "?", "ScalarToken": "text",
}  # fmt: skip


@dataclass(slots=True, eq=False)
class Level:
    """A block: its column as it is, and as it is meant to be."""

    old: int
    new: int
    is_map: bool
    unmarked: bool = False
    """A list that stands at the column of the key that holds it, which YAML takes for indented."""


@dataclass(slots=True, eq=False)
class Piece:
    """A sign or a text. `kind` is the sign itself, `key`, `text` or `mark` (`---`).

    `indent` is where it is meant to stand if it begins a line and no bracket is open; `depth` is the
    number of brackets around it.
    """

    kind: str
    text: str
    start: int
    end: int
    column: int
    depth: int
    indent: int
    levels: tuple[Level, ...]
    style: str = ""

    @property
    def level(self) -> Level | None:
        """The innermost block around it."""
        return self.levels[-1] if self.levels else None


def pieces(text: str) -> list[Piece]:
    """The pieces of a file that reads without a finding, line ends being LF. Raises YAMLError."""
    return _Cutter(text).cut()


def _tokens(text: str) -> Iterator[Any]:
    try:
        parser = CParser(text)
        found = []
        while parser.check_token():
            found.append(parser.get_token())
    except YAMLError:
        # What the reader does too: libyaml refuses a plain `10:00` inside of braces.
        return iter(list(YAML(typ="safe", pure=True).scan(text)))
    return iter(found)


class _Cutter:
    def __init__(self, text: str) -> None:
        self._text = text
        self._levels: list[Level] = []
        self._depth = 0
        self._key = False
        self._found: list[Piece] = []

    def cut(self) -> list[Piece]:
        for token in _tokens(self._text):
            name = type(token).__name__
            if name in ("BlockMappingStartToken", "BlockSequenceStartToken"):
                self._open(token.start_mark.column, name == "BlockMappingStartToken")
            elif name == "BlockEndToken":
                self._leave_unmarked()
                self._levels.pop()
            else:
                if name == "KeyToken" and not self._depth:
                    self._leave_unmarked()
                if token.end_mark.index > token.start_mark.index:
                    self._piece(token, _SIGNS.get(name, "mark"))
                elif name == "KeyToken":
                    self._key = True
        return self._found

    def _open(self, column: int, is_map: bool) -> None:
        inside = self._levels[-1].new + STEP if self._levels else 0
        self._levels.append(Level(column, inside, is_map))

    def _leave_unmarked(self) -> None:
        if self._levels and self._levels[-1].unmarked:
            self._levels.pop()

    def _piece(self, token: Any, kind: str) -> None:
        start, end, column = token.start_mark.index, token.end_mark.index, token.start_mark.column
        style = (getattr(token, "style", None) or "") if kind == "text" else ""
        if style in BLOCK:
            end = self._end_of_block(start, end)
        if kind == "-" and self._levels and self._levels[-1].is_map:
            top = self._levels[-1]
            self._levels.append(Level(top.old, top.new + STEP, is_map=False, unmarked=True))
        if kind in "}]":
            self._depth -= 1
        if kind == "text" and self._key:
            kind = "key"
        self._key = kind == "?"
        top_column = self._levels[-1].new if self._levels else 0
        at_top = kind in ("key", "-", "?", ":", "mark") or not self._levels
        indent = top_column if at_top else top_column + STEP
        text = self._text[start:end]
        self._found.append(
            Piece(kind, text, start, end, column, self._depth, indent, tuple(self._levels), style)
        )
        if kind in "{[":
            self._depth += 1

    def _end_of_block(self, start: int, end: int) -> int:
        """A block text ends with its last line; one that keeps blank lines (`+`) keeps them."""
        whole = self._text[start:end]
        header = whole.split("\n", 1)[0].split("#")[0]
        return start + len(
            whole[:-1] if "+" in header and whole.endswith("\n") else whole.rstrip("\n")
        )
