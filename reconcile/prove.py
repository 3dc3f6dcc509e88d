"""Whether the switch is as wanted: everything at once, asked of the switch itself."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator

from dialform.reconcile.observe import Observed, observe
from dialform.reconcile.wanted import Resources
from dialform.switch.questions import Ask
from dialform.values import dataclass

_LOOK = 0.25
REGISTERED = "REGED"


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing that is not as wanted: a gateway `main`, and what is wrong with it."""

    kind: str
    name: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}: {self.what}" if self.name else f"{self.kind}: {self.what}"


async def prove(
    want: Resources,
    ask: Ask,
    *,
    within: float = 10.0,
    before: Observed | None = None,
    leaving: bool = False,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> list[Doubt]:
    """Looks until all is as wanted, `within` seconds at most. What is not then; empty: proven.

    `before` is how the switch was before: a trunk that was not registered then is no doubt of this
    change. One that was, or is new, is. With `leaving`, agents who are to go may still be there.
    Raises SwitchError.
    """
    end = clock() + within
    while True:
        found = doubts(want, await observe(ask, want.modules), before, leaving)
        if not found or clock() >= end:
            return found
        await sleep(_LOOK)


def doubts(
    want: Resources, seen: Observed, before: Observed | None = None, leaving: bool = False
) -> list[Doubt]:
    """All that is not as wanted, in a fixed order."""
    return [
        *_revision(want, seen),
        *_names(want, seen, before),
        *(() if leaving else _agents(want, seen)),
        *_queues(want, seen),
        *_gateways(want, seen, before),
    ]


def _revision(want: Resources, seen: Observed) -> Iterator[Doubt]:
    if seen.revision != want.revision:
        said = seen.revision or "none of ours"
        yield Doubt("revision", "", f"the switch has {said}, wanted is {want.revision}")


def _names(want: Resources, seen: Observed, before: Observed | None) -> Iterator[Doubt]:
    """What must be there and what must not."""
    missed = before.modules if before else frozenset[str]()
    for kind, wanted, there in (
        ("profile", want.profiles.keys(), seen.profiles),
        ("queue", want.queues.keys(), seen.queues.keys()),
        ("stream", want.streams.keys(), seen.streams),
    ):
        yield from (Doubt(kind, name, "is not there") for name in sorted(wanted - there))
        yield from (Doubt(kind, name, "should be gone") for name in sorted(there - wanted))
    for module in sorted(set(want.modules) - seen.modules):
        if before is None or module in missed:
            yield Doubt("module", module, "is not loaded")


def _agents(want: Resources, seen: Observed) -> Iterator[Doubt]:
    for agent in sorted(seen.agents - want.agents):
        yield Doubt("agent", agent, "should be gone")
    for queue, agent in sorted(seen.tiers - want.tiers):
        yield Doubt("tier", f"{queue} {agent}", "should be gone")


def _queues(want: Resources, seen: Observed) -> Iterator[Doubt]:
    for name, one in want.queues.items():
        live = seen.queues.get(name, {})
        for column, value in one.shown:
            if live and live.get(column, value) != value:
                yield Doubt("queue", name, f"{column} is {live[column]}, wanted is {value}")


def _gateways(want: Resources, seen: Observed, before: Observed | None) -> Iterator[Doubt]:
    for name, wanted in sorted(want.gateways.items()):
        live = seen.gateways.get(name)
        if live is None or live.dying:
            yield Doubt("gateway", name, "is not there")
        elif live.profile != wanted.profile:
            yield Doubt("gateway", name, f"is in profile {live.profile}, not {wanted.profile}")
        elif live.stamp != wanted.stamp:
            yield Doubt("gateway", name, "is of another version")
        elif wanted.registers and live.state != REGISTERED and not _was_down(name, before):
            yield Doubt("gateway", name, f"is not registered: {live.state}")
    for name in sorted(seen.gateways.keys() - want.gateways.keys()):
        yield Doubt("gateway", name, "should be gone")


def _was_down(name: str, before: Observed | None) -> bool:
    """Whether the trunk was there and not registered before: its carrier's matter, no change made it so."""
    was = before.gateways.get(name) if before else None
    return was is not None and was.state != REGISTERED
