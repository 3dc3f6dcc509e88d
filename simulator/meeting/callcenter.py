"""Queues, their agents and tiers, and who waits in them: the state of mod_callcenter.

The rows and their columns are those of its database, as `callcenter_config … list` shows them. Who is
offered which caller is `dispatch`'s business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialform.simulator.reading.markup import Element
from dialform.simulator.reading.words import integer, true
from dialform.values import dataclass, field

if TYPE_CHECKING:
    from dialform.simulator.calls.channel import Channel
    from dialform.simulator.switch import Switch

SYSTEM = "single_box"
STATUSES = ("Logged Out", "Available", "Available (On Demand)", "On Break")
STATES = ("Idle", "Waiting", "Receiving", "In a queue call", "Reserved")
TYPES = ("callback", "uuid-standby")
AT_WORK = frozenset(("Available", "Available (On Demand)"))
SETTABLE = frozenset((
    "status", "state", "uuid", "contact", "ready_time", "type", "max_no_answer", "wrap_up_time",
    "reject_delay_time", "busy_delay_time", "no_answer_delay_time",
))  # fmt: skip


@dataclass(slots=True)
class Agent:
    """One agent. Times are seconds since 1970."""

    name: str
    type: str = "Callback"
    instance_id: str = SYSTEM
    uuid: str = ""
    contact: str = ""
    status: str = "Logged Out"
    state: str = "Waiting"
    max_no_answer: int = 0
    wrap_up_time: int = 0
    reject_delay_time: int = 0
    busy_delay_time: int = 0
    no_answer_delay_time: int = 0
    last_bridge_start: int = 0
    last_bridge_end: int = 0
    last_offered_call: int = 0
    last_status_change: int = 0
    no_answer_count: int = 0
    calls_answered: int = 0
    talk_time: int = 0
    ready_time: int = 0
    external_calls_count: int = 0


AGENT_COLUMNS = (
    "name", "instance_id", "uuid", "type", "contact", "status", "state", "max_no_answer",
    "wrap_up_time", "reject_delay_time", "busy_delay_time", "no_answer_delay_time",
    "last_bridge_start", "last_bridge_end", "last_offered_call", "last_status_change",
    "no_answer_count", "calls_answered", "talk_time", "ready_time", "external_calls_count",
)  # fmt: skip


@dataclass(slots=True)
class Tier:
    """An agent's place in a queue."""

    queue: str
    agent: str
    state: str = "Ready"
    level: int = 1
    position: int = 1


TIER_COLUMNS = ("queue", "agent", "state", "level", "position")


@dataclass(slots=True)
class Member:
    """A caller in a queue."""

    queue: str
    uuid: str
    session_uuid: str
    cid_number: str
    cid_name: str
    system_epoch: int
    joined_epoch: int
    channel: Channel
    instance_id: str = SYSTEM
    rejoined_epoch: int = 0
    bridge_epoch: int = 0
    abandoned_epoch: int = 0
    base_score: int = 0
    skill_score: int = 0
    serving_agent: str = ""
    serving_system: str = ""
    state: str = "Waiting"
    leaves: str = ""
    """Why the caller is sent away: TIMEOUT, NO_AGENT_TIMEOUT, …"""

    def score(self, now: float) -> int:
        """Who has more comes first."""
        return int(now) - self.joined_epoch + self.base_score + self.skill_score


MEMBER_COLUMNS = (
    "queue", "instance_id", "uuid", "session_uuid", "cid_number", "cid_name", "system_epoch",
    "joined_epoch", "rejoined_epoch", "bridge_epoch", "abandoned_epoch", "base_score",
    "skill_score", "serving_agent", "serving_system", "state", "score",
)  # fmt: skip

_DEFAULTS = {
    "strategy": "longest-idle-agent", "moh-sound": "", "time-base-score": "queue",
    "tier-rules-apply": "false", "tier-rule-wait-second": "0",
    "tier-rule-wait-multiply-level": "false", "tier-rule-no-agent-no-wait": "true",
    "discard-abandoned-after": "60", "abandoned-resume-allowed": "false", "max-wait-time": "0",
    "max-wait-time-with-no-agent": "0", "max-wait-time-with-no-agent-time-reached": "5",
    "record-template": "", "ring-progressively-delay": "0",
    "skip-agents-with-external-calls": "true", "agent-no-answer-status": "On Break",
}  # fmt: skip
QUEUE_COLUMNS = (
    "name", "strategy", "moh_sound", "time_base_score", "tier_rules_apply", "tier_rule_wait_second",
    "tier_rule_wait_multiply_level", "tier_rule_no_agent_no_wait", "discard_abandoned_after",
    "abandoned_resume_allowed", "max_wait_time", "max_wait_time_with_no_agent",
    "max_wait_time_with_no_agent_time_reached", "record_template", "calls_answered",
    "calls_abandoned", "ring_progressively_delay", "skip_agents_with_external_calls",
    "agent_no_answer_status",
)  # fmt: skip


@dataclass(slots=True)
class Queue:
    """A queue as it was loaded."""

    name: str
    params: dict[str, str]
    element: Element
    calls_answered: int = 0
    calls_abandoned: int = 0
    last_agent_exist: int = 0
    last_agent_exist_check: int = 0

    @property
    def strategy(self) -> str:
        """How agents are chosen."""
        return self.params["strategy"]

    @property
    def together(self) -> bool:
        """Whether several agents ring at once."""
        return self.strategy in ("ring-all", "ring-progressively")

    def number(self, name: str) -> int:
        """A parameter that is a number."""
        return integer(self.params[name])

    def yes(self, name: str) -> bool:
        """A parameter that is yes or no."""
        return true(self.params[name])


@dataclass(slots=True)
class Callcenter:
    """The whole of it."""

    switch: Switch
    queues: dict[str, Queue] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    tiers: list[Tier] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)

    def queue(self, name: str) -> Queue | None:
        """A queue; loaded at its first use."""
        if name not in self.queues and not self.load(name):
            return None
        return self.queues[name]

    def load(self, name: str) -> bool:
        """Reads a queue's configuration anew. False: there is none."""
        element = self.switch.configuration.queues().get(name)
        if element is None:
            return False
        params = _DEFAULTS | {p.get("name"): p.get("value") for p in element.all("param")}
        known = self.queues.get(name)
        if known:
            known.params, known.element = params, element
        else:
            self.queues[name] = Queue(name, params, element)
        return True

    def tier(self, queue: str, agent: str) -> Tier | None:
        """An agent's place in a queue."""
        return next((t for t in self.tiers if (t.queue, t.agent) == (queue, agent)), None)

    def waiting(self, queue: str) -> list[Member]:
        """The members of a queue, the one with the most points first."""
        now = self.switch.clock.epoch
        found = [member for member in self.members if member.queue == queue]
        return sorted(found, key=lambda member: -member.score(now))

    def set_status(self, agent: Agent, status: str) -> None:
        """Logs an agent in or out."""
        agent.status, agent.last_status_change = status, self.switch.clock.second
        if status in AT_WORK or status == "On Break":
            if agent.state == "Idle":
                agent.state = "Waiting"
            for tier in self.tiers:
                if tier.agent == agent.name and tier.state != "Active Inbound":
                    tier.state = "Ready"

    def set_tiers(self, agent: str, state: str) -> None:
        """The same state for all of an agent's tiers."""
        for tier in self.tiers:
            if tier.agent == agent:
                tier.state = state
