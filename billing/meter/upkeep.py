"""The journal of legs that are up, kept as the switch tells and as it is asked."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from dialform.billing.meter.clocks import Times
from dialform.billing.meter.hearing import Hearing
from dialform.billing.meter.ingest import Ingest
from dialform.billing.meter.legs import Legs
from dialform.billing.meter.thread import Thread
from dialform.switch import Link, SwitchError

if TYPE_CHECKING:
    from dialform.billing.ledger.ledger import Ledger

BATCH = 400
"""Legs in one transaction."""
SEEN = 5.0
"""Seconds between two notes in the journal that the switch is up, while calls are."""
SILENT = 25.0
"""Seconds without a word after which a switch is not taken to be up; HEARTBEAT comes every 20."""
ASKING = 5.0
"""Seconds before a switch is asked again that did not answer as it should."""
COMPARING = 300.0
"""Seconds between two looks whether who stands in the journal is up, though nothing seems to be missed."""


class Upkeep:
    """The stages of a turn that have to do with legs that are up. Each raises LedgerError.

    Each says whether there is more to do at once.
    """

    def __init__(
        self, ledger: "Ledger", host: str, link: Link | None, hearing: Hearing, legs: Legs,
        ingest: Ingest, times: Times, thread: Thread, told: Callable[[frozenset[str]], None],
    ) -> None:  # fmt: skip
        self.ledger = ledger
        self.heard = 0.0
        """When the switch said something last, by the steady clock."""
        self._host, self._link, self._hearing, self._legs = host, link, hearing, legs
        self._ingest, self._times, self._do, self._told = ingest, times, thread.do, told
        self._anew = False
        self._written = 0

    def is_up(self) -> None:
        """A connection: what happened before it nobody told, and it may be another switch."""
        self.heard = self._times.clocks.steady()
        self._hearing.lost = self._anew = True

    def look(self) -> None:
        """When the switch was up last: while something may have been missed, that is not known."""
        link = self._link
        if link is None or not link.connected or self._hearing.lost:
            return
        if self._times.clocks.steady() - self.heard <= SILENT:
            self._legs.seen = (link.core_uuid, self._times.clocks.micro())

    async def write(self) -> bool:
        """Write down who is up."""
        notes = self._hearing.take(BATCH)
        if notes:
            seen = max(leg.seen for leg in notes)
            await self._do(self.ledger.journal_answer, *(leg.fact for leg in notes), seen=seen)
            self._ingest.took = True
            self._hearing.written(notes)
            self._legs.known.update(leg.fact.uuid for leg in notes)
            self._told(frozenset(leg.fact.tenant for leg in notes))
        return len(notes) == BATCH

    async def ask(self) -> bool:
        """Ask the switch who is up, where events may have been missed."""
        link, hearing = self._link, self._hearing
        if link is None or not link.connected:
            return False
        try:
            missed = hearing.lost and (self._anew or self._times.due("asked", ASKING))
            if missed or self._times.due("compared", COMPARING):
                rows = await self._do(self.ledger.live, self._host)
                self._anew = hearing.lost = False
                await self._legs.resync(link, rows, self._times.clocks.steady(), anew=missed)
                if missed:  # once more, when the switch's own list has caught up
                    self._times.put_off("compared", 2 * ASKING)
            return await self._legs.meet(link)
        except SwitchError:
            hearing.lost = True
            return False

    async def bury(self) -> bool:
        """Book legs that are gone, and of whose end nobody told, as provisional."""
        steady = self._times.clocks.steady()
        self._legs.note_bad_ends(steady)
        ripe = self._legs.ripe(steady, BATCH)
        try:
            ripe = await self._legs.confirmed(self._link, ripe)
        except SwitchError:
            return False
        if not ripe:
            return False
        rows = await self._do(self.ledger.live, self._host)
        legs = self._legs.facts(rows, ripe)
        if legs:
            self._told(await self._do(self._ingest.events, legs, "provisional"))
        await self._do(self.ledger.journal_gone, *ripe)
        self._legs.forget(ripe)
        return len(ripe) == BATCH

    async def see(self) -> bool:
        """Note that the switch is up; when it goes down, up to when it was."""
        core, at = self._legs.seen
        down = self._link is not None and not self._link.connected
        if at > self._written and self._legs.known and (down or self._times.due("seen", SEEN)):
            await self._do(self.ledger.journal_seen, self._host, core, at)
            self._written = at
        return False
