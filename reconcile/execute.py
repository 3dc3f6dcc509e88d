"""Sends steps to a switch, one by one: written down before, judged by the whole reply, proven after.

A command is sent once. Where nobody knows what became of it (the connection ended, no reply came) this
stops and says so: the caller looks at the switch anew, and `steps` says what is left.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Container, Iterable, Mapping
from contextlib import nullcontext
from itertools import groupby
from typing import Any

from dialform.compiler.planning.actions import KINDS, Step, filled, step
from dialform.compiler.planning.impact import Impact
from dialform.reconcile import callers
from dialform.reconcile.known import Known, Pending
from dialform.reconcile.observe import calling
from dialform.reconcile.proofs import Prover
from dialform.reconcile.wanted import Resources
from dialform.switch.errors import SwitchError, Unknown
from dialform.switch.events import Event
from dialform.switch.hub import Expectation
from dialform.switch.notices import SETTLE
from dialform.switch.questions import Ask
from dialform.values import dataclass, field, replace

Sleep = Callable[[float], Awaitable[None]]
Hear = Callable[[Callable[[Event], bool]], Expectation]
Tell = Callable[[frozenset[str], frozenset[str]], Awaitable[int]]
"""(tenants, whom): tells those of the tenants' phones that are about to be logged out; how many it told."""

_FATES = ("done", "idle", "held", "waiting", "by_hand")
_SHOWN = 500
"""Characters of a reply that are kept."""
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


def _together(one: Step) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Steps of a kind are written down together; each that ends calls by itself."""
    return one.kind, one.parts if one.drops else ()


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
    hear: Hear | None = None,
    tell: Tell | None = None,
    sleep: Sleep = asyncio.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Outcome:
    """Does the steps in their order. Never raises SwitchError: the outcome says what went wrong.

    `save` writes `Known` down, durably; it is called before anything is sent. `allow` are the steps
    that the plan announced: one that drops calls and is not among them is held. `had` tells where
    callers of a queue that goes are led. `hear` is the client's `expect`, for proofs that are told
    (it listens to EVENTS already). `tell` tells phones; without it none is told.
    """
    prover = Prover(ask, sleep, clock)
    run = _Run(ask, want, known, save, allow, had, prover, hear, tell, want.digests(), set())
    began = clock()
    outcome = await run.all(list(steps))
    return replace(outcome, commands=run.commands, seconds=clock() - began)


@dataclass(slots=True)
class _Run:
    ask: Ask
    want: Resources
    known: Known
    save: Callable[[Known], None]
    allow: Container[Step]
    had: Resources | None
    prover: Prover
    hear: Hear | None
    tell: Tell | None
    digests: dict[str, dict[str, str]]
    proven: set[Step]
    commands: int = 0
    dirty: bool = False
    came: dict[Step, Expectation] = field(default_factory=dict)
    """Where the events of proofs are waited for, since before their commands."""

    async def all(self, steps: list[Step]) -> Outcome:
        became: dict[str, list[Step]] = {name: [] for name in _FATES}
        failed: dict[str, Any] = {}
        self._keep(self.known.without(self.want.domains))
        try:
            for _, group in groupby(steps, key=_together):
                some = list(group)
                if some[0].kind == "notify":
                    became["done" if await self._announce(some, steps) else "idle"] += some
                    continue
                self._ahead(some)
                sent: list[tuple[Step, frozenset[object]]] = []
                for one in some:
                    failed = {"failed": one}
                    fate = "held" if self._stays(one, became["held"]) else await self._fate(one)
                    became[fate].append(one)
                    if fate == "done":
                        sent.append((one, await self._act(one)))
                # One listing proves a thousand queues: it was asked for after all were sent.
                seen: dict[str, str] = {}
                for one, before in sent:
                    failed = {"failed": one}
                    await self._prove(one, before, seen)
            failed = {}
            self._settle()
        except _Failure as error:
            failed |= {"why": error.why, "reply": error.reply[:_SHOWN]}
        except SwitchError as error:
            failed |= {"why": str(error), "unknown": isinstance(error, Unknown)}
        self._write()
        became["done"] = [one for one in became["done"] if one in self.proven]
        fates: dict[str, Any] = {name: tuple(made) for name, made in became.items()}
        return Outcome(self.known, **fates, **failed)

    async def _announce(self, some: list[Step], steps: list[Step]) -> bool:
        """Phones are told before they are logged out, and the switch has sent it by then. False: none was."""
        tenants = frozenset(dict(one.parts)["tenant"] for one in some)
        who = frozenset(dict(one.parts)["who"] for one in steps if one.kind == "flush")
        told = await self.tell(tenants, who) if self.tell is not None else 0
        self.commands += told
        self.proven.update(some)
        if told:
            await self.prover.sleep(SETTLE)
        return told > 0

    def _stays(self, one: Step, held: list[Step]) -> bool:
        """Whether it is about a queue whose callers stay: without it they would be left behind."""
        return one.kind == "queue_unload" and step("queue_empty", **dict(one.parts)) in held

    # What is known.

    def _ahead(self, some: list[Step]) -> None:
        """Takes out what is about to change, and writes it down: its version is unknown from now on."""
        known = self.known
        if some[0].kind == "flush":
            owed = tuple(Pending(one, self._after(one)) for one in some)
            known = replace(
                known.owing(owed), digests={**known.digests, "users": self.digests["users"]}
            )
        for one in some:
            if not one.by_hand and not self._is_held(one):
                for kind, name in self._changed(one):
                    known = known.having(kind, {name: None})
        self._keep(known)
        self._write()

    def _settle(self) -> None:
        """All is done: what asks for no step of its own is as wanted, too."""
        own = {**self.known.digests, "users": self.digests["users"]}
        if not any(one.aliases for one in self.want.profiles.values()):
            own["domains"] = self.digests["domains"]
        self._keep(replace(self.known, digests=own))

    def _keep(self, known: Known) -> None:
        self.dirty = self.dirty or known != self.known
        self.known = known

    def _write(self) -> None:
        if self.dirty:
            self.save(self.known)
            self.dirty = False

    def _is_held(self, one: Step) -> bool:
        return one.drops and one not in self.allow

    def _changed(self, one: Step) -> list[tuple[str, str]]:
        parts = dict(one.parts)
        return [(kind, parts.get(part, "")) for kind, part in _CHANGES.get(one.kind, ())]

    def _after(self, flush: Step) -> str:
        """The tenant whose last call the flush of its whole domain waits for; empty: none."""
        user, _, domain = dict(flush.parts)["who"].rpartition("@")
        slug = self.known.has("domains", domain) or ""
        return slug if not user and slug not in self.want.tenants else ""

    # One step.

    async def _fate(self, one: Step) -> str:
        """What is to become of a step, before it is sent."""
        kind, parts = KINDS[one.kind], self._parts(one)
        if kind.by_hand:
            return "by_hand"
        if kind.needs is not None and not await self.prover.shows(kind.needs, parts):
            self._proven(one)
            return "idle"
        if self._is_held(one):
            return "held"
        after = next((p.after for p in self.known.pending if p.step == one), "")
        if after and await calling(self.ask, [after]):
            return "waiting"
        return "done"

    async def _act(self, one: Step) -> frozenset[object]:
        """Sends it. What its proof must not find any more."""
        parts, proof = self._parts(one), KINDS[one.kind].proof
        before = await self.prover.rows(proof, parts)
        if self.hear is not None and proof is not None and proof.event:
            self.came[one] = self.hear(_told(proof.event, parts))
        if one.kind == "queue_empty":
            await self._lead_out(parts["queue"])
        elif one.command:
            await self._send(one)
        return before

    async def _prove(self, one: Step, before: frozenset[object], seen: dict[str, str]) -> None:
        """Waits for its proof. `seen` are answers that came after it was sent."""
        kind, came = KINDS[one.kind], self.came.pop(one, None)
        if kind.proof is not None:
            with came or nullcontext():
                why, reply = await self.prover.doubt(
                    kind.proof, self._parts(one), before, seen, came
                )
            if why and kind.mend:
                other = Step(kind.mend, one.parts)
                await self._send(other)
                why, reply = await self.prover.doubt(kind.proof, self._parts(other), before, {})
            if why:
                raise _Failure(why, reply)
        self._proven(one)
        if kind.impact >= Impact.RE_REGISTER:
            self._write()  # whom it reached once it shall not reach again

    def _parts(self, one: Step) -> dict[str, str]:
        return dict(one.parts) | {"revision": self.want.revision}

    def _proven(self, one: Step) -> None:
        self.proven.add(one)
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
            await self.prover.sleep(int(busy[1]) + 0.5)
        raise _Failure(f"the switch did not say `{one.success}`", reply)

    async def _lead_out(self, queue: str) -> None:
        had = self.had.queues.get(queue) if self.had else None
        to = had.after if had and callers.leads(self.want, had.after) else ""
        self.commands += await callers.lead_out(self.ask, queue, to)


def _told(event: str, parts: Mapping[str, str]) -> Callable[[Event], bool]:
    """Whether an event is that of a proof, of the profile that the step is about."""
    return lambda one: one.kind == event and one.get("profile_name") == parts["profile"]
