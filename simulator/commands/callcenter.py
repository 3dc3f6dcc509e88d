"""`callcenter_config …` (`cc_config_api_function` of mod_callcenter.c), its replies to the letter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from dialform.simulator.dialling.dialstring import split
from dialform.simulator.meeting.callcenter import (
    AGENT_COLUMNS,
    MEMBER_COLUMNS,
    QUEUE_COLUMNS,
    SETTABLE,
    STATES,
    STATUSES,
    TIER_COLUMNS,
    TYPES,
    Agent,
    Callcenter,
    Member,
    Queue,
    Tier,
)
from dialform.simulator.meeting.dispatch import Dispatcher
from dialform.simulator.meeting.logins import Logins
from dialform.simulator.reading.words import integer
from dialform.simulator.state.hashed import listed

if TYPE_CHECKING:
    from dialform.simulator.switch import Switch

_FORMS = """
agent add [name] [type]
agent del [name]
agent reload [name]
agent set status [agent_name] [status]
agent set state [agent_name] [state]
agent set contact [agent_name] [contact]
agent set ready_time [agent_name] [wait till epoch]
agent set reject_delay_time [agent_name] [wait second]
agent set busy_delay_time [agent_name] [wait second]
agent set no_answer_delay_time [agent_name] [wait second]
agent get status [agent_name]
agent get state [agent_name]
agent get uuid [agent_name]
agent list [[agent_name]]
tier add [queue_name] [agent_name] [[level]] [[position]]
tier set state [queue_name] [agent_name] [state]
tier set level [queue_name] [agent_name] [level]
tier set position [queue_name] [agent_name] [position]
tier del [queue_name] [agent_name]
tier reload [queue_name] [agent_name]
tier list
queue load [queue_name]
queue unload [queue_name]
queue reload [queue_name]
queue list
queue list agents [queue_name] [status] [state]
queue list members [queue_name]
queue list tiers [queue_name]
queue count
queue count agents [queue_name] [status] [state]
queue count members [queue_name]
queue count tiers [queue_name]
"""
SYNTAX = "callcenter_config <target> <args>,\n" + " | \n".join(
    f"\tcallcenter_config {form}" for form in _FORMS.strip().split("\n")
)
"""What it says to nothing at all."""

_OK = "+OK\n"
_INVALID = "-ERR Invalid!\n"
_UNKNOWN = "-ERR Unknown Error!\n"
_NO_AGENT = "-ERR Agent not found!\n"
_TIER_STATES = ("Unknown", "No Answer", "Ready", "Offering", "Active Inbound", "Standby")


def config(switch: Switch, text: str) -> str:
    """`callcenter_config agent|tier|queue …`."""
    words = split(text, " ")
    run = _SECTIONS.get((words[0].lower(), words[1].lower())) if len(words) > 1 else None
    if run is None:
        return _unknown(words)
    center: Callcenter = switch.theme(Callcenter)
    for word in words[2:]:
        switch.theme(Logins).of(word)
    answer = run(center, words[2:])
    switch.theme(Dispatcher).changed.fire()
    return answer


def _unknown(words: list[str]) -> str:
    """Two words that mean nothing have no answer at all."""
    if not words:
        return f"-USAGE: \n{SYNTAX}\n"
    return _INVALID if len(words) < 2 else ""


def _table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = ["|".join(str(value) for value in row) for row in rows]
    head = ["|".join(columns)] if lines else []
    return "".join(f"{line}\n" for line in [*head, *lines]) + _OK


def _agent_row(agent: Agent) -> list[Any]:
    return [getattr(agent, name) for name in AGENT_COLUMNS]


def _tier_row(tier: Tier) -> list[Any]:
    return [getattr(tier, name) for name in TIER_COLUMNS]


def _member_row(member: Member, now: float) -> list[Any]:
    return [*(getattr(member, name) for name in MEMBER_COLUMNS[:-1]), member.score(now)]


def _agent_add(center: Callcenter, words: list[str]) -> str:
    if len(words) < 2:
        return _INVALID
    if words[1].lower() not in TYPES:
        return "-ERR Agent type invalid!\n"
    if words[0] in center.agents:
        return "-ERR Agent already exist!\n"
    center.agents[words[0]] = Agent(words[0], words[1])
    return _OK


def _agent_del(center: Callcenter, words: list[str]) -> str:
    if not words:
        return _INVALID
    center.agents.pop(words[0], None)
    center.tiers[:] = [tier for tier in center.tiers if tier.agent != words[0]]
    return _OK


def _agent_set(center: Callcenter, words: list[str]) -> str:
    if len(words) < 3:
        return _INVALID
    key, name, value = words[0].lower(), words[1], words[2]
    agent = center.agents.get(name)
    if agent is None:
        return _NO_AGENT
    if key not in SETTABLE:
        return "-ERR Invalid Agent Update KEY!\n"
    if key == "status":
        found = next((each for each in STATUSES if each.lower() == value.lower()), None)
        if found is None:
            return "-ERR Invalid Agent Status!\n"
        center.set_status(agent, found)
    elif key == "state":
        found = next((each for each in STATES if each.lower() == value.lower()), None)
        if found is None:
            return "-ERR Invalid Agent State!\n"
        agent.state = found
    elif isinstance(getattr(agent, key), int):
        setattr(agent, key, integer(value))
    else:
        setattr(agent, key, value)
    return _OK


def _agent_get(center: Callcenter, words: list[str]) -> str:
    if len(words) < 2:
        return _INVALID
    agent = center.agents.get(words[1])
    if agent is None:
        return _NO_AGENT
    if words[0].lower() not in ("status", "state", "uuid"):
        return "-ERR Invalid Agent Update KEY!\n"
    return str(getattr(agent, words[0].lower()))


def _agent_list(center: Callcenter, words: list[str]) -> str:
    agents = [agent for agent in center.agents.values() if not words or agent.name == words[0]]
    return _table(AGENT_COLUMNS, map(_agent_row, agents))


def _agent_reload(center: Callcenter, words: list[str]) -> str:
    return _OK if words else _INVALID


def _tier_add(center: Callcenter, words: list[str]) -> str:
    if len(words) < 2:
        return _INVALID
    queue, agent = words[:2]
    if center.queue(queue) is None:
        return "-ERR Queue not found!\n"
    if agent not in center.agents:
        return _NO_AGENT
    if center.tier(queue, agent):
        return "-ERR Tier already exist!\n"
    level = integer(words[2]) if len(words) > 2 else 1
    position = integer(words[3]) if len(words) > 3 else 1
    center.tiers.append(Tier(queue, agent, "Ready", level, position))
    return _OK


def _tier_set(center: Callcenter, words: list[str]) -> str:
    if len(words) < 4:
        return _INVALID
    key, tier = words[0].lower(), center.tier(words[1], words[2])
    if tier is None:
        return _UNKNOWN
    if key in ("level", "position"):
        setattr(tier, key, integer(words[3]))
    elif key == "state":
        found = next((each for each in _TIER_STATES if each.lower() == words[3].lower()), None)
        if found is None:
            return "-ERR Invalid Tier State!\n"
        tier.state = found
    else:
        return "-ERR Invalid Tier Update KEY!\n"
    return _OK


def _tier_del(center: Callcenter, words: list[str]) -> str:
    if len(words) < 2:
        return _INVALID
    center.tiers[:] = [t for t in center.tiers if (t.queue, t.agent) != (words[0], words[1])]
    return _OK


def _tier_list(center: Callcenter, words: list[str]) -> str:
    return _table(TIER_COLUMNS, map(_tier_row, center.tiers))


def _queue_load(center: Callcenter, words: list[str]) -> str:
    if not words:
        return _INVALID
    return _OK if center.load(words[0]) else "-ERR Invalid Queue not found!\n"


def _queue_unload(center: Callcenter, words: list[str]) -> str:
    if not words:
        return _INVALID
    center.queues.pop(words[0], None)
    return _OK


def _queue_list(center: Callcenter, words: list[str]) -> str:
    if not words:
        rows = [QUEUE_COLUMNS, *(_queue_row(center.queues[q]) for q in listed(center.queues))]
        return "".join("|".join(map(str, row)) + "\n" for row in rows) + _OK
    what, queue = words[0].lower(), words[1] if len(words) > 1 else ""
    if what == "agents":
        return _table(AGENT_COLUMNS, map(_agent_row, _agents(center, queue, words[2:])))
    if what == "members":
        now = center.switch.clock.epoch
        # Only here no queue means every queue.
        queues = [queue] if queue else sorted({member.queue for member in center.members})
        members = [member for each in queues for member in center.waiting(each)]
        return _table(MEMBER_COLUMNS, (_member_row(member, now) for member in members))
    if what == "tiers":
        tiers = (tier for tier in center.tiers if tier.queue == queue)
        return _table(TIER_COLUMNS, map(_tier_row, tiers))
    return _INVALID


def _queue_row(queue: Queue) -> list[Any]:
    counted = {
        "name": queue.name,
        "calls_answered": queue.calls_answered,
        "calls_abandoned": queue.calls_abandoned,
    }
    return [
        counted[name] if name in counted else queue.params[name.replace("_", "-")]
        for name in QUEUE_COLUMNS
    ]


def _agents(center: Callcenter, queue: str, words: list[str]) -> list[Agent]:
    """The agents of a queue, with a status and a state where they are asked for."""
    names = {tier.agent for tier in center.tiers if tier.queue == queue}
    return [
        agent
        for agent in center.agents.values()
        if agent.name in names
        and (not words or agent.status == words[0])
        and (len(words) < 2 or agent.state == words[1])
    ]


def _queue_count(center: Callcenter, words: list[str]) -> str:
    if not words:
        return f"{len(center.queues)}\n"
    what, queue = words[0].lower(), words[1] if len(words) > 1 else ""
    if what == "agents":
        return f"{len(_agents(center, queue, words[2:]))}\n"
    if what == "members":
        return f"{len(center.waiting(queue))}\n"
    if what == "tiers":
        return f"{sum(tier.queue == queue for tier in center.tiers)}\n"
    return _INVALID


_SECTIONS: dict[tuple[str, str], Callable[[Callcenter, list[str]], str]] = {
    ("agent", "add"): _agent_add,
    ("agent", "del"): _agent_del,
    ("agent", "set"): _agent_set,
    ("agent", "get"): _agent_get,
    ("agent", "list"): _agent_list,
    ("agent", "reload"): _agent_reload,
    ("tier", "add"): _tier_add,
    ("tier", "set"): _tier_set,
    ("tier", "del"): _tier_del,
    ("tier", "list"): _tier_list,
    ("tier", "reload"): lambda center, words: _UNKNOWN,
    ("queue", "load"): _queue_load,
    ("queue", "reload"): _queue_load,
    ("queue", "unload"): _queue_unload,
    ("queue", "list"): _queue_list,
    ("queue", "count"): _queue_count,
}
