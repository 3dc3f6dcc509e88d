"""YAML by the site's own rules: fast, without surprises, every key with its place.

The C event parser (libyaml) builds plain data. The events are kept beside the data they made, so a
place costs nothing until somebody asks for it.
"""

import re
from typing import Any

from _ruamel_yaml import CParser
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLStreamError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from dialform.schema.diagnostic import Diagnostic, Place
from dialform.schema.rules import yaml as rules
from dialform.values import dataclass, field

MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 64
MAX_EXACT = 256 * 1024
"""The most characters that are read a second time by the slow parser."""

_INTEGER = re.compile(r"(?:0|-?[1-9][0-9]{0,17})\Z")
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "": None}
_TYPED = frozenset(("", "t", "f", "n", "-", *"0123456789"))
"""How a plain scalar begins that may be typed; all others need no second look."""

_COLON = "found unexpected ':'"
_CONFLICT = re.compile(r"^(?:<{7}|>{7}|={7})(?: |$)", re.MULTILINE)
# Line ends to YAML 1.1, and to no editor: lines would be counted otherwise than people see them.
_ODD_LINE_END = re.compile("\r(?!\n)|[\x85\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Unreadable:
    """Stands where a value could not be read and a finding has said so already."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "unreadable"


UNREADABLE = Unreadable()


@dataclass(slots=True)
class Source:
    """One file as it was read: its data, and the events that made each entry.

    `data` is None where the file is empty or its syntax is broken (`readable` tells which).
    """

    file: str
    text: str = ""
    data: Any = None
    readable: bool = True
    marks: dict[int, dict[str | int, tuple[Any, Any]]] = field(default_factory=dict)
    _spellings: dict[int, dict[str, str]] = field(default_factory=dict)

    def has(self, path: tuple[str | int, ...]) -> bool:
        """Whether the whole path is written in this file."""
        node = self.data
        for step in path:
            written = self._written(node, step)
            if written is None:
                return False
            node = node[written]
        return True

    def written(self, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
        """The path as it is written in this file, which must have it."""
        node, found = self.data, []
        for step in path:
            written = self._written(node, step)
            assert written is not None, path
            found.append(written)
            node = node[written]
        return tuple(found)

    def _written(self, node: Any, step: str | int) -> str | int | None:
        """The step as it is written in a container of this file, or None."""
        if not isinstance(node, dict | list):
            return None
        entries = self.marks.get(id(node), {})
        if step in entries:
            return step
        if not (isinstance(node, dict) and isinstance(step, str) and len(step) == 12):
            return None
        # A MAC address is kept in another spelling than it may be written in.
        if id(node) not in self._spellings:
            self._spellings[id(node)] = {_bare(key): key for key in node}
        return self._spellings[id(node)].get(step)

    def place(self, path: tuple[str | int, ...], on: str = "value") -> Place:
        """The place of the deepest part of the path that is written in this file."""
        node, found = self.data, None
        for step in path:
            written = self._written(node, step)
            if written is None:
                break
            found = self.marks[id(node)][written]
            node = node[written]
        if found is None:
            return Place(self.file)
        key, value = found
        scalar = isinstance(value, ScalarEvent)
        return _span(self.file, key if key is not None and (on == "key" or not scalar) else value)


def _bare(key: str) -> str:
    return re.sub(r"[:.\-]", "", key).lower()


def _span(file: str, event: Any) -> Place:
    start, end = event.start_mark, event.end_mark
    # A container or a block text ends on a later line: then its first character is the place.
    last = end.column if end.line == start.line else start.column + 1
    return Place(file, start.line + 1, start.column + 1, max(last, start.column + 1) + 1)


def read(file: str, raw: bytes) -> tuple[Source, list[Diagnostic]]:
    """Read one file's bytes. `file` is the path relative to the site, for places.

    Never raises for what an operator wrote: every mistake is in the returned findings.
    """
    source = Source(file)
    if len(raw) > MAX_BYTES:
        source.readable = False
        return source, [rules.TooLarge.at(Place(file), size=len(raw), limit=MAX_BYTES)]
    try:
        source.text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        source.readable = False
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        place = Place(file, line, column, column + 1)
        return source, [rules.NotUtf8.at(place, byte=f"0x{raw[error.start]:02x}")]
    return source, _Builder(source).build()


class _PureEvents:
    """ruamel.yaml's own parser behind the two calls that the C parser has."""

    def __init__(self, text: str) -> None:
        self._events = YAML(typ="safe", pure=True).parse(text)
        self._next: Any = None

    def check_event(self) -> bool:
        self._next = next(self._events, None)
        return self._next is not None

    def get_event(self) -> Any:
        event, self._next = self._next, None
        if event is None:
            event = next(self._events)
        if type(event) is ScalarEvent and _SURROGATE.search(event.value):
            # `"\\ud800"` is half of a character: libyaml refuses it, and nothing can write it.
            raise UnicodeError(event.value)
        return event


class _Builder:
    """Turns the events of one file into data, collecting what breaks the site's rules."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.file = source.file
        self.findings: list[Diagnostic] = []

    def build(self) -> list[Diagnostic]:
        if _ODD_LINE_END.search(self.source.text):
            self._broken()
            return [self._control_character("")]
        try:
            self._events(CParser(self.source.text))
        except MarkedYAMLError as error:
            if _COLON in str(error.problem) and len(self.source.text) <= MAX_EXACT:
                return self._exactly(error)
            self._syntax(error)
        except (YAMLError, YAMLStreamError, UnicodeError, ValueError) as error:
            self._broken()
            self.findings.append(self._control_character(str(error)))
        return self.findings

    def _exactly(self, first: MarkedYAMLError) -> list[Diagnostic]:
        """Read again by YAML 1.2's rules, several times slower.

        libyaml knows YAML 1.1 only, which refuses a plain `10:00` inside of braces.
        """
        self.source.marks.clear()
        self.source.data = None
        self.findings.clear()
        try:
            self._events(_PureEvents(self.source.text))
        except MarkedYAMLError as error:
            self._syntax(error)
        except (YAMLError, YAMLStreamError, UnicodeError, ValueError, RecursionError):
            # It has no place for these; what stopped the first reading has one.
            self._syntax(first)
        return self.findings

    def _broken(self) -> None:
        self.source.readable = False
        self.source.data = None

    def _complain(self, rule: Any, event: Any, **values: object) -> None:
        self.findings.append(rule.at(_span(self.file, event), **values))

    def _events(self, parser: Any) -> None:
        marks = self.source.marks
        stack: list[tuple[Any, dict[str | int, tuple[Any, Any]], Any]] = []
        node: Any = None  # the container being filled
        entries: dict[str | int, tuple[Any, Any]] = {}
        key: Any = None  # the pending key's event, in a mapping
        documents = 0
        while parser.check_event():
            event = parser.get_event()
            kind = type(event)
            if kind is ScalarEvent:
                if event.anchor is not None or event.tag is not None:
                    self._property(event)
                if key is None and type(node) is dict:
                    key = event
                    continue
                value = event.value
                if value[:1] in _TYPED and not event.style and event.implicit[0]:
                    if value in _WORDS:
                        value = _WORDS[value]
                    elif _INTEGER.match(value):
                        value = int(value)
                if not value and (event.anchor is not None or event.tag is not None):
                    value = UNREADABLE  # `name: &Sons`: the text is what was refused
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                if event.anchor is not None or event.tag is not None:
                    self._property(event)
                value = {} if kind is MappingStartEvent else []
                if key is None and type(node) is dict:
                    self._complain(rules.ComplexKey, event)
                    key = event
                    self._skip(parser)
                    continue
                if len(stack) >= MAX_DEPTH:
                    self._complain(rules.TooDeep, event, limit=MAX_DEPTH)
                    self._broken()
                    return
            elif kind is AliasEvent:
                self._complain(rules.Alias, event, name=event.anchor)
                if key is None and type(node) is dict:
                    key = event
                    continue
                value = UNREADABLE
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                node, entries, key = stack.pop()
                continue
            elif kind is DocumentStartEvent:
                documents += 1
                if documents > 1:
                    self._complain(rules.SecondDocument, event)
                    return
                continue
            else:
                continue
            if type(node) is dict:
                self._put(node, entries, key, event, value)
                key = None
            elif node is None:
                self.source.data = value
            else:
                entries[len(node)] = (None, event)
                node.append(value)
            if kind is MappingStartEvent or kind is SequenceStartEvent:
                stack.append((node, entries, None))
                node, entries = value, {}
                marks[id(value)] = entries

    def _put(self, node: dict[str, Any], entries: Any, key: Any, event: Any, value: Any) -> None:
        if type(key) is not ScalarEvent:
            return  # already a finding
        name = key.value
        if name == "<<" and not key.style:
            self._complain(rules.MergeKey, key)
        elif name in node:
            first = entries[name][0].start_mark.line + 1
            self._complain(rules.DuplicateKey, key, key=name, first=first)
        else:
            node[name] = value
            entries[name] = (key, event)

    def _property(self, event: Any) -> None:
        if event.anchor is not None:
            self._complain(rules.Anchor, event, name=event.anchor)
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._complain(rules.Tag, event, tag=tag)

    def _skip(self, parser: Any) -> None:
        """Pass over the rest of a container that was just opened."""
        depth = 1
        while depth:
            kind = type(parser.get_event())
            if kind is MappingStartEvent or kind is SequenceStartEvent:
                depth += 1
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                depth -= 1

    def _syntax(self, error: MarkedYAMLError) -> None:
        self._broken()
        text = self.source.text
        conflict = _CONFLICT.search(text)
        if conflict:
            line = text.count("\n", 0, conflict.start()) + 1
            self.findings.append(rules.ConflictMarker.at(Place(self.file, line, 1, 8)))
            return
        mark = error.problem_mark or error.context_mark
        if mark and error.context_mark and mark.index >= len(text.rstrip()):
            mark = error.context_mark  # what is never closed: its start says more than the end
        lines = text.rstrip("\n").split("\n")
        row, column = (mark.line, mark.column) if mark else (0, 0)
        if row >= len(lines):
            row, column = len(lines) - 1, len(lines[-1])
        wrong = lines[row]
        indent = wrong[: len(wrong) - len(wrong.lstrip())]
        if "\t" in indent or wrong[column : column + 1] == "\t":
            column = wrong.index("\t")
            place = Place(self.file, row + 1, column + 1, column + 2)
            self.findings.append(rules.Tab.at(place))
            return
        problem = " ".join(part for part in (error.context, error.problem) if part)
        place = Place(self.file, row + 1, column + 1, column + 2)
        self.findings.append(rules.Syntax.at(place, problem=problem))

    def _control_character(self, problem: str) -> Diagnostic:
        for row, line in enumerate(self.source.text.split("\n"), 1):
            for column, char in enumerate(line.removesuffix("\r"), 1):
                if char != "\t" and not char.isprintable() and _refused(char):
                    place = Place(self.file, row, column, column + 1)
                    return rules.ControlCharacter.at(place, point=f"U+{ord(char):04X}")
        return rules.Syntax.at(Place(self.file), problem=problem)


def _refused(char: str) -> bool:
    point = ord(char)
    return point < 0x20 or 0x7F <= point < 0xA0 or point in (0x2028, 0x2029, 0xFFFE, 0xFFFF)
