"""What came from git, and whether it may be used at all: history, signatures, quarantine, suspension."""

import asyncio

from dialform.reconcile import guard, suspension
from dialform.reconcile.commits import Commits
from dialform.reconcile.ground import Ground
from dialform.reconcile.guard import Guard
from dialform.reconcile.policy import Held, Hold, hold
from dialform.reconcile.source.errors import SourceError
from dialform.reconcile.source.worktree import NO_COMMIT
from dialform.reconcile.status import shown

_UNREADABLE = "quarantine.json could not be read, so it may have failed here before"


class Judge:
    """Judges by what guards the commit applied last, never by what the commit itself says."""

    def __init__(self, ground: Ground, source: Commits) -> None:
        self.ground, self.source = ground, source
        self.accepted: str | None = None
        """A commit whose rewritten history somebody looked at and takes."""
        self.by_hand = False
        """Somebody applies it by hand: neither a quarantine nor a rewritten history stops that."""

    async def fetch(self) -> str | Hold:
        """The newest commit, or why there is none. Raises OSError."""
        book = self.ground.book
        book.section("source", url=self.source.url, branch=self.source.branch)
        try:
            commit = await asyncio.to_thread(self.source.fetch)
        except SourceError as error:
            book.count("fetch_failures")
            book.section("source", error=str(error))
            return trouble(error)
        book.section("source", commit=commit, fetched_at=self.ground.times.text(), error=None)
        self._mistrust(commit)
        return commit

    def _mistrust(self, commit: str) -> None:
        """Where nobody knows what failed here before, it may have been this; what runs did not fail."""
        ground, applied = self.ground, self.ground.record.applied
        if ground.quarantine.damaged and not self.by_hand:
            ground.log.warning("the quarantine cannot be read", file=str(ground.layout.quarantine))
            runs = applied is not None and applied.commit == commit
            ground.quarantine.add([] if runs else [commit], _UNREADABLE)

    def suspended(self) -> None:
        """Raises Held while somebody said that nothing is to be changed."""
        found = suspension.read(self.ground.layout, self.ground.times.now())
        if found is not None:
            by = f" by {found.by}" if found.by else ""
            raise Held(hold("Suspended", until=found.until, why=found.reason, by=by))

    async def judge(self, commit: str) -> Guard | None:
        """The guard in force, if it lets the commit through. Raises Held."""
        reasons = self.ground.quarantine.reasons
        if commit in reasons and not self.by_hand:
            raise Held(hold("Quarantined", commit=shown(commit), why=reasons[commit]))
        try:
            return await asyncio.to_thread(self._judge, commit)
        except SourceError as error:
            raise Held(trouble(error)) from None
        except guard.GuardError as error:
            raise Held(hold("RefusedSource", why=str(error))) from None

    def _judge(self, commit: str) -> Guard | None:
        ground, source = self.ground, self.source
        applied = (ground.record.applied.commit if ground.record.applied else None) or ""
        before = guard.load(ground.layout, applied, ground.settings.trusted_signers)
        if not applied and before is not None:
            applied = before.commit  # what was applied last is lost; the guard is of that commit
        taken = self.by_hand or self.accepted == commit
        if applied and not taken and source.relation(applied, commit) == "rewritten":
            raise Held(hold("RewrittenHistory", applied=shown(applied), commit=shown(commit)))
        signers = before.trusted_signers if before is not None else {}
        # One that is not here any more vouches for nothing: then the whole history is judged.
        base = "" if applied == NO_COMMIT else applied
        bad = source.verify(base, commit, signers, ground.settings.merges)
        if bad:
            count = f"{len(bad)} commit{' is' if len(bad) == 1 else 's are'}"
            raise Held(hold("Unsigned", commits=count, first=str(bad[0])))
        return before

    async def guard_of(self, commit: str) -> Guard:
        """What guards the tree once this commit is applied. Raises Held: such a commit would lock all out."""
        try:
            return await asyncio.to_thread(
                guard.of_commit, commit, lambda path: self.source.read(commit, path)
            )
        except SourceError as error:
            raise Held(trouble(error)) from None
        except guard.GuardError as error:
            raise Held(hold("RefusedSource", why=str(error))) from None


def trouble(error: SourceError) -> Hold:
    """The hold for what git could not do."""
    return hold("SourceUnreachable" if error.passes else "RefusedSource", why=str(error))
