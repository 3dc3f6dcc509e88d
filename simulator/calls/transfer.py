"""Sending a channel elsewhere in the dialplan (`switch_ivr_session_transfer`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialform.simulator.calls.channel import State

if TYPE_CHECKING:
    from dialform.simulator.calls.channel import Channel

FORWARDS = 70
"""Transfers and legs that one call may go through."""


def transfer(channel: Channel, number: str, dialplan: str = "", context: str = "") -> bool:
    """Routes a channel anew. After 70 times the call ends with EXCHANGE_ROUTING_ERROR."""
    if channel.down:
        return False
    name = "max_session_transfers" if channel.get("max_session_transfers") else "max_forwards"
    left = channel.get(name)
    forwards = int(left) - 1 if left and left.isdigit() else FORWARDS
    if forwards <= 0:
        channel.hangup("EXCHANGE_ROUTING_ERROR")
        return False
    channel.set(name, str(forwards))
    channel.originating = False
    channel.handlers.clear()
    channel.soft = None
    channel.set("temp_hold_music", None)
    channel.switch.execute_on(channel, "execute_on_blind_transfer")
    old = channel.profile
    new = old.clone()
    new.dialplan = dialplan or channel.get("force_transfer_dialplan") or old.dialplan or "XML"
    if new.dialplan.lower() == "inline" and not dialplan:
        new.dialplan = "XML"
    new.context = context or channel.get("force_transfer_context") or old.context or "default"
    new.destination_number = number or "service"
    new.rdnis = old.destination_number
    _unbond(channel)
    channel.transfer = True
    channel.adopt(new)
    stamp = f"{channel.clock.microseconds // 1_000_000}:{channel.uuid}"
    new.transfer_source = f"{stamp}:bl_xfer:{new.destination_number}/{new.context}/{new.dialplan}"
    channel.push("transfer_history", new.transfer_source)
    channel.set("transfer_source", new.transfer_source)
    where = {"number": new.destination_number, "context": new.context}
    channel.switch.journal.step(
        channel, "transfer", f"to {new.destination_number} in {new.context}", where
    )
    channel.become(State.ROUTING)
    return True


def _unbond(channel: Channel) -> None:
    channel.set("signal_bond", None)
    other = channel.switch.channel(channel.variables.get("bridge_to", ""))
    if other:
        other.set("signal_bond", None)
