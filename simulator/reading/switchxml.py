"""XML as src/switch_xml.c reads it, where it is not well-formed: what it lets pass, what it refuses.

Only files that a strict parser refuses come here. Errors are those of `reloadxml`, word by word;
the line is the one that the switch counts.
"""

import re
from collections.abc import Sequence

from dialform.simulator.reading.markup import Element, Include, Pending
from dialform.values import dataclass

_SPACE = " \t\r\n"
_ENTITIES = {"lt": "<", "gt": ">", "quot": '"', "apos": "'", "amp": "&"}
_ENTITY = re.compile(r"&(?:#(\d+)|#x([0-9A-Fa-f]+)|(lt|gt|quot|apos|amp));")
_INCLUDE = re.compile(r"\?include (\d+)\?>")
_NAME = re.compile(r"[^\t\r\n />]*")
_ATTRIBUTE = re.compile(r"[^\t\r\n =/>]*")


class SwitchXmlError(Exception):
    """What the switch says of a text that it cannot read; `line` is a line of that text."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"[error near line {line}]: {what}"[:127])
        self.line = line


@dataclass(slots=True)
class _Text:
    """The text with its last character hidden, as the switch hides it."""

    data: str
    end: str

    def at(self, place: int) -> str:
        return self.data[place : place + 1]


def read(text: str, lines: list[tuple[str, int]], includes: Sequence[Include] = ()) -> Element:
    """The root element. `lines` say of each line which file and line it comes from.

    `includes` are those that `<?include N?>` means. Raises SwitchXmlError.
    """
    return _Reader(text, lines, includes).run()


class _Reader:
    def __init__(
        self, text: str, lines: list[tuple[str, int]], includes: Sequence[Include]
    ) -> None:
        self._text = _Text(text[:-1], text[-1:])
        self._lines, self._includes = lines, includes
        self._uncounted: list[int] = []
        self._root: Element | None = None
        self._stack: list[Element] = []

    def run(self) -> Element:
        data = self._text.data
        place = data.find("<")
        if place < 0:
            raise self._error(len(data), "root tag missing")
        while True:
            begin = place + 1
            after = self._tag(begin)
            if after is None or not self._text.at(after):
                last = begin
                break
            last = after + 1
            place = data.find("<", last)
            if place < 0:
                break
            if self._stack and place > last:
                self._stack[-1].text += _decoded(data[last:place])
        if self._stack:
            raise self._error(last, f"unclosed tag <{self._stack[-1].tag}>")
        if self._root is None:
            raise self._error(last, "root tag missing")
        return self._root

    def _error(self, place: int, what: str) -> SwitchXmlError:
        counted = self._text.data.count("\n", 0, place)
        return SwitchXmlError(1 + counted - sum(at < place for at in self._uncounted), what)

    def _tag(self, begin: int) -> int | None:
        """Reads one tag; the place of its `>`, or None at the end of the text."""
        data, sign = self._text.data, self._text.at(begin)
        if sign.isalpha() or sign in ("_", ":") or sign > "\x7f":
            return self._open(begin)
        if sign == "/":
            return self._close(begin)
        if data.startswith("!--", begin):
            end = data.find("--", begin + 3)
            if end < 0 or self._text.at(end + 2) not in ("", ">") or self._hidden(end + 2):
                raise self._error(begin, "unclosed <!--")
            return end + 2
        if data.startswith("![CDATA[", begin):
            end = data.find("]]>", begin)
            if end < 0:
                raise self._error(begin, "unclosed <![CDATA[")
            if self._stack:
                self._stack[-1].text += data[begin + 8 : end]
            return end + 2
        if data.startswith("!DOCTYPE", begin) or sign == "?":
            end = data.find(">" if sign == "!" else "?>", begin)
            if end < 0:
                raise self._error(begin, "unclosed <!DOCTYPE" if sign == "!" else "unclosed <?")
            include = _INCLUDE.match(data, begin)
            if include and self._stack and self._includes:
                file, line = self._place(begin)
                wanted = self._includes[int(include[1])]
                pending = Pending("", {}, [], file, line, include=wanted)
                self._stack[-1].children.append(pending)
            return end if sign == "!" else end + 1
        raise self._error(begin, "unexpected <")

    def _hidden(self, place: int) -> bool:
        """Whether the text ends here without the `>` that was hidden at its end."""
        return place >= len(self._text.data) and self._text.end != ">"

    def _open(self, begin: int) -> int:
        if self._root is not None and not self._stack:
            raise self._error(begin, "markup outside of root element")
        name = _matched(_NAME, self._text.data, begin)
        place = self._skip(begin + len(name), counted=False)
        attributes: dict[str, str] = {}
        while self._text.at(place) not in ("", "/", ">"):
            place = self._attribute(begin, place, attributes)
        self._push(begin, name, attributes)
        if self._text.at(place) == "/":
            place += 1
            if self._text.at(place) not in ("", ">") or self._hidden(place):
                raise self._error(begin, "missing >")
            self._stack.pop()
        elif self._hidden(place):
            raise self._error(begin, "missing >")
        return place

    def _push(self, begin: int, name: str, attributes: dict[str, str]) -> None:
        file, line = self._place(begin)
        element = Element(name, attributes, [], file, line)
        if self._stack:
            self._stack[-1].children.append(element)
        else:
            self._root = element
        self._stack.append(element)

    def _place(self, begin: int) -> tuple[str, int]:
        number = self._text.data.count("\n", 0, begin)
        return self._lines[min(number, len(self._lines) - 1)]

    def _attribute(self, begin: int, place: int, attributes: dict[str, str]) -> int:
        data = self._text.data
        name = _matched(_ATTRIBUTE, data, place)
        place += len(name)
        value = ""
        if self._text.at(place) and self._text.at(place) in "=" + _SPACE:
            place += 1
            while self._text.at(place) and self._text.at(place) in "=" + _SPACE:
                place += 1
            quote = self._text.at(place)
            if quote and quote in "\"'":
                end = data.find(quote, place + 1)
                if end < 0:
                    raise self._error(begin, f"missing {quote}")
                value = _decoded(data[place + 1 : end], attribute=True)
                self._forget_lines(place, end)
                place = end + 1
        attributes.setdefault(name, value)
        return self._skip(place, counted=True)

    def _skip(self, place: int, *, counted: bool) -> int:
        start = place
        while self._text.at(place).isspace():
            place += 1
        if not counted:
            self._forget_lines(start, place)
        return place

    def _forget_lines(self, start: int, end: int) -> None:
        """The switch overwrites these line ends, and does not count them afterwards."""
        self._uncounted += [at for at in range(start, end) if self._text.data[at] == "\n"]

    def _close(self, begin: int) -> int:
        name = _matched(re.compile(r"[^\t\r\n >]*"), self._text.data, begin + 1)
        place = begin + 1 + len(name)
        if self._hidden(place):
            raise self._error(begin, "missing >")
        if not self._stack or self._stack[-1].tag != name:
            raise self._error(place, f"unexpected closing tag </{name}>")
        self._stack.pop()
        return self._skip(place, counted=True)


def _matched(pattern: re.Pattern[str], text: str, place: int) -> str:
    match = pattern.match(text, place)
    return match[0] if match else ""


def _decoded(text: str, *, attribute: bool = False) -> str:
    """Entities put in; what is no entity stays. In attributes all white space is a space."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if attribute:
        text = re.sub(r"\s", " ", text)

    def put(match: re.Match[str]) -> str:
        if match[3]:
            return _ENTITIES[match[3]]
        code = int(match[1] or match[2], 10 if match[1] else 16)
        return chr(code) if 0 < code < 0x110000 else match[0]

    return _ENTITY.sub(put, text) if "&" in text else text
