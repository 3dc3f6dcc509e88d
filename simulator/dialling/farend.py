"""The people at the other end: a phone that rings, is picked up, presses keys and hangs up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialform.simulator.calls.causes import answer
from dialform.simulator.scene import Phone

if TYPE_CHECKING:
    from dialform.simulator.calls.channel import Channel

FIRST_KEY = 1.0
"""Seconds from the answer to the first key."""
NEXT_KEY = 0.25


async def take_call(channel: Channel, phone: Phone) -> None:
    """What a phone does with an INVITE."""
    clock = channel.clock
    if phone.cause:
        channel.set("proto_specific_hangup_cause", f"sip:{answer(phone.cause)}")
        channel.hangup(phone.cause)
        return
    if phone.returned:
        from dialform.simulator.dialling.returning import bring_back

        await bring_back(channel)
        return
    if phone.rings:
        channel.switch.journal.step(channel, "rings", f"{channel.name} rings")
        channel.mark_ringing()
    automatic = channel.variables.get("sip_auto_answer") == "true"
    after = 0.5 if automatic and phone.answer_after is None else phone.answer_after
    if after is None:
        return
    await clock.sleep(after)
    if channel.down:
        return
    channel.answer()
    if phone.hangup_after is not None and phone.fax is None:
        clock.later(phone.hangup_after, lambda: channel.hangup("NORMAL_CLEARING"))
    await press(channel, phone.press)


async def press(channel: Channel, keys: str) -> None:
    """Presses keys one after the other."""
    clock = channel.clock
    if keys:
        await clock.sleep(FIRST_KEY)
        channel.switch.journal.step(channel, "press", f"presses {keys}", {"keys": keys})
    for key in keys:
        if channel.down:
            return
        channel.press(key)
        await clock.sleep(NEXT_KEY)
