"""A host whose agent sends faxes, and what a test asks of it: its queue, its inbox, the spool of its switch."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from dialform.billing.facts import FAX
from dialform.billing.ledger import lines
from dialform.billing.ledger.lines import Line
from dialform.billing.ledger.opening import open_ledger
from dialform.fax.queue import Inbox, Queue
from dialform.fax.queue.values import Attempt, Job, Received, Sheets

from . import lab
from .agent import DIALFORM, ENVIRONMENT, AgentHost, off
from .conftest import answering
from .loop import Loop

ACCOUNT = "1050"
OUT = "mycarrier"
"""The trunk that acme's faxes leave by."""
DID, AUDIO, DEVICE = "+17185552001", "+17185552002", "+17185552005"
"""Numbers of another tenant, `faxes` (lab/tenants.d): an account with T.38, one without, and a fax machine
that nobody has plugged in, so that the first account receives.
"""
ABROAD, OTHER = "+17185559999", "+17185559998"
"""Numbers of nobody's: what is there a test says."""
LONG = 180.0
"""Seconds that a scene with faxes may take."""


class FaxHost(AgentHost):
    """The suite's host, with the queue in its agent's ledger."""

    def loop(self) -> Loop:
        """The carrier of acme's faxes: what it is called for, it brings back."""
        return Loop(self.site.carriers[OUT], self.site.address("external"))

    # What an operator says.

    def fax(self, *words: str, exits: int = 0) -> str:
        """`dialform fax …`: what it prints."""
        place = ["--site", str(self.site.source), "--state", str(self.agent_state)]
        command = [DIALFORM, "fax", *words, *place, "--secrets", str(self.site.secrets)]
        ran = subprocess.run(
            command, env=ENVIRONMENT, capture_output=True, text=True, timeout=120, check=False
        )
        assert ran.returncode == exits, (words, ran.returncode, ran.stdout, ran.stderr)
        return ran.stdout + ran.stderr

    async def sends(self, file: Path, *to: str, at: str = "") -> list[int]:
        """Queues a file to these numbers; the numbers of the jobs."""
        numbers = [word for one in to for word in ("--to", one)]
        words = ["send", "--tenant", "acme", "--account", ACCOUNT, *numbers, "--format", "json"]
        words += ["--at", at] if at else []
        said = await off(lambda: self.fax(*words, str(file)))
        return [int(row["id"]) for row in json.loads(said)["faxes"]]

    async def limits(self, process: Any, **limits: Any) -> None:
        """Other limits of acme's, proven by the agent that stays, and in force on the switch."""
        with self.site.edit("tenants.d/acme/account.yaml") as account:
            account["limits"].update(limits)
        commit = self.commit("limits")
        self.poke(process)
        await off(lambda: self.comes_to(commit))
        held = any(float(value) >= 0 for value in limits.values())
        pattern = "^limit$" if held else "^-ERR no reply"
        await self.switch.becomes("db select/acme-block/outbound", pattern, 30.0)

    # What is true.

    @contextmanager
    def _books(self) -> Iterator[Any]:
        ledger = open_ledger(f"sqlite:///{self.agent_state}/ledger.db")
        try:
            yield ledger
        finally:
            ledger.close()

    def job(self, id_: int) -> Job:
        """A job as it stands."""
        with self._books() as ledger:
            found = Queue(ledger.database).job(id_)
        assert found is not None
        return found

    def attempts(self, id_: int) -> list[Attempt]:
        """Its calls, in order."""
        with self._books() as ledger:
            return list(Queue(ledger.database).attempts(id_))

    def sheets(self, digest: str) -> Sheets:
        """A document of the queue."""
        with self._books() as ledger:
            found = Queue(ledger.database).sheets(digest)
        assert found is not None
        return found

    def received(self) -> list[Received]:
        """What came in."""
        with self._books() as ledger:
            return list(Inbox(ledger.database).list())

    async def has_received(self, job: Job, count: int, within: float = 60.0) -> list[Received]:
        """Waits until so many calls of a job stand in the inbox, with pages or without; oldest first."""
        deadline, began = time.monotonic() + within, self.attempts(job.id)[0].began
        while True:
            rows = await off(self.received)
            mine = [one for one in rows if one.did == job.to and one.at >= began]
            if len(mine) >= count and all(one.file for one in mine if one.pages):
                return sorted(mine, key=lambda one: one.at)
            assert time.monotonic() < deadline, (count, mine)
            await asyncio.sleep(0.2)

    def billed(self, tenant: str = "acme") -> dict[str, Line]:
        """What faxes of a tenant came to, by their legs."""
        with self._books() as ledger, ledger.reading() as reading:
            found = [one for one in lines.calls(reading, tenant) if one.fact.kind == FAX]
        return {one.fact.uuid: one for one in found}

    async def is_billed(self, *uuids: str, within: float = 30.0) -> list[Line]:
        """Waits until these legs are booked."""
        deadline = time.monotonic() + within
        while not set(uuids) <= set(found := await off(self.billed)):
            assert time.monotonic() < deadline, found
            await asyncio.sleep(0.2)
        return [found[one] for one in uuids]

    async def becomes(self, id_: int, met: Callable[[Job], bool], within: float = LONG) -> Job:
        """Waits until a job is as it should be."""
        deadline = time.monotonic() + within
        while not met(job := await off(lambda: self.job(id_))):
            attempts = await off(lambda: self.attempts(id_))
            assert time.monotonic() < deadline, (job, attempts)
            assert not job.ended, (job, attempts)
            await asyncio.sleep(0.1)
        return job

    async def ends(self, id_: int, within: float = LONG) -> Job:
        """Waits until a job is over."""
        return await self.becomes(id_, lambda job: bool(job.ended), within)

    async def is_past(self, id_: int, pages: int) -> Job:
        """Waits until so many of its pages are confirmed, and the next is on its way."""

        def met(job: Job) -> bool:
            return sum(one.pages for one in self.attempts(id_)) >= pages

        return await self.becomes(id_, met)

    @asynccontextmanager
    async def keeping(self, folder: Path) -> AsyncIterator[dict[str, Path]]:
        """What the switch writes for the other tenant, by the leg's UUID: the agent takes it away."""
        spool, kept = self.site.state / "storage" / "fax" / "faxes", dict[str, Path]()

        async def look() -> None:
            while True:
                for path in spool.glob("*/*.tif"):
                    link = folder / f"kept-{path.name}"
                    if path.stem not in kept:
                        with contextlib.suppress(FileNotFoundError):
                            link.hardlink_to(path)
                            kept[path.stem] = link
                await asyncio.sleep(0.1)

        task = asyncio.create_task(look())
        try:
            yield kept
        finally:
            task.cancel()


@contextmanager
def faxing(folder: Path) -> Iterator[FaxHost]:
    """A host whose switch runs; of its carriers, that of the faxes is up to each test."""
    site = lab.demo(folder)
    with site.edit("billing.yaml") as billing:
        billing["packages"]["business"]["included"]["fax_pages"] = 0
    with answering(site) as carriers:
        host = FaxHost(site)
        host.once()
        with host.switch as running:
            running.until(running.registered, 15.0, "carriers do not let it register")
            host.settle()
            carriers[OUT].stop()
            yield host
