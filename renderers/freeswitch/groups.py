"""Ring groups. Members ring phones only; outside members are called through the inner flow.

Several legs in one `,` list would ring only the first phone of a member with two
(switch_ivr_originate.c: "Only calling the first element"), so legs that ring together are enterprise
legs (`:_:`), each with its own originate, and legs in turn are bridges of their own.
"""

from dataclasses import dataclass

from dialform.compiler.resolved import GroupMember, RingGroup, Target, Tenant
from dialform.renderers.freeswitch.flow import Flow

TOGETHER, IN_TURN = "together", "in turn"


@dataclass(frozen=True, slots=True)
class Strategy:
    """How a group rings. `start`: which member is the first in turn: `next` after the last call's,
    `random`, or empty for the first one."""

    order: str
    start: str = ""


STRATEGIES = {
    "simultaneous": Strategy(TOGETHER),
    "enterprise": Strategy(TOGETHER),
    "sequence": Strategy(IN_TURN),
    "round_robin": Strategy(IN_TURN, "next"),
    "random": Strategy(IN_TURN, "random"),
}


@dataclass(frozen=True, slots=True)
class Member:
    """A leg in turn: seconds to wait before it and to ring, and its channel."""

    delay: int
    seconds: int
    channel: str


@dataclass(frozen=True, slots=True)
class Group:
    """A ring group, ready to be written.

    Either `together` is its dial string, or `members` ring in turn from where `start` says.
    `unanswered` is what `transfer` takes afterwards, empty where the call ends with its cause.
    """

    number: str
    name: str
    together: str
    members: tuple[Member, ...]
    start: str
    unanswered: str


def groups(tenant: Tenant, flow: Flow) -> list[Group]:
    """The ring groups of a tenant."""
    return [_group(tenant, group, flow) for group in tenant.ring_groups]


def _group(tenant: Tenant, group: RingGroup, flow: Flow) -> Group:
    strategy = STRATEGIES[group.strategy]
    channels = [_channel(tenant, group, member, flow) for member in group.members]
    pairs = list(zip(group.members, channels, strict=True))
    share = max(1, group.timeout // len(pairs))
    together = strategy.order == TOGETHER
    return Group(
        number=group.number,
        name=group.name,
        together=":_:".join(_leg(group, *pair) for pair in pairs) if together else "",
        members=()
        if together
        else tuple(Member(m.delay, m.timeout or share, channel) for m, channel in pairs),
        start=strategy.start if len(pairs) > 1 else "",
        unanswered=flow.to(group.no_answer) if group.no_answer else "",
    )


def _leg(group: RingGroup, member: GroupMember, channel: str) -> str:
    """A leg with its own originate: its delay is in milliseconds, and not part of its timeout.

    `user/` originates once more with the same variables (mod_dptools.c, user_outgoing_channel), and
    both wait: each for half of the delay. `loopback/` does not.
    """
    rest = max(1, group.timeout - member.delay)
    seconds = min(member.timeout or rest, rest)
    waits = 1 if member.number.startswith("+") else 2
    delay = f",originate_delay_start={member.delay * 1000 // waits}" if member.delay else ""
    return f"{{originate_timeout={seconds}{delay}}}{channel}"


def _channel(tenant: Tenant, group: RingGroup, member: GroupMember, flow: Flow) -> str:
    if not member.number.startswith("+"):
        return f"user/{member.number}@{tenant.domain}"
    target = Target("external", member.number, f"ring_group {group.number}", tenant.toll)
    return f"[dialform_direction=internal]loopback/{flow.node(target)}/{flow.context}/XML"
