"""Elements of the compiled configuration, each with the file and line where it stands."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.parsers import expat

from dialform.values import dataclass, field


class MarkupError(Exception):
    """XML that the switch cannot read. `reason` is in the switch's own words where it has some."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}:{line}: {reason}")
        self.file, self.line, self.reason = file, line, reason


@dataclass(slots=True)
class Element:
    """One element. `file` is relative to the conf folder; `text` is what stands between its tags."""

    tag: str
    attributes: dict[str, str]
    children: list["Element"]
    file: str
    line: int
    text: str = ""

    def get(self, name: str, otherwise: str = "") -> str:
        """An attribute, as `switch_xml_attr_soft`."""
        return self.attributes.get(name, otherwise)

    def all(self, tag: str) -> Iterator["Element"]:
        """The children with this tag, in order."""
        return (child for child in self.children if child.tag == tag)

    def first(self, tag: str) -> "Element | None":
        """The first child with this tag."""
        for child in self.children:
            if child.tag == tag:
                return child
        return None

    def named(self, tag: str, name: str, attribute: str = "name") -> "Element | None":
        """The first such child of this name; letter case says nothing (`switch_xml_find_child`)."""
        wanted = name.lower()
        for child in self.children:
            if child.tag == tag and child.attributes.get(attribute, "\0").lower() == wanted:
                return child
        return None

    def pairs(self, container: str, tag: str) -> dict[str, str]:
        """The name and value of each `tag` in the first `container`; the first of a name holds."""
        found: dict[str, str] = {}
        for child in getattr(self.first(container), "children", ()):
            if child.tag == tag and "name" in child.attributes:
                found.setdefault(child.attributes["name"], child.attributes.get("value", ""))
        return found


@dataclass(slots=True)
class Source:
    """One file after the preprocessor: its lines stand where they stood, dropped ones are empty.

    Where it includes others stands `<?include N?>`, with N an index into `includes`.
    """

    file: str
    data: bytes
    includes: list["Include"] = field(default_factory=list)
    dropped: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Include:
    """An include line: the pattern it names and what `$${…}` meant there.

    `sources` are its files, None until they are needed.
    """

    pattern: Path
    variables: dict[str, str]
    level: int
    line: int
    sources: list[Source] | None = None


@dataclass(slots=True)
class Pending(Element):
    """Stands among the children for an include whose files are not parsed yet."""

    include: Include | None = None


def parse(source: Source, start: int = 0, end: int | None = None) -> list[Element]:
    """The elements of a file, or of a piece of it, on its top level. Raises MarkupError."""
    first = source.data.count(b"\n", 0, start) + 1
    piece = source.data[start:end] if start or end is not None else source.data
    try:
        return _fast(source, piece, first)
    except expat.ExpatError:
        return _lenient(source, piece, first)


def well_formed(source: Source, *, root: bool = False) -> bool:
    """Whether a strict parser accepts the file; quicker than to parse it.

    The root file must hold one element, others any number.
    """
    parser = expat.ParserCreate("utf-8")
    before, after = (b"", b"") if root else (b"<include>", b"</include>")
    try:
        parser.Parse(before, False)
        parser.Parse(source.data, False)
        parser.Parse(after, True)
    except expat.ExpatError:
        return False
    return True


def _lenient(source: Source, piece: bytes, first: int) -> list[Element]:
    """What the switch makes of it all the same."""
    from dialform.simulator.reading.switchxml import SwitchXmlError, read

    text = piece.decode("utf-8", "surrogateescape")
    lines = [(source.file, first + number) for number in range(text.count("\n") + 1)]
    try:
        return read(f"<include>{text}</include>\n", lines, source.includes).children
    except SwitchXmlError as error:
        line = lines[min(error.line, len(lines)) - 1][1]
        raise MarkupError(source.file, line, str(error)) from None


def _fast(source: Source, piece: bytes, first: int) -> list[Element]:
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    file, before = source.file, first - 1
    root = Element("", {}, [], file, first)
    stack = [root]

    def start(tag: str, attributes: dict[str, str]) -> None:
        element = Element(tag, attributes, [], file, before + parser.CurrentLineNumber)
        stack[-1].children.append(element)
        stack.append(element)

    def end(_: str) -> None:
        stack.pop()

    def text(data: str) -> None:
        stack[-1].text += data

    def instruction(target: str, data: str) -> None:
        if target == "include":
            line = before + parser.CurrentLineNumber
            include = source.includes[int(data)]
            stack[-1].children.append(Pending("", {}, [], file, line, include=include))

    parser.Parse(b"<include>", False)
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.ProcessingInstructionHandler = instruction
    parser.Parse(piece, False)
    _balanced(stack)
    parser.EndElementHandler = None
    parser.Parse(b"</include>", True)
    return root.children


def _balanced(stack: Sequence[Element]) -> None:
    if len(stack) != 1:
        open_ = stack[-1]
        raise MarkupError(open_.file, open_.line, f"unclosed tag <{open_.tag}>")
