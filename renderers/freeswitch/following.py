"""Follow-me: an extension's calls go on to other numbers before its destinations."""

from dialform.compiler.resolved import FollowMe, FollowMeStep, Tenant
from dialform.renderers.freeswitch import legs
from dialform.renderers.freeswitch.extensions import BUSY, NO_ANSWER, UNREGISTERED
from dialform.renderers.freeswitch.flow import Flow
from dialform.renderers.freeswitch.groups import Member
from dialform.values import dataclass

# "To accept, press 1": what a mobile's own mailbox cannot do. Seconds.
_CONFIRM = {
    "group_confirm_key": "1",
    "group_confirm_file": "ivr/ivr-accept_reject.wav",
    "group_confirm_timeout": "10",
}
_DISPOSITIONS = {"busy": BUSY, "unregistered": UNREGISTERED, "no_answer": NO_ANSWER}


@dataclass(frozen=True, slots=True)
class Following:
    """The follow-me of one extension, ready to be written.

    `reasons` is an expression over the disposition, empty where it takes the call at once. Either
    `together` is its dial string, or `members` ring in turn.
    """

    number: str
    reasons: str
    together: str
    members: tuple[Member, ...]

    @property
    def always(self) -> bool:
        """Whether the extension's own phones do not ring."""
        return not self.reasons


def following(tenant: Tenant, flow: Flow) -> list[Following]:
    """The follow-mes of a tenant."""
    return [_following(tenant, entry, flow) for entry in tenant.follow_me]


def _following(tenant: Tenant, entry: FollowMe, flow: Flow) -> Following:
    always = "always" in entry.when
    steps = [(step, _channel(tenant, entry, step, flow)) for step in entry.steps]
    return Following(
        number=entry.extension,
        reasons="" if always else "|".join(_DISPOSITIONS[reason] for reason in entry.when),
        together=legs.together([(c, s.timeout, s.delay, _asks(s)) for s, c in steps])
        if entry.together
        else "",
        members=()
        if entry.together
        else tuple(Member(s.delay, s.timeout, legs.own(_asks(s)) + c) for s, c in steps),
    )


def _channel(tenant: Tenant, entry: FollowMe, step: FollowMeStep, flow: Flow) -> str:
    owner = f"extension {entry.extension}"
    return legs.channel(tenant, step.number, owner, entry.toll, flow)


def _asks(step: FollowMeStep) -> dict[str, str]:
    """What has a destination asked for the key; for the leg's own brackets.

    In those of the whole dial string, the switch would ask a number outside on its trunk and, once the
    key was pressed, again on the loopback that leads there.
    """
    return _CONFIRM if step.confirm else {}
