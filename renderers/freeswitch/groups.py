"""Ring groups as dial strings. Members ring phones only; outside members call through the flow."""

from dataclasses import dataclass

from dialform.compiler.resolved import GroupMember, RingGroup, Target, Tenant
from dialform.renderers.freeswitch.flow import Flow


@dataclass(frozen=True, slots=True)
class Strategy:
    """How the legs of a group stand together.

    `shares`: the legs ring one after the other and share the time. `turn` says where the sequence
    begins: `next` one further than for the call before, `random`, or empty for the first.
    """

    separator: str
    shares: bool = False
    turn: str = ""


STRATEGIES = {
    "simultaneous": Strategy(","),
    "enterprise": Strategy(":_:"),
    "sequence": Strategy("|", shares=True),
    "round_robin": Strategy("|", shares=True, turn="next"),
    "random": Strategy("|", shares=True, turn="random"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """A ring group, ready to be written.

    `legs` is the dial string; where the sequence turns, it holds the members twice, and `window`
    is the regular expression that cuts `size` members out of it, from the turn on. `unanswered` is
    what `transfer` takes afterwards, empty where the call ends with its cause.
    """

    number: str
    name: str
    seconds: int
    legs: str
    turn: str
    size: int
    unanswered: str

    @property
    def window(self) -> str:
        """The expression over `legs` whose first group is one whole round of members."""
        more = rf"(?:\|[^|]*){{{self.size - 1}}}" if self.size > 1 else ""
        return rf"^(?:[^|]*\|){{${{dialform_turn}}}}([^|]*{more})"


def groups(tenant: Tenant, flow: Flow) -> list[Group]:
    """The ring groups of a tenant."""
    return [_group(tenant, group, flow) for group in tenant.ring_groups]


def _group(tenant: Tenant, group: RingGroup, flow: Flow) -> Group:
    strategy = STRATEGIES[group.strategy]
    share = max(1, group.timeout // len(group.members)) if strategy.shares else group.timeout
    leg = _enterprise if group.strategy == "enterprise" else _leg
    legs = [leg(tenant, group, member, share, flow) for member in group.members]
    turning = strategy.turn and len(legs) > 1
    return Group(
        number=group.number,
        name=group.name,
        seconds=group.timeout,
        legs=strategy.separator.join(legs * 2 if turning else legs),
        turn=strategy.turn if turning else "",
        size=len(legs),
        unanswered=flow.to(group.no_answer) if group.no_answer else "",
    )


def _leg(tenant: Tenant, group: RingGroup, member: GroupMember, share: int, flow: Flow) -> str:
    seconds = member.timeout or share
    # A leg's own time begins with its delay: switch_ivr_originate.c adds one to the other.
    rest = min(seconds, max(1, share - member.delay)) if member.delay else seconds
    delay = f",leg_delay_start={member.delay}" if member.delay else ""
    return f"[leg_timeout={rest}{delay}]{_channel(tenant, group, member, flow)}"


def _enterprise(
    tenant: Tenant, group: RingGroup, member: GroupMember, share: int, flow: Flow
) -> str:
    """A leg with its own originate: its delay is in milliseconds, and not part of its timeout."""
    seconds = member.timeout or max(1, share - member.delay)
    delay = f",originate_delay_start={member.delay * 1000}" if member.delay else ""
    return f"{{originate_timeout={seconds}{delay}}}{_channel(tenant, group, member, flow)}"


def _channel(tenant: Tenant, group: RingGroup, member: GroupMember, flow: Flow) -> str:
    if not member.number.startswith("+"):
        return f"user/{member.number}@{tenant.domain}"
    target = Target("external", member.number, f"ring_group {group.number}", tenant.toll)
    return f"loopback/{flow.node(target)}/{flow.context}/XML"
