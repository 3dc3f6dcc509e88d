"""conference, conference_set_auto_outcall: rooms, and pages, which are rooms that call out."""

from __future__ import annotations

import re

from dialform.simulator.calls.application import application
from dialform.simulator.calls.caller import Extension
from dialform.simulator.calls.channel import Channel, State
from dialform.simulator.calls.endpoint import Cancel
from dialform.simulator.calls.keys import play
from dialform.simulator.dialling.originate import Request, export, originate
from dialform.simulator.dialplan.hunt import Action
from dialform.simulator.journal import Place
from dialform.simulator.meeting.rooms import Member, Room, Rooms
from dialform.simulator.reading.words import integer

_FLAGS = re.compile(r"\+flags\{([^}]*)\}")
_CALLS = "conference_auto_outcall_calls"


@application("conference_set_auto_outcall", media=True)
async def conference_set_auto_outcall(channel: Channel, data: str, place: Place | None) -> None:
    """Whom the room will call when it begins; without data nobody."""
    calls: list[str] = channel.switch.theme(Outcalls).of(channel)
    if data:
        calls.insert(0, data)
    else:
        calls.clear()


class Outcalls:
    """Whom the rooms of the callers will call."""

    def __init__(self, switch: object) -> None:
        self._calls: dict[str, list[str]] = {}

    def of(self, channel: Channel) -> list[str]:
        """The list of one caller."""
        return self._calls.setdefault(channel.uuid, [])


@application("conference", media=False)
async def conference(channel: Channel, data: str, place: Place | None) -> None:
    """`name@profile+flags{…}`: stays in a room until it ends or the caller goes."""
    found = _FLAGS.search(data)
    name = _FLAGS.sub("", data).partition("+")[0]
    name, _, profile = name.partition("@")
    flags = _flags(found[1] if found else "") | _flags(channel.get("conference_member_flags") or "")
    rooms: Rooms = channel.switch.theme(Rooms)
    if name not in rooms.rooms and "join-only" in flags:
        channel.hangup("NORMAL_CLEARING")
        return
    room, new = rooms.open(channel, name, profile or "default")
    channel.set("conference_name", name)
    channel.answer()
    if room.full:
        channel.switch.journal.step(channel, "failed", f"conference {name} is full", {}, place)
        await play(channel, _sound(channel, room, "max-members-sound"), place)
        return
    room.pages = room.pages or (new and bool(channel.switch.theme(Outcalls).of(channel)))
    channel.switch.journal.visit(channel, "page" if room.pages else "conference", name, place)
    member = Member(channel, flags)
    # Who is not let in gets none: that tells a visit from an attempt.
    channel.set("conference_member_id", str(rooms.next_id()))
    rooms.enter(room, member)
    if new:
        _call_out(channel, room)
    try:
        await channel.wait(None, lambda: member.kicked)
    finally:
        rooms.leave(room, member)
    if channel.get("hangup_after_conference") != "false":
        channel.hangup("NORMAL_CLEARING")


def _flags(text: str) -> frozenset[str]:
    return frozenset(part for part in re.split(r"[|,]", text) if part)


def _sound(channel: Channel, room: Room, name: str) -> str:
    profiles = channel.switch.configuration.part("conference.conf", "profiles")
    profile = profiles.named("profile", room.profile) if profiles else None
    found = profile.named("param", name) if profile else None
    return found.get("value") if found else ""


def _call_out(channel: Channel, room: Room) -> None:
    """Calls everybody on the list, all at once, each without waiting for the others."""
    switch = channel.switch
    calls = switch.theme(Outcalls).of(channel)
    variables: dict[str, str] = {}
    export(channel, variables, "conference_auto_outcall_export_vars")
    prefix = channel.get("conference_auto_outcall_prefix") or ""
    cancel = Cancel(switch.clock.signal())
    channel.on_hangup.append(lambda: cancel("ORIGINATOR_CANCEL"))
    stage = switch.next_stage()
    for call in calls:
        request = Request(switch, None, prefix + call, variables=dict(variables))
        request.timeout = integer(channel.get("conference_auto_outcall_timeout") or "60") or 60
        request.name = channel.get("conference_auto_outcall_caller_id_name")
        request.number = channel.get("conference_auto_outcall_caller_id_number")
        request.cancel, request.stage = cancel, stage
        switch.clock.spawn(_outcall(request, room))


async def _outcall(request: Request, room: Room) -> None:
    outcome = await originate(request)
    peer = outcome.channel
    if peer is None:
        return
    if room.ended or not room.members:
        peer.hangup("NO_ROUTE_DESTINATION")
        return
    flags = peer.get("outcall_flags") or ""
    data = f"{room.name}@{room.profile}"
    data += f"+flags{{{flags}}}" if flags and flags != "none" else ""
    peer.begin(Extension(room.name, room.name, [Action("conference", data, room.name, "", 0)]))
    peer.originating = False
    peer.become(State.EXECUTE)
