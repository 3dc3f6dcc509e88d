"""The meter of a host: the switch's records and events become bookings, each once.

It runs beside a switch, in the agent or alone, and works with what there is: records without a switch,
events without a spool. What was not booked stays where it is, so it may be killed at any moment.
"""

import asyncio
import contextlib
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING

from dialform.billing.ledger.errors import LedgerError
from dialform.billing.meter.clocks import Clocks, Times
from dialform.billing.meter.hearing import SUBSCRIPTIONS, Hearing
from dialform.billing.meter.ingest import Ingest
from dialform.billing.meter.legs import Legs
from dialform.billing.meter.pending import Pending
from dialform.billing.meter.stats import Stats
from dialform.billing.meter.thread import Thread
from dialform.billing.meter.upkeep import BATCH, Upkeep
from dialform.billing.spool import Alarm, Batch, Spool
from dialform.switch import Backoff, Client, Event, Link, Overflow, Stream, SwitchError

if TYPE_CHECKING:
    from dialform.billing.ledger.ledger import Ledger

PRUNING = 600.0
"""Seconds between two looks for booked files that are too old."""
Told = Callable[[frozenset[str]], None]
"""Told whose money, usage or calls changed, after each commit; it must not block."""


class Meter:
    """One meter. `run` is its life; `stats` says how it goes.

    ```python
    meter = Meter(ledger, "pbx1", spool=Spool(folder, "pbx1"), link=Link(find), on_booked=look)
    await meter.run()       # until stop(); the meter runs the link, and closes it
    ```
    """

    def __init__(
        self, ledger: "Ledger", host: str, *, spool: Spool | None = None, link: Link | None = None,
        alarm: Alarm | None = None, on_booked: Told | None = None, grace: float = 3.0,
        every: float = 0.5, keep_days: int = 90, clocks: Clocks | None = None,
        backoff: Backoff | None = None,
    ) -> None:  # fmt: skip
        """Seconds: `grace` is how long a record may come after its event, `every` between two looks."""
        self.ledger, self.host, self.spool, self.link = ledger, host, spool, link
        self.stats = Stats()
        self._clocks = clocks or Clocks()
        self._alarm: Alarm = alarm or (lambda kind, words: None)
        self._on_booked: Told = on_booked or (lambda tenants: None)
        self._every, self._keep_days = every, keep_days
        self._backoff = backoff or Backoff(first=0.5, most=30.0)
        self._pending = Pending()
        self._hearing = Hearing(
            host, self.stats, self._pending, grace=grace if spool else 0.0, now=self._clocks.now,
            steady=self._clocks.steady, alarm=self._alarm,
        )  # fmt: skip
        self._legs = Legs(host, self._hearing, spool, grace=grace, now=self._clocks.micro)
        self._ingest = Ingest(ledger, host, spool, self.stats, self._clocks.micro, self._alarm)
        self._times, self._thread = Times(self._clocks), Thread()
        self._do = self._thread.do
        self._upkeep = Upkeep(
            ledger, host, link, self._hearing, self._legs, self._ingest, self._times, self._thread,
            self._tell,
        )  # fmt: skip
        self._awake = asyncio.Event()
        self._stopping = False
        self._pass: Iterator[Batch] | None = None
        self._batches = 0

    # Its life.

    def stop(self) -> None:
        """End after what is being booked."""
        self._stopping = True
        self._awake.set()

    async def run(self) -> None:
        """Book until stopped or cancelled. A fault of ours ends it; nothing from outside does."""
        beside: list[asyncio.Task[None]] = []
        if self.link is not None:
            self.link.on_up.append(self._up)
            await self.link.subscribe(*SUBSCRIPTIONS)
            stream = self.link.events(lambda event: event.kind in SUBSCRIPTIONS)
            beside = [
                asyncio.create_task(self._listen(stream)), asyncio.create_task(self.link.run())
            ]  # fmt: skip
        try:
            while not self._stopping:
                for task in beside:
                    if task.done():
                        await task
                if not await self.turn():
                    await self._wait()
        finally:
            if self.link is not None:
                await self.link.close()
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            await self._thread.close()

    async def _listen(self, stream: Stream) -> None:
        with contextlib.suppress(SwitchError):  # the link is closed
            async for event in stream:
                self.hear(event)

    def hear(self, event: Event | Overflow) -> None:
        """Take what the switch tells; it is booked in the next turn."""
        self._upkeep.heard = self._clocks.steady()
        if isinstance(event, Overflow):
            self.stats.overflows += 1
            self._hearing.lost = urgent = True
        else:
            urgent = self._hearing.hear(event)
        if urgent and not self.stats.failures:
            self._awake.set()

    async def _up(self, _: Client) -> None:
        self.is_up()

    def is_up(self) -> None:
        """A connection: what happened before it nobody told, and it may be another switch."""
        self._upkeep.is_up()
        self._awake.set()

    async def _wait(self) -> None:
        """Until something is told, or it is time again."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.pause()):
                await self._awake.wait()
        self._awake.clear()

    def pause(self) -> float:
        """Seconds until the next turn, if nothing is told; longer each time that the ledger refuses."""
        if self.stats.failures:
            return self._backoff.wait(self.stats.failures, self._clocks.chance())
        return self._every

    # A turn.

    async def turn(self) -> bool:
        """One round over all there is to do; whether there is more at once."""
        up = self._upkeep
        up.look()
        self._ingest.took = False
        stages = (up.write, self._ends, self._files, up.ask, up.bury, up.see, self._prune)
        try:
            busy = [await stage() for stage in stages]
        except LedgerError as error:
            await self._failed(str(error))
            return False
        self._count()
        if self.stats.failures and (self._ingest.took or not self.stats.backlog):
            self.stats.failures = 0
            self._alarm("ledger", "The ledger takes bookings again.")
        if not self.stats.failures:
            self.stats.error = self.spool.trouble if self.spool else ""
        return any(busy)

    async def _failed(self, words: str) -> None:
        """The ledger does not take it: everything stays where it is, and is tried again."""
        self._pass = None
        self.stats.failures += 1
        if words != self.stats.error:
            self._alarm("ledger", words)
        self.stats.error = words
        if self.spool is not None:
            await self._do(self.spool.survey)
        self._count()

    def _count(self) -> None:
        files, since = (self.spool.left.files, self.spool.left.oldest) if self.spool else (0, 0.0)
        oldest = min((at for at in (since, self._pending.oldest) if at), default=0.0)
        self.stats.backlog = files + len(self._pending)
        self.stats.oldest = max(self._clocks.now() - oldest, 0.0) if oldest else 0.0
        self.stats.live = len(self._legs.known)
        self.stats.connected = self.link is not None and self.link.connected

    def _tell(self, tenants: frozenset[str]) -> None:
        if tenants:
            self._on_booked(tenants)

    # What comes from the spool, and ends that were told.

    async def _ends(self) -> bool:
        """Legs that ended just now: by their files, and where none came by the event."""
        due = self._pending.due(self._clocks.steady(), BATCH)
        fresh = self._pending.fresh(BATCH)
        if self.spool is not None and (fresh or due):
            await self._book(await self._do(self.spool.find, [*fresh, *due]))
            self._pending.looked(fresh)
        late = {uuid: facts for uuid, facts in due.items() if uuid in self._pending}
        if late:
            self._tell(await self._do(self._ingest.events, list(late.values()), "events"))
            self._forget(late)
        return len(due) == BATCH or len(fresh) == BATCH

    async def _files(self) -> bool:
        """One batch of the spool."""
        if self.spool is None:
            return False
        if self._pass is None:
            if not self._times.due("pass", self._every) or self.spool.unchanged():
                return False
            self._pass, self._batches = self.spool.passes(), 0
        batch = await self._do(next, self._pass, None)
        if batch is None:
            self._pass = None
            return False
        await self._book(batch)
        self._batches += 1
        if self._batches % _SURVEY == 2:
            await self._do(self.spool.survey)
        return True

    async def _book(self, batch: Batch) -> None:
        self._tell(await self._do(self._ingest.files, batch))
        self._forget([uuid for one in batch.read for uuid in one.legs])

    def _forget(self, uuids: Collection[str]) -> None:
        self._pending.forget(uuids)
        self._legs.forget(uuids)

    async def _prune(self) -> bool:
        """Remove what was booked long ago."""
        if self.spool is not None and self._times.due("prune", PRUNING):
            most = 2000
            while await self._do(self.spool.prune, self._keep_days, most) == most:
                await asyncio.sleep(0)
        return False


_SURVEY = 25
"""Batches between two counts of what lies in the spool while there is much."""
