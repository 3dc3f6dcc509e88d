"""A switch whose configuration is applied as the agent does it: generations, a symlink, steps, proofs."""

from __future__ import annotations

import shutil
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dialform.compiler.planning.actions import Step
from dialform.reconcile.converge import steps
from dialform.reconcile.drift import Drift, drift
from dialform.reconcile.execute import Anything, Outcome, execute
from dialform.reconcile.known import Known
from dialform.reconcile.observe import Observed, observe
from dialform.reconcile.prove import Doubt, prove
from dialform.reconcile.wanted import Resources, wanted
from dialform.switch import Client

from .site import HOST, Site
from .switch import Switch
from .trunk import Carrier


class Applied:
    """One switch under care. Everything goes through the project's own client and rules."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._current = site.folder / "current"
        self._count = 0
        self.known = Known()
        self.saved: list[Known] = []
        self.want = self.take()
        self.flip(self.want)
        self.switch = Switch(self._current / "freeswitch", site.state)
        self._had: Resources | None = None
        self.carriers: Iterable[Carrier] = ()

    @contextmanager
    def running(self) -> Iterator[Switch]:
        """The switch, booted; what it started with is what is known of it."""
        with self.switch:
            core = self.switch.api("global_getvar core_uuid").strip()
            self.known, self._had = Known.after_restart(self.want, core), self.want
            yield self.switch

    def take(self) -> Resources:
        """Compiles, and keeps what came of it as a generation."""
        self.site.compile()
        self._count += 1
        folder = self.site.folder / f"generation-{self._count}"
        shutil.copytree(self.site.out / HOST, folder)
        return wanted(folder, getattr(self, "want", None))

    def flip(self, to: Resources) -> None:
        """The switch reads another generation from now on."""
        link = self._current.with_suffix(".next")
        link.unlink(missing_ok=True)
        link.symlink_to(Path(to.folder))
        link.replace(self._current)

    def client(self) -> Client:
        """A connection of its own."""
        address, password = self.switch.esl.address, self.switch.esl.password
        return Client(address, password, timeout=20.0)

    async def look(self, client: Client) -> Observed:
        return await observe(client.api, self.want.modules, self.known.waiting)

    async def apply(self, allow: Container[Step] = Anything()) -> tuple[Outcome, list[Doubt]]:
        """Compiles, flips, does the steps, proves: what the agent does with a commit."""
        self.want = self.take()
        self.flip(self.want)
        return await self.converge(allow)

    async def converge(self, allow: Container[Step] = Anything()) -> tuple[Outcome, list[Doubt]]:
        """From whatever is to what is wanted."""
        async with self.client() as client:
            seen = await self.look(client)
            made = steps(self.want, self.known, seen, self._had)
            outcome = await execute(
                made, client.api, want=self.want, known=self.known, save=self.saved.append,
                allow=allow, had=self._had,
            )  # fmt: skip
            self.known = outcome.known
            found = await prove(self.want, client.api, within=8.0, before=seen)
        if outcome.ok:
            self._had = self.want
        return outcome, found

    async def idle(self) -> list[Step]:
        """What is left to be done."""
        async with self.client() as client:
            return steps(self.want, self.known, await self.look(client), self._had)

    async def drifts(self) -> list[Drift]:
        async with self.client() as client:
            return drift(self.want, self.known, await self.look(client))
