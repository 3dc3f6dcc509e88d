"""bridge, execute_extension, intercept and the like: who is put through to whom."""

from dialform.simulator.calls.application import application
from dialform.simulator.calls.bridge import bridge, uuid_bridge
from dialform.simulator.calls.channel import Channel, State
from dialform.simulator.calls.machine import execute_extension
from dialform.simulator.dialling.dialstring import split
from dialform.simulator.dialling.originate import Request, handle_cause, originate
from dialform.simulator.journal import Place


@application("bridge")
async def bridge_(channel: Channel, data: str, place: Place | None) -> None:
    """Tries a dial string and talks to whoever answers first (`audio_bridge_function`)."""
    if not data:
        return
    outcome = await originate(Request(channel.switch, channel, data))
    if outcome.channel is None:
        channel.set("originate_failed_cause", outcome.cause)
        channel.switch.journal.step(
            channel, "failed", f"nobody answers: {outcome.cause}", {"cause": outcome.cause}, place
        )
        handle_cause(channel, outcome.cause)
        return
    await bridge(channel, outcome.channel)


@application("execute_extension")
async def execute_extension_(channel: Channel, data: str, place: Place | None) -> None:
    """`number dialplan context`: does what stands there and comes back."""
    words = [*split(data, " "), "", "", ""]
    await execute_extension(channel, words[0], words[1], words[2])


@application("intercept", media=True)
async def intercept(channel: Channel, data: str, place: Place | None) -> None:
    """Takes a call that rings or is up elsewhere (`switch_ivr_intercept_session`)."""
    words = split(data, " ")
    switch = channel.switch
    bleg = words[:1] == ["-bleg"]
    taken = switch.channel(words[1] if bleg and len(words) > 1 else (words[0] if words else ""))
    if bleg and taken:
        taken = taken.partner
    if taken is None or taken.down:
        return
    if channel.true("intercept_unbridged_only") and taken.bridged:
        return
    if channel.true("intercept_unanswered_only") and taken.answered:
        return
    other = switch.channel(taken.partner_uuid)
    if other is channel:
        other = None
    channel.answer()
    if other:
        other.intercept = True
    taken.answer()
    taken.transfer = True
    taken.become(State.PARK)
    if other:
        other.set("park_after_bridge", "true")
    taken.intercepted = True
    uuid_bridge(channel, taken)
    if other:
        other.hangup("PICKED_OFF")
