"""One attempt on the switch: dialled, watched until its leg is gone, and what became of it.

The leg's uuid is ours, and was written down before: so whoever comes after a crash of the agent
asks the switch for it. Nothing is dialled twice.
"""

import asyncio
import contextlib
from pathlib import Path

from dialform.billing.ledger.database import Database
from dialform.fax.queue.values import Attempt
from dialform.fax.sending.dial import RINGS
from dialform.reconcile.fax.legs import Ended, Leg, Legs
from dialform.reconcile.fax.traces import trace
from dialform.reconcile.times import Times
from dialform.switch import Link, SwitchError, Unreachable, Unsendable

CHECKING = 15.0
"""Seconds between two questions whether a leg lives of which nothing was heard."""
SETTLING = 3.0
"""Seconds within which the end of a leg is told after its `originate` failed."""
PATIENCE = 60.0
"""Seconds after which a leg that is nowhere, and nowhere written down, was never dialled."""
FORSAKEN = 600.0
"""Seconds after which nobody waits any more for a switch that cannot be reached."""
MICRO = 1_000_000

NEVER = Ended("NEVER", {})
"""It was not dialled: the switch did not hear of it."""
LOST = Ended("LOST", {})
"""It was dialled, and nobody knows how it ended."""
DOUBTFUL = Ended("DOUBTFUL", {})
"""The switch cannot be reached: it may be going on."""
REFUSED = Ended("REFUSED", {})
"""The switch did not understand what it was told."""


class Caller:
    """Makes attempts and watches them. What the switch does to one is an Ended, no exception."""

    def __init__(
        self, link: Link, legs: Legs, database: Database, records: Path | None, times: Times
    ) -> None:  # fmt: skip
        self._link, self._legs, self._times = link, legs, times
        self._database, self._records = database, records

    async def dial(self, command: str, attempt: Attempt) -> Ended:
        """Dial, and watch. Raises LedgerError."""
        leg = self._legs.watch(attempt.uuid)
        try:
            reply = (await self._link.bgapi(command, timeout=RINGS + 30.0)).strip()
        except Unreachable:
            return NEVER  # it says that nothing was sent
        except Unsendable:
            return REFUSED
        except SwitchError:
            return await self.follow(attempt)
        if reply.startswith("+OK"):
            leg.spoke = True  # whatever is missed from here on, somebody answered
            return await self.follow(attempt)
        until = self._times.steady() + SETTLING
        while leg.ended is None and self._times.steady() < until:
            await self._wait(leg, SETTLING)
        if leg.ended is not None:
            return leg.ended
        return Ended(reply.removeprefix("-ERR").strip(), {}) if reply[:4] == "-ERR" else REFUSED

    async def follow(self, attempt: Attempt) -> Ended:
        """Until the leg is gone, or nobody can tell of it any more. Raises LedgerError."""
        leg = self._legs.watch(attempt.uuid)
        away = gone = None
        while leg.ended is None:
            lives = await self._lives(leg)
            now = self._times.steady()
            away = None if lives is not None else away or now
            gone = None if lives is not False else gone or now
            if not lives and (found := await self._trace(attempt)) is not None:
                return found
            if lives is False:
                if self._link.core_uuid != attempt.core:
                    return LOST
                if gone is not None and now - gone >= PATIENCE:
                    return LOST if leg.spoke or attempt.pages else NEVER
            if away is not None and now - away >= FORSAKEN:
                return DOUBTFUL
            await self._wait(leg, CHECKING)
        return leg.ended

    async def hang_up(self, uuid: str) -> None:
        """End a leg, where it is there."""
        with contextlib.suppress(SwitchError):
            await self._link.api(f"uuid_kill {uuid}")

    async def _lives(self, leg: Leg) -> bool | None:
        """Whether the switch has the leg; None where nobody can say."""
        try:
            said = (await self._link.api(f"uuid_exists {leg.uuid}")).strip()
        except SwitchError:
            return None
        return {"true": True, "false": False}.get(said)

    async def _trace(self, attempt: Attempt) -> Ended | None:
        return await asyncio.to_thread(
            trace, self._database, self._records, attempt.uuid, attempt.began / MICRO
        )

    async def _wait(self, leg: Leg, seconds: float) -> None:
        """For news of a leg, and no longer than that."""
        news = asyncio.ensure_future(leg.news.wait())
        late = asyncio.ensure_future(self._times.sleep(seconds))
        try:
            await asyncio.wait((news, late), return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()
            late.cancel()
        leg.news.clear()
