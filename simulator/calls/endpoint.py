"""What stands behind a channel, and the kinds of far ends that a dial string can name.

An outgoing channel is made by the function of its kind in `OUTGOING`; it answers with a hangup cause
where none can be made, as `io_routines->outgoing_channel` of the switch's modules does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol

from dialform.values import dataclass, field

if TYPE_CHECKING:
    from dialform.simulator.calls.caller import Profile
    from dialform.simulator.calls.channel import Channel
    from dialform.simulator.clock import Signal
    from dialform.simulator.switch import Switch


class Endpoint(Protocol):
    """The technology of a channel: SIP, or a loopback's other half."""

    through: bool
    """Whether it is no far end itself, but leads on: a loopback."""

    def far(self, channel: Channel) -> Channel | None:
        """The other half of a loopback."""

    def invite(self, channel: Channel) -> None:
        """An outgoing channel starts: the far end is told."""

    def indicate(self, channel: Channel, what: str) -> None:
        """This side rings, has early sound or answers: `ringing`, `progress`, `answer`."""

    def ended(self, channel: Channel) -> None:
        """The channel was hung up."""

    def send_key(self, channel: Channel, key: str) -> None:
        """A key goes out to the far end."""


@dataclass(slots=True)
class Cancel:
    """How one who waits for an answer is told to stop."""

    signal: Signal
    cause: str = ""

    def __call__(self, cause: str) -> None:
        """Stops whoever waits. The first cause counts."""
        self.cause = self.cause or cause
        self.signal.fire()


@dataclass(slots=True)
class Wanted:
    """What is asked of a kind of far end."""

    switch: Switch
    session: Channel | None
    """Who dials; none for a leg that no call starts, or one of `:_:`."""
    destination: str
    profile: Profile
    """The caller profile that the new leg gets."""
    variables: dict[str, str] = field(default_factory=dict)
    """What stands in `{…}` and `[…]`, for both."""
    forked: bool = False
    """Others are tried at the same time: only make the channel, do not wait for its answer."""
    keeps_name: bool = False
    keeps_number: bool = False
    """Whether `effective_caller_id_…` of who dials does not count."""
    cancel: Cancel | None = None
    stage: int = 0


@dataclass(slots=True)
class Made:
    """A new channel, or the cause why there is none."""

    channel: Channel | None = None
    cause: str = "SUCCESS"


Outgoing = Callable[[Wanted], Awaitable[Made]]
OUTGOING: dict[str, Outgoing] = {}


def outgoing(name: str) -> Callable[[Outgoing], Outgoing]:
    """Marks the function that makes channels of a kind."""

    def note(function: Outgoing) -> Outgoing:
        OUTGOING[name] = function
        return function

    return note


async def reach(wanted: Wanted, kind: str) -> Made:
    """Makes an outgoing channel, as `switch_core_session_outgoing_channel`."""
    make = OUTGOING.get(kind)
    if make is None:
        return Made(cause="CHAN_NOT_IMPLEMENTED")
    session, forwards = wanted.session, 70
    if session:
        left = session.get("max_forwards")
        forwards = int(left) - 1 if left and left.isdigit() else 70
        if forwards <= 0:
            return Made(cause="EXCHANGE_ROUTING_ERROR")
        _effective(wanted, session)
    made = await make(wanted)
    if made.channel and session:
        _join(made.channel, session, forwards)
    if made.channel:
        wanted.switch.fire(made.channel, "CHANNEL_OUTGOING")
    return made


def _effective(wanted: Wanted, session: Channel) -> None:
    """The caller ID that the caller's channel was given for outgoing legs."""
    profile = wanted.profile
    name, number = (
        session.get("effective_caller_id_name"),
        session.get("effective_caller_id_number"),
    )
    if name and not wanted.keeps_name:
        profile.caller_id_name = name
    if number and not wanted.keeps_number:
        profile.caller_id_number = number
    profile.ani = session.get("effective_ani") or profile.ani


def _join(peer: Channel, session: Channel, forwards: int) -> None:
    peer.set("max_forwards", str(forwards))
    peer.set("originator", session.uuid)
    peer.set("signal_bond", session.uuid)
    session.set("originate_signal_bond", peer.uuid)
    peer.profile.originators.append(session.profile)
    session.profile.originatees.append(peer.profile)
