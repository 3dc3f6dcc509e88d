"""The meter of a host: the switch's records and events become bookings, each once.

It runs beside a switch, in the agent or alone, and works with what there is: records without a switch,
events without a spool. What was not booked stays where it is, so it may be killed at any moment.
"""

import asyncio
import contextlib
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from dialform.billing.ledger.errors import LedgerError
from dialform.billing.meter.clocks import Clocks
from dialform.billing.meter.hearing import SUBSCRIPTIONS, Hearing
from dialform.billing.meter.ingest import Ingest
from dialform.billing.meter.legs import Legs
from dialform.billing.meter.pending import Pending
from dialform.billing.meter.stats import Stats
from dialform.billing.spool import Alarm, Batch, Spool
from dialform.switch import Backoff, Client, Event, Link, Overflow, Stream, SwitchError

if TYPE_CHECKING:
    from dialform.billing.ledger.ledger import Ledger

P = ParamSpec("P")
T = TypeVar("T")

BATCH = 400
"""Legs that are booked in one transaction."""
SEEN = 5.0
"""Seconds between two notes in the journal that the switch is up, while calls are."""
SILENT = 25.0
"""Seconds without a word after which a switch is not taken to be up; HEARTBEAT comes every 20."""
PRUNING = 600.0
"""Seconds between two looks for booked files that are too old."""
ASKING = 5.0
"""Seconds before a switch is asked again that did not answer as it should."""

COMPARING = 300.0
"""Seconds between two looks whether who stands in the journal is up, though nothing seems to be missed."""

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
        self._thread = ThreadPoolExecutor(1, "meter")
        self._awake = asyncio.Event()
        self._stopping = False
        self._up_anew = False
        self._pass: Iterator[Batch] | None = None
        self._batches = 0
        self._heard = self._written = 0.0
        self._next: dict[str, float] = {}

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
            await asyncio.to_thread(self._thread.shutdown)

    async def _listen(self, stream: Stream) -> None:
        with contextlib.suppress(SwitchError):  # the link is closed
            async for event in stream:
                self.hear(event)

    def hear(self, event: Event | Overflow) -> None:
        """Take what the switch tells; it is booked in the next turn."""
        self._heard = self._clocks.steady()
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
        self._heard = self._clocks.steady()
        self._hearing.lost = self._up_anew = True
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

    async def _do(self, work: Callable[P, T], *args: P.args, **given: P.kwargs) -> T:
        """Let the meter's one thread do what blocks."""
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, lambda: work(*args, **given)
        )

    # A turn.

    async def turn(self) -> bool:
        """One round over all there is to do; whether there is more at once."""
        self._look()
        self._ingest.took = False
        stages = (self._journal, self._ends, self._files, self._ask, self._vanished, self._tend)
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

    def _is_time(self, what: str, every: float) -> bool:
        """Whether so many seconds went by since it was said last."""
        now = self._clocks.steady()
        if now < self._next.get(what, 0.0):
            return False
        self._next[what] = now + every
        return True

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
            if not self._is_time("pass", self._every) or self.spool.unchanged():
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
        self._forget([one.uuid for one in batch.read])

    def _forget(self, uuids: Collection[str]) -> None:
        self._pending.forget(uuids)
        self._legs.forget(uuids)

    # What is up.

    def _look(self) -> None:
        """When the switch was up last."""
        if self.link is None:
            return
        silent = self._clocks.steady() - self._heard > SILENT
        if self.link.connected and not self._hearing.lost and not silent:
            self._legs.seen = (self.link.core_uuid, self._clocks.micro())

    async def _journal(self) -> bool:
        """Write down who is up."""
        notes = self._hearing.take(BATCH)
        if notes:
            seen = max(leg.seen for leg in notes)
            await self._do(
                self.ledger.journal_answer, *(leg.fact for leg in notes), seen=seen
            )  # fmt: skip
            self._hearing.written(notes)
            self._legs.known.update(leg.fact.uuid for leg in notes)
            self._tell(frozenset(leg.fact.tenant for leg in notes))
        return len(notes) == BATCH

    async def _ask(self) -> bool:
        """Ask the switch who is up, where events may have been missed."""
        link, hearing = self.link, self._hearing
        if link is None or not link.connected:
            return False
        try:
            missed = hearing.lost and (self._up_anew or self._is_time("asked", ASKING))
            if missed or self._is_time("compared", COMPARING):
                rows = await self._do(self.ledger.live, self.host)
                self._up_anew = hearing.lost = False
                await self._legs.resync(link, rows, self._clocks.steady(), anew=missed)
                if missed:  # once more, when the switch's own list has caught up
                    self._next["compared"] = self._clocks.steady() + 2 * ASKING
            return await self._legs.meet(link)
        except SwitchError:
            hearing.lost = True
            return False

    async def _vanished(self) -> bool:
        """Legs that are gone, and of whose end nobody told."""
        self._legs.note_bad_ends(self._clocks.steady())
        ripe = self._legs.ripe(self._clocks.steady(), BATCH)
        try:
            ripe = await self._legs.confirmed(self.link, ripe)
        except SwitchError:
            return False
        if not ripe:
            return False
        rows = await self._do(self.ledger.live, self.host)
        legs = self._legs.facts(rows, ripe)
        if legs:
            self._tell(await self._do(self._ingest.events, legs, "provisional"))
        await self._do(self.ledger.journal_gone, *ripe)
        self._forget(ripe)
        return len(ripe) == BATCH

    async def _tend(self) -> bool:
        """Note that the switch is up; remove what is too old."""
        core, at = self._legs.seen
        down = self.link is not None and not self.link.connected
        if at > self._written and self._legs.known and (down or self._is_time("seen", SEEN)):
            await self._do(self.ledger.journal_seen, self.host, core, at)
            self._written = at
        if self.spool is not None and self._is_time("prune", PRUNING):
            most = 2000
            while await self._do(self.spool.prune, self._keep_days, most) == most:
                await asyncio.sleep(0)
        return False


_SURVEY = 25
"""Batches between two counts of what lies in the spool while there is much."""
