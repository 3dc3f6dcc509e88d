"""Two channels put through to each other (`switch_ivr_multi_threaded_bridge`, `switch_ivr_uuid_bridge`).

Each side runs its own half, as each has a thread in the switch: what `execute_on_pre_bridge` and keys
start on one leg runs on that leg.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialform.simulator.calls.channel import InterruptedCallError, State
from dialform.simulator.dialling.originate import export, handle_cause
from dialform.simulator.reading.words import true

if TYPE_CHECKING:
    from dialform.simulator.calls.channel import Channel

_PATIENCE = 10.0
"""Seconds that one half waits for the other."""


async def bridge(caller: Channel, peer: Channel) -> None:
    """Puts a caller through to a leg that was answered, until one of them goes."""
    _export(caller, peer)
    caller.bridge_originator, peer.bridge_originator = True, False
    peer.handlers[State.EXCHANGE_MEDIA] = _other_half
    peer.handlers[State.ROUTING] = _rest
    if peer.answered and not caller.answered:
        _pass_callee(peer, caller)
        caller.answer()
    if not (peer.answered or peer.early_media or peer.ring_ready) or not caller.ready:
        peer.hangup("ORIGINATOR_CANCEL" if caller.down else "NO_ANSWER")
        return
    peer.set("call_uuid", caller.uuid)
    now = caller.clock.microseconds
    caller.profile.times.bridged = caller.profile.times.bridged or now
    peer.profile.times.bridged = peer.profile.times.bridged or now
    _introduce(caller, peer)
    caller.switch.fire(
        caller,
        "CHANNEL_BRIDGE",
        {"Bridge-A-Unique-ID": caller.uuid, "Bridge-B-Unique-ID": peer.uuid},
    )
    caller.partner, peer.partner = peer, caller
    caller.clean_exit = peer.clean_exit = False
    _take(caller, peer)
    peer.become(State.EXCHANGE_MEDIA)
    await _half(caller, peer)
    caller.bridge_originator = False
    while peer.state == State.EXCHANGE_MEDIA:
        await caller.clock.wait(peer.changed, caller.changed)
    _part(caller, peer)


def _introduce(caller: Channel, peer: Channel) -> None:
    for one, other in ((caller, peer), (peer, caller)):
        for name in ("bridge_to", "last_bridge_to", "bridge_uuid", "signal_bond"):
            one.set(name, other.uuid)
        one.set("bridge_channel", other.name)


def _take(caller: Channel, peer: Channel) -> None:
    """Notes who talks to whom: the real legs, be there loopbacks between them or not."""
    one, other = _real(caller), _real(peer)
    if one and other:
        for leg in (one, other):
            if leg.tried:
                leg.tried.taken = True


def _real(leg: Channel) -> Channel | None:
    """The real leg that a side of a bridge is, or that stands behind its loopback."""
    for _ in range(10):
        if leg.endpoint is None or not leg.endpoint.through:
            return leg
        half = leg.endpoint.far(leg)
        if half is None or half.partner is None:
            return None
        leg = half.partner
    return None


def _export(caller: Channel, peer: Channel) -> None:
    _pass_callee(peer, caller)
    for one, other in ((peer, caller), (caller, peer)):
        variables: dict[str, str] = {}
        export(one, variables, "bridge_export_vars")
        for name, value in variables.items():
            other.set(name, value)


def _pass_callee(peer: Channel, caller: Channel) -> None:
    caller.profile.callee_id_name = peer.profile.callee_id_name
    caller.profile.callee_id_number = peer.profile.callee_id_number


async def _half(one: Channel, other: Channel) -> None:
    """One side of the bridge (`audio_bridge_thread`)."""
    one.intercept = one.intercepted = False
    one.bridged = True
    one.changed.fire()
    deadline = one.clock.elapsed + _PATIENCE
    while not other.bridged and one.up and other.up and one.clock.elapsed < deadline:
        left = deadline - one.clock.elapsed
        await one.clock.wait(other.changed, one.changed, timeout=left)
    if other.bridged:
        one.switch.execute_on(one, "execute_on_pre_bridge")
        if one.endpoint:
            one.endpoint.indicate(one, "bridge")
        await _talk(one, other)
        one.switch.execute_on(one, "execute_on_post_bridge")
    elif other.up and not (other.transfer or other.redirect):
        other.hangup("DESTINATION_OUT_OF_ORDER")
    one.set("bridge_to", None)
    one.bridged = False
    one.changed.fire()
    if one.intercepted:
        other.intercept = True


async def _talk(one: Channel, other: Channel) -> None:
    while True:
        if one.transfer:
            one.clean_exit = True
        if one.clean_exit or other.transfer or not other.bridged:
            return
        if not one.ready:
            one.clean_exit = one.clean_exit or one.up
            return
        if other.down:
            return
        if one.private and not one.busy:
            await one.run_private()
            continue
        if one.bridge_originator and other.answered and not one.answered:
            _pass_callee(other, one)
            one.answer()
        if one.machine and one.machine.active and one.script and not one.busy:
            _press(one)
            continue
        while one.keys and not one.busy and other.endpoint:
            other.endpoint.send_key(other, one.keys.popleft())
        await one.clock.wait(one.changed, other.changed)


def _press(one: Channel) -> None:
    """The caller presses a code of a call, as the scene says."""
    pressed = one.script.popleft()
    one.switch.journal.step(one, "press", f"presses {pressed}", {"keys": pressed})
    for key in pressed:
        one.press(key)


async def _other_half(peer: Channel) -> None:
    """The called side's own half, and what becomes of it then (`audio_bridge_on_exchange_media`)."""
    partner = peer.partner
    if partner is None:
        peer.hangup("DESTINATION_OUT_OF_ORDER")
        return
    await _half(peer, partner)
    peer.handlers.pop(State.EXCHANGE_MEDIA, None)
    peer.handlers.pop(State.ROUTING, None)
    if peer.state == State.EXCHANGE_MEDIA and not (
        peer.transfer or peer.redirect or peer.clean_exit or peer.inner
    ):
        if _after(peer):
            return
        if peer.intercepted:
            peer.intercept = peer.intercepted = False
        elif peer.intercept:
            peer.hangup("PICKED_OFF")
        elif peer.answered:
            peer.hangup("NORMAL_CLEARING")
        elif not peer.switch.execute_on(peer, "execute_on_orphaned_bleg"):
            peer.hangup("ORIGINATOR_CANCEL")
    if peer.state == State.EXCHANGE_MEDIA:
        peer.set("park_timeout", "3")
        peer.become(State.PARK)


async def _rest(peer: Channel) -> None:
    peer.become(State.CONSUME_MEDIA)


def _after(channel: Channel) -> bool:
    """`park_after_bridge` and `transfer_after_bridge`: whether one of them says where to go."""
    from dialform.simulator.calls.transfer import transfer

    if true(channel.get("park_after_bridge")):
        channel.become(State.PARK)
        return True
    target = channel.get("transfer_after_bridge")
    if target:
        transfer(channel, *target.split(":")[:3])
        return True
    return False


def _part(caller: Channel, peer: Channel) -> None:
    """The call is over for one of them: what becomes of the caller."""
    if caller.cause:
        peer.set("bridge_hangup_cause", caller.cause)
    if peer.cause:
        caller.set("bridge_hangup_cause", peer.cause)
    peer.set("call_uuid", peer.uuid)
    caller.partner = peer.partner = None
    caller.switch.fire(
        caller,
        "CHANNEL_UNBRIDGE",
        {"Bridge-A-Unique-ID": caller.uuid, "Bridge-B-Unique-ID": peer.uuid},
    )
    if caller.redirect and caller.up and caller.state == State.EXECUTE:
        caller.become(State.RESET)
    if caller.transfer or caller.redirect or caller.clean_exit or caller.down or caller.inner:
        return
    cause = peer.cause or "NORMAL_CLEARING"
    wanted = caller.get("hangup_after_bridge") or ""
    if not peer.answered:
        handle_cause(caller, cause)
    if wanted.lower() == "explicit":
        caller.hangup(cause)
    if caller.transfer or caller.down or not (peer.answered or peer.early_media):
        return
    if _after(caller):
        return
    if peer.answered and true(wanted):
        caller.intercept = caller.intercept or peer.intercepted
        caller.hangup(cause)


def uuid_bridge(one: Channel, other: Channel) -> bool:
    """Puts two channels through to each other, whatever they do now."""
    if one.down or other.down:
        return False
    if not one.media:
        if not other.media:
            return False
        one, other = other, one
    if one.direction == "outbound":
        one.profile.flip()
    for leg, far in ((one, other), (other, one)):
        leg.redirect = leg.transfer = True
        leg.originating = False
        leg.bridge_originator = False
        leg.set("bridge_channel", far.name)
        leg.set("bridge_uuid", far.uuid)
        leg.set("signal_bond", far.uuid)
        leg.handlers.clear()
        leg.adopt(leg.profile.clone())
        leg.soft = far
    other.profile.caller_id_name = one.profile.caller_id_name
    other.profile.caller_id_number = one.profile.caller_id_number
    one.profile.originatees.append(other.profile)
    other.profile.originators.append(one.profile)
    one.switch.journal.step(one, "transfer", f"{one.name} is put through to {other.name}")
    one.handlers[State.HIBERNATE] = one.handlers[State.CONSUME_MEDIA] = _soft_originator
    other.handlers[State.HIBERNATE] = other.handlers[State.CONSUME_MEDIA] = _soft_waits
    for leg in (one, other):
        hibernates = leg.state == State.HIBERNATE
        leg.become(State.CONSUME_MEDIA if hibernates else State.HIBERNATE)
    return True


async def _soft_waits(channel: Channel) -> None:
    channel.become(State.SOFT_EXECUTE)


async def _soft_originator(channel: Channel) -> None:
    """Waits until the other side is free, then talks to it."""
    other, channel.soft = channel.soft, None
    channel.handlers.clear()
    if other is None:
        channel.hangup("DESTINATION_OUT_OF_ORDER")
        return
    channel.become(State.SOFT_EXECUTE)
    channel.running = State.SOFT_EXECUTE
    while other.up and channel.up and other.running != State.SOFT_EXECUTE:
        await channel.clock.wait(other.changed, channel.changed)
    try:
        await channel.wait(None, lambda: other.media or other.down)
    except InterruptedCallError:
        if channel.up and not channel.transfer:
            channel.hangup("ORIGINATOR_CANCEL")
        return
    if other.down:
        channel.hangup("DESTINATION_OUT_OF_ORDER")
        return
    await bridge(channel, other)
    stays = channel.up and not (channel.transfer or channel.redirect)
    if stays and channel.state not in (State.ROUTING, State.PARK):
        channel.become(State.EXECUTE)
