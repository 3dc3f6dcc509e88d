"""What the portal stands on: the generation that runs, the ledger's database, the switch, the repository."""

import asyncio
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from dialform.billing.ledger.database import Database
from dialform.billing.ledger.ledger import Ledger
from dialform.compiler.secrets import SecretStore
from dialform.compiler.stamp import SITE
from dialform.console.clocks import Clocks
from dialform.console.errors import Away
from dialform.console.settings import Settings
from dialform.console.site import Site
from dialform.reconcile.desk.customers import Customer, customer
from dialform.reconcile.endpoint import EndpointError
from dialform.reconcile.folders import Folders, FoldersError
from dialform.reconcile.layout import Layout
from dialform.reconcile.waves.store import StatusStore
from dialform.switch import SwitchError
from dialform.switch.link import Link

P = ParamSpec("P")
T = TypeVar("T")


AGAIN = 1.0
"""Seconds for which the folders that were found are those that there are. Where the link of the one that runs
leads is looked at each time.
"""


class Ground:
    """What all pages share. Nothing here is one visitor's."""

    def __init__(
        self, *, find: Callable[[], Folders], settings: Settings, ledger: Ledger, store: SecretStore,
        state: Path, remote: str = "", branch: str = "", subfolder: str = "",
        clocks: Clocks | None = None, say: Callable[..., None] | None = None,
    ) -> None:  # fmt: skip
        """`find` gives the compiled folders, each time anew: what runs may move.

        `state` is the portal's own folder; `remote` and `branch` are where changes go, "" for nowhere;
        `subfolder` is where the site lies in that repository.
        """
        self.settings, self.ledger, self.store, self.state = settings, ledger, store, state
        self.remote, self.branch, self.subfolder = remote, branch, subfolder
        self.clocks = clocks or Clocks()
        self.say = say or (lambda *_, **__: None)
        self.parts: dict[str, Any] = {}
        """What areas keep for all requests, by their name (`console/<area>`), made at their first use."""
        self.statuses: StatusStore | None = None
        """Where the platform's hosts leave word, where somebody said."""
        self._find = find
        self._found: tuple[float, Folders, str] | None = None
        self._released: tuple[tuple[Path, int], Site] | None = None
        self._customers: dict[tuple[Path, str], Customer | None] = {}

    @property
    def database(self) -> Database:
        """The ledger's database, where accounts, sessions and drafts are too."""
        return self.ledger.database

    def folders(self) -> Folders:
        """The compiled folders of this host, what runs first: looked for after a second. Raises Away."""
        now = self.clocks.steady()
        if self._found is not None:
            at, found, target = self._found
            if 0 <= now - at < AGAIN and target == _target(found):
                return found
        try:
            found = self._find()
        except FoldersError as error:
            raise Away(str(error)) from None
        self._found = (now, found, _target(found))
        return found

    def released(self) -> Site:
        """The site that runs. Raises Away."""
        folders = self.folders()
        current = folders.current.resolve()
        seen = (current, _stamp(current))
        if self._released is None or self._released[0] != seen:
            before = self._released[1] if self._released else None
            self._released = (seen, Site(current / SITE, _commit(current), before=before))
            self._customers.clear()
        return self._released[1]

    def customer(self, slug: str) -> Customer | None:
        """A tenant as the switch has it; None where this host has none of this name."""
        self.released()
        folders = self.folders()
        key = (folders.current.resolve(), slug)
        if key not in self._customers:
            self._customers[key] = customer(folders.conf, slug)
        return self._customers[key]

    @cached_property
    def link(self) -> Link:
        """The event socket: connects by itself while the server runs (`console/table.py` BESIDE)."""
        return Link(self._endpoint)

    async def api(self, command: str) -> str:
        """What the switch answers to a command. Raises Away."""
        try:
            return await self.link.api(command)
        except SwitchError as error:
            raise Away(f"The switch cannot be asked: {error}") from None

    async def off(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do work that blocks (files, database, git) off the loop."""
        return await asyncio.to_thread(work, *args, **kwargs)

    def _endpoint(self) -> tuple[tuple[str, int], tuple[str, ...]]:
        try:
            found = self._find().endpoint()
        except (FoldersError, EndpointError) as error:
            raise SwitchError(str(error)) from None
        return found.address, tuple(found.passwords)


def _target(found: Folders) -> str:
    """Where the agent's link to what runs leads; empty without an agent."""
    if found.state is None:
        return ""
    try:
        return str(Layout(found.state).current.readlink())
    except OSError:
        return ""


def _stamp(folder: Path) -> int:
    """When a compiled folder was written: without an agent, the next compile takes its place."""
    try:
        return (folder / "manifest.json").stat().st_mtime_ns
    except OSError:
        return 0


def _commit(folder: Path) -> str:
    import json

    try:
        return str(json.loads((folder / "manifest.json").read_bytes()).get("commit") or "")
    except (OSError, ValueError, AttributeError):
        return ""
