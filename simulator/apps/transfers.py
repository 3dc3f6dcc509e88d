"""transfer and att_xfer."""

from ..application import application
from ..bridge import bridge, uuid_bridge
from ..channel import Channel, Interrupted, State
from ..dialstring import split
from ..journal import Place
from ..originate import Request, originate
from ..transfer import transfer


@application("transfer")
async def transfer_(channel: Channel, data: str, place: Place | None) -> None:
    """`[-bleg|-both] number [dialplan [context]]`."""
    words = split(data, " ")
    if not words:
        return
    option = words[0].lower()
    if option in ("-bleg", "-both"):
        words = words[1:]
        other = channel.switch.channel(channel.partner_uuid)
        if other:
            transfer(other, *words[:3])
        if option == "-bleg" or not other:
            return
    transfer(channel, *words[:3])


@application("att_xfer", media=True)
async def att_xfer(channel: Channel, data: str, place: Place | None) -> None:
    """Calls somebody while the other side waits; who called may then leave the two alone.

    Whoever hangs up first decides: the caller, and the others are put through to each other; the one
    who was asked, and the call goes on as before (`att_xfer_function` of mod_dptools.c).
    """
    switch = channel.switch
    bond = channel.variables.get("signal_bond") or ""
    held = switch.channel(bond)
    wanted = channel.get("hangup_after_bridge")
    channel.set("soft_holding_uuid", bond)
    for name in ("hangup_after_bridge", "park_after_bridge"):
        channel.set(name, None)
    outcome = await originate(Request(switch, channel, data, 60))
    asked = outcome.channel
    channel.set("soft_holding_uuid", None)
    if asked is None:
        if channel.up and held and held.up:
            channel.set("signal_bond", bond)
            channel.set("hangup_after_bridge", wanted)
        elif held:
            held.hangup("NORMAL_CLEARING")
        return
    await bridge(channel, asked)
    if channel.down and held and held.up and asked.up:
        switch.journal.step(channel, "transfer", f"{held.name} is handed to {asked.name}")
        uuid_bridge(held, asked)
        return
    channel.set("signal_bond", bond)
    channel.set("hangup_after_bridge", wanted)


__all__ = ["Interrupted", "State"]
