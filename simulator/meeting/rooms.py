"""Conference rooms: who is in which, with which rights (mod_conference)."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from dialform.simulator.reading.words import integer
from dialform.values import dataclass, field

if TYPE_CHECKING:
    from dialform.simulator.calls.channel import Channel
    from dialform.simulator.switch import Switch


@dataclass(slots=True)
class Member:
    """One in a room."""

    channel: Channel
    flags: frozenset[str]
    kicked: bool = False

    @property
    def moderator(self) -> bool:
        """Whether they lead the room."""
        return "moderator" in self.flags


@dataclass(slots=True)
class Room:
    """A room; it is there as long as anybody is in it."""

    name: str
    profile: str
    flags: set[str] = field(default_factory=set)
    most: int = 0
    """How many may be in it; 0 is no limit."""
    members: list[Member] = field(default_factory=list)
    began: float = 0.0
    ended: bool = False
    pages: bool = False
    """Whether it calls people out: a page."""

    @property
    def full(self) -> bool:
        """Whether nobody more may come."""
        return bool(self.most) and len(self.members) >= self.most

    def end(self) -> None:
        """Puts all out."""
        self.ended = True
        for member in self.members:
            member.kicked = True
            member.channel.changed.fire()


class Rooms:
    """All rooms of a switch."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self.rooms: dict[str, Room] = {}
        self._ids = itertools.count(1)

    def next_id(self) -> int:
        """An id for a member, unlike all others of this switch."""
        return next(self._ids)

    def open(self, channel: Channel, name: str, profile: str) -> tuple[Room, bool]:
        """The room of this name, and whether it was made now."""
        room = self.rooms.get(name)
        if room:
            return room, False
        flags = set((channel.get("conference_flags") or "").replace("|", ",").split(","))
        room = Room(name, profile, flags - {""}, began=self._switch.clock.epoch)
        most = integer(channel.get("conference_max_members") or "0")
        room.most = most if most > 1 else 0
        self.rooms[name] = room
        return room, True

    def enter(self, room: Room, member: Member) -> None:
        """Somebody comes in."""
        room.members.append(member)
        if member.moderator:
            room.flags.discard("wait-mod")
        self._tell(room, member, "add-member")

    def leave(self, room: Room, member: Member) -> None:
        """Somebody goes; the room ends with the last, or with one whom it cannot be without."""
        room.members.remove(member)
        self._tell(room, member, "del-member")
        mandatory = "mandatory_member_endconf"
        gone = "endconf" in member.flags
        if mandatory in member.flags:
            gone = not any(mandatory in other.flags for other in room.members)
        if gone and not room.ended:
            room.end()
        if not room.members:
            self.rooms.pop(room.name, None)

    def _tell(self, room: Room, member: Member, action: str) -> None:
        facts = {
            "Event-Subclass": "conference::maintenance",
            "Conference-Name": room.name,
            "Conference-Size": str(len(room.members)),
            "Conference-Profile-Name": room.profile,
            "Action": action,
        }
        self._switch.fire(member.channel, "CUSTOM", facts)

    def api(self, text: str) -> str:
        """`conference <name> get <what>`, `conference list`, `conference <name> kick all`."""
        words = text.split()
        if not words:
            return "-ERR\n"
        if words[0] in ("list", "count"):
            return self._list() if words[0] == "list" else f"{len(self.rooms)}\n"
        room = self.rooms.get(words[0])
        if room is None:
            return f"-ERR Conference {words[0]} not found\n"
        action = words[1] if len(words) > 1 else ""
        if action == "get" and len(words) == 3:
            return self._get(room, words[2].lower())
        if action == "count":
            return f"{len(room.members)}\n"
        if action in ("kick", "hup") and words[2:] == ["all"]:
            for member in room.members:
                member.kicked = True
                member.channel.changed.fire()
            return "+OK\n"
        return f"-ERR Conference command '{action}' not found.\n"

    def _get(self, room: Room, what: str) -> str:
        known = {
            "count": str(len(room.members)),
            "count_ghosts": "0",
            "max_members": str(room.most),
            "profile_name": room.profile,
            "run_time": str(int(self._switch.clock.epoch - room.began)),
            "wait_mod": "true" if "wait-mod" in room.flags else "",
            "is_locked": "",
        }
        return known.get(what, "")

    def _list(self) -> str:
        if not self.rooms:
            return "+OK No active conferences.\n"
        lines = (
            f"+OK Conference {room.name} ({len(room.members)} members rate: 16000 flags: running)\n"
            for room in self.rooms.values()
        )
        return "".join(lines)
