"""Sends steps to a switch, one by one: written down before, judged by the whole reply, proven after.

A command is sent once. Where nobody knows what became of it (the connection ended, no reply came) this
stops and says so: the caller looks at the switch anew, and `steps` says what is left.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Container, Iterable

from dialform.compiler.planning.actions import KINDS, Proof, Step, filled
from dialform.reconcile import callers
from dialform.reconcile.known import Known, Pending
from dialform.reconcile.observe import calling
from dialform.reconcile.wanted import Resources
from dialform.switch.errors import SwitchError, Unknown
from dialform.switch.questions import Ask
from dialform.values import dataclass, field, replace

Sleep = Callable[[float], Awaitable[None]]

_LOOK = 0.05
"""Seconds between two looks for a proof; a profile that restarts is gone for no longer."""
_TRIES = 3
"""How often a switch may say that it is not ready for a command yet."""

_CHANGES: dict[str, tuple[tuple[str, str], ...]] = {
    "reloadacl": (("acl", ""),),
    "voicemail": (("voicemail", ""),),
    "load": (("modules", "module"),),
    "rescan": (("settings", "profile"),),
    **dict.fromkeys(
        ("profile_start", "profile_restart", "profile_stop"),
        (("bound", "profile"), ("settings", "profile")),
    ),
    **dict.fromkeys(("queue_load", "queue_reload", "queue_unload"), (("queues", "queue"),)),
    **dict.fromkeys(("stream_start", "stream_reload", "stream_stop"), (("streams", "stream"),)),
}  # fmt: skip
"""Which digests of `Known` a kind of step changes, and by which part of it they are named."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the steps.

    `done` were sent and are proven; `idle` had nothing to be done about. `held` would have ended calls
    and were not announced; `waiting` are for a tenant's last call to end; `by_hand` are somebody's to
    do. `failed` is where it stopped, with the reply and why; `unknown` says that nobody knows what
    became of it. `known` is what is known of the switch now; it is saved already.
    """

    known: Known
    done: tuple[Step, ...] = ()
    idle: tuple[Step, ...] = ()
    held: tuple[Step, ...] = ()
    waiting: tuple[Step, ...] = ()
    by_hand: tuple[Step, ...] = ()
    failed: Step | None = None
    reply: str = ""
    why: str = ""
    unknown: bool = False
    commands: int = 0
    """Commands that were sent; questions do not count."""
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return self.failed is None


class _Failure(Exception):  # noqa: N818 - it says what happened
    def __init__(self, why: str, reply: str = "") -> None:
        super().__init__(why)
        self.why, self.reply = why, reply


class Anything:
    """A container that holds every step: all that drops calls is allowed."""

    def __contains__(self, one: object) -> bool:
        return True


async def execute(
    steps: Iterable[Step],
    ask: Ask,
    *,
    want: Resources,
    known: Known,
    save: Callable[[Known], None],
    allow: Container[Step] = frozenset(),
    had: Resources | None = None,
    sleep: Sleep = asyncio.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Outcome:
    """Does the steps in their order. Never raises SwitchError: the outcome says what went wrong.

    `save` writes `Known` down, durably; it is called before anything is sent. `allow` are the steps
    that the plan announced: one that drops calls and is not among them is held. `had` tells where
    callers of a queue that goes are led.
    """
    run = _Run(ask, want, known, save, allow, had, sleep, clock)
    return await run.all(list(steps))


@dataclass(slots=True)
class _Run:
    ask: Ask
    want: Resources
    known: Known
    save: Callable[[Known], None]
    allow: Container[Step]
    had: Resources | None
    sleep: Sleep
    clock: Callable[[], float]
    digests: dict[str, dict[str, str]] = field(default_factory=dict)
    commands: int = 0

    async def all(self, steps: list[Step]) -> Outcome:
        began = self.clock()
        self.digests = self.want.digests()
        self._begin(steps)
        sorted_: dict[str, list[Step]] = {
            name: [] for name in ("done", "idle", "held", "waiting", "by_hand")
        }
        held: set[str] = set()
        outcome = Outcome(self.known)
        for one in steps:
            try:
                found = "held" if dict(one.parts).get("queue") in held else await self._do(one)
            except _Failure as error:
                outcome = replace(outcome, failed=one, why=error.why, reply=error.reply[:500])
                break
            except SwitchError as error:
                lost = isinstance(error, Unknown)
                outcome = replace(outcome, failed=one, why=str(error), unknown=lost)
                break
            sorted_[found].append(one)
            if found == "held" and one.kind == "queue_empty":
                held.add(dict(one.parts)["queue"])
        return replace(
            outcome, known=self.known, commands=self.commands, seconds=self.clock() - began,
            **{name: tuple(found) for name, found in sorted_.items()},
        )  # fmt: skip

    def _begin(self, steps: list[Step]) -> None:
        """Writes down who has to log in again, and takes out what is about to change."""
        owed = tuple(Pending(one, self._after(one)) for one in steps if one.kind == "flush")
        known = self.known.owing(owed)
        own = {**known.digests, "users": self.digests["users"]}
        if not any(one.aliases for one in self.want.profiles.values()):
            own["domains"] = self.digests["domains"]
        known = replace(known, digests=own)
        for one in steps:
            if not KINDS[one.kind].by_hand:
                for kind, name in self._changed(one):
                    known = known.having(kind, {name: None})
        self._keep(known)

    def _changed(self, one: Step) -> list[tuple[str, str]]:
        parts = dict(one.parts)
        return [(kind, parts.get(part, "")) for kind, part in _CHANGES.get(one.kind, ())]

    def _after(self, flush: Step) -> str:
        """The tenant whose last call the flush of its whole domain waits for; empty: none."""
        user, _, domain = dict(flush.parts)["who"].rpartition("@")
        slug = self.known.has("domains", domain) or ""
        return slug if not user and slug not in self.want.tenants else ""

    def _keep(self, known: Known) -> None:
        if known != self.known:
            self.known = known
            self.save(known)

    # One step.

    async def _do(self, one: Step) -> str:
        kind, parts = KINDS[one.kind], self._parts(one)
        if kind.by_hand:
            return "by_hand"
        if kind.needs is not None and not await self._shows(kind.needs, parts):
            self._proven(one)
            return "idle"
        if one.drops and one not in self.allow:
            return "held"
        if one.kind == "flush":
            after = next((p.after for p in self.known.pending if p.step == one), "")
            if after and await calling(self.ask, [after]):
                return "waiting"
        before = await self._rows(kind.proof, parts)
        if one.kind == "queue_empty":
            await self._lead_out(parts["queue"])
        elif one.command:
            await self._send(one)
        if kind.proof is not None:
            await self._prove(kind.proof, parts, before)
        self._proven(one)
        return "done"

    def _parts(self, one: Step) -> dict[str, str]:
        return dict(one.parts) | {"revision": self.want.revision}

    def _proven(self, one: Step) -> None:
        known = self.known.done(one)
        for kind, name in self._changed(one):
            known = known.having(kind, {name: self.digests[kind].get(name)})
        name = dict(one.parts).get("profile", "")
        profile = self.want.profiles.get(name)
        takes = one.kind in ("rescan", "profile_start", "profile_restart")
        if takes and profile is not None and profile.aliases:
            known = replace(known, digests={**known.digests, "domains": self.digests["domains"]})
        self._keep(known)

    async def _send(self, one: Step) -> None:
        """Sends it, once: only a switch that says it has done nothing yet is told again."""
        kind, parts = KINDS[one.kind], self._parts(one)
        for _ in range(_TRIES):
            self.commands += 1
            reply = await self.ask(one.command)
            if one.accepts(reply):
                return
            busy = re.fullmatch(filled(kind.busy, parts), reply) if kind.busy else None
            if busy is None:
                break
            await self.sleep(int(busy[1]) + 0.5)
        raise _Failure(f"the switch did not say `{one.success}`", reply)

    async def _lead_out(self, queue: str) -> None:
        had = self.had.queues.get(queue) if self.had else None
        to = had.after if had and callers.leads(self.want, had.after) else ""
        self.commands += await callers.lead_out(self.ask, queue, to)

    # Proofs.

    async def _shows(self, proof: Proof, parts: dict[str, str]) -> bool:
        return _finds(proof.shows, parts, await self.ask(proof.question.format(**parts)))

    async def _rows(self, proof: Proof | None, parts: dict[str, str]) -> set[object]:
        if proof is None or not proof.rows:
            return set()
        reply = await self.ask(proof.question.format(**parts))
        return set(re.findall(filled(proof.hides, parts), reply, re.MULTILINE))

    async def _prove(self, proof: Proof, parts: dict[str, str], before: set[object]) -> None:
        question = proof.question.format(**parts)
        if proof.again:
            reply = await self._until(
                question, lambda said: not _finds(proof.shows, parts, said), proof.within, 0.01
            )
            if _finds(proof.shows, parts, reply):
                raise _Failure(f"`{question}` never showed it gone", reply)

        def holds(said: str) -> bool:
            if proof.shows and not _finds(proof.shows, parts, said):
                return False
            if proof.rows:
                return before.isdisjoint(re.findall(filled(proof.hides, parts), said, re.MULTILINE))
            return not (proof.hides and _finds(proof.hides, parts, said))

        reply = await self._until(question, holds, proof.within, _LOOK)
        if not holds(reply):
            raise _Failure(f"`{question}` does not prove it", reply)

    async def _until(
        self, question: str, holds: Callable[[str], bool], within: float, pause: float
    ) -> str:
        """Asks until it holds or the time is over; the last reply."""
        end = self.clock() + within
        while not holds(reply := await self.ask(question)) and self.clock() < end:
            await self.sleep(pause)
        return reply


def _finds(pattern: str, parts: dict[str, str], reply: str) -> bool:
    return re.search(filled(pattern, parts), reply, re.MULTILINE) is not None
