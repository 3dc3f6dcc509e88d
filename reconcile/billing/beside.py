"""Billing beside the loop: it never holds the loop up, and what ends it is said and tried again."""

import asyncio
from pathlib import Path
from typing import Any

from dialform.billing.ledger.errors import LedgerError
from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.opening import open_ledger
from dialform.billing.meter.clocks import Clocks
from dialform.billing.meter.meter import Meter
from dialform.billing.spool import Spool
from dialform.compiler.terms import Terms
from dialform.reconcile.besides import is_ours, relived
from dialform.reconcile.billing import section as sections
from dialform.reconcile.billing import terms as agreed
from dialform.reconcile.billing.flagging import Flagging
from dialform.reconcile.billing.outgoing import Outgoing
from dialform.reconcile.billing.place import Place, place_of
from dialform.reconcile.concluding import Tell
from dialform.reconcile.ground import Ground
from dialform.reconcile.together import first_of, woken

TICK = 1.0
"""Seconds between two looks at what was proven."""
ASKING = 10.0
"""Seconds between two questions to the ledger for the status."""


class Billing:
    """Runs for as long as the agent does. `wake` says that something was proven."""

    def __init__(self, ground: Ground, tell: Tell | None) -> None:
        self._ground, self._tell = ground, tell
        self._awake = asyncio.Event()
        self._terms: dict[str, Terms] = {}
        self._of: Path | None = None
        self._stored: tuple[str, str] | None = None
        self._last: agreed.Ran | None = None
        self._changed: list[str] = []
        self._tasks: set[asyncio.Future[None]] = set()
        self._asked = (float("-inf"), dict[str, Any]())
        self._said = ""

    def wake(self) -> None:
        """A generation was proven."""
        self._awake.set()

    async def run(self) -> None:
        """Until cancelled; nothing that goes wrong here ends it."""
        await relived(self._ground.times, self._life, (LedgerError,), self._wrong, self._fault)

    # One life: until the ledger or the spool is another one.

    async def _life(self) -> None:
        folder = await self._first()
        place = await asyncio.to_thread(place_of, self._ground.settings, folder)
        ledger = await asyncio.to_thread(open_ledger, place.url)
        self._stored = self._last = None  # this ledger may be another one
        link = self._ground.another_link()
        flagging = Flagging(
            ledger, lambda: self._terms, link, self._ground.times, self._flagged, self._ground.log,
            ours=lambda: is_ours(self._ground),
        )  # fmt: skip
        outgoing = Outgoing(
            ledger, self._ground.times, lambda: self._terms, lambda: place.sender, self._tell,
            self._ground.log,
        )  # fmt: skip
        try:
            await self._store(ledger)
            meter = self._meter(ledger, place, flagging)
            work = (
                meter.run(), link.run(), flagging.run(), outgoing.run(),
                self._follow(ledger, place, meter, flagging, outgoing),
            )  # fmt: skip
            await first_of(work)
        finally:
            await link.close()
            await asyncio.to_thread(ledger.close)

    async def _first(self) -> Path:
        """The folder of what is proven; waits for the first."""
        while (found := agreed.proven(self._ground)) is None:
            self._say({"ledger": None, "error": None})
            await self._tick()
        return found

    def _meter(self, ledger: Ledger, place: Place, flagging: Flagging) -> Meter:
        loop, host = asyncio.get_running_loop(), self._ground.settings.host

        def alarm(kind: str, words: str) -> None:  # from the meter's thread, too
            loop.call_soon_threadsafe(self._alarm, kind, words)

        def booked(_: frozenset[str]) -> None:
            loop.call_soon_threadsafe(flagging.wake)

        spool = None
        if place.spool is not None:
            spool = Spool(place.spool, host, now=self._ground.times.now, alarm=alarm)
        times = self._ground.times
        return Meter(
            ledger, host, spool=spool, link=self._ground.another_link(), alarm=alarm, on_booked=booked,
            clocks=Clocks(times.now, times.steady, times.chance),
        )  # fmt: skip

    async def _follow(
        self, ledger: Ledger, place: Place, meter: Meter, flagging: Flagging, outgoing: Outgoing
    ) -> None:
        """Stores what is proven, and says how it goes; ends where ledger or spool are others now."""
        while True:
            error = ""
            try:
                if await self._store(ledger):
                    flagging.wake()
                    assert self._of is not None
                    settings = self._ground.settings
                    if await asyncio.to_thread(place_of, settings, self._of) != place:
                        return
                await self._ask(ledger)
            except LedgerError as raised:
                error = str(raised)
            self._say(
                {
                    "ledger": ledger.name,
                    "spool": str(place.spool) if place.spool else None,
                    "error": meter.stats.error or error or None,
                    **self._asked[1],
                    **sections.of_meter(meter.stats),
                    "bad_files": meter.stats.bad,
                    "payments_changed": self._changed,
                    "flags": sections.flagged(flagging.there),
                    "flags_error": flagging.error or None,
                    "mailed": outgoing.mailed,
                    "mail_error": outgoing.error or None,
                }
            )
            await self._tick()

    async def _store(self, ledger: Ledger) -> bool:
        """The terms of what was proven last into the ledger, once. True where there were any to store."""
        applied = self._ground.record.applied
        proof = None if applied is None else (applied.generation, applied.at)
        if proof == self._stored or (folder := agreed.proven(self._ground)) is None:
            return False
        changes = await asyncio.to_thread(agreed.ran, self._ground)
        last = changes[-1]
        if last != self._last:
            host = self._ground.settings.host
            stored = await asyncio.to_thread(agreed.store, ledger, host, changes)
            self._terms = await asyncio.to_thread(agreed.terms_of, last.folder)
            self._changed = sorted(f"{one.tenant} {one.id}" for one in stored.changed)
            if stored:
                self._ground.log.info("terms stored", copies=stored.copies, paid=len(stored.paid))
        self._of, self._stored, self._last = folder, proof, last
        return True

    async def _ask(self, ledger: Ledger) -> None:
        now = self._ground.times.steady()
        if now - self._asked[0] < ASKING:
            return

        def ask() -> dict[str, Any]:
            with ledger.database.reading() as connection:
                return sections.of_ledger(connection)

        self._asked = now, await asyncio.to_thread(ask)

    async def _tick(self) -> None:
        await woken(self._awake, TICK)

    # Saying it.

    def _say(self, values: dict[str, Any]) -> None:
        """The section and the condition of the status; written where they changed."""
        book = self._ground.book
        book.data["billing"] = {**values, "caps": book.data["billing"].get("caps")}
        reason, words = sections.trouble(values)
        book.condition("Billing", not reason, reason or "Booking", words)
        said = repr({**values, "oldest": 0})
        if said != self._said:
            book.save()
            self._said = said

    def _fault(self, kind: str) -> None:
        self._ground.log.exception("billing ended", why=kind)
        self._ground.book.count("billing_restarts")
        self._wrong(f"Billing ended by a fault of its own ({kind}); the log says where.")

    def _wrong(self, words: str) -> None:
        book = self._ground.book
        self._ground.log.warning("billing", why=words)
        self._alarm("ledger", words)
        book.data["billing"] |= {"error": words}
        book.condition("Billing", False, "NotBooked", words)
        book.save()

    def _flagged(self, tenant: str, before: str, now: str) -> None:
        self._ground.log.info("flag", tenant=tenant, before=before, now=now)
        self._ground.book.count(f"flags.{now or 'none'}")

    def _alarm(self, kind: str, words: str) -> None:
        self._ground.log.warning("billing", kind=kind, message=words)
        if self._tell is not None:
            task = asyncio.ensure_future(self._tell("billing_trouble", words))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
