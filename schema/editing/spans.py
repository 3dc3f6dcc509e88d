"""Where the parts of a file stand in its text: from the reader's events, as far as somebody asks."""

from typing import Any

from ruamel.yaml.events import ScalarEvent

from dialform.schema.reader import Source
from dialform.values import dataclass

_BLOCK_TEXTS = ("|", ">")
_CLOSING = {"{": "}", "[": "]"}


@dataclass(frozen=True, slots=True)
class Span:
    """A value in the text, from its first character to behind its last. `flow` is whether it stands in
    brackets of its own; `column` is that of its first character.
    """

    start: int
    end: int
    column: int
    flow: bool
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A key (or an item of a list) with its value. `start` is where the entry begins, at the key or at its
    dash; `colon` is behind the `:` or the dash, -1 where there is none.
    """

    step: str | int
    start: int
    column: int
    colon: int
    value: Span

    @property
    def end(self) -> int:
        """Behind its last character."""
        return max(self.value.end, self.colon)


class Spans:
    """The spans of one file."""

    def __init__(self, source: Source) -> None:
        self.text, self._source = source.text, source

    def entries(self, node: Any, *, flow: bool) -> list[Entry]:
        """The entries of a container, in the order of the text."""
        marks = self._source.marks.get(id(node), {})
        return [self._entry(node, step, key, value, flow) for step, (key, value) in marks.items()]

    def entry(self, node: Any, step: str | int, *, flow: bool) -> Entry:
        """One of them."""
        key, value = self._source.marks[id(node)][step]
        return self._entry(node, step, key, value, flow)

    def _entry(self, node: Any, step: str | int, key: Any, event: Any, flow: bool) -> Entry:
        if key is None and flow:
            span = self._span(node[step], event, event.start_mark.index)
            return Entry(step, span.start, span.column, -1, span)
        if key is None:
            start = event.start_mark.index
            dash = self.text.rfind("-", 0, start if self._filled(event) else start + 1)
            span = self._span(node[step], event, dash + 1)
            return Entry(step, dash, self.column(dash), dash + 1, span)
        colon = self._colon(key.end_mark.index)
        behind = colon if colon >= 0 else key.end_mark.index
        span = self._span(node[step], event, behind)
        return Entry(step, key.start_mark.index, key.start_mark.column, colon, span)

    def _filled(self, event: Any) -> bool:
        return type(event) is not ScalarEvent or event.end_mark.index > event.start_mark.index

    def _colon(self, at: int) -> int:
        """Behind the colon that follows; -1 where none does (`{name}`)."""
        at = self.skip(at)
        return at + 1 if self.text[at : at + 1] == ":" else -1

    def _span(self, data: Any, event: Any, empty: int) -> Span:
        start, column = event.start_mark.index, event.start_mark.column
        if type(event) is ScalarEvent:
            if not self._filled(event):
                return Span(empty, empty, self.column(empty), flow=True)
            quote = event.style if event.style in ("'", '"', *_BLOCK_TEXTS) else ""
            return Span(start, self._end(data, event, empty), column, flow=True, quote=quote or "")
        return Span(start, self._end(data, event, empty), column, flow=bool(event.flow_style))

    def _end(self, data: Any, event: Any, empty: int) -> int:
        if type(event) is ScalarEvent:
            if not self._filled(event):
                return empty
            if event.style in _BLOCK_TEXTS:
                return self._end_of_text(event.start_mark.index, event.end_mark.index)
            return int(event.end_mark.index)
        start = int(event.start_mark.index)
        end = start + 1
        marks = self._source.marks.get(id(data), {})
        if marks:
            step, (key, value) = next(reversed(marks.items()))
            end = self._entry(data, step, key, value, bool(event.flow_style)).end
        if not event.flow_style or self.text[start] not in _CLOSING:
            return end
        end = self.skip(end)
        if self.text[end : end + 1] == ",":
            end = self.skip(end + 1)
        return end + 1 if self.text[end : end + 1] == _CLOSING[self.text[start]] else end

    def _end_of_text(self, start: int, end: int) -> int:
        """A block text ends with its last line; one that keeps blank lines (`+`) keeps them."""
        whole = self.text[start:end]
        # The event may end where the next thing begins, in the middle of a line.
        if not whole.endswith("\n") and "\n" in whole and end < len(self.text):
            tail = whole.rsplit("\n", 1)[1]
            if not tail.strip():
                whole = whole[: len(whole) - len(tail)]
        header = whole.split("\n", 1)[0].split("#")[0]
        if "+" in header:
            return start + len(whole.removesuffix("\n").removesuffix("\r"))
        return start + len(whole.rstrip("\r\n"))

    def skip(self, at: int) -> int:
        """Behind blanks, line ends and comments."""
        text = self.text
        while at < len(text):
            if text[at] in " \t\r\n":
                at += 1
            elif text[at] == "#" and (at == 0 or text[at - 1] in " \t\r\n"):
                end = text.find("\n", at)
                at = len(text) if end < 0 else end
            else:
                break
        return at

    def column(self, at: int) -> int:
        """The column of a place, from 0."""
        return at - (self.text.rfind("\n", 0, at) + 1)

    def line_start(self, at: int) -> int:
        """Where the line of a place begins."""
        return self.text.rfind("\n", 0, at) + 1

    def line_end(self, at: int) -> int:
        """Where the line of a place ends, before its line end."""
        end = self.text.find("\n", at)
        end = len(self.text) if end < 0 else end
        return end - 1 if end > at and self.text[end - 1] == "\r" else end
