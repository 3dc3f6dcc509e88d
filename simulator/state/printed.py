"""A piece of the configuration as the switch prints it: `xml_locate` (`switch_xml_toxml`)."""

from xml.parsers import expat

from dialform.values import dataclass, field

_INDENT = "  "
_TEXT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"}
_VALUE = _TEXT | {'"': "&quot;", "\n": "&#xA;", "\t": "&#x9;"}


@dataclass(slots=True)
class _Node:
    tag: str
    attributes: list[str]
    at: int
    """How much of the parent's text stands before it."""
    text: str = ""
    children: list["_Node"] = field(default_factory=list)


def locate(text: bytes, section: str, tag: str, attribute: str, value: str) -> str | None:
    """The first such element in a section, printed; the section itself when no tag is given."""
    found = _find(text, section, tag, attribute, value)
    return None if found is None else _Printer().print(found)


def _find(text: bytes, section: str, tag: str, attribute: str, value: str) -> _Node | None:
    """Keeps only what is wanted; the rest of the text passes by."""
    path: list[str] = []
    stack: list[_Node] = []
    found: list[_Node] = []

    def start(name: str, attributes: list[str]) -> None:
        path.append(name)
        here = dict(zip(attributes[::2], attributes[1::2], strict=True))
        if len(path) == 2:
            path[1] = "!" if name == "section" and here.get("name") == section else name
        if not stack and not (not found and _wanted(path, here, tag, attribute, value)):
            return
        node = _Node(name, attributes, len(stack[-1].text) if stack else 0)
        if stack:
            stack[-1].children.append(node)
        else:
            found.append(node)
        stack.append(node)

    def end(name: str) -> None:
        path.pop()
        if stack:
            stack.pop()

    def data(more: str) -> None:
        if stack:
            stack[-1].text += more

    parser = expat.ParserCreate("utf-8")
    parser.ordered_attributes = True
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = data
    parser.Parse(text, True)
    return found[0] if found else None


def _wanted(path: list[str], here: dict[str, str], tag: str, attribute: str, value: str) -> bool:
    if not tag:
        return len(path) == 2 and path[1] == "!"
    named = here.get(attribute, "\0").lower() == value.lower()
    return len(path) == 3 and path[1] == "!" and path[2] == tag and named


class _Printer:
    """Text stands where it stood, and each tag is indented once more: so the switch does it."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._last = ""
        self._depth = 0

    def print(self, node: _Node) -> str:
        self._tag(node)
        return "".join(self._out)

    def _write(self, text: str) -> None:
        if text:
            self._out.append(text)
            self._last = text[-1]

    def _tag(self, node: _Node) -> None:
        if self._last == ">":
            self._write("\n")
        self._write(_INDENT * self._depth + f"<{node.tag}")
        for name, value in zip(node.attributes[::2], node.attributes[1::2], strict=True):
            self._write(f' {name}="{_escape(value, _VALUE)}"')
        self._write(">")
        if node.children:
            self._inside(node)
        else:
            self._write(_escape(node.text, _TEXT))
        if self._last == "\n":
            self._write(_INDENT * self._depth)
        self._write(f"</{node.tag}>\n")

    def _inside(self, node: _Node) -> None:
        self._depth += 1
        start = 0
        for child in node.children:
            self._write(_escape(node.text[start : child.at], _TEXT))
            self._tag(child)
            start = child.at
        self._depth -= 1
        self._write(_escape(node.text[start:], _TEXT))


def _escape(text: str, table: dict[str, str]) -> str:
    return "".join(table.get(char, char) for char in text)
