"""Call queues: what is wrong with them, and what they come to."""

from collections.abc import Callable, Iterator

from dialform.compiler import resolved
from dialform.compiler.numbering import feature_codes
from dialform.compiler.scope import Scope, near
from dialform.schema.destination import Destination
from dialform.schema.queue import Agent, CallQueue
from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import flow
from dialform.schema.rules import queues as rules

DEFAULT_MUSIC = "default"

_AT_ONCE = frozenset(("ring-all",))
_BY_PLACE = frozenset(("top-down", "round-robin"))
"""Strategies that go on with the next greater position (mod_callcenter.c, members_callback)."""

_UNORDERED = frozenset(("ring-all", "random"))
_MOVES_ON = frozenset(("ring-all", "top-down", "round-robin", "random"))
"""Strategies that come to all agents by themselves; the others choose the same agent again."""

_SHORTEST_REST, _LONGEST_REST = 2, 60

Targets = Callable[[Destination | None, str], resolved.Target | None]


def check_queues(scope: Scope) -> Iterator[Flaw]:
    """All findings about call queues."""
    yield from _references(scope)
    can_log_in = "agent_login" in feature_codes(scope).values()
    for number, queue in scope.tenant.call_queues.items():
        path = ("call_queues", number)
        if not queue.agents:
            yield scope.flaw(rules.NoAgents, *path, on="key", number=number)
        elif not can_log_in:
            yield scope.flaw(rules.NoWayToLogIn, *path, on="key", number=number)
        if queue.agents and not queue.max_wait and queue.no_agent is None:
            yield scope.flaw(rules.WaitsForEver, *path, on="key", number=number)
        yield from _no_effect(scope, number, queue)
        yield from _places(scope, number, queue)
    yield from _wrap_ups(scope)


def _references(scope: Scope) -> Iterator[Flaw]:
    tenant = scope.tenant
    for number, queue in tenant.call_queues.items():
        for index, agent in enumerate(queue.agents):
            path: Path = ("call_queues", number, "agents", index)
            extension = tenant.extensions.get(agent.number)
            if extension is not None and extension.type == "fax":
                yield scope.flaw(rules.AgentIsFax, *path, number=agent.number)
            elif not scope.has("extensions", agent.number):
                yield scope.flaw(
                    flow.UnknownReference,
                    *path,
                    kind="extension",
                    name=agent.number,
                    near=near(agent.number, tenant.extensions),
                )
        music = queue.music
        if music not in (None, DEFAULT_MUSIC) and not scope.has("music_on_hold", music):
            yield scope.flaw(
                flow.UnknownReference,
                *("call_queues", number, "music"),
                kind="music on hold",
                name=music,
                near=near(music, tenant.music_on_hold),
            )


def _no_effect(scope: Scope, number: str, queue: CallQueue) -> Iterator[Flaw]:
    path = ("call_queues", number)
    several = len({agent.level for agent in queue.agents}) > 1
    if queue.strategy in _AT_ONCE and several and not queue.level_wait:
        what = f"{queue.strategy} rings the agents of all levels at once"
        way = "add level_wait: 15, the seconds until the next level joins in"
        yield scope.flaw(rules.NoEffect, *path, "strategy", what=what, way=way)
    if queue.level_wait and not several:
        what = "level_wait changes nothing: all agents are of one level"
        way = "give some of them level: 2, or remove it"
        yield scope.flaw(rules.NoEffect, *path, "level_wait", on="key", what=what, way=way)
    if queue.timeout is not None and not queue.max_wait:
        what = "timeout is never reached: callers wait for ever"
        yield scope.flaw(
            rules.NoEffect, *path, "timeout", on="key", what=what, way="add max_wait: 300"
        )
    if "announce_every" in queue.model_fields_set and not queue.announce_position:
        what = "announce_every changes nothing: nobody is told their place"
        way = "add announce_position: true"
        yield scope.flaw(rules.NoEffect, *path, "announce_every", on="key", what=what, way=way)
    for index, agent in enumerate(queue.agents):
        if agent.position is not None and queue.strategy in _UNORDERED:
            what = f"the position of agent '{agent.number}' changes nothing with {queue.strategy}"
            place = (*path, "agents", index, "position")
            yield scope.flaw(rules.NoEffect, *place, on="key", what=what, way="remove it")


def _places(scope: Scope, number: str, queue: CallQueue) -> Iterator[Flaw]:
    seen: set[str] = set()
    taken: dict[tuple[int, int], str] = {}
    for index, (agent, position) in enumerate(_placed(queue)):
        path = ("call_queues", number, "agents", index)
        if agent.number in seen:
            yield scope.flaw(rules.AgentTwice, *path, number=agent.number)
            continue
        seen.add(agent.number)
        other = taken.setdefault((agent.level, position), agent.number)
        if other != agent.number and queue.strategy in _BY_PLACE:
            yield scope.flaw(rules.SamePlace, *path, number=agent.number, other=other)


def _wrap_ups(scope: Scope) -> Iterator[Flaw]:
    first: dict[str, tuple[str, int]] = {}
    for number, queue in scope.tenant.call_queues.items():
        for index, agent in enumerate(queue.agents):
            here = _wrap_up(queue, agent)
            other, there = first.setdefault(agent.number, (number, here))
            if there != here and other != number:
                yield scope.flaw(
                    rules.WrapUpDiffers,
                    *("call_queues", number, "agents", index),
                    number=agent.number,
                    here=here,
                    there=there,
                    queue=other,
                    longest=max(here, there),
                )


def _wrap_up(queue: CallQueue, agent: Agent) -> int:
    return queue.wrap_up if agent.wrap_up is None else agent.wrap_up


def _placed(queue: CallQueue) -> Iterator[tuple[Agent, int]]:
    """Each agent with its position: its own, or its place in the list."""
    for place, agent in enumerate(queue.agents, 1):
        yield agent, agent.position or place


def call_queues(scope: Scope, target: Targets) -> Iterator[resolved.CallQueue]:
    """The queues, in order."""
    music = scope.tenant.music_on_hold
    for number, queue in sorted(scope.tenant.call_queues.items()):
        owner = f"queue {number}"
        levels = sorted({agent.level for agent in queue.agents})
        last = {
            agent.number: resolved.QueueAgent(agent.number, levels.index(agent.level), position)
            for agent, position in _placed(queue)
        }
        played = queue.music or DEFAULT_MUSIC
        yield resolved.CallQueue(
            number=number,
            name=queue.name,
            strategy=queue.strategy,
            agents=tuple(last.values()),
            max_wait=queue.max_wait,
            level_wait=queue.level_wait if len(levels) > 1 else 0,
            timeout=target(queue.timeout, owner),
            no_agent=target(queue.no_agent, owner),
            music=played if played in music else "",
            announce=queue.announce_every if queue.announce_position else 0,
            caller_id_prefix=queue.caller_id_prefix or "",
        )


def agents(scope: Scope) -> Iterator[resolved.Agent]:
    """Every extension that is an agent of some queue, once and in order."""
    tenant = scope.tenant
    default = scope.view.platform.defaults.ring_timeout
    rings = {n: e.ring_timeout or default for n, e in tenant.extensions.items()}
    found: dict[str, tuple[int, int]] = {}
    for queue in tenant.call_queues.values():
        members = {agent.number for agent in queue.agents}
        for agent in queue.agents:
            wrap_up, rest = found.get(agent.number, (0, _SHORTEST_REST))
            if queue.strategy not in _MOVES_ON:
                rest = max(rest, sum(rings.get(n, 0) for n in members - {agent.number}))
            found[agent.number] = max(wrap_up, _wrap_up(queue, agent)), min(rest, _LONGEST_REST)
    for number, (wrap_up, rest) in sorted(found.items()):
        yield resolved.Agent(number, rings.get(number, default), wrap_up, rest)
