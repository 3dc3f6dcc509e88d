"""The configuration that FreeSWITCH would run, read from a compiled folder."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Self

from dialform.simulator.reading.directory import Domain, User, read_domain
from dialform.simulator.reading.lazy import Reader
from dialform.simulator.reading.markup import Element, MarkupError, Source, parse
from dialform.simulator.reading.preprocess import Preprocessor, Refused
from dialform.simulator.reading.whole import check, expanded
from dialform.values import dataclass, field

ROOT = "freeswitch.xml"


@dataclass(frozen=True, slots=True)
class Context:
    """A dialplan context. `name` is its own, which is `global` where another was not found."""

    name: str
    element: Element
    doors: list["tuple[Element, str | None]"] = field(default_factory=list, compare=False)
    """Each extension with what the dialled number must be like for it, where that is all it asks
    first. Filled at the first hunt: most extensions are then passed by with one look."""
    open: dict[str, list[Element]] = field(default_factory=dict, compare=False)
    """The extensions that a dialled number is not turned away from at the door, of the numbers that were
    dialled last."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway of a SIP profile."""

    name: str
    profile: str
    params: dict[str, str]


class Named(Mapping[str, Element]):
    """The elements with one tag below another, by name. A look-up parses what it needs, no more.

    Counting or going through them parses the files of all tenants.
    """

    def __init__(self, reader: Reader, parent: Element | None, tag: str) -> None:
        self._reader, self._parent, self._tag = reader, parent, tag

    def __getitem__(self, name: str) -> Element:
        found = self._reader.find(self._parent, self._tag, name) if self._parent else None
        if found is None:
            raise KeyError(name)
        return self._reader.settle(found)

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def _all(self) -> dict[str, Element]:
        if self._parent is None:
            return {}
        found: dict[str, Element] = {}
        for child in self._reader.settle(self._parent).all(self._tag):
            found.setdefault(child.get("name"), child)
        return found


class Configuration:
    """What `freeswitch.xml` says with all its includes. Parses lazily: see `lazy`."""

    def __init__(self, conf: Path, source: Source, preprocessor: Preprocessor) -> None:
        self.conf = conf
        self._source = source
        self._preprocessor = preprocessor
        self._reader = Reader(preprocessor)
        self._root = next(iter(parse(source)), Element("", {}, [], ROOT, 1))
        self._domains: dict[str, Domain | None] = {}
        self._contexts: dict[str, Context | None] = {}
        self._gateways: dict[str, Gateway] | None = None
        self._profiles: dict[str, Element] | None = None

    @classmethod
    def load(cls, conf: Path, variables: Mapping[str, str] = {}) -> Self:
        """Reads the folder. `variables` are those that the switch has before it reads: `conf_dir`
        and the like. Raises MarkupError."""
        given, conf = conf.absolute(), conf.resolve()
        # Files are read when they are asked for, from where a link led at this moment, as a switch that
        # reads all of them now; its own folder it calls as it was told.
        preprocessor = Preprocessor(conf, {"conf_dir": str(given), **variables})
        try:
            source = preprocessor.read(conf / ROOT)
        except OSError:
            raise MarkupError(ROOT, 1, "Cannot Open log directory or XML Root!") from None
        try:
            return cls(conf, source, preprocessor)
        except MarkupError:
            # Alone the root file says less than all of them together.
            check(preprocessor, source)
            raise

    def check(self) -> None:
        """Reads every file, as `reloadxml` does. Raises MarkupError with its words as `reason`."""
        check(self._preprocessor, self._source)

    def text(self) -> str:
        """The whole text that the preprocessor makes of all files."""
        return "".join(line for _, _, line in expanded(self._preprocessor, self._source))

    @property
    def variables(self) -> dict[str, str]:
        """The globals, `$${…}`, as the preprocessor left them."""
        return self._preprocessor.variables

    @property
    def refused(self) -> list[Refused]:
        """The lines of the preprocessor that would have run programs."""
        return self._preprocessor.refused

    def section(self, name: str) -> Element:
        """A section of the document; an empty one where it is missing."""
        return self._root.named("section", name) or Element("section", {}, [], ROOT, 1)

    def everything(self, element: Element) -> Element:
        """The element with all that it includes, of all tenants."""
        return self._reader.settle(element)

    def _configuration(self, name: str) -> Element | None:
        return self._reader.find(self.section("configuration"), "configuration", name)

    def configuration(self, name: str) -> Element | None:
        """A whole configuration, as `sofia.conf`, with all that it includes."""
        found = self._configuration(name)
        return self._reader.settle(found) if found else None

    def part(self, name: str, container: str) -> Element | None:
        """One part of a configuration, with what that part alone includes."""
        found = self._configuration(name)
        part = found.first(container) if found else None
        return self._reader.settle(part) if part else None

    def settings(self, name: str) -> dict[str, str]:
        """The plain settings of a configuration."""
        found = self._configuration(name)
        return found.pairs("settings", "param") if found else {}

    def context(self, name: str) -> Context | None:
        """A context of the dialplan, `global` where there is none of this name, or None."""
        if name not in self._contexts:
            self._contexts[name] = self._context(name)
        return self._contexts[name]

    def _context(self, name: str) -> Context | None:
        for wanted in (name, "global"):
            found = self._reader.find(self.section("dialplan"), "context", wanted)
            if found:
                return Context(found.get("name"), self._reader.settle(found))
        return None

    def domain(self, name: str) -> Domain | None:
        """A domain of the directory with its users."""
        key = name.lower()
        if key not in self._domains:
            found = self._reader.find(self.section("directory"), "domain", name)
            self._domains[key] = read_domain(self._reader.settle(found)) if found else None
        return self._domains[key]

    def domains(self) -> list[str]:
        """The names of all domains of the directory. Reads every tenant."""
        return list(Named(self._reader, self.section("directory"), "domain"))

    def user(self, number: str, domain: str) -> User | None:
        """A user by id or number-alias."""
        found = self.domain(domain)
        return found.user(number) if found else None

    def menu(self, name: str) -> Element | None:
        """An IVR menu."""
        return self._named("ivr.conf", "menus", "menu").get(name)

    def queues(self) -> Mapping[str, Element]:
        """The queues by name. Ask for the one you need: going through them reads every tenant."""
        return self._named("callcenter.conf", "queues", "queue")

    def streams(self) -> Mapping[str, Element]:
        """The music on hold, `local_stream.conf`, by name; lazy like the queues."""
        return self._named("local_stream.conf", "", "directory")

    def _named(self, configuration: str, container: str, tag: str) -> Named:
        found = self._configuration(configuration)
        if found and container:
            found = found.first(container)
        return Named(self._reader, found, tag)

    def profiles(self) -> dict[str, Element]:
        """The SIP profiles by name."""
        if self._profiles is None:
            self._profiles = dict(self._named("sofia.conf", "profiles", "profile").items())
        return self._profiles

    def gateways(self) -> dict[str, Gateway]:
        """The gateways of all profiles by name."""
        if self._gateways is None:
            self._gateways = self._find_gateways()
        return self._gateways

    def _find_gateways(self) -> dict[str, Gateway]:
        found: dict[str, Gateway] = {}
        for profile, element in self.profiles().items():
            for gateway in getattr(element.first("gateways"), "children", ()):
                params = {p.get("name"): p.get("value") for p in gateway.all("param")}
                name = gateway.get("name")
                found.setdefault(name, Gateway(name, profile, params))
        return found

    def macro(self, language: str, name: str) -> Element | None:
        """A phrase macro of a language, of English where that has none of it."""
        section = self.section("languages")
        found = self._reader.find(section, "language", language)
        phrases = self._reader.settle(found).first("phrases") if found else None
        macros = phrases.first("macros") if phrases else None
        return macros.named("macro", name) if macros else None
