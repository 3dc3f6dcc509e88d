"""A host that sends faxes: a tenant with an account, two trunks, a queue, and who answers."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

from dialform.billing.ledger.database import Database
from dialform.billing.ledger.opening import open_ledger
from dialform.fax.queue import Queue
from dialform.fax.queue.values import Attempt, Job, New, Sheets
from dialform.reconcile.fax import released
from dialform.reconcile.fax.outward import Outward
from dialform.simulator.faxing.machine import FaxMachine
from dialform.simulator.faxing.sheets import Page, write
from dialform.simulator.scene import Phone
from dialform.values import replace

from ..faults.world import World

MICRO = 1_000_000
NUMBER = "+12125550177"
FINE, COARSE = Page(1728, 2286, 204, 196), Page(1728, 1143, 204, 98)


def machine(**given: Any) -> Phone:
    """A fax machine, quick as nobody is."""
    given = {"handshake": 0.02, "page": 0.02} | given
    return Phone(answer_after=0.02, fax=FaxMachine(**given))


class Post:
    """The world, with what faxes need in it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.records = world.folder / "cdr"
        self.records.mkdir()
        world.records = self.records
        self._configure(world.repository.files)
        world.repository.commit()
        self.url = f"sqlite:///{world.folder / 'ledger.db'}"
        self._database: Database | None = None
        self.released: released.Released | None = None

    def _configure(self, files: dict[str, Any]) -> None:
        files["platform.yaml"]["hosts"]["pbx1"]["paths"] = {"cdr": str(self.records)}
        for name in ("north", "south"):
            files[f"providers.d/{name}.yaml"] = {
                "host": f"{name}.example", "username": "100", "password": {"secret": name},
                "register": False, "addresses": ["192.0.2.10"], "caller_id": "+12125550100",
                "max_channels": 5, "max_faxes": 3,
            }  # fmt: skip
        files["routes.yaml"]["routes"]["us-fax"] = {
            "service": "fax", "prefix": "+1", "toll": "national", "providers": ["north", "south"],
        }  # fmt: skip
        account = files["tenants.d/alpha/account.yaml"]
        account["permissions"] += ["send_fax", "receive_fax", "fax_setting", "contacts"]
        account["limits"] = {"concurrent_faxes": 2, "concurrent_calls": 4}
        pbx = files["tenants.d/alpha/pbx.yaml"]
        pbx["extensions"]["1050"] = {"name": "Fax", "type": "fax", "toll": "national"}
        pbx["fax"] = {"accounts": {"1050": {"number": "+12125550300", "header": "Tenant; 'One'"}}}
        pbx["do_not_call"] = ["+12125550111"]

    # The queue.

    @property
    def queue(self) -> Queue:
        if self._database is None:
            self._database = open_ledger(self.url).database
        return Queue(self._database)

    @property
    def database(self) -> Database:
        assert self.queue and self._database
        return self._database

    def close(self) -> None:
        if self._database is not None:
            self._database.close()

    def sheets(self, pages: int) -> Sheets:
        content = []
        for page in (FINE, COARSE):
            file = self.world.folder / "sheets.tif"
            write(file, [page] * pages)
            content.append(file.read_bytes())
        return Sheets(uuid.uuid4().hex * 2, "letter.pdf", pages, content[0], content[1])

    def send(self, pages: int = 2, *, to: str = NUMBER, **given: Any) -> int:
        """Queue a fax; its number."""
        given = {"by": "", "title": "letter", "retries": 3, "coarse": False} | given
        (id_,) = self.queue.submit(
            self.sheets(pages), "alpha", "1050", [New(to)], now=self.now, **given
        )
        return id_

    @property
    def now(self) -> int:
        return int(self.world.clock.now() * MICRO)

    def job(self, id_: int) -> Job:
        found = self.queue.job(id_)
        assert found is not None
        return found

    def attempts(self, id_: int) -> list[Attempt]:
        return self.queue.attempts(id_)

    def words(self, id_: int) -> list[str]:
        """What became of each attempt."""
        return [one.outcome for one in self.attempts(id_)]

    # The far end.

    def far(self, *phones: Phone, number: str = NUMBER) -> None:
        """How the number takes its next calls; then all as the last."""
        around = self.world.switch.live.surroundings
        around.turns[number], around.numbers[number] = list(phones[:-1]), phones[-1]

    def dialled(self) -> list[str]:
        """Every `originate` that the switch was told."""
        return [each for each in self.world.switch.heard if "originate " in each]

    # The agent's part.

    @contextlib.asynccontextmanager
    async def outward(self, **given: Any) -> AsyncIterator[Outward]:
        """What sends, as long as the block lasts; it dies with it."""
        async with self.world.agent() as agent:
            ground = agent.ground
            folder = self.world.layout.current.resolve()
            self.released = released.read(folder, "r1")
            link = ground.another_link()
            outward = Outward(
                ground, self.queue, self.database, link, lambda: self._now_released(), self.records,
                **given,
            )  # fmt: skip
            tasks = [asyncio.create_task(link.run()), asyncio.create_task(outward.run())]
            try:
                yield outward
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    def _now_released(self) -> released.Released:
        assert self.released is not None
        return self.released

    def change(self, **values: Any) -> None:
        """Another release of the tenant."""
        before = self._now_released()
        company = replace(before.companies["alpha"], **values)
        self.released = replace(before, companies={"alpha": company})

    async def until(self, met: Callable[[], bool], within: float = 15.0) -> None:
        await self.world.until(met, within)

    async def over(self, *ids: int, within: float = 15.0) -> list[str]:
        """Waits until these jobs are over, time going on by itself; their states."""
        async with asyncio.timeout(within):
            while not all(self.job(id_).over for id_ in ids):
                await asyncio.sleep(0.05)
                if all(self.job(id_).state != "sending" for id_ in ids):
                    self.world.clock.off += 60
        return [self.job(id_).state for id_ in ids]

    async def sending(self, id_: int) -> str:
        """Waits until its attempt is up; the uuid of that."""
        await self.until(lambda: bool(self.queue.open_attempts("pbx1")))
        (found,) = [one.uuid for one in self.queue.open_attempts("pbx1") if one.job == id_]
        async with asyncio.timeout(10):
            while await self.world.ask(f"uuid_exists {found}") != "true":
                await asyncio.sleep(0.02)
        return found

    def files(self) -> list[Path]:
        """Documents that lie there for the switch."""
        return sorted((self.world.layout.root / "fax" / "out").glob("*"))


@contextlib.contextmanager
def opened(world: World) -> Iterator[Post]:
    post = Post(world)
    try:
        yield post
    finally:
        post.close()
