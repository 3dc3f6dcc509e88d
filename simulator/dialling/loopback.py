"""`loopback/NUMBER/CONTEXT/XML`: a leg that goes through the dialplan again (mod_loopback).

It has two halves: what is answered on `-b`, which runs the dialplan, is answered on `-a`, which the
caller is put through to; when both talk to real legs, the halves bow out after two seconds.
"""

from __future__ import annotations

from dialform.simulator.calls.bridge import uuid_bridge
from dialform.simulator.calls.channel import Channel
from dialform.simulator.calls.endpoint import Made, Wanted, outgoing
from dialform.simulator.reading.words import true

BOWOUT = 2.0
"""Seconds of talk after which the two real legs are put through to each other."""


class Half:
    """One half. `first` is `-a`, the half that the caller knows."""

    def __init__(self, first: bool) -> None:
        self._first = first
        self.other: Channel | None = None
        self.variables: dict[str, str] = {}
        """Those of the dial string, which `-b` gets too."""
        self.bridged = False

    through = True

    def far(self, channel: Channel) -> Channel | None:
        """The other half."""
        return self.other

    def invite(self, channel: Channel) -> None:
        """Makes the other half and sends it into the dialplan (`channel_on_init`)."""
        switch = channel.switch
        profile = channel.profile.clone()
        profile.source = "mod_loopback"
        name = f"loopback/{profile.destination_number}-b"
        half = Half(False)
        other = Channel(switch, name, "inbound", profile)
        other.endpoint, half.other, self.other = half, channel, other
        other.depth = channel.depth + 1
        for key, value in self.variables.items():
            other.set(key, value)
        for key in [key for key in channel.variables if key.startswith("group_confirm_")]:
            channel.set(key, None)
        for key in (channel.variables.get("loopback_export") or "").split(","):
            if key and channel.get(key):
                other.set(key, channel.get(key))
        channel.set("other_loopback_leg_uuid", other.uuid)
        other.set("other_loopback_leg_uuid", channel.uuid)
        other.set("other_loopback_from_uuid", channel.get("loopback_from_uuid"))
        channel.set("loopback_leg", "A")
        other.set("loopback_leg", "B")
        switch.add(other, None)
        switch.launch(other)

    def indicate(self, channel: Channel, what: str) -> None:
        """What `-b` says to its far end, `-a` hears from its own."""
        other = self.other
        if what == "bridge":
            self.bridged = True
            channel.clock.later(BOWOUT, lambda: self._bow_out(channel))
        elif self._first or other is None:
            return
        elif what == "answer":
            other.answer()
        elif what == "progress":
            other.mark_early()
        elif what == "ringing":
            other.mark_ringing()

    def ended(self, channel: Channel) -> None:
        """One half takes the other with it."""
        channel.set("is_loopback", "1")
        other, self.other = self.other, None
        if other:
            other.hangup(channel.cause)

    def send_key(self, channel: Channel, key: str) -> None:
        """A key goes through to the other half."""
        if self.other:
            self.other.press(key)

    def _bow_out(self, channel: Channel) -> None:
        other = self.other
        first, second = (channel, other) if self._first else (other, channel)
        if first is None or second is None or first.down or second.down:
            return
        if not (first.bridged and second.bridged and first.answered and second.answered):
            return
        if any(
            one.get("loopback_bowout") and not one.true("loopback_bowout")
            for one in (first, second)
        ):
            return
        one, two = _real(first), _real(second)
        if one and two and one.bridged and two.bridged:
            first.set("loopback_hangup_cause", "bridge")
            second.set("loopback_hangup_cause", "bridge")
            first.set("loopback_bowout_other_uuid", one.uuid)
            second.set("loopback_bowout_other_uuid", two.uuid)
            uuid_bridge(one, two)


def _real(half: Channel) -> Channel | None:
    """The real leg that a half talks to, through further loopbacks where need be."""
    found = half.partner
    for _ in range(10):
        if found is None or not isinstance(found.endpoint, Half):
            return found
        if found.get("loopback_bowout") and not true(found.get("loopback_bowout")):
            return None
        found = found.endpoint.other.partner if found.endpoint.other else None
    return None


@outgoing("loopback")
async def dial_loopback(wanted: Wanted) -> Made:
    """Makes `-a`; `-b` follows when the channel starts."""
    session, profile = wanted.session, wanted.profile
    if session and not session.true("loopback_no_pre_answer"):
        session.mark_early()
    number, _, rest = wanted.destination.partition("/")
    context, _, dialplan = rest.partition("/")
    profile.destination_number, profile.source = number, "mod_loopback"
    profile.context = context or profile.context or "default"
    profile.dialplan = dialplan or profile.dialplan or "XML"
    channel = Channel(wanted.switch, f"loopback/{number}-a", "outbound", profile)
    half = Half(True)
    half.variables = dict(wanted.variables)
    channel.endpoint = half
    if session:
        channel.set("loopback_from_uuid", session.uuid)
    wanted.switch.add(channel, wanted)
    return Made(channel)
