"""Applying a generation: flip, send what is missing, prove, confirm; or go back, and prove that."""

import contextlib
from collections.abc import Collection, Container, Sequence
from functools import partial

from dialform.compiler.planning.actions import Step
from dialform.reconcile import guard as guarding
from dialform.reconcile.contact import meet
from dialform.reconcile.converge import steps
from dialform.reconcile.execute import Anything, Outcome, execute
from dialform.reconcile.generations import Generation, GenerationError
from dialform.reconcile.ground import Ground
from dialform.reconcile.guard import Guard
from dialform.reconcile.observe import Observed, observe
from dialform.reconcile.phones.announcing import Announcer
from dialform.reconcile.probing import Probe, unanswered
from dialform.reconcile.prove import REGISTERED, prove
from dialform.reconcile.record import Applied, Applying
from dialform.reconcile.status import StatusBook
from dialform.reconcile.wanted import Resources
from dialform.switch import Client, SwitchError, Unreachable
from dialform.switch.questions import Ask
from dialform.values import dataclass, replace

PROVEN, REFUSED = "proven", "refused"
APPLIED, ROLLED_BACK, ROLLBACK_FAILED, APPLY_FAILED, UNREACHABLE = (
    "applied", "rolled_back", "rollback_failed", "apply_failed", "unreachable",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of it: one of the words above, and why it is not the best of them.

    `first` is, of a way back that failed, why there had to be one. `commit` is what was tried.
    """

    how: str
    why: str = ""
    first: str = ""
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class Announced:
    """The steps that may drop calls: those whose commands somebody was shown."""

    commands: frozenset[str]

    def __contains__(self, one: object) -> bool:
        return isinstance(one, Step) and one.command in self.commands


class Applier:
    """Brings the switch to a generation. The record says at each moment what is under way."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.timings: dict[str, float] = {}
        self._announcer = Announcer(ground)

    async def ahead(self, target: Generation) -> list[Step]:
        """What would be done now, by the switch as it is. Raises SwitchError."""
        _, _, todo = await self._look(target, self.ground.link.api)
        return todo

    async def apply(
        self, target: Generation, *, commit: str | None, announced: Collection[str] = (),
        by_hand: str = "", dirty: bool = False, guard: Guard | None = None,
        made_of: str = "",
    ) -> Verdict:  # fmt: skip
        """Apply a generation: APPLIED, ROLLED_BACK, ROLLBACK_FAILED, APPLY_FAILED or UNREACHABLE.

        `announced` are the commands that may drop calls: somebody was shown them. `by_hand` is why
        somebody goes back to this one. `guard` guards the tree once it is proven. Raises OSError.
        """
        origin = self.ground.generations.current()
        self.ground.record.begin(
            Applying(
                target.name, origin.name if origin else None, commit, why=by_hand,
                by_hand=bool(by_hand), dirty=dirty, announced=sorted(announced),
                guard=guard.to_json() if guard is not None else None, made_of=made_of,
                since=self.ground.times.text(),
            )
        )  # fmt: skip
        return await self.go_on()

    async def go_on(self) -> Verdict:
        """Go on with what the record says is under way, after a crash as well. Raises OSError."""
        ground, applying = self.ground, self.ground.record.applying
        assert applying is not None
        target = ground.generations.find(applying.target)
        if target is None:
            ground.record.drop()
            why = f"the generation {applying.target} has gone"
            return Verdict(APPLY_FAILED, why, commit=applying.commit)
        if applying.back:
            self._hold_back(applying)
        self.flip(target)
        allow = Anything() if applying.back else Announced(frozenset(applying.announced))
        verdict = await self.converge(target, allow, () if applying.back else ground.probes)
        if verdict.how == PROVEN:
            self._confirm(target, applying)
            how = ROLLED_BACK if applying.back else APPLIED
            return Verdict(how, applying.why, commit=applying.commit)
        if verdict.how == UNREACHABLE:
            return replace(verdict, commit=applying.commit)
        if applying.back:
            return Verdict(ROLLBACK_FAILED, verdict.why, applying.why, applying.commit)
        return await self._back(applying, target, verdict.why)

    async def _back(self, applying: Applying, failed: Generation, why: str) -> Verdict:
        """The way back to what was proven last."""
        ground, record = self.ground, self.ground.record
        name = record.applied.generation if record.applied else applying.origin
        good = ground.generations.find(name) if name else None
        if good is None or good.name == failed.name:
            record.drop()
            return Verdict(APPLY_FAILED, why, commit=applying.commit)
        ground.log.warning("rolling back", commit=applying.commit, to=good.name, why=why)
        ground.book.doing(f"going back to {good.name}")
        ground.book.count("rollbacks")
        record.begin(
            Applying(
                good.name, failed.name, applying.commit, back=True, why=why,
                dirty=applying.dirty, since=ground.times.text(),
            )
        )  # fmt: skip
        return await self.go_on()

    def _hold_back(self, applying: Applying) -> None:
        """Hold a commit back that failed, before the way back is done: whoever dies must not try it again.

        What was not committed is no fault of the commit.
        """
        commit, quarantine = applying.commit, self.ground.quarantine
        if commit and not applying.dirty and commit not in quarantine.reasons:
            with contextlib.suppress(OSError):  # going back matters more; it is written down later
                quarantine.add([commit], applying.why)

    def flip(self, target: Generation) -> None:
        """Make it `current`, if it is not. Raises OSError, LockedError."""
        current = self.ground.generations.current()
        if current is None or current.name != target.name:
            self.ground.lock.check()
            self.ground.generations.flip(target)

    def _confirm(self, target: Generation, applying: Applying) -> None:
        ground, before = self.ground, self.ground.record.applied
        commit, dirty, made_of = applying.commit, applying.dirty, applying.made_of
        if before is not None and before.generation == target.name:
            commit, dirty, made_of = before.commit, before.dirty, before.made_of
        elif applying.back or applying.by_hand:
            commit, dirty, made_of = target.commit, target.commit is None, ""
        guard = guarding.recalled(ground.layout, target.name)
        if applying.guard is not None and not applying.back:
            guard = Guard.from_json(applying.guard)
            guarding.remember(ground.layout, target.name, guard)
        if guard is not None:
            guard.save(ground.layout)
        if not ground.heard.there and ground.wanted(target).indexes:
            # Phones heard of what ran before, or of this if it is the first: after a crash nobody would know.
            ground.heard.base = ground.heard.base or target.name
            ground.heard.save()
        ground.record.prove(
            Applied(target.name, commit, target.revision, ground.times.text(), dirty, made_of)
        )
        for call in ground.on_proven:
            call()

    async def converge(
        self, target: Generation, allow: Container[Step], probes: Sequence[Probe]
    ) -> Verdict:
        """Until the switch is proven to be as `target` wants it: PROVEN, REFUSED or UNREACHABLE.

        What the network does is nobody's fault: the switch is observed anew and gone on with, for as
        long as `confirm_within` lasts. What the switch refuses or does not show is the commit's.
        """
        ground, times = self.ground, self.ground.times
        until = times.steady() + ground.settings.confirm_within
        attempt = 0
        while True:
            attempt += 1
            try:
                await ground.link.up(max(until - times.steady(), 0.1))
                why = await self._once(target, allow, until, probes)
                return Verdict(REFUSED, why) if why else Verdict(PROVEN)
            except SwitchError as error:
                why = str(error)
                ground.log.warning("the switch was lost", why=why, attempt=attempt)
            pause = times.pause(attempt, first=0.2, most=5.0)
            if times.steady() + pause >= until:
                return await self._ended(why)
            await times.sleep(pause)

    async def _ended(self, why: str) -> Verdict:
        """The time is over. A switch that answers and is not proven refuses; else it is not there.

        One that came back with another folder is no longer ours: no fault of the commit's.
        """
        try:
            wrong = await meet(self.ground, self.ground.link.api)
        except SwitchError:
            return Verdict(UNREACHABLE, why)
        if wrong is not None:
            return Verdict(UNREACHABLE, wrong.message)
        return Verdict(REFUSED, f"it was not proven in time: {why}")

    async def _once(
        self, target: Generation, allow: Container[Step], until: float, probes: Sequence[Probe]
    ) -> str:
        """One round: observe, send, prove. Why it failed, or empty. Raises SwitchError.

        What takes something for good, an agent's login, is sent when all the rest is proven.
        """
        client = await self.ground.link.up(0.1)
        ask = self.ground.asking(client)
        if (wrong := await meet(self.ground, ask)) is not None:
            raise Unreachable(wrong.message)
        want, seen, todo = await self._look(target, ask)
        seen = self._before(seen)
        last = [one for one in todo if one.for_good]
        first = [one for one in todo if not one.for_good]
        why = await self._send(first, want, client, allow, target)
        why = why or await self._prove(want, ask, seen, until, leaving=bool(last))
        if not why and probes:
            why = "; ".join(await unanswered(client, probes))
        if last and not why:
            why = await self._send(last, want, client, allow, target)
            why = why or await self._prove(want, ask, seen, until)
        return why

    async def _send(
        self, todo: Sequence[Step], want: Resources, client: Client, allow: Container[Step],
        target: Generation,
    ) -> str:  # fmt: skip
        """Sends these steps. Why it failed, or empty."""
        ground, times = self.ground, self.ground.times
        began = times.steady()
        outcome = await execute(
            todo, ground.asking(client), want=want, known=ground.record.known, save=ground.learn,
            allow=allow, had=self._had(), hear=client.expect,
            tell=partial(self._announcer.urgent, client, target),
            sleep=ground.sleep, clock=times.steady,
        )  # fmt: skip
        self._spent("commands", began)
        count(ground.book, outcome)
        if outcome.failed is not None:
            if outcome.unknown or not client.connected:
                raise Unreachable(outcome.why)
            reply = " ".join(outcome.reply.split())[:160]
            said = f" (it said: {reply})" if reply else ""
            return f"{outcome.failed.words}: {outcome.why}{said}"
        if outcome.held:
            return f"{outcome.held[0].words} would end calls, and nobody announced it"
        return ""

    async def _prove(
        self, want: Resources, ask: Ask, seen: Observed, until: float, leaving: bool = False
    ) -> str:
        """What is not as wanted, or empty."""
        ground, times = self.ground, self.ground.times
        began = times.steady()
        doubts = await prove(
            want, ask, within=max(until - times.steady(), 0.1), before=seen, leaving=leaving,
            sleep=ground.sleep, clock=times.steady,
        )  # fmt: skip
        self._spent("proof", began)
        return "; ".join(str(one) for one in doubts[:5])

    def _before(self, seen: Observed) -> Observed:
        """What is seen, with those trunks alone that were down before anything was sent.

        In a second round, and after a crash, a trunk may be down because of this very change.
        """
        record = self.ground.record
        if record.applying is None:
            return seen
        if record.applying.down is None:
            down = sorted(n for n, one in seen.gateways.items() if one.state != REGISTERED)
            record.begin(replace(record.applying, down=down))
        were = record.applying.down or ()
        return replace(seen, gateways={n: seen.gateways[n] for n in seen.gateways if n in were})

    async def _look(self, target: Generation, ask: Ask) -> tuple[Resources, Observed, list[Step]]:
        known, want = self.ground.record.known, self.ground.wanted(target)
        seen = await observe(ask, want.modules, known.waiting)
        return want, seen, steps(want, known, seen, self._had())

    def _had(self) -> Resources | None:
        """What was wanted by the generation that was proven last; on the way back, by what failed.

        None where it cannot be read any more: whoever leaves it does not need it.
        """
        applied, applying = self.ground.record.applied, self.ground.record.applying
        name = applied.generation if applied else None
        if applying is not None and applying.back:
            name = applying.origin
        found = self.ground.generations.find(name) if name else None
        try:
            return self.ground.wanted(found) if found is not None else None
        except GenerationError:
            return None

    def _spent(self, stage: str, began: float) -> None:
        more = self.ground.times.steady() - began
        self.timings[stage] = round(self.timings.get(stage, 0.0) + more, 3)


def count(book: StatusBook, outcome: Outcome) -> None:
    """Count each command that was sent, by its kind and what came of it."""
    kinds = book.data["counters"].setdefault("commands", {})
    found = [(one.kind, "good") for one in outcome.done if one.command]
    if outcome.failed is not None and outcome.failed.command:
        found.append((outcome.failed.kind, "unknown" if outcome.unknown else "bad"))
    for kind, how in found:
        counts = kinds.setdefault(kind, {})
        counts[how] = counts.get(how, 0) + 1
