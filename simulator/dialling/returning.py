"""A call that a carrier brings back: the number dialled is one of this very switch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialform.simulator.dialling.sip import SipEndpoint
from dialform.simulator.scene import Dial

if TYPE_CHECKING:
    from dialform.simulator.calls.channel import Channel


_LONGEST = 24 * 3600.0
"""Seconds: it is for the leg that goes out to end it."""


async def bring_back(channel: Channel) -> None:
    """Calls in as the leg that goes out, and does with one what happens to the other."""
    from dialform.simulator.run import place

    number = channel.profile.destination_number
    dial = Dial(
        channel.profile.caller_id_number,
        number if number.startswith("+") else f"+{number}",
        name=channel.profile.caller_id_name,
        patience=_LONGEST,
        trunk=channel.get("sip_gateway_name") or "",
        fax=channel.endpoint.fax if isinstance(channel.endpoint, SipEndpoint) else None,
    )
    caller = place(channel.switch, dial)
    for one, other in ((channel, caller), (caller, channel)):
        if isinstance(one.endpoint, SipEndpoint):
            one.endpoint.peer = other
    while channel.up and caller.up:
        if caller.ring_ready:
            channel.mark_ringing()
        if caller.answered:
            channel.answer()
        await channel.clock.wait(channel.changed, caller.changed)
    if caller.up:
        caller.hangup("NORMAL_CLEARING" if caller.answered else "ORIGINATOR_CANCEL")
    channel.hangup(caller.cause)
