"""Receiving beside the loop: which faxes have ended, what is known of them, and taking them up."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dialform.billing.facts.errors import FactError
from dialform.billing.ledger.database import Database
from dialform.billing.ledger.errors import LedgerError
from dialform.fax.receiving.told import RESULT, Told, of_event
from dialform.fax.released import Company
from dialform.reconcile.durable import explained
from dialform.reconcile.fax import records
from dialform.reconcile.fax.receiver import Looked, Receiver
from dialform.reconcile.fax.spool import FOLDER, Arrived, Spool
from dialform.reconcile.times import Times
from dialform.reconcile.together import woken
from dialform.switch import Event, Link, SwitchError
from dialform.values import dataclass

EVERY = 2.0
"""Seconds between two looks at the spool; the end of a fax is looked at as soon as it is heard."""
PATIENCE = 180.0
"""Seconds after which a fax of which nobody says anything is taken up as it lies there."""
SILENT = 1800.0
"""Seconds without a change after which one has ended whose switch cannot be asked: a page takes less."""
GRACE = 30.0
"""Seconds after its end within which a fax's file comes, if it has one."""
FIRST, LONGEST = 5.0, 300.0
"""Seconds until a fax that could not be taken up is tried again: twice as long each time, and no longer."""
MAKING = 60.0
"""Seconds until folders that could not be made are tried again."""
_MOST = 2000
"""Ends of faxes that are kept in mind."""


@dataclass(slots=True)
class Heard:
    """The end of a fax, and when it was heard (steady seconds)."""

    told: Told
    at: float


@dataclass(frozen=True, slots=True)
class Again:
    """A fax that could not be taken up: how often, when it is tried again (steady seconds), and why.

    Without a reason it is taken up, and only could not be removed.
    """

    count: int
    due: float
    why: str


class Receiving:
    """Takes up what the switch of this host receives."""

    def __init__(
        self, receiver: Receiver, database: Database, link: Link, times: Times,
        companies: Callable[[], Mapping[str, Company]], storage: Callable[[], Path | None],
        call_records: Callable[[], Path | None], log: Any,
    ) -> None:  # fmt: skip
        """`storage` is what the configuration says of that folder, None where only the switch knows it."""
        self._receiver, self._database, self._link, self._times = receiver, database, link, times
        self._companies, self._storage, self._records = companies, storage, call_records
        self._log = log
        self._heard: dict[str, Heard] = {}
        self._again: dict[str, Again] = {}
        self._found: tuple[str, Path] | None = None
        self._made: tuple[Mapping[str, Company], float] | None = None
        self._awake = asyncio.Event()
        self.received = 0
        """Faxes that were taken up since this began."""
        self.waiting = 0
        """Files that could not be taken up yet."""
        self.stuck: list[str] = []
        """Files that are taken up and cannot be removed."""
        self.error = ""
        """Why something waits; empty: nothing does."""
        self.folder: Path | None = None
        """The spool."""
        self.looked = False
        """Whether all that lies there was looked at, once."""

    def wake(self) -> None:
        """Something was proven."""
        self._awake.set()

    async def run(self) -> None:
        """Until cancelled, on a link that others run. What goes wrong is kept in `error`, and tried again."""
        listening = asyncio.create_task(self._listen())
        try:
            while True:
                await self._round()
                await woken(self._awake, EVERY)
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def _listen(self) -> None:
        """The ends of faxes. One that is not heard is found by its file, or in the ledger."""
        events = self._link.events(lambda event: event.kind == RESULT)
        with contextlib.suppress(SwitchError):
            await self._link.subscribe(RESULT)
        while True:
            try:
                async for event in events:
                    if isinstance(event, Event):
                        self.hear(event)
            except SwitchError:
                await self._times.sleep(EVERY)

    def hear(self, event: Event) -> None:
        """The end of a fax on some leg; of one that is no account's nothing is kept."""
        try:
            told = of_event(event.headers)
        except FactError as error:
            self._log.warning("the end of a fax cannot be read", why=str(error))
            return
        if told.tenant and told.account and len(self._heard) < _MOST:
            self._heard[told.uuid] = Heard(told, self._times.steady())
        self._awake.set()

    async def _round(self) -> None:
        try:
            await self.turn()
        except (LedgerError, SwitchError) as error:
            self._wrong(str(error))
        except OSError as error:
            self._wrong(explained(error))
        except Exception as error:
            self._log.exception("receiving faxes failed", why=type(error).__name__)
            self._wrong(_fault(error))

    async def turn(self) -> None:
        """Once: all that lies there and has ended. Raises LedgerError, SwitchError, OSError."""
        spools = [Spool(folder / FOLDER) for folder in await self._where()]
        if not spools:
            why = self._link.error
            self.error = f"The switch cannot be asked where it keeps faxes: {why}" if why else ""
            return
        self.folder = spools[0].folder
        await self._make(spools[0])
        looked, there, began = Looked(), set[str](), self._times.steady()
        for spool in spools:
            for one in await asyncio.to_thread(spool.arrived):
                there.add(one.uuid)
                again = self._again.get(one.uuid)
                if again is None or again.due <= self._times.steady():
                    await self._one(spool, one, looked)
                elif again.why:
                    looked.waits[one.uuid] = again.why
                else:
                    looked.stuck.append(one.path)
        self._again = {uuid: value for uuid, value in self._again.items() if uuid in there}
        self.received += len(looked.taken)
        self.waiting, self.stuck = len(looked.waits), looked.stuck
        self.error = next(iter(looked.waits.values()), "")
        self.looked = True
        await self._without(there, began)

    async def _one(self, spool: Spool, one: Arrived, looked: Looked) -> None:
        """Take one up, if it has ended. What fails with one stops no other, but for a ledger that is away."""
        if looked.away:
            looked.waits[one.uuid] = looked.away
            return
        try:
            ended, told = await self._told(one)
            if not ended:
                return
            await asyncio.to_thread(self._receiver.take, spool, one, told, looked)
        except LedgerError as error:
            looked.waits[one.uuid] = looked.away = str(error)
        except OSError as error:
            looked.waits[one.uuid] = explained(error)
        except Exception as error:
            self._log.exception("a fax was not taken up", uuid=one.uuid)
            looked.waits[one.uuid] = _fault(error)
        if (why := looked.waits.get(one.uuid)) is None:
            self._heard.pop(one.uuid, None)
            self._again.pop(one.uuid, None)
            if one.path in looked.stuck:
                self._again[one.uuid] = Again(0, self._times.steady() + LONGEST, "")
            return
        before = self._again.get(one.uuid)
        count = 0 if before is None else before.count + 1
        pause = min(FIRST * 2 ** min(count, 10), LONGEST)
        self._again[one.uuid] = Again(count, self._times.steady() + pause, why)
        if before is None:
            self._log.warning("a received fax waits", uuid=one.uuid, why=why)

    async def _told(self, one: Arrived) -> tuple[bool, Told | None]:
        """Whether a fax has ended, and what is known of it."""
        quiet = self._times.now() - one.changed
        found = await asyncio.to_thread(records.recorded, self._records(), one.uuid, one.changed)
        if found is not None:
            return True, found
        lives = await self._lives(one.uuid)
        if lives or (lives is None and quiet < SILENT):
            return False, None
        if (heard := self._heard.get(one.uuid)) is not None:
            return True, heard.told
        fact = await asyncio.to_thread(records.booked, self._database, one.uuid)
        return (fact is not None or quiet >= PATIENCE), fact

    async def _without(self, there: set[str], began: float) -> None:
        """Faxes that ended and left no file, by a look at the spool that began then (steady seconds).

        The look may have taken minutes: what came meanwhile is for the next one.
        """
        for uuid, heard in list(self._heard.items()):
            if uuid in there or began - heard.at < GRACE:
                continue
            if await self._lives(uuid):
                continue
            now = self._times.now()
            record = await asyncio.to_thread(records.recorded, self._records(), uuid, now)
            told = record if record is not None and record.account else heard.told
            if await asyncio.to_thread(self._receiver.without, told) and told.pages:
                self._log.warning("the pages of a fax are lost", uuid=uuid, tenant=told.tenant)
            self._heard.pop(uuid, None)

    async def _lives(self, uuid: str) -> bool | None:
        """Whether the switch has this leg; None where it cannot be asked."""
        try:
            return (await self._link.api(f"uuid_exists {uuid}")).strip() == "true"
        except SwitchError:
            return None

    async def _where(self) -> list[Path]:
        """The switch's folder of what it stores: as it says itself, and as its next start will have it."""
        core = self._link.core_uuid
        if self._link.connected and (self._found is None or self._found[0] != core):
            text = (await self._link.api("global_getvar storage_dir")).strip()
            if text.startswith("/"):
                self._found = (core, Path(text))
        said = [self._found[1] if self._found is not None else None, self._storage()]
        return list(dict.fromkeys(folder for folder in said if folder is not None))

    async def _make(self, spool: Spool) -> None:
        """Folders for accounts that are new. Where that fails the switch makes its own, and doctor tells."""
        companies, now = self._companies(), self._times.steady()
        if self._made is not None and self._made[0] is companies and now < self._made[1]:
            return
        whole = True
        for company in companies.values():
            wanted = [one.number for one in company.accounts.values() if one.receives]
            try:
                whole &= await asyncio.to_thread(spool.make, company.slug, wanted)
            except OSError:
                whole = False
        self._made = (companies, float("inf") if whole else now + MAKING)

    def _wrong(self, words: str) -> None:
        if words != self.error:
            self._log.warning("received faxes wait", why=words)
        self.error = words


def _fault(error: Exception) -> str:
    return (
        f"Received faxes are not taken up by a fault of dialform ({type(error).__name__}): they wait in the "
        "spool. Please report it."
    )
