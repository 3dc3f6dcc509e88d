"""What the checks stand on: the files, the machine, and the switch where there is one."""

import xml.etree.ElementTree as ET
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from dialform.compiler.scope import Scope
from dialform.reconcile import status
from dialform.reconcile.doctor.machine import Machine
from dialform.reconcile.folders import Folders
from dialform.reconcile.sitefiles import SiteFiles
from dialform.switch import SwitchError
from dialform.switch.questions import Ask, global_variable
from dialform.values import dataclass, field

T = TypeVar("T")

USUAL = {
    "log_dir": "/var/log/freeswitch",
    "db_dir": "/var/lib/freeswitch/db",
    "sounds_dir": "/usr/share/freeswitch/sounds",
    "certs_dir": "/etc/freeswitch/tls",
    "storage_dir": "/var/lib/freeswitch/storage",
}
"""Where the distributions' packages have these folders (docs/compile-and-boot.md)."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What somebody asks about. `kind` is extension, number, gateway, user, tenant or check."""

    kind: str
    name: str
    tenant: str = ""


@dataclass(slots=True)
class Ground:
    """Everything that a check may look at. What is not there is None, and `missing` says why."""

    machine: Machine
    state: Path | None = None
    """The agent's state folder, whether it ever applied anything there or not."""
    folders: Folders | None = None
    site: SiteFiles | None = None
    secrets: Path | None = None
    ask: Ask | None = None
    missing: dict[str, str] = field(default_factory=dict)
    """`switch`, `folders`, `site` → why there is none."""
    error: SwitchError | None = None
    """Why the switch cannot be asked."""
    subjects: Sequence[Subject] = ()
    tenant: str = ""
    """Only this tenant, where one was named."""
    trace: Callable[[str], str] | None = None
    """Sends a simulated call from outside to a number; where it ended, in words."""
    _asked: dict[str, Any] = field(default_factory=dict)

    async def learn(self, question: Callable[[Ask], Awaitable[T]]) -> T | None:
        """Asks the switch, once for all checks; None where there is no answer."""
        name = f"{question.__module__}.{question.__name__}"
        if self.ask is None:
            return None
        if name not in self._asked:
            try:
                self._asked[name] = await question(self.ask)
            except SwitchError as error:
                self._asked[name] = None
                self.missing.setdefault(name, str(error))
        found: T | None = self._asked[name]
        return found

    async def say(self, command: str) -> str | None:
        """A reply of the switch, None where there is none."""
        if self.ask is None:
            return None
        try:
            return await self.ask(command)
        except SwitchError:
            return None

    async def folder(self, variable: str) -> Path:
        """A folder of the switch: as it says, as its configuration says, or where it usually is."""
        if self.ask is not None:
            try:
                if said := await global_variable(self.ask, variable):
                    return Path(said.strip())
            except SwitchError:
                pass
        return Path(self.boot(variable.removesuffix("_dir")) or USUAL[variable])

    def boot(self, option: str) -> str:
        """What the switch is told by an option of its start, as `-log`; empty where it is not."""
        words = self.manifest.get("boot", [])
        if isinstance(words, list) and f"-{option}" in words[:-1]:
            return str(words[words.index(f"-{option}") + 1])
        return ""

    @property
    def manifest(self) -> dict[str, Any]:
        """The compiler's, of what is current; empty where it cannot be read."""
        import json

        if self.folders is None:
            return {}
        try:
            found = json.loads((self.folders.current / "manifest.json").read_bytes())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def status(self) -> dict[str, Any] | None:
        """The agent's last status; None where there is none."""
        return None if self.state is None else status.read(self.state / "status.json")

    def xml(self, path: str) -> ET.Element | None:
        """A file of the configuration, parsed; None where it cannot be."""
        return _parsed(self.folders.conf / path) if self.folders else None

    def files(self, pattern: str) -> list[Path]:
        """Files of the configuration by a pattern, in order; none where there is no configuration."""
        return sorted(self.folders.conf.glob(pattern)) if self.folders else []

    def trees(self, pattern: str) -> Iterator[tuple[str, ET.Element]]:
        """Those of these files that can be parsed, each by its name without the suffix."""
        for path in self.files(pattern):
            if (root := _parsed(path)) is not None:
                yield path.stem, root

    def params(self, path: str) -> dict[str, str]:
        """The parameters in a file of the configuration, by name; empty where it cannot be parsed."""
        root = self.xml(path)
        return {} if root is None else params(root)

    def scopes(self) -> list[Scope]:
        """The tenants of the site that are asked about."""
        if self.site is None:
            return []
        named = {subject.tenant for subject in self.subjects if subject.tenant}
        wanted = {self.tenant} if self.tenant else named or set(self.site.slugs)
        found = (self.site.tenant(slug) for slug in sorted(wanted))
        return [scope for scope in found if scope is not None]

    def asked(self, kind: str) -> list[Subject]:
        """The subjects of a kind."""
        return [subject for subject in self.subjects if subject.kind == kind]

    @property
    def no_switch(self) -> str:
        """Why the switch was not asked."""
        return self.missing.get("switch", "no switch was asked")

    @property
    def no_site(self) -> str:
        """Why the site was not looked at."""
        return self.missing.get("site", "no site was named")


def _parsed(path: Path) -> ET.Element | None:
    try:
        return ET.parse(path).getroot()  # noqa: S314 -- our own compiler's
    except (OSError, ET.ParseError):
        return None


def params(node: ET.Element) -> dict[str, str]:
    """The parameters below a node, by name."""
    return {one.get("name", ""): one.get("value", "") for one in node.iter("param")}
