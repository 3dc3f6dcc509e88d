"""What the switch is asked for all who watch: each question, how often, and what makes it worth asking."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from dialform.reconcile.desk import legbook
from dialform.switch import questions
from dialform.switch.questions import Ask
from dialform.values import dataclass, replace

SHARE = 0.2
"""Of its time, what one question may keep the switch busy at most: a long answer is asked for less often."""


@dataclass(frozen=True, slots=True)
class Source:
    """One thing that is known of the switch. Times are seconds.

    It is asked for again `soon` after something happened to it, and after `late` where nothing did.
    """

    name: str
    events: tuple[str, ...]
    ask: Callable[["Books", Ask], Awaitable[Any]]
    empty: Any
    soon: float = 1.0
    late: float = 5.0


class Books:
    """What outlives one question: the legs that are known."""

    def __init__(self) -> None:
        self.legs = legbook.LegBook()


@dataclass(frozen=True, slots=True)
class Center:
    """What mod_callcenter says at one moment."""

    queues: Mapping[str, Mapping[str, str]]
    agents: Mapping[str, Mapping[str, str]]
    tiers: tuple[questions.Tier, ...]
    members: tuple[Mapping[str, str], ...]


async def _legs(books: Books, ask: Ask) -> Any:
    return await books.legs.look(ask)


async def _gateways(books: Books, ask: Ask) -> Any:
    # How long it is up nobody is shown, and it is another number each time.
    return tuple(replace(one, uptime=0.0) for one in (await questions.gateways(ask)).values())


async def _registrations(books: Books, ask: Ask) -> Any:
    return await questions.registrations(ask)


async def _center(books: Books, ask: Ask) -> Center:
    return Center(
        await questions.queues(ask), await questions.agents(ask),
        tuple((await questions.tiers(ask)).values()), tuple(await questions.members(ask)),
    )  # fmt: skip


async def _parked(books: Books, ask: Ask) -> Any:
    return tuple(await questions.parked(ask))


SOURCES = {
    one.name: one
    for one in (
        Source("legs", legbook.EVENTS, _legs, (), late=3.0),
        Source("gateways", ("sofia::gateway_state", "sofia::gateway_delete"), _gateways, (), late=5.0),
        Source("registrations", ("sofia::register", "sofia::unregister", "sofia::expire"),
               _registrations, (), soon=2.0, late=20.0),
        Source("center", ("callcenter::info",), _center, Center({}, {}, (), ()), late=5.0),
        Source("parked", ("valet_parking::info",), _parked, (), late=5.0),
    )
}  # fmt: skip
"""All of them by name."""

OF_EVENT = {kind: one.name for one in SOURCES.values() for kind in one.events}
"""Which source an event makes worth asking for again."""
