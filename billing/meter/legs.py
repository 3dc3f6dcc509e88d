"""The legs that are up, as the ledger's journal has them: what is left of it is booked provisional.

A switch that dies writes no record of the calls that are up. What it told of them stands in the journal, and
when it was last seen alive; a changed Core-UUID says that it died.
"""

import contextlib
import json
from collections import deque
from collections.abc import Callable, Collection, Iterable
from itertools import islice

from dialform.billing.facts import Fact, FactError
from dialform.billing.ledger.values import Live
from dialform.billing.meter.hearing import Hearing
from dialform.billing.meter.standing import provisional
from dialform.billing.spool import Spool
from dialform.switch import Link
from dialform.switch.questions import channels
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Gone:
    """A leg of the journal that is not up any more: booked when `due` (steady), as ended at `until` (µs).

    `core` is the run of the switch that it was on; empty: its end was told.
    """

    due: float
    until: int
    core: str = ""


class Legs:
    """What becomes of the rows of the journal of one host."""

    def __init__(
        self, host: str, hearing: Hearing, spool: Spool | None, *, grace: float, now: Callable[[], int],
    ) -> None:  # fmt: skip
        """`grace` is how many seconds a record may still come; `now` is in microseconds since 1970."""
        self.gone: dict[str, Gone] = {}
        self.known: set[str] = set()
        """Who stands in the journal, as far as this meter knows."""
        self.seen = ("", 0)
        """The core that was up last, and when that was (µs)."""
        self.unmet: deque[str] = deque()
        """Who is up and does not stand in the journal, as far as it is known."""
        self._met: set[str] = set()
        """Whom the switch was asked for, that need not stand there."""
        self._host, self._hearing, self._spool = host, hearing, spool
        self._grace, self._now = grace, now

    async def resync(
        self, link: Link, rows: Collection[Live], steady: float, *, anew: bool
    ) -> None:
        """Hold the journal against the switch: who is gone, who is new. Raises SwitchError.

        `rows` were read before. What happens meanwhile, events tell. `anew`: those that were asked for
        before are asked for again.
        """
        core = link.core_uuid
        up = {each.uuid for each in await channels(link.api)}
        if link.core_uuid != core:
            return  # it was started anew just now; that asks for another look
        self.known = {row.fact.uuid for row in rows} | {uuid for uuid, _ in self._hearing.notes}
        for row in rows:
            if row.core != core or row.fact.uuid not in up:
                self.lose(row, steady)
        self._met = set() if anew else self._met & up
        self.unmet = deque(up - self.known - self._met)

    async def meet(self, link: Link, most: int = 100) -> bool:
        """Ask for up to so many legs of which too little was told; whether any were. Raises SwitchError."""
        moved = self._hearing.moved
        count = min(most, len(moved) + len(self.unmet))
        for _ in range(count):
            if moved:
                uuid = next(iter(moved))
                at, inside = moved[uuid]
                await self._meet(link, uuid, at, inside)
                if moved.get(uuid) == (at, inside):
                    del moved[uuid]
            elif self.unmet:
                uuid = self.unmet.popleft()
                await self._meet(link, uuid, self._now())
                self._met.add(uuid)
        return count > 0

    def lose(self, row: Live, steady: float) -> None:
        """A leg is not up any more, as far as anybody can tell."""
        core, at = self.seen
        until = max(row.seen, at) if row.core == core else row.seen
        self.gone.setdefault(row.fact.uuid, Gone(steady + self._grace, until, row.core))

    async def _meet(self, link: Link, uuid: str, at: int, inside: bool | None = None) -> None:
        """All that the switch says of a leg, as at a time (µs); `inside` a room, where that was told."""
        try:
            found = json.loads(await link.api(f"uuid_dump {uuid} json"))
        except (ValueError, RecursionError):
            return  # it ended, and that is told
        if not isinstance(found, dict):
            return
        headers = {name: value for name, value in found.items() if isinstance(value, str)}
        headers.setdefault("Core-UUID", link.core_uuid)
        headers.setdefault("Unique-ID", uuid)
        with contextlib.suppress(FactError):  # what cannot be read now is told of when it ends
            self._hearing.note(headers, at, inside)

    def note_bad_ends(self, steady: float) -> None:
        """Legs that ended, and whose end says what cannot be."""
        for uuid, at in self._hearing.ended_badly.items():
            self.gone.setdefault(uuid, Gone(steady + self._grace, at))
        self._hearing.ended_badly.clear()

    def ripe(self, steady: float, most: int) -> list[str]:
        """Up to so many that are gone and got neither a file nor the event of their end."""
        found = (
            uuid
            for uuid, gone in self.gone.items()
            if gone.due <= steady
            and uuid not in self._hearing.pending
            and not (self._spool is not None and self._spool.holds(uuid))
        )
        return list(islice(found, most))

    async def confirmed(self, link: Link | None, ripe: Iterable[str]) -> list[str]:
        """Those of them that are not up, as the switch says that they were on. Raises SwitchError.

        `show channels` reads a database of the switch's own, which is written a little later.
        """
        over = []
        for uuid in ripe:
            if link is not None and self.gone[uuid].core == link.core_uuid:
                if not link.connected:
                    continue  # it has to be asked
                if (await link.api(f"uuid_exists {uuid}")).strip() == "true":
                    del self.gone[uuid]
                    continue
            over.append(uuid)
        return over

    def facts(self, rows: Iterable[Live], ripe: Collection[str]) -> list[list[Fact]]:
        """Their facts, leg by leg, by what the journal has of them."""
        legs: dict[str, list[Live]] = {}
        for row in rows:
            if row.fact.uuid in ripe:
                legs.setdefault(row.fact.uuid, []).append(row)
        return [provisional(kept, self.gone[uuid].until) for uuid, kept in legs.items()]

    def forget(self, uuids: Iterable[str]) -> None:
        """They are booked, or nothing is known of them."""
        for uuid in uuids:
            self.gone.pop(uuid, None)
            self.known.discard(uuid)
