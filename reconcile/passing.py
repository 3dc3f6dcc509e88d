"""One pass: fetch, hold?, compile and plan, hold?, apply, prove, confirm or go back."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from dialform.compiler.planning.actions import Step
from dialform.reconcile import applying, gates, guard, suspension
from dialform.reconcile.applying import Applier, Verdict
from dialform.reconcile.contact import reach
from dialform.reconcile.generations import Generation
from dialform.reconcile.ground import Ground
from dialform.reconcile.job import JobError, Made, Order
from dialform.reconcile.policy import Ending, Hold, hold
from dialform.reconcile.source.errors import SourceError
from dialform.reconcile.source.history import Relation
from dialform.reconcile.source.signatures import Merges, Unsigned
from dialform.reconcile.status import shown
from dialform.reconcile.times import written
from dialform.switch import SwitchError
from dialform.values import dataclass

Tell = Callable[[str, str], Awaitable[None]]
"""(kind, message): tells whoever wants to know; never raises."""
Make = Callable[[Order], Awaitable[Made]]


class Commits(Protocol):
    """Where commits come from: a repository, or a folder as it lies there (reconcile/source)."""

    branch: str
    dirty: bool

    @property
    def url(self) -> str:
        """Where they come from, fit to be shown."""

    def fetch(self) -> str:
        """The newest commit. All of these raise SourceError."""

    def has(self, commit: str) -> bool:
        """Whether a commit is here."""

    def relation(self, before: str, after: str) -> Relation:
        """How two commits lie to each other."""

    def verify(
        self, before: str, after: str, signers: Mapping[str, str], merges: Merges = "signed"
    ) -> list[Unsigned]:
        """The commits between them that nobody trusted vouches for."""

    def check_out(self, commit: str) -> Path:
        """The folder with what the commit holds."""

    def read(self, commit: str, path: str) -> bytes | None:
        """One file of a commit."""

    def keep(self, commit: str) -> None:
        """This is the commit applied last."""


class WaveGate(Protocol):
    """Whether hosts of earlier waves are still to come (reconcile/wavegate.py)."""

    async def hold(self, generation: Generation, commit: str) -> Hold | None:
        """Why this host waits with a commit, or None."""


class Held(Exception):  # noqa: N818 - it says what happened
    """The pass goes no further, and why."""

    def __init__(self, found: Hold) -> None:
        super().__init__(found.message)
        self.hold = found


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a pass: how it ended, in one word and in a sentence; the plan, if there was one."""

    ending: Ending
    what: str
    message: str = ""
    plan: Mapping[str, Any] | None = None

    @property
    def changed(self) -> bool:
        """Whether the switch was brought to another generation, or back."""
        return self.what in (applying.APPLIED, applying.ROLLED_BACK)


class Pass:
    """The stages. What is known between two of them stands in the state folder, not here."""

    def __init__(
        self, ground: Ground, source: Commits, make: Make, *,
        waves: WaveGate | None = None, tell: Tell | None = None,
        show: Callable[[Made, list[Step]], None] | None = None,
    ) -> None:  # fmt: skip
        """`show` is given what was compiled, and what would be sent, before anything is held or done."""
        self.ground, self.source, self.make = ground, source, make
        self.applier = Applier(ground)
        self._waves, self._tell, self._show = waves, tell, show
        self._made_of: tuple[str, ...] = ()
        self._accept: str | None = None

    async def run(self, *, retry: bool = False) -> Result:
        """One pass, from its beginning to its end. Whatever holds it is in the result and the status."""
        ground, book = self.ground, self.ground.book
        book.count("passes")
        self.applier.timings = {}
        try:
            result = await self._stages(retry)
        except Held as held:
            result = await self._held(held.hold)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            result = await self._held(hold("NotWritable", why=f"{where}{error.strerror or error}"))
        book.data["timings"] |= self.applier.timings
        book.data["quarantine"] = dict(ground.quarantine.reasons)
        book.data["generations"] = _told(ground)
        book.doing("")
        return result

    async def _stages(self, retry: bool) -> Result:
        fetched = await self._fetch()
        there = await reach(self.ground)
        if there is None and self.ground.record.applying is not None:
            result = await self._concluded(await self.applier.go_on())
            if result.what != applying.ROLLBACK_FAILED:
                return result
        if isinstance(fetched, Hold):
            raise Held(fetched)
        self._suspended()
        if there is not None and self.ground.record.applied is not None:
            raise Held(there)
        if not retry and self._is_applied(fetched):
            if there is None and self.ground.record.applying is not None:
                raise Held(self._rollback_failed())
            return await self._well()
        before = self._judge(fetched)
        made, generation = await self._compile(fetched)
        return await self._go(fetched, before, made, generation, there)

    # Fetch, and whether what came may be used at all.

    async def _fetch(self) -> str | Hold:
        ground, book = self.ground, self.ground.book
        began = ground.times.steady()
        book.section("source", url=self.source.url, branch=self.source.branch)
        try:
            commit = await asyncio.to_thread(self.source.fetch)
        except SourceError as error:
            book.count("fetch_failures")
            book.section("source", error=str(error))
            reason = "SourceUnreachable" if error.passes else "RefusedSource"
            return hold(reason, why=str(error))
        self.applier.timings["fetch"] = round(ground.times.steady() - began, 3)
        book.section("source", commit=commit, fetched_at=ground.times.text(), error=None)
        return commit

    def _suspended(self) -> None:
        found = suspension.read(self.ground.layout, self.ground.times.now())
        if found is not None:
            by = f" by {found.by}" if found.by else ""
            raise Held(hold("Suspended", until=found.until, why=found.reason, by=by))

    def _is_applied(self, commit: str) -> bool:
        """Whether this commit runs, made by this Dialform with these secrets."""
        applied = self.ground.record.applied
        if applied is None or applied.commit != commit or applied.dirty or self.source.dirty:
            return False
        return self._made_of == self._key(commit)

    def _key(self, commit: str) -> tuple[str, ...]:
        from dialform.compiler.stamp import compiler_name, secret_signatures

        seen = secret_signatures(self.ground.settings.secrets)
        return (commit, compiler_name(), repr(seen))

    def _judge(self, commit: str) -> guard.Guard | None:
        """Quarantine, rewritten history, signatures: by what guards the commit applied last."""
        ground = self.ground
        if commit in ground.quarantine.reasons:
            raise Held(
                hold("Quarantined", commit=shown(commit), why=ground.quarantine.reasons[commit])
            )
        applied = ground.record.applied.commit if ground.record.applied else None
        try:
            before = guard.load(ground.layout, applied or "", ground.settings.trusted_signers)
            if (
                applied
                and self.source.relation(applied, commit) == "rewritten"
                and self._accept != commit
            ):
                raise Held(hold("RewrittenHistory", applied=shown(applied)))
            signers = before.trusted_signers if before is not None else {}
            base = applied if applied and self.source.has(applied) else ""
            bad = self.source.verify(base, commit, signers, ground.settings.merges)
        except SourceError as error:
            reason = "SourceUnreachable" if error.passes else "RefusedSource"
            raise Held(hold(reason, why=str(error))) from None
        except guard.GuardError as error:
            raise Held(hold("RefusedSource", why=str(error))) from None
        if bad:
            count = f"{len(bad)} commit{' is' if len(bad) == 1 else 's are'}"
            raise Held(hold("Unsigned", commits=count, first=str(bad[0])))
        return before

    def accept(self, commit: str) -> None:
        """Somebody looked at a rewritten history and takes it, up to this commit."""
        self._accept = commit

    # Compile and plan.

    async def _compile(self, commit: str) -> tuple[Made, Generation]:
        ground, settings = self.ground, self.ground.settings
        ground.book.doing(f"compiling {shown(commit)}")
        base = ground.record.applied.generation if ground.record.applied else None
        if base is not None and ground.generations.find(base) is None:
            base = None
        try:
            site = await asyncio.to_thread(self.source.check_out, commit)
        except SourceError as error:
            reason = "SourceUnreachable" if error.passes else "RefusedSource"
            raise Held(hold(reason, why=str(error))) from None
        name = None if self.source.dirty else commit
        made = await self._done(self._order(site, name, base))
        self.applier.timings |= made.timings
        ground.book.data["tenants_quarantined"] = dict(made.quarantined)
        if made.generation is None or made.errors:
            self._attempted(commit, "invalid", _first(made))
            raise Held(_unmade(made, settings.host))
        generation = ground.generations.find(made.generation)
        assert generation is not None, made.generation
        ground.candidate = generation.folder
        if generation.placeholders:
            why = str(settings.secrets or "no folder of secrets was named")
            raise Held(hold("Placeholders", why=why))
        ground.book.data |= {"wave": generation.wave}
        self._made_of = self._key(commit)
        return made, generation

    async def mend(self) -> str:
        """Write the files of what runs anew, as they were compiled. Why not, or empty."""
        ground = self.ground
        applied = ground.record.applied
        if applied is None or applied.commit is None or applied.dirty:
            return "what runs is no commit: apply it again"
        try:
            site = await asyncio.to_thread(self.source.check_out, applied.commit)
        except SourceError as error:
            return str(error)
        made = await self._done(self._order(site, applied.commit, None))
        self._made_of = ()
        if made.generation != applied.generation:
            return _first(made) if made.generation is None else "it compiles to something else now"
        generation = ground.generations.find(made.generation)
        if generation is not None:
            ground.forget(generation)
        return ""

    async def _done(self, order: Order) -> Made:
        """What came of an order; one that ended without anything is no fault of the commit."""
        try:
            return await self.make(order)
        except JobError as error:
            raise Held(hold("NotCompiled", why=str(error))) from None

    def _order(self, site: Path, commit: str | None, base: str | None) -> Order:
        settings = self.ground.settings
        return Order(
            state=self.ground.layout.root, site=site, commit=commit, host=settings.host,
            secrets=settings.secrets, quarantine=settings.quarantine, base=base,
        )  # fmt: skip

    # Whether it may be done now, and doing it.

    async def _go(
        self, commit: str, before: guard.Guard | None, made: Made, generation: Generation,
        there: Hold | None,
    ) -> Result:  # fmt: skip
        ground = self.ground
        current = ground.generations.current()
        if there is not None:
            # Nothing of ours ever ran here: the files may be laid out for the switch's first start.
            self._never_started(generation, there)
        todo = await self._ahead(generation)
        if self._show is not None:
            self._show(made, todo)
        same = current is not None and current.name == generation.name
        if same and ground.record.applied is not None and not any(_sent(todo)):
            return await self._well(made.plan)
        await self._gates(commit, before, made, generation, todo)
        announced = [one.command for one in todo if one.drops]
        ground.book.doing(f"applying {shown(commit)}")
        await self._say("reconciling", f"{shown(commit)} is being applied.")
        verdict = await self.applier.apply(
            generation, commit=commit, announced=announced, dirty=self.source.dirty
        )
        return await self._concluded(verdict, commit, made.plan)

    def _never_started(self, generation: Generation, there: Hold) -> None:
        if not self.ground.settings.report_only:
            self.applier.flip(generation)
        known = {**there.known, "boot": self.ground.boot}
        raise Held(Hold(there.reason, known))

    async def _ahead(self, generation: Generation) -> list[Step]:
        try:
            return await self.applier.ahead(generation)
        except SwitchError as error:
            raise Held(hold("SwitchUnreachable", why=str(error), boot=self.ground.boot)) from None

    async def _gates(
        self,
        commit: str,
        before: guard.Guard | None,
        made: Made,
        generation: Generation,
        todo: list[Step],
    ) -> None:
        """Everything that may speak against doing it now, the gravest first."""
        settings = self.ground.settings
        held = (
            gates.safety(made.plan, settings.force)
            or (await self._waves.hold(generation, commit) if self._waves else None)
            or gates.window(
                made.plan,
                todo,
                before,
                allowed=settings.allow_disruption,
                now=self.ground.times.utc(),
            )
        )
        if held is None and settings.report_only:
            held = hold("ReportOnly", what=f"{len(list(_sent(todo)))} commands of {shown(commit)}")
        if held is not None:
            self._attempted(commit, "held", held.message)
            raise Held(held)

    # What came of it.

    async def _concluded(
        self, verdict: Verdict, commit: str | None = None, plan: Mapping[str, Any] | None = None
    ) -> Result:
        """Keep what was proven; hold a commit back that failed; say it."""
        ground, book = self.ground, self.ground.book
        applying_ = ground.record.applying
        commit = commit or (applying_.commit if applying_ else verdict.commit)
        if verdict.how == applying.UNREACHABLE:
            return await self._held(
                hold("SwitchUnreachable", why=verdict.why, boot=ground.boot), plan
            )
        if verdict.how == applying.APPLIED:
            self._keep()
            book.count("applies")
            self._attempted(commit, "applied")
            book.data["applied"] = _applied(ground)
            await self._say("applied", f"{shown(commit)} is applied and proven.")
            return await self._well(plan, applying.APPLIED)
        why = verdict.first or verdict.why
        if commit and verdict.how != applying.APPLY_FAILED:
            ground.quarantine.add([commit], why)
        self._attempted(commit, verdict.how, why)
        book.data["applied"] = _applied(ground)
        if verdict.how == applying.ROLLED_BACK:
            found = hold("RolledBack", commit=shown(commit), why=why)
        elif verdict.how == applying.ROLLBACK_FAILED:
            book.count("rollbacks_failed")
            found = hold("RollbackFailed", commit=shown(commit), first=why, why=verdict.why)
        else:
            found = hold("ApplyFailed", why=why)
        return await self._held(found, plan, what=verdict.how)

    def _keep(self) -> None:
        """What guards the tree is from now on what stands in this commit; its history stays."""
        ground = self.ground
        applied = ground.record.applied
        assert applied is not None
        if applied.commit and not applied.dirty:
            commit = applied.commit
            with contextlib.suppress(SourceError, guard.GuardError):
                guard.of_commit(commit, lambda path: self.source.read(commit, path)).save(
                    ground.layout
                )
                self.source.keep(commit)
        ground.generations.prune(ground.settings.keep, {applied.generation})

    async def _well(self, plan: Mapping[str, Any] | None = None, what: str = "unchanged") -> Result:
        """All is as it should be, as far as commits go."""
        book = self.ground.book
        book.data["applied"] = _applied(self.ground)
        was_held = book.hold(None)
        book.condition("Ready", True, "Applied", "")
        if was_held and what == "unchanged":
            await self._say("recovered", "All is as it should be again.")
        return Result(Ending.GOOD, what, plan=plan)

    async def _held(
        self, found: Hold, plan: Mapping[str, Any] | None = None, what: str = "held"
    ) -> Result:
        book, row = self.ground.book, found.row
        book.data["applied"] = _applied(self.ground)
        news = book.hold(found)
        ready = row.ready and self.ground.record.applied is not None
        book.condition("Ready", ready, found.reason, found.message)
        if news:
            log = self.ground.log.warning if row.alarm else self.ground.log.info
            log("held", reason=found.reason, message=found.message, way_out=found.way_out)
            await self._say(TOLD.get(found.reason, "held"), f"{found.message} {found.way_out}")
        return Result(row.ending, what, f"{found.message} {found.way_out}", plan)

    def _rollback_failed(self) -> Hold:
        applying_ = self.ground.record.applying
        assert applying_ is not None
        return hold(
            "RollbackFailed", commit=shown(applying_.commit), first=applying_.why,
            why="it is tried again",
        )  # fmt: skip

    def _attempted(self, commit: str | None, outcome: str, message: str = "") -> None:
        self.ground.book.attempted(commit, outcome, message)
        self.ground.book.save()

    async def _say(self, kind: str, message: str) -> None:
        if self._tell is not None:
            await self._tell(kind, message)


TOLD = {
    "RolledBack": "rolled_back",
    "RollbackFailed": "rollback_failed",
    "InvalidSite": "invalid",
    "SwitchUnreachable": "unreachable",
    "SourceUnreachable": "unreachable",
    "Suspended": "suspended",
}
"""By what kind of news a hold is told (reconcile/telling); all others are `held`."""


def _sent(todo: list[Step]) -> Iterator[Step]:
    """The steps that change something: what somebody has to do by hand is none."""
    return (one for one in todo if one.command and not one.by_hand)


def _first(made: Made) -> str:
    """The first error of what did not compile."""
    if not made.errors:
        return "nothing was compiled"
    return made.text.split("\n", 1)[0]


def _unmade(made: Made, host: str) -> Hold:
    if not made.errors:
        known = f": it has {', '.join(made.hosts)}" if made.hosts else ""
        return hold("NoHost", host=host, known=known)
    count = len(made.errors)
    errors = f"{count} error{'' if count == 1 else 's'}"
    return hold("InvalidSite", errors=errors, first=_first(made))


def _applied(ground: Ground) -> dict[str, Any] | None:
    one = ground.record.applied
    if one is None:
        return None
    return {
        "commit": one.commit, "generation": one.generation, "revision": one.revision, "at": one.at,
        "dirty": one.dirty,
    }  # fmt: skip


def _told(ground: Ground) -> list[dict[str, Any]]:
    """The generations, the newest first."""
    current = ground.generations.current()
    return [
        {
            "name": one.name, "commit": one.commit, "revision": one.revision,
            "made": written(one.made), "current": current is not None and one.name == current.name,
        }
        for one in ground.generations.all()
    ]  # fmt: skip
