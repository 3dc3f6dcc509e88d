"""Another value at a path of a YAML file. Comments, order, quotes and layout of all else stay as they are.

Each change is made as small as it can be: of two maps only the keys that differ are touched. What comes of
it is read again; where it does not say exactly what was wanted, more of the file is written anew, from the
inside out, and where nothing helps it is an error.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from dialform.schema.editing import writing
from dialform.schema.editing.data import GONE, at, put, same, step_in
from dialform.schema.editing.placing import lay_in, place_of
from dialform.schema.editing.removing import cut_entry
from dialform.schema.editing.spans import Entry, Spans
from dialform.schema.reader import Source, read
from dialform.schema.rule import Path

_BOM = b"\xef\xbb\xbf"


class EditError(Exception):
    """The file is written in a way that cannot be changed without writing it anew, or cannot be read."""


def edited(file: str, raw: bytes, path: Path, value: Any, order: Sequence[str] = ()) -> bytes:
    """The bytes of a file in which `value` stands at a path, or (GONE) nothing does.

    `order` is that of the keys at the top, where a new one is put among those. Raises EditError.
    """
    return edited_many(file, raw, [(path, value)], order)


def edited_many(
    file: str, raw: bytes, changes: Sequence[tuple[Path, Any]], order: Sequence[str] = ()
) -> bytes:
    """The same with several changes, one after the other. Raises EditError."""
    source = _read(file, raw.decode("utf-8-sig", "replace"), raw)
    for given, value in changes:
        path = _spelt(source.data, given)
        wanted = put(source.data, path, value)
        for step in _steps(source.data, path, value):
            source = _one(source, *step, order)
        if not _says(source.data, wanted):
            raise EditError(f"{file} would not say what was wanted")
    return (_BOM if raw.startswith(_BOM) else b"") + source.text.encode()


def _read(file: str, text: str, raw: bytes | None = None) -> Source:
    source, findings = read(file, text.encode() if raw is None else raw)
    if findings or not source.readable or not isinstance(source.data, dict | None):
        raise EditError(f"{file} cannot be read as it is")
    return source


def _says(data: Any, wanted: Any) -> bool:
    return same({} if data is None else data, {} if wanted is None or wanted is GONE else wanted)


def _spelt(data: Any, path: Path) -> Path:
    """The path as the file writes it, as far as it is there."""
    found: list[str | int] = []
    for step in path:
        here = step_in(data, step)
        found.append(step if here is None else here)
        data = None if here is None else data[here]
    return tuple(found)


def _steps(data: Any, path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    """The least changes that make of what stands at a path what is wanted there, one after the other."""
    old = at(data, path)
    if old is GONE:
        if value is not GONE:
            yield _upper(data, path, value)
    elif (
        isinstance(old, dict)
        and isinstance(value, dict)
        and (old.keys() & value.keys() or not path)
    ):
        for name in old:
            if name not in value:
                yield (*path, name), GONE
        for name in old:
            if name in value:
                yield from _steps(data, (*path, name), value[name])
        for name in value:
            if name not in old:
                yield (*path, name), value[name]
    elif isinstance(old, list) and isinstance(value, list) and old and value:
        yield from _items(data, path, old, value)
    elif not same(old, value):
        yield path, value


def _upper(data: Any, path: Path, value: Any) -> tuple[Path, Any]:
    """What is put where the path leaves what there is: `{step: value}` for steps that are not there."""
    for depth in range(len(path)):
        data = data[path[depth]] if step_in(data, path[depth]) is not None else GONE
        if not isinstance(data, dict | list):
            inner = value
            for step in reversed(path[depth + 1 :]):
                inner = {step: inner}
            return path[: depth + 1], inner
    return path, value


def _items(data: Any, path: Path, old: list[Any], new: list[Any]) -> Iterator[tuple[Path, Any]]:
    """Of two lists what is alike at both ends stays."""
    start, least = 0, min(len(old), len(new))
    while start < least and same(old[start], new[start]):
        start += 1
    end = 0
    while end < least - start and same(old[-1 - end], new[-1 - end]):
        end += 1
    both = least - start - end
    if not start and not end and len(old) != len(new):
        yield path, new
        return
    for index in range(start, start + both):
        yield from _steps(data, (*path, index), new[index])
    for index in reversed(range(start + both, len(old) - end)):
        yield (*path, index), GONE
    for index in range(start + both, len(new) - end):
        yield (*path, index), _Item(new[index])


class _Item:
    """An item that comes into a list before what stands at its index."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def _one(source: Source, path: Path, value: Any, order: Sequence[str]) -> Source:
    """One change; where its text does not come out right, what holds it is written anew instead."""
    wanted = _wanted(source.data, path, value)
    attempts = [(path, value)]
    attempts += [(path[:depth], at(wanted, path[:depth])) for depth in range(len(path) - 1, 0, -1)]
    for where, what in attempts:
        try:
            text = _Hand(source, order).change(where, what)
            again = _read(source.file, text)
        except (EditError, ValueError, IndexError, KeyError):
            continue
        if _says(again.data, wanted):
            return again
    raise EditError(f"{source.file} is written in a way that cannot be changed at this place")


def _wanted(data: Any, path: Path, value: Any) -> Any:
    if isinstance(value, _Item):
        items = list(at(data, path[:-1]))
        items.insert(path[-1], value.value)  # type: ignore[arg-type]
        return put(data, path[:-1], items)
    return put(data, path, value)


class _Hand:
    """Writes one change into the text of a file."""

    def __init__(self, source: Source, order: Sequence[str]) -> None:
        self.source, self.order = source, order
        self.spans = Spans(source)
        self.text = source.text
        self.newline = "\r\n" if "\r\n" in source.text else "\n"

    def change(self, path: Path, value: Any) -> str:
        """The text with this change. Raises EditError, ValueError."""
        if not path:
            raise EditError("nothing is changed at the root as a whole")
        node, flow, holder = self._holder(path)
        step = path[-1]
        if isinstance(value, _Item):
            return self._add(node, flow, holder, step, value.value)
        there = step_in(node, step) is not None
        if value is GONE:
            return self._remove(node, flow, holder, step) if there else self.text
        if there:
            return self._replace(
                self.spans.entry(node, step, flow=flow), flow, len(path), node, value
            )
        return self._add(node, flow, holder, step, value)

    def _holder(self, path: Path) -> tuple[Any, bool, Entry | None]:
        """The container that a path's last step is in, whether it stands in brackets, and its entry."""
        node, flow, entry = self.source.data, False, None
        if node is None:
            node = {}
        elif isinstance(node, dict) and node:
            first = next(iter(self.spans.entries(node, flow=False)))
            flow = self.text[: first.start].rstrip().endswith("{")
        elif self.text.strip().endswith("}"):
            raise EditError("an empty map at the root")
        for step in path[:-1]:
            entry = self.spans.entry(node, step, flow=flow)
            node, flow = node[step], entry.value.flow
            if flow and isinstance(node, dict | list) and self.text[entry.value.start] not in "{[":
                raise EditError("a pair without braces")
        return node, flow, entry

    def _replace(self, entry: Entry, flow: bool, depth: int, node: Any, value: Any) -> str:
        span, text = entry.value, self.text
        column = span.column if span.flow and span.end > span.start else entry.column + 2
        if isinstance(value, str) and span.quote in ("'", '"'):
            made = writing.scalar(value, span.quote)
        elif (
            flow
            or not isinstance(value, dict | list)
            or not value
            or not self._wants_block(entry, depth, node, value)
        ):
            made = writing.flow(value) if flow else writing.wrapped(value, column, self.newline)
        else:
            made = ""
        behind = entry.colon if entry.colon >= 0 else span.start
        gap = text[behind : span.start]
        if not made:
            lines = writing.below(value, entry.column + writing.STEP, self.newline)
            kept = gap.split("\n", 1)[0].rstrip() if "#" in gap.split("\n", 1)[0] else ""
            return text[:behind] + kept + lines + text[span.end :]
        if entry.colon < 0:
            head = "" if isinstance(node, list) else ": "
            return text[: span.start] + head + made + text[span.end :]
        if "\n" not in gap and gap.strip() == "":
            if span.end == span.start:
                return text[:behind] + " " + made + text[behind:]
            return text[: span.start] + made + text[span.end :]
        first = gap.split("\n", 1)[0].rstrip()
        return f"{text[:behind]} {made}{first}{text[span.end :]}"

    def _wants_block(self, entry: Entry, depth: int, node: Any, value: Any) -> bool:
        """Whether a container that is written anew gets lines of its own: as it had, or as tables have."""
        if isinstance(node, list):
            return False
        old = node[entry.step]
        if isinstance(old, dict | list) and old:
            return not entry.value.flow
        return depth == 1 and writing.is_table(value)

    def _remove(self, node: Any, flow: bool, holder: Entry | None, step: str | int) -> str:
        entries = self.spans.entries(node, flow=flow)
        index = next(i for i, one in enumerate(entries) if one.step == step)
        if len(entries) == 1 and not flow:
            if holder is None:
                return cut_entry(self.spans, entries, index, flow=False)
            empty = "[]" if isinstance(node, list) else "{}"
            span = holder.value
            gap = self.text[holder.colon : span.start]
            first = gap.split("\n", 1)[0].rstrip()
            return f"{self.text[: holder.colon]} {empty}{first}{self.text[span.end :]}"
        return cut_entry(self.spans, entries, index, flow=flow)

    def _add(self, node: Any, flow: bool, holder: Entry | None, step: str | int, value: Any) -> str:
        if not isinstance(node, dict | list) or (not node and holder is not None):
            # `key:`, `key: true`, `key: {}`: what comes is all that there is.
            assert holder is not None
            return self._begin(holder, node, step, value)
        entries = self.spans.entries(node, flow=flow)
        top = self.order if holder is None else ()
        table = writing.is_table(node) and isinstance(value, dict)
        before = step if isinstance(step, int) else place_of(entries, step, top, table=table)
        if flow:
            text = writing.flow(value)
            made = text if isinstance(node, list) else f"{writing.key(str(step))}: {text}"
            return lay_in(self.spans, entries, before, made, self.newline)
        return self._line(entries, before, node, step, value)

    def _begin(self, holder: Entry, node: Any, step: str | int, value: Any) -> str:
        whole: Any = [value] if isinstance(node, list) else {str(step): value}
        block = holder.column == 0 and writing.is_table(whole)
        span = holder.value
        if block and holder.colon >= 0:
            comment = self.text[max(span.end, holder.colon) : self.spans.line_end(holder.end)]
            lines = writing.below(whole, writing.STEP, self.newline)
            rest = self.text[holder.end + len(comment) :]
            return self.text[: holder.colon] + comment + lines + rest
        made = writing.wrapped(whole, max(span.column, holder.column + 2), self.newline)
        if holder.colon >= 0 and span.end == span.start:
            return f"{self.text[: holder.colon]} {made}{self.text[holder.colon :]}"
        head = ": " if holder.colon < 0 and span.end == span.start else ""
        return self.text[: span.start] + head + made + self.text[span.end :]

    def _line(
        self, entries: list[Entry], before: int, node: Any, step: str | int, value: Any
    ) -> str:
        """A line of its own, or several, among the entries of a block."""
        text, spans, newline = self.text, self.spans, self.newline
        column = entries[0].column if entries else 0
        if isinstance(node, list):
            made = f"- {writing.wrapped(value, column + 2, newline)}"
        else:
            block = self._as_neighbours(entries, before, node, value, column)
            made = writing.behind(str(step), value, column, newline, block=block)
        pad = " " * column
        if not entries:
            gap = newline if text and not text.endswith("\n") else ""
            return f"{text}{gap}{made}{newline}"
        apart = column == 0 and isinstance(node, dict) and self._apart(entries)
        extra = newline if apart else ""
        if (
            before == 0
            and text[spans.line_start(entries[0].start) : entries[0].start].strip() == ""
        ):
            start = self._above(entries[0])
            return f"{text[:start]}{pad}{made}{newline}{extra}{text[start:]}"
        last = entries[max(before, 1) - 1]
        end = spans.line_end(last.end)
        return f"{text[:end]}{newline}{extra}{pad}{made}{text[end:]}"

    def _above(self, entry: Entry) -> int:
        """Where the comments begin that stand right above an entry, in its column."""
        start = self.spans.line_start(entry.start)
        while start > 0:
            above = self.spans.line_start(start - 1)
            line = self.text[above:start]
            bare = line.lstrip(" ")
            if not bare.startswith("#") or len(line) - len(bare) != entry.column:
                break
            start = above
        return start

    def _as_neighbours(
        self, entries: list[Entry], before: int, node: dict[str, Any], value: Any, column: int
    ) -> bool:
        """Whether a new container stands in lines of its own, as those beside it do."""
        if not isinstance(value, dict | list) or not value:
            return False
        if column == 0:
            long = isinstance(value, list) and len(writing.flow(value)) > writing.WIDTH
            return writing.is_table(value) or long
        near = sorted(entries, key=lambda one: abs(entries.index(one) - before))
        there = ((one, node[str(one.step)]) for one in near)
        alike = [one for one, other in there if isinstance(other, type(value)) and other]
        return bool(alike) and not alike[0].value.flow

    def _apart(self, entries: list[Entry]) -> bool:
        """Whether blank lines stand between the entries."""
        gaps = [self.text[one.end : other.start] for one, other in pairwise(entries)]
        blank = sum(any(not line.strip() for line in gap.split("\n")[1:-1]) for gap in gaps)
        return bool(gaps) and 2 * blank >= len(gaps)
