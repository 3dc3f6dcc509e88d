"""The catalogue: what vendors and models can do, as data.

A vendor is one folder of `renderers/phones/`, with its table `vendor.toml` and its templates. The tables
are read here as files, because findings need them; no code of that room is imported.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

from dialform.values import dataclass, field

TABLE = "vendor.toml"
KINDS = ("line", "blf", "speed-dial", "park", "dnd", "forward", "voicemail", "page", "none")
"""What a key can do."""
FORMATS = ("ini", "xml", "text")
"""What a file's values are escaped for."""


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A file that phones of a vendor fetch.

    `name` and `also` may hold `{mac}` and `{MAC}` (12 hex digits), and the `{model}`, or its `{digits}`
    alone; the service answers all of them, and a request for the bare MAC with the first file. `template`
    may hold `{template}`, the device's. `format` is one of FORMATS, `type` the Content-Type. One that is not
    `secret` is fetched more than once by a phone that starts (first by its loader): in a window it may be.
    """

    name: str
    template: str
    format: str
    type: str
    also: tuple[str, ...] = ()
    secret: bool = True


@dataclass(frozen=True, slots=True)
class Model:
    """What a model can do. `keys` are those of the phone itself that can be programmed, line keys included;
    each entry of `modules` is an expansion module with its number of keys, and `most_modules` of them fit.
    """

    name: str
    lines: int
    keys: int
    codecs: tuple[str, ...]
    template: str
    modules: Mapping[str, int] = field(default_factory=dict)
    most_modules: int = 0
    also: tuple[str, ...] = ()
    """Other spellings of its name."""
    traits: Mapping[str, Any] = field(default_factory=dict)
    """What only the vendor's own templates know of."""


@dataclass(frozen=True, slots=True)
class Vendor:
    """A vendor. `templates` are the names that a device may ask for. `agent` is what its phones'
    User-Agent begins with. `resync` and `reboot` are the events of the NOTIFY that makes its phones
    fetch, and start again; empty where they know none. `where` says to people where the address is
    typed in. `address` is appended to the phone's URL where the vendor wants the name of the file as well.
    """

    key: str
    name: str
    also: tuple[str, ...]
    agent: str
    kinds: tuple[str, ...]
    files: tuple[ConfigFile, ...]
    models: Mapping[str, Model]
    templates: frozenset[str]
    resync: str
    reboot: str
    where: str
    address: str = ""
    bare: bool = False
    """Whether its phones' field takes the address without `https://`, which is chosen beside it."""
    option66: bool = True
    """Whether its phones ask DHCP for an address, and append their own names to it."""
    dhcp: tuple[int, ...] = (66,)
    """The options that they ask for, the first one first."""
    macro: str = ""
    """What they want behind the address in DHCP, where they append no name: a name with the vendor's own
    sign for the MAC."""
    without: Mapping[str, str] = field(default_factory=dict)
    """Settings that its phones have no parameter for, each with the reason (`screen.backlight`); for one
    template alone as `dect/screen.backlight`.
    """

    def model(self, written: str) -> Model | None:
        """The model that somebody means: capital letters, spaces and hyphens do not count."""
        return self._spellings().get(plain(written))

    def _spellings(self) -> Mapping[str, Model]:
        return _spellings(self.key)


@lru_cache(1024)
def plain(name: str) -> str:
    """A vendor's or model's name without what people write in two ways."""
    return "".join(c for c in name.lower() if c.isalnum())


def vendors() -> tuple[str, ...]:
    """The keys of all vendors, in order."""
    return tuple(sorted(_folders()))


def vendor_of(written: str) -> Vendor | None:
    """The vendor that somebody means by a name or by an older one (`polycom`)."""
    key = _names().get(plain(written))
    return _vendor(key) if key else None


@cache
def _folders() -> Mapping[str, Path]:
    root = Path(import_module("dialform.renderers.phones").__path__[0])
    return {table.parent.name: table.parent for table in root.glob(f"*/{TABLE}")}


@cache
def _names() -> Mapping[str, str]:
    """Every spelling of a vendor's name → its key."""
    found = {plain(key): key for key in _folders()}
    for key in _folders():
        found |= {plain(other): key for other in _vendor(key).also}
    return found


@cache
def _vendor(key: str) -> Vendor:
    folder = _folders()[key]
    data = tomllib.loads((folder / TABLE).read_text("utf-8"))
    files = tuple(_file(row) for row in data["files"])
    codecs, template = tuple(data["codecs"]), data.get("template", "phone")
    models = {
        name: _model(name, row, codecs, template) for name, row in sorted(data["models"].items())
    }
    return Vendor(
        key=key,
        name=data["name"],
        also=tuple(data.get("also", ())),
        agent=data["agent"],
        kinds=tuple(data["keys"]),
        files=files,
        models=MappingProxyType(models),
        templates=frozenset(
            {model.template for model in models.values()} | set(data.get("templates", ()))
        ),
        resync=data.get("resync", ""),
        reboot=data.get("reboot", ""),
        where=data["where"],
        address=data.get("address", ""),
        bare=data.get("bare", False),
        option66=data.get("option66", True),
        dhcp=tuple(data.get("dhcp", (66,))),
        macro=data.get("macro", ""),
        without=MappingProxyType(dict(_without(data.get("without", {})))),
    )


def _without(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """`[without]` holds reasons by setting; `[without.<template>]` those of one template."""
    for key, value in data.items():
        if isinstance(value, str):
            yield key, value
        else:
            yield from ((f"{key}/{setting}", reason) for setting, reason in value.items())


@cache
def _spellings(key: str) -> Mapping[str, Model]:
    models = _vendor(key).models.values()
    return {plain(name): model for model in models for name in (*model.also, model.name)}


def _file(row: Mapping[str, Any]) -> ConfigFile:
    return ConfigFile(
        name=row["name"],
        template=row["template"],
        format=row["format"],
        type=row["type"],
        also=tuple(row.get("also", ())),
        secret=row.get("secret", True),
    )


_OF_MODELS = {"lines", "keys", "codecs", "template", "modules", "most_modules", "also"}


def _model(name: str, row: Mapping[str, Any], codecs: tuple[str, ...], template: str) -> Model:
    return Model(
        name=name,
        lines=row["lines"],
        keys=row["keys"],
        codecs=tuple(row.get("codecs", codecs)),
        template=row.get("template", template),
        modules=row.get("modules", {}),
        most_modules=row.get("most_modules", 0),
        also=tuple(row.get("also", ())),
        traits={key: value for key, value in row.items() if key not in _OF_MODELS},
    )
