"""One pass: fetch, hold?, compile and plan, hold?, apply, prove, confirm or go back."""

from collections.abc import Callable, Iterator
from typing import Protocol

from dialform.compiler.planning.actions import Step
from dialform.reconcile import applying, gates
from dialform.reconcile.applying import Applier
from dialform.reconcile.commits import Commits
from dialform.reconcile.compiling import Compiling, Make
from dialform.reconcile.concluding import Conclusions, Result, Tell
from dialform.reconcile.contact import reach
from dialform.reconcile.durable import explained
from dialform.reconcile.generations import Generation, GenerationError
from dialform.reconcile.ground import Ground
from dialform.reconcile.guard import Guard
from dialform.reconcile.job import Made
from dialform.reconcile.judging import Judge
from dialform.reconcile.policy import Held, Hold, hold
from dialform.reconcile.status import shown
from dialform.switch import SwitchError

Show = Callable[[Made, list[Step] | None], None]
"""Is given what was compiled, and what would be sent (None: the switch cannot be asked)."""


class WaveGate(Protocol):
    """Whether hosts of earlier waves are still to come (reconcile/wavegate.py)."""

    async def hold(self, generation: Generation, commit: str) -> Hold | None:
        """Why this host waits with a commit, or None."""


class Pass:
    """The stages. What is known between two passes stands in the state folder, not here."""

    def __init__(
        self, ground: Ground, source: Commits, make: Make, *,
        waves: WaveGate | None = None, tell: Tell | None = None,
        show: Show | None = None,
    ) -> None:  # fmt: skip
        """`show` is called before anything is held or done."""
        self.ground, self.source = ground, source
        self.applier = Applier(ground)
        self.judge = Judge(ground, source)
        self.compiling = Compiling(ground, source, make)
        self.conclude = Conclusions(ground, source, tell)
        self._waves, self._show = waves, show

    async def run(self, *, retry: bool = False) -> Result:
        """One pass, from its beginning to its end. Whatever holds it is in the result and the status.

        `retry` compiles even a commit that runs. Raises FencedError, Stopped.
        """
        ground, book = self.ground, self.ground.book
        book.count("passes")
        self.applier.timings = {}
        try:
            result = await self._stages(retry)
        except Held as held:
            result = await self.conclude.held(held.hold)
        except GenerationError as error:
            result = await self.conclude.held(hold("Damaged", why=str(error)))
        except OSError as error:
            result = await self.conclude.held(hold("NotWritable", why=explained(error)))
        book.data["timings"] |= self.applier.timings
        ground.summarise()
        book.doing("")
        return result

    async def _stages(self, retry: bool) -> Result:
        began = self.ground.times.steady()
        fetched = await self.judge.fetch()
        self.applier.timings["fetch"] = round(self.ground.times.steady() - began, 3)
        there = await reach(self.ground)
        if there is None and self.ground.record.applying is not None:
            result = await self._finished()
            if result.what != applying.ROLLBACK_FAILED or not self._is_new(fetched):
                return result
        if isinstance(fetched, Hold):
            raise Held(fetched)
        self.judge.suspended()
        if there is not None and self.ground.record.applied is not None:
            raise Held(there)
        if there is None and not retry and self._is_applied(fetched):
            return await self.conclude.well()
        before = await self.judge.judge(fetched)
        self.ground.book.doing(f"compiling {shown(fetched)}")
        try:
            made, generation = await self.compiling.compile(fetched)
        except Held as held:
            self.ground.book.attempted(fetched, "held", held.hold.message)
            raise
        self.applier.timings |= made.timings
        if there is not None:
            if self._show is not None:
                self._show(made, None)
            # Nothing of ours ever ran here: the files may be laid out for the switch's first start.
            self._lay_out(generation, there)
        return await self._go(fetched, before, made, generation)

    async def _finished(self) -> Result:
        """What was under way when the agent ended, or the switch went, is done first."""
        under_way = self.ground.record.applying
        assert under_way is not None
        if self.ground.settings.report_only:
            raise Held(hold("ReportOnly", what=f"the rest of {under_way.target}"))
        self.ground.book.doing(f"going on with {under_way.target}")
        return await self.conclude.of(await self.applier.go_on())

    def _is_new(self, fetched: str | Hold) -> bool:
        """Whether there is a commit that may mend what a rollback could not."""
        applied = self.ground.record.applied
        if isinstance(fetched, Hold) or fetched in self.ground.quarantine.reasons:
            return False
        return applied is None or applied.commit != fetched

    def _is_applied(self, commit: str) -> bool:
        """Whether this commit runs, made by this Dialform with these secrets."""
        applied = self.ground.record.applied
        if applied is None or applied.commit != commit or applied.dirty:
            return False
        made_of = self.compiling.made_of(commit)
        return bool(made_of) and applied.made_of == made_of

    def _lay_out(self, generation: Generation, there: Hold) -> None:
        first = self.ground.generations.current() is None
        if not self.ground.settings.report_only:
            self.applier.flip(generation)
        known = {**there.known, "boot": self.ground.boot_of(generation)}
        if first and there.reason == "SwitchUnreachable":
            known["why"] = "nothing that it could run was laid out here before"
        raise Held(Hold(there.reason, known))

    # Whether it may be done now, and doing it.

    async def _go(
        self, commit: str, before: Guard | None, made: Made, generation: Generation
    ) -> Result:
        ground = self.ground
        try:
            todo = await self.applier.ahead(generation)
        except SwitchError as error:
            raise Held(hold("SwitchUnreachable", why=str(error), boot=ground.boot)) from None
        if self._show is not None:
            self._show(made, todo)
        applied, made_of = ground.record.applied, self.compiling.made_of(commit)
        if applied is not None and applied.generation == generation.name:
            ground.record.remade(made_of)
            # What differs now is drift, and the watch's matter; whoever applies by hand wants it gone.
            if not (self.judge.by_hand and sent(todo)):
                return await self.conclude.well(made.plan)
        try:
            await self._gates(commit, before, made, generation, todo)
        except Held as held:
            ground.book.attempted(commit, "held", held.hold.message)
            return await self.conclude.held(held.hold, made.plan)
        guard = await self.judge.guard_of(commit)
        ground.book.doing(f"applying {shown(commit)}")
        await self.conclude.say("reconciling", f"{shown(commit)} is being applied.")
        verdict = await self.applier.apply(
            generation, commit=commit, announced=[one.command for one in todo if one.drops],
            dirty=self.source.dirty, guard=guard, made_of=made_of,
        )  # fmt: skip
        return await self.conclude.of(verdict, made.plan)

    async def _gates(
        self, commit: str, before: Guard | None, made: Made, generation: Generation,
        todo: list[Step],
    ) -> None:  # fmt: skip
        """Everything that may speak against doing it now, the gravest first. Raises Held."""
        settings = self.ground.settings
        held = gates.safety(made.plan, settings.force)
        if held is None and self._waves is not None:
            held = await self._waves.hold(generation, commit)
        if held is None:
            held = gates.window(
                made.plan, todo, before, allowed=settings.allow_disruption,
                now=self.ground.times.utc(),
            )  # fmt: skip
        if held is None and settings.report_only:
            count = len(sent(todo))
            what = f"{shown(commit)} with {count} command{'' if count == 1 else 's'}"
            held = hold("ReportOnly", what=what)
        if held is not None:
            raise Held(held)
        self.judge.suspended()  # somebody may have said so while it was compiled


def sent(todo: list[Step]) -> list[Step]:
    """The steps that are sent: what somebody has to do by hand is none."""
    return list(_sent(todo))


def _sent(todo: list[Step]) -> Iterator[Step]:
    return (one for one in todo if one.command and not one.by_hand)
