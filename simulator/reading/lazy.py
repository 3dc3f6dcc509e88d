"""Finding one named element among files, most of which are never parsed.

At 1,000 tenants the compiled files are 127 MB of XML; a call needs those of one tenant. What FreeSWITCH
would find first is found first, except where two tenants' files hold the same name, which the
compiler does not write.
"""

import re
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

from dialform.simulator.reading.markup import Element, Include, MarkupError, Pending, Source, parse
from dialform.simulator.reading.preprocess import Preprocessor

_UNSURE = (b"<!--", b"<![CDATA[", b"<!DOCTYPE")


class Reader:
    """Parses files when they are asked for, and keeps what it parsed."""

    def __init__(self, preprocessor: Preprocessor) -> None:
        self._preprocessor = preprocessor
        self._parsed: dict[int, list[Element]] = {}
        self._indexes: dict[tuple[int, str], dict[str, tuple[int, int]]] = {}
        self._by_path: dict[tuple[int, Path], Source | None] = {}
        self._pieces: dict[tuple[int, int], Element | None] = {}

    def elements(self, source: Source) -> list[Element]:
        """All elements of a file. Raises MarkupError."""
        if id(source) not in self._parsed:
            self._parsed[id(source)] = parse(source)
        return self._parsed[id(source)]

    def settle(self, element: Element) -> Element:
        """Parses whatever was left for later inside an element, and returns it."""
        if any(isinstance(child, Pending) for child in element.children):
            element.children[:] = self.children(element)
        for child in element.children:
            self.settle(child)
        return element

    def children(self, element: Element) -> Iterator[Element]:
        """The children, those in included files among them; these are parsed as they come."""
        for child in list(element.children):
            if isinstance(child, Pending) and child.include:
                for source in self._preprocessor.open(child.include):
                    yield from self._spliced(self.elements(source))
            else:
                yield child

    def _spliced(self, elements: list[Element]) -> Iterator[Element]:
        return self.children(Element("", {}, elements, "", 0))

    def find(self, element: Element, tag: str, name: str) -> Element | None:
        """The first child with this tag and name, and of other files only what was needed for it."""
        return self._find(element.children, tag, name.lower())

    def _find(self, elements: list[Element], tag: str, name: str) -> Element | None:
        for child in elements:
            if isinstance(child, Pending) and child.include:
                found = self._find_included(child.include, tag, name)
            else:
                same = child.tag == tag and child.attributes.get("name", "\0").lower() == name
                found = child if same else None
            if found:
                return found
        return None

    def _find_included(self, include: Include, tag: str, name: str) -> Element | None:
        if include.sources is None:
            guess = self._guess(include, tag, name)
            if guess is not None:
                return guess
            return self._anywhere(include, tag, name)
        found = (self._in_file(source, tag, name) for source in include.sources)
        return next((element for element in found if element), None)

    def _guess(self, include: Include, tag: str, name: str) -> Element | None:
        """Looks into the folder that the name begins with: `acme.flow` stands in acme's."""
        labels = name.split(".")
        for slug in reversed(list(accumulate(labels, lambda a, b: f"{a}.{b}"))):
            if "/" in slug or str(include.pattern).count("*") != 1:
                continue
            source = self._at(include, Path(str(include.pattern).replace("*", slug)))
            found = self._in_file(source, tag, name) if source else None
            if found:
                return found
        return None

    def _at(self, include: Include, path: Path) -> Source | None:
        key = (id(include), path)
        if key not in self._by_path:
            one = Include(path, include.variables, include.level, include.line)
            sources = self._preprocessor.open(one)
            self._by_path[key] = sources[0] if sources else None
        return self._by_path[key]

    def _anywhere(self, include: Include, tag: str, name: str) -> Element | None:
        """Looks into every file; those that hold no such name are not even preprocessed."""
        wanted = name.encode("utf-8", "surrogateescape")
        for path in self._preprocessor.files(include):
            try:
                data = path.read_bytes()
            except OSError:
                continue
            source = self._at(include, path) if _may_hold(data, tag, wanted) else None
            found = self._in_file(source, tag, name) if source else None
            if found:
                return found
        return None

    def _in_file(self, source: Source, tag: str, name: str) -> Element | None:
        place = self._names(source, tag).get(name)
        if place is None:
            return None
        if place == (-1, -1) or id(source) in self._parsed:
            return self._find(self.elements(source), tag, name)
        if (id(source), place[0]) not in self._pieces:
            self._pieces[id(source), place[0]] = self._piece(source, tag, name, *place)
        return self._pieces[id(source), place[0]]

    def _piece(self, source: Source, tag: str, name: str, start: int, end: int) -> Element | None:
        try:
            return self._find(parse(source, start, end), tag, name)
        except MarkupError:  # it did not stand for itself after all
            return self._find(self.elements(source), tag, name)

    def _names(self, source: Source, tag: str) -> dict[str, tuple[int, int]]:
        """The named elements of a file and where each begins and ends, without parsing it."""
        key = (id(source), tag)
        if key not in self._indexes:
            self._indexes[key] = self._scan(source, tag)
        return self._indexes[key]

    def _scan(self, source: Source, tag: str) -> dict[str, tuple[int, int]]:
        data, mark = source.data, b"<%s " % tag.encode()
        if mark not in data and not source.includes:
            return {}
        if source.includes or any(unsure in data for unsure in _UNSURE):
            whole = self._spliced(self.elements(source))
            return {child.get("name").lower(): (-1, -1) for child in whole if child.tag == tag}
        begins = [match.start() for match in re.finditer(re.escape(mark), data)]
        ends = [*begins[1:], len(data)]
        names: dict[str, tuple[int, int]] = {}
        for begin, end in zip(begins, ends, strict=True):
            named = _NAME.search(data, begin, data.find(b">", begin))
            if named:
                name = named[1].decode("utf-8", "surrogateescape").lower()
                names.setdefault(name, (begin, end))
        return names


_NAME = re.compile(rb'\sname="([^"&]*)"')
_PLAIN_NAME = re.compile(rb'\sname="([^"&$]*)"')


def _may_hold(data: bytes, tag: str, name: bytes) -> bool:
    """Whether a file, as it stands on the disk, may hold the element, or include one that does.

    Includes in the usual spelling, that is: `X-PRE-PROCESS`, or the same in small letters.
    """
    if b"X-PRE-PROCESS" in data or b"x-pre-process" in data:
        return True
    mark = b"<" + tag.encode()
    at = data.find(mark)
    while at >= 0:
        end = data.find(b">", at)
        found = _PLAIN_NAME.search(data, at, end if end >= 0 else len(data))
        if found is None or found[1].lower() == name:
            return True
        at = data.find(mark, at + 1)
    return False
