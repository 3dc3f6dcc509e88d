"""Which agent is offered which caller, when, and what becomes of it.

After `cc_agent_dispatch_thread_run`, `members_callback`, `agents_callback` and
`outbound_agent_thread_run` of mod_callcenter.c, which looks ten times a second; here, whenever something
changes and once a second.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dialform.simulator.calls.bridge import uuid_bridge
from dialform.simulator.calls.endpoint import Cancel
from dialform.simulator.dialling.originate import Outcome, Request, export, originate
from dialform.simulator.meeting.callcenter import (
    AT_WORK,
    SYSTEM,
    Agent,
    Callcenter,
    Member,
    Queue,
    Tier,
)
from dialform.simulator.reading.words import integer

if TYPE_CHECKING:
    from dialform.simulator.clock import Signal
    from dialform.simulator.switch import Switch

LOOK = 1.0
"""Seconds between two looks at who waits."""
_TIMEOUT = 60
_UNREGISTERED = 5
"""Seconds for which an agent without a phone is left alone."""


def _by_place(tier: Tier, agent: Agent) -> tuple[int, ...]:
    return tier.position, agent.last_offered_call


_ORDER: dict[str, Callable[[Tier, Agent], tuple[int, ...]]] = {
    "longest-idle-agent": lambda tier, agent: (agent.last_bridge_end, tier.position),
    "agent-with-least-talk-time": lambda tier, agent: (agent.talk_time, tier.position),
    "agent-with-fewest-calls": lambda tier, agent: (agent.calls_answered, tier.position),
    "ring-all": lambda tier, agent: (tier.position,),
    "ring-progressively": lambda tier, agent: (tier.position,),
}


class Dispatcher:
    """The dispatcher of one switch."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self._center: Callcenter = switch.theme(Callcenter)
        self.changed: Signal = switch.clock.signal()
        self._running = False
        self._cancels: dict[str, Cancel] = {}

    def start(self) -> None:
        """Begins to look, as long as anybody waits."""
        self.changed.fire()
        if not self._running:
            self._running = True
            self._switch.clock.spawn(self._run())

    async def _run(self) -> None:
        while self._center.members:
            self._send_away()
            members = sorted(self._center.members, key=lambda m: -m.score(self._switch.clock.epoch))
            for member in members:
                self._offer(member)
            await self._switch.clock.wait(self.changed, timeout=LOOK)
        self._running = False

    # Who waits too long.

    def _send_away(self) -> None:
        now = self._switch.clock.second
        for member in self._center.members:
            queue = self._center.queue(member.queue)
            if queue is None or member.state not in ("Waiting", "Trying"):
                continue
            limit = queue.number("max-wait-time")
            alone = queue.number("max-wait-time-with-no-agent")
            reached = queue.number("max-wait-time-with-no-agent-time-reached")
            checked = queue.last_agent_exist_check
            if limit and limit <= now - member.joined_epoch:
                if self._asking(member):
                    continue  # whoever is being asked may still answer
                member.leaves = "TIMEOUT"
            elif (
                alone
                and member.joined_epoch < checked - reached
                and checked - queue.last_agent_exist >= alone
            ):
                member.leaves = "NO_AGENT_TIMEOUT"
            if member.leaves:
                member.channel.changed.fire()

    def _asking(self, member: Member) -> bool:
        """Whether an agent's phone rings for this caller (`CC_APP_AGENT_CONNECTING`)."""
        return any(key.startswith(f"{member.uuid} ") for key in self._cancels)

    # Whom to ask.

    def _offer(self, member: Member) -> None:
        queue = self._center.queue(member.queue)
        if queue is None or member.leaves or member.state not in ("Waiting", "Trying"):
            return
        if queue.together and not member.serving_agent:
            member.serving_agent, member.state = queue.strategy, "Trying"
        if queue.together and member.serving_agent != queue.strategy:
            return
        candidates = self._candidates(queue, member)
        now = self._switch.clock.second
        queue.last_agent_exist_check = now
        if candidates:
            queue.last_agent_exist = now
        elif queue.strategy == "top-down":
            member.channel.set("cc_last_agent_tier_position", None)
            member.channel.set("cc_last_agent_tier_level", None)
        if self._pauses(queue, member, now):
            return
        level = available = 0
        for tier, agent in candidates:
            if queue.yes("tier-rules-apply") and tier.level > level:
                if not self._next_level(queue, member, tier.level, available, now):
                    return
                level, available = tier.level, 0
            available += 1
            if not self._free(queue, tier, agent, now):
                continue
            if not queue.together and member.state != "Waiting":
                return
            self._ask(queue, member, tier, agent)
            if queue.strategy != "ring-all":
                return

    def _candidates(self, queue: Queue, member: Member) -> list[tuple[Tier, Agent]]:
        """Who is at work or on a break, in the order in which the strategy asks them."""
        agents = self._center.agents
        found = [
            (tier, agents[tier.agent])
            for tier in self._center.tiers
            if tier.queue == queue.name
            and tier.agent in agents
            and agents[tier.agent].status in AT_WORK | {"On Break"}
        ]
        if queue.strategy == "random":
            self._switch.chance.shuffle(found)
            return sorted(found, key=lambda pair: pair[0].level)
        if queue.strategy == "round-robin":
            return _after_last(found)
        order = _ORDER.get(queue.strategy, _by_place)
        found.sort(key=lambda pair: (pair[0].level, *order(pair[0], pair[1])))
        if queue.strategy == "top-down":
            position = integer(member.channel.get("cc_last_agent_tier_position") or "0")
            level = integer(member.channel.get("cc_last_agent_tier_level") or "0")
            return [
                (tier, agent)
                for tier, agent in found
                if tier.level > level or (tier.level == level and tier.position > position)
            ]
        return found

    @staticmethod
    def _pauses(queue: Queue, member: Member, now: int) -> bool:
        if queue.strategy != "ring-progressively":
            return False
        last = integer(member.channel.get("cc_last_originated_call") or "0")
        return bool(last) and now < last + (queue.number("ring-progressively-delay") or 10)

    @staticmethod
    def _next_level(queue: Queue, member: Member, level: int, available: int, now: int) -> bool:
        waited = now - member.joined_epoch
        wait = queue.number("tier-rule-wait-second")
        if queue.yes("tier-rule-no-agent-no-wait") and not available:
            return True
        if queue.yes("tier-rule-wait-multiply-level"):
            return waited >= level * wait
        return waited >= wait

    @staticmethod
    def _free(queue: Queue, tier: Tier, agent: Agent, now: int) -> bool:
        skips = queue.yes("skip-agents-with-external-calls") and agent.external_calls_count > 0
        return (
            tier.state in ("Ready", "No Answer")
            and agent.state == "Waiting"
            and agent.last_bridge_end < now - agent.wrap_up_time
            and agent.ready_time <= now
            and agent.status != "On Break"
            and not skips
        )

    # Asking.

    def _ask(self, queue: Queue, member: Member, tier: Tier, agent: Agent) -> None:
        if not queue.together:
            member.serving_agent, member.serving_system = agent.name, SYSTEM
            member.state = "Trying"
        if queue.strategy == "ring-progressively":
            member.channel.set("cc_last_originated_call", str(self._switch.clock.second))
        if queue.strategy == "top-down":
            member.channel.set("cc_last_agent_tier_position", str(tier.position))
            member.channel.set("cc_last_agent_tier_level", str(tier.level))
        agent.state, agent.last_offered_call = "Receiving", self._switch.clock.second
        for each in self._center.tiers:
            if each.agent == agent.name and each.queue == queue.name:
                each.state = "Offering"
            elif each.agent == agent.name and each.state == "Ready":
                each.state = "Standby"
        self._switch.clock.spawn(self._call(queue, member, agent))

    async def _call(self, queue: Queue, member: Member, agent: Agent) -> None:
        channel = member.channel
        self._tell(member, "agent-offering", agent)
        cancel = Cancel(self._switch.clock.signal())
        self._cancels[f"{member.uuid} {agent.name}"] = cancel
        request = Request(
            self._switch,
            None,
            channel.expand(agent.contact),
            _TIMEOUT,
            variables=self._variables(queue, member, agent),
            cancel=cancel,
        )
        request.name = channel.get("effective_caller_id_name") or member.cid_name
        request.number = channel.get("effective_caller_id_number") or member.cid_number
        outcome = await originate(request)
        self._cancels.pop(f"{member.uuid} {agent.name}", None)
        answered = await self._taken(queue, member, agent, outcome)
        if not answered:
            self._missed(member, agent, outcome.cause)
        agent.state = "Waiting" if agent.status != "Logged Out" else "Idle"
        self._center.set_tiers(agent.name, "Ready" if answered else "No Answer")
        self.changed.fire()

    def _variables(self, queue: Queue, member: Member, agent: Agent) -> dict[str, str]:
        variables = {
            "cc_queue": queue.name,
            "cc_queue_joined_epoch": str(member.joined_epoch),
            "cc_member_uuid": member.uuid,
            "cc_member_session_uuid": member.session_uuid,
            "cc_member_pre_answer_uuid": member.uuid,
            "cc_agent": agent.name,
            "cc_agent_type": agent.type,
            "cc_side": "agent",
            "loopback_bowout": "false",
            "loopback_bowout_on_execute": "false",
            "ignore_early_media": "true",
        }
        export(member.channel, variables, "cc_export_vars")
        return variables

    async def _taken(self, queue: Queue, member: Member, agent: Agent, outcome: Outcome) -> bool:
        """Puts an agent who answered through to the caller, and waits until they are done."""
        peer, channel, clock = outcome.channel, member.channel, self._switch.clock
        if peer is None:
            return False
        peer.set("cc_member_pre_answer_uuid", None)
        if member not in self._center.members or channel.down or member.state == "Answered":
            peer.hangup("LOSE_RACE" if channel.up else "ORIGINATOR_CANCEL")
            outcome.cause = peer.cause
            return False
        member.serving_agent, member.serving_system = agent.name, SYSTEM
        self.cancel(member, "LOSE_RACE")
        self._tell(member, "bridge-agent-start", agent)
        channel.set("cc_agent_found", "true")
        channel.set("cc_agent_uuid", peer.uuid)
        if not uuid_bridge(channel, peer):
            return False
        deadline = clock.elapsed + 3.0
        while not peer.bridged and peer.up and channel.up and clock.elapsed < deadline:
            await clock.wait(peer.changed, channel.changed, timeout=deadline - clock.elapsed)
        started = clock.second
        channel.set("cc_agent_bridged", "true")
        peer.set("cc_agent_bridged", "true")
        channel.set("cc_agent", agent.name)
        channel.set("cc_queue_answered_epoch", str(started))
        member.state, member.bridge_epoch = "Answered", started
        channel.changed.fire()
        agent.uuid, agent.last_bridge_start, agent.no_answer_count = peer.uuid, started, 0
        agent.calls_answered += 1
        agent.state = "In a queue call"
        tier = self._center.tier(queue.name, agent.name)
        if tier:
            tier.state = "Active Inbound"
        while peer.up:
            await clock.wait(peer.changed)
        ended = clock.second
        self._tell(member, "bridge-agent-end", agent)
        channel.set("cc_queue_terminated_epoch", str(ended))
        agent.uuid, agent.last_bridge_end = "", ended
        agent.talk_time += ended - started
        if member in self._center.members:
            self._center.members.remove(member)
        return True

    def _missed(self, member: Member, agent: Agent, cause: str) -> None:
        """The agent did not take it: the caller waits on, the agent is left alone for a while."""
        if member.serving_agent == agent.name:
            if member.state == "Trying":
                member.state = "Waiting"
            member.serving_agent = member.serving_system = ""
        now, delay = self._switch.clock.second, 0
        if cause in ("LOSE_RACE", "ORIGINATOR_CANCEL"):
            pass
        elif cause in ("USER_BUSY", "NORMAL_CIRCUIT_CONGESTION"):
            delay = agent.busy_delay_time
        elif cause == "CALL_REJECTED":
            delay = agent.reject_delay_time
        elif cause == "USER_NOT_REGISTERED":
            delay = _UNREGISTERED
        else:
            delay = agent.no_answer_delay_time
            agent.no_answer_count += 1
            if agent.max_no_answer and agent.no_answer_count >= agent.max_no_answer:
                queue = self._center.queue(member.queue)
                status = queue.params["agent-no-answer-status"] if queue else "On Break"
                self._center.set_status(agent, status)
        if delay:
            agent.ready_time = now + delay

    def cancel(self, member: Member, cause: str) -> None:
        """Hangs up on all agents who are being asked for this caller."""
        for key, cancel in list(self._cancels.items()):
            if key.startswith(f"{member.uuid} "):
                cancel(cause)
        for channel in list(self._switch.channels.values()):
            if channel.variables.get("cc_member_pre_answer_uuid") == member.uuid:
                channel.hangup(cause)

    def _tell(self, member: Member, action: str, agent: Agent) -> None:
        facts = {
            "Event-Subclass": "callcenter::info",
            "CC-Queue": member.queue,
            "CC-Action": action,
            "CC-Agent": agent.name,
            "CC-Agent-System": SYSTEM,
            "CC-Member-UUID": member.uuid,
            "CC-Member-Session-UUID": member.session_uuid,
            "CC-Member-CID-Name": member.cid_name,
            "CC-Member-CID-Number": member.cid_number,
        }
        self._switch.fire(member.channel, "CUSTOM", facts)


def _after_last(found: list[tuple[Tier, Agent]]) -> list[tuple[Tier, Agent]]:
    """Round robin: those after the one who was asked last, on the same level, come first."""
    last = max((pair for pair in found if pair[1].last_offered_call), default=None,
               key=lambda pair: pair[1].last_offered_call)  # fmt: skip

    def order(pair: tuple[Tier, Agent]) -> tuple[bool, int, int, int]:
        tier, agent = pair
        follows = last is not None and (
            tier.level == last[0].level and tier.position > last[0].position
        )
        return not follows, tier.level, tier.position, agent.last_offered_call

    return sorted(found, key=order)
