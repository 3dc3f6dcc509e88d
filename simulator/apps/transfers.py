"""transfer and att_xfer."""

from dialform.simulator.calls.application import application
from dialform.simulator.calls.bridge import bridge, uuid_bridge
from dialform.simulator.calls.channel import Channel
from dialform.simulator.calls.transfer import transfer
from dialform.simulator.dialling.dialstring import split
from dialform.simulator.dialling.originate import Request, originate
from dialform.simulator.journal import Place


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
    """Calls somebody while the other side waits; who hangs up then decides.

    The one who asked: the other two are put through to each other. The one who was asked: the call
    goes on as before (`att_thread_run` of mod_dptools.c).
    """
    switch = channel.switch
    bond = channel.variables.get("signal_bond") or ""
    held = switch.channel(bond)
    channel.set("soft_holding_uuid", bond)

    def keep() -> None:
        """The one who waits outlives the one who asked."""
        if held and held.up and channel.variables.get("soft_holding_uuid"):
            held.redirect = True

    channel.on_hangup.append(keep)
    outcome = await originate(Request(switch, channel, data))
    asked = outcome.channel
    if asked is None:
        channel.set("signal_bond", bond)
        _end(channel)
        return
    asked.inner = channel.inner = True
    await bridge(channel, asked)
    asked.inner = channel.inner = False
    channel.set("signal_bond", bond)
    if held is None:
        _end(channel)
        return
    if asked.up and not channel.ready:
        switch.journal.step(channel, "transfer", f"{held.name} is handed to {asked.name}")
        uuid_bridge(asked, held)
    else:
        uuid_bridge(channel, held)
    _end(channel)


def _end(channel: Channel) -> None:
    channel.set("soft_holding_uuid", None)
