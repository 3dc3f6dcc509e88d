"""Call queues, as mod_callcenter takes them.

Names of queues and agents begin with the tenant's slug: all tenants share one list of each. The
switch keeps who is logged in, in a database of its own; nothing here says an agent's status.
"""

from dialform.compiler.resolved import Agent, CallQueue, Tenant
from dialform.renderers.freeswitch import music
from dialform.renderers.freeswitch.flow import Flow
from dialform.renderers.freeswitch.names import encoded
from dialform.renderers.freeswitch.tones import ringback
from dialform.values import dataclass

PLACES = 20
"""How many of the first callers are told their place; who stands behind them waits to hear it."""

_BUSY_REST = 10
"""Seconds until an agent is tried again whose phone was busy or refused the call."""

_GONE, _GRACE = 3, 1
"""Seconds without any agent after which callers leave, and that a new caller is given besides."""


@dataclass(frozen=True, slots=True)
class Called:
    """An agent. `login` is what comes with it when it logs in: seconds to ring, of rest after a call,
    after one that it did not take, and after one that its phone refused; then its queues, and a dot.
    """

    name: str
    number: str
    login: str


@dataclass(frozen=True, slots=True)
class Tier:
    """An agent's place in a queue."""

    number: str
    level: int
    position: int


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue, ready to be written.

    `params` are mod_callcenter's. `after` and `nobody` are what `transfer` takes when the caller
    leaves and while no agent is logged in; empty where the call ends.
    """

    number: str
    name: str
    title: str
    params: tuple[tuple[str, str | int], ...]
    tiers: tuple[Tier, ...]
    after: str
    nobody: str
    announce: int
    caller_id_prefix: str


@dataclass(frozen=True, slots=True)
class Queues:
    """All queues of a tenant, with their agents."""

    queues: tuple[Queue, ...]
    agents: tuple[Called, ...]

    @property
    def numbers(self) -> str:
        """An alternation of the agents' extensions."""
        return "|".join(agent.number for agent in self.agents)


def queue_name(slug: str, number: str) -> str:
    """A queue's or an agent's name among those of all tenants."""
    return f"{slug}.{number}"


def queues(tenant: Tenant, flow: Flow) -> Queues:
    """The queues of a tenant."""
    return Queues(
        tuple(_queue(tenant, queue, flow) for queue in tenant.call_queues),
        tuple(_called(tenant, agent) for agent in tenant.agents),
    )


def _queue(tenant: Tenant, queue: CallQueue, flow: Flow) -> Queue:
    return Queue(
        number=queue.number,
        name=queue_name(tenant.slug, queue.number),
        title=queue.name,
        params=tuple(_params(tenant, queue)),
        tiers=tuple(Tier(a.number, a.level, a.position) for a in queue.agents),
        after=flow.to(queue.timeout) if queue.timeout else "",
        nobody=flow.to(queue.no_agent) if queue.no_agent else "",
        announce=queue.announce,
        caller_id_prefix=encoded(queue.caller_id_prefix),
    )


def _params(tenant: Tenant, queue: CallQueue) -> list[tuple[str, str | int]]:
    tone = f"tone_stream://{ringback(tenant.country)};loops=-1"
    params: list[tuple[str, str | int]] = [
        ("strategy", queue.strategy),
        ("moh-sound", music.stream(tenant.slug, queue.music) if queue.music else tone),
    ]
    if queue.max_wait:
        params.append(("max-wait-time", queue.max_wait))
    if queue.no_agent:
        params.append(("max-wait-time-with-no-agent", _GONE))
        params.append(("max-wait-time-with-no-agent-time-reached", _GRACE))
    if queue.level_wait:
        # Level n joins in after n times the seconds: levels count from 0.
        params.append(("tier-rules-apply", "true"))
        params.append(("tier-rule-wait-second", queue.level_wait))
        params.append(("tier-rule-wait-multiply-level", "true"))
    return params


def _called(tenant: Tenant, agent: Agent) -> Called:
    busy = max(_BUSY_REST, min(agent.rest, 30))
    places = (
        f"{queue_name(tenant.slug, queue.number)}:{tier.level}:{tier.position}"
        for queue in tenant.call_queues
        for tier in queue.agents
        if tier.number == agent.number
    )
    return Called(
        name=queue_name(tenant.slug, agent.number),
        number=agent.number,
        login=f"{agent.ring_timeout} {agent.wrap_up} {agent.rest} {busy} {' '.join(places)} .",
    )


def telling() -> dict[str, object]:
    """What the template needs that tells callers their place.

    `waits` is the line of a caller who waits in mod_callcenter's list, less its end; `past` are
    lines of others.
    """
    line = r"[^\n]*\|(?:{})\|[^\n]*"
    return {
        "places": PLACES,
        "waits": line.format("Waiting|Trying"),
        "past": rf"(?:{line.format('Abandoned|Answered')}\n)*",
    }
