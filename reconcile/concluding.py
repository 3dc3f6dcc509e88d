"""What came of a pass: kept, held back, said in the status, told to whoever wants to know."""

import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from dialform.reconcile import applying
from dialform.reconcile.applying import Verdict
from dialform.reconcile.commits import Commits
from dialform.reconcile.ground import Ground
from dialform.reconcile.policy import Ending, Hold, hold
from dialform.reconcile.source.errors import SourceError
from dialform.reconcile.status import shown
from dialform.values import dataclass

Tell = Callable[[str, str], Awaitable[None]]
"""(kind, message): tells whoever wants to know; never raises."""
Plan = Mapping[str, Any]

TOLD = {
    "RolledBack": "rolled_back",
    "RollbackFailed": "rollback_failed",
    "InvalidSite": "invalid",
    "SwitchUnreachable": "unreachable",
    "SourceUnreachable": "unreachable",
}
"""By what kind of news a hold is told (reconcile/telling); all others are `held`."""
UNTOLD = ("Suspended", "ReportOnly")
"""What whoever asked for it knows."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a pass: how it ended, in one word and in a sentence; the plan, if there was one."""

    ending: Ending
    what: str
    message: str = ""
    plan: Plan | None = None
    hold: Hold | None = None


class Conclusions:
    """Turns verdicts and holds into results."""

    def __init__(self, ground: Ground, source: Commits, tell: Tell | None) -> None:
        self.ground, self.source, self._tell = ground, source, tell

    async def of(self, verdict: Verdict, plan: Plan | None = None) -> Result:
        """Keep what was proven; hold a commit back that failed. Raises OSError."""
        ground, book, how, commit = self.ground, self.ground.book, verdict.how, verdict.commit
        if how == applying.UNREACHABLE:
            return await self.held(
                hold("SwitchUnreachable", why=verdict.why, boot=ground.boot), plan
            )
        if how == applying.APPLIED:
            await self._kept(commit)
            return await self.well(plan, how)
        why = verdict.first or verdict.why
        if commit in ground.quarantine.reasons and how != applying.APPLY_FAILED:
            ground.quarantine.add([commit], why)
        book.attempted(commit, how, why)
        if how == applying.ROLLED_BACK:
            return await self.held(hold("RolledBack", commit=shown(commit), why=why), plan, how)
        if how == applying.ROLLBACK_FAILED:
            if (book.data["held"] or {}).get("reason") != "RollbackFailed":
                book.count("rollbacks_failed")
            found = hold("RollbackFailed", commit=shown(commit), first=why, why=verdict.why)
            return await self.held(found, plan, how)
        return await self.held(hold("ApplyFailed", why=why), plan, how)

    async def _kept(self, commit: str | None) -> None:
        ground, applied = self.ground, self.ground.record.applied
        assert applied is not None
        ground.book.count("applies")
        ground.book.attempted(commit, applying.APPLIED)
        ground.log.info("applied", commit=commit, generation=applied.generation)
        if applied.commit and not applied.dirty:
            with contextlib.suppress(SourceError):
                self.source.keep(applied.commit)
        await ground.prune()
        await self.say("applied", f"{shown(commit)} is applied and proven.")

    async def well(self, plan: Plan | None = None, what: str = "unchanged") -> Result:
        """All is as it should be, as far as commits go."""
        book = self.ground.book
        was = book.data["held"]
        book.hold(None)
        book.condition("Ready", True, "Applied")
        if was and was["alarm"] and what == "unchanged":
            await self.say("recovered", "All is as it should be again.")
        return Result(Ending.GOOD, what, plan=plan)

    async def held(self, found: Hold, plan: Plan | None = None, what: str = "held") -> Result:
        """It holds: in the status, in the log, and told, once."""
        book, row = self.ground.book, found.row
        news = book.hold(found)
        ready = row.ready and self.ground.record.applied is not None
        book.condition("Ready", ready, found.reason, found.message)
        if news:
            log = self.ground.log.warning if row.alarm else self.ground.log.info
            log("held", reason=found.reason, message=found.message, way_out=found.way_out)
            if found.reason not in UNTOLD:
                kind = TOLD.get(found.reason, "held")
                await self.say(kind, f"{found.message} {found.way_out}")
        return Result(row.ending, what, f"{found.message} {found.way_out}", plan, found)

    async def say(self, kind: str, message: str) -> None:
        """Tell it."""
        self.ground.summarise()
        if self._tell is not None:
            await self._tell(kind, message)
