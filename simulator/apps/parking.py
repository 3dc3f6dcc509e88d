"""valet_park: a call waits in a slot until somebody dials it (mod_valet_parking.c)."""

from __future__ import annotations

from dialform.simulator.apps.sounds import speak
from dialform.simulator.calls.application import application
from dialform.simulator.calls.bridge import uuid_bridge
from dialform.simulator.calls.channel import Channel
from dialform.simulator.calls.transfer import transfer
from dialform.simulator.dialling.dialstring import split
from dialform.simulator.journal import Place
from dialform.simulator.meeting.lots import HOLD, Lots, Token
from dialform.simulator.reading.words import integer

ANNOUNCE = 1.5
"""Seconds before the slot is told."""


@application("valet_park", media=True)
async def valet_park(channel: Channel, data: str, place: Place | None) -> None:
    """`lot slot`, or `lot auto in|out first last`."""
    words = split(data, " ")
    if len(words) < 2:
        return
    name, extension, token = words[0], words[1], None
    lots: Lots = channel.switch.theme(Lots)
    inward: bool | None = None
    if extension.lower() == "auto" and len(words) > 4:
        inward = words[2].lower() == "in"
        first, last = integer(words[3]), integer(words[4])
        token = _next(lots, channel, name, first, last, inward)
        if token is None:
            await speak(channel, "valet_lot_full" if inward else "valet_lot_empty", "")
            return
        extension = token.extension
    if not inward:
        token = token or lots.lot(name).get(extension)
        if token and not token.bridged and not _valid(channel, token):
            return
        waiting = channel.switch.channel(token.uuid) if token and not token.bridged else None
        if waiting and token and waiting is not channel:
            token.timeout, token.bridged = 0.0, True
            lots.lot(name).pop(extension, None)
            channel.switch.journal.step(channel, "transfer", f"takes slot {extension}")
            uuid_bridge(waiting, channel)
            return
        token = Token(extension, channel.uuid, channel.clock.epoch)
        lots.lot(name)[extension] = token
    assert token is not None
    _destination(channel, name, extension, token)
    if inward and await _announce(channel, name, extension, token):
        return
    await _wait(channel, lots, name, token, place)


def _next(
    lots: Lots, channel: Channel, name: str, first: int, last: int, inward: bool
) -> Token | None:
    if not inward:
        return lots.oldest(name, first, last)
    free = lots.free(name, first, last)
    if free is None:
        return None
    token = Token(free, channel.uuid, channel.clock.epoch)
    lots.lot(name)[free] = token
    return token


def _valid(channel: Channel, token: Token) -> bool:
    """Whether a slot that is kept for a call may be taken with this channel's ticket."""
    ticket = channel.get("valet_ticket")
    if not token.timeout or not ticket:
        return True
    if ticket != token.uuid:
        channel.hangup("DESTINATION_OUT_OF_ORDER")
        return False
    token.timeout = 0.0
    channel.set("valet_ticket", None)
    return True


def _destination(channel: Channel, name: str, extension: str, token: Token) -> None:
    """What sends another call into this slot (`inline_destination`)."""
    music = channel.get("valet_hold_music") or channel.get("hold_music") or "silence"
    names = (
        "valet_parking_timeout",
        "valet_parking_orbit_exten",
        "valet_parking_orbit_dialplan",
        "valet_parking_orbit_context",
        "valet_parking_orbit_exit_key",
    )
    sets = "".join(f"set:{each}={value}," for each in names if (value := channel.get(each)))
    ticket = f"set:valet_ticket={token.uuid},set:valet_hold_music='{music}'"
    channel.set("inline_destination", f"{sets}{ticket},sleep:1000,valet_park:{name} {extension}")


async def _announce(channel: Channel, name: str, extension: str, token: Token) -> bool:
    """Tells the slot. True: who parked is told, and the other side goes into the slot."""
    other = channel.switch.channel(channel.partner_uuid)
    spoken = channel.get("valet_announce_slot") != "false"
    if other:
        token.timeout = channel.clock.epoch + HOLD
    if spoken:
        await channel.wait(ANNOUNCE)
        await speak(channel, "valet_announce_ext", f"{name}:{extension}")
        channel.check()
    if other and other.up:
        transfer(other, channel.get("inline_destination") or "", "inline")
        channel.hangup("NORMAL_CLEARING")
        return True
    return False


async def _wait(channel: Channel, lots: Lots, name: str, token: Token, place: Place | None) -> None:
    """Waits in the slot until somebody takes the call, or it comes back to who parked it."""
    channel.switch.journal.visit(channel, "parking", f"{name} {token.extension}", place)
    channel.set("valet_lot_extension", token.extension)
    orbit = channel.get("valet_parking_orbit_exten")
    limit = integer(channel.get("valet_parking_timeout") or "0") or (60 if orbit else 0)
    try:
        if not await channel.wait(limit or None, lambda: False) and orbit:
            transfer(
                channel,
                orbit,
                channel.get("valet_parking_orbit_dialplan") or "",
                channel.get("valet_parking_orbit_context") or "",
            )
    finally:
        token.timeout = 1.0
        lots.lot(name)
