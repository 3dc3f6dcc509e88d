"""Ring groups. Members ring phones only; outside members are called through the inner flow.

Legs that ring together are enterprise legs; legs in turn are bridges of their own.
"""

from dialform.compiler.resolved import GroupMember, RingGroup, Tenant
from dialform.renderers.freeswitch import legs
from dialform.renderers.freeswitch.flow import Flow
from dialform.renderers.freeswitch.names import encoded
from dialform.values import dataclass

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
    caller_id_prefix: str


def groups(tenant: Tenant, flow: Flow) -> list[Group]:
    """The ring groups of a tenant."""
    return [_group(tenant, group, flow) for group in tenant.ring_groups]


def _group(tenant: Tenant, group: RingGroup, flow: Flow) -> Group:
    strategy = STRATEGIES[group.strategy]
    owner = f"ring_group {group.number}"
    channels = [
        legs.channel(tenant, member.number, owner, tenant.toll, flow) for member in group.members
    ]
    pairs = list(zip(group.members, channels, strict=True))
    share = max(1, group.timeout // len(pairs))
    together = strategy.order == TOGETHER
    return Group(
        number=group.number,
        name=group.name,
        together=legs.together([(c, *_times(group, m), {}) for m, c in pairs]) if together else "",
        members=()
        if together
        else tuple(Member(m.delay, m.timeout or share, channel) for m, channel in pairs),
        start=strategy.start if len(pairs) > 1 else "",
        unanswered=flow.to(group.no_answer) if group.no_answer else "",
        caller_id_prefix=encoded(group.caller_id_prefix),
    )


def _times(group: RingGroup, member: GroupMember) -> tuple[int, int]:
    """How long a member rings in a group that rings at once, and after which delay."""
    rest = max(1, group.timeout - member.delay)
    return min(member.timeout or rest, rest), member.delay
