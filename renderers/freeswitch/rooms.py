"""Conferences: rooms with a number, and the rooms that phones make of a call.

mod_conference asks for PINs itself, but opens the room first and wants the PINs as they are. The
dialplan asks instead, in a file of its own that holds only hashes, and lets in who knows one.
A room's settings come with its first caller, as channel variables: one profile serves all tenants.
"""

import hashlib

from dialform.compiler.resolved import Tenant
from dialform.compiler.resolved_rooms import Conference
from dialform.renderers.freeswitch.media import media_path
from dialform.renderers.freeswitch.music import held, stream
from dialform.values import dataclass

PROFILE, PAGES = "dialform", "pages"
"""The profiles of conference.conf: of rooms, and of paging."""

TRIES = 3
"""How often a caller may enter a wrong PIN."""

SOUNDS = {
    "pin": "conference/conf-pin.wav",
    "bad_pin": "conference/conf-bad-pin.wav",
    "alone": "conference/conf-alone.wav",
    "waiting": "conference/conf-conference_will_start_shortly.wav",
    "full": "conference/conf-conference_is_full.wav",
    "recorded": "conference/conf-being_recorded.wav",
    "locked": "conference/conf-locked.wav",
    "is_locked": "conference/conf-is-locked.wav",
    "is_unlocked": "conference/conf-is-unlocked.wav",
    "muted": "conference/conf-muted.wav",
    "unmuted": "conference/conf-unmuted.wav",
    "joined": "conference/conf-has_joined.wav",
    "left": "conference/conf-has_left.wav",
    "kicked": "conference/conf-kicked.wav",
}
"""The standard prompts of a conference."""

ENTERS = "tone_stream://%(200,0,500,600,700)"
LEAVES = "tone_stream://%(500,0,300,200,100,50,25)"
"""What is heard of who comes and goes (as the switch's own example configuration has it)."""

WAITING = "tone_stream://v=-20;%(300,9700,440);loops=-1"
"""What callers hear while they wait for a moderator and the tenant has no music."""


_OWN_KEYS = (
    ("0", "mute"),
    ("1", "vol talk dn"),
    ("2", "vol talk zero"),
    ("3", "vol talk up"),
    ("4", "vol listen dn"),
    ("5", "vol listen zero"),
    ("6", "vol listen up"),
)
CONTROLS = {"member": _OWN_KEYS, "moderator": (*_OWN_KEYS, ("7", "lock"))}
"""What keys do in a room (mod_conference, conference_loop.c, `control_mappings`)."""


@dataclass(frozen=True, slots=True)
class Room:
    """A conference, ready to be written.

    `variables` are the room's settings, each with a value or empty to forget what an earlier room
    set. `pin` and `moderator_pin` are hashes, `digits` how many digits the longest has.
    """

    number: str
    title: str
    name: str
    variables: tuple[tuple[str, str], ...]
    greeting: str
    record: bool
    waits: bool
    announce: bool
    pin: str
    moderator_pin: str
    digits: int

    @property
    def asks(self) -> bool:
        """Whether callers are asked for a PIN."""
        return bool(self.pin or self.moderator_pin)


def room_name(slug: str, number: str) -> str:
    """A room's name among those of all tenants."""
    return f"{slug}.{number}"


def pin_hash(slug: str, number: str, pin: str) -> str:
    """What `${md5(<slug>.<number>:<PIN>)}` gives; empty for no PIN."""
    text = f"{room_name(slug, number)}:{pin}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest() if pin else ""


def rooms(tenant: Tenant) -> list[Room]:
    """The conferences of a tenant."""
    return [_room(tenant, conference) for conference in tenant.conferences]


def _room(tenant: Tenant, conference: Conference) -> Room:
    slug, number = tenant.slug, conference.number
    hashes = [pin_hash(slug, number, pin) for pin in (conference.pin, conference.moderator_pin)]
    return Room(
        number=number,
        title=conference.name,
        name=room_name(slug, number),
        variables=_variables(tenant, conference),
        greeting=media_path(slug, conference.greeting) if conference.greeting else "",
        record=conference.record,
        waits=conference.waits,
        announce=conference.announce,
        pin=hashes[0],
        moderator_pin=hashes[1],
        digits=max(len(conference.pin), len(conference.moderator_pin)),
    )


def _variables(tenant: Tenant, conference: Conference) -> tuple[tuple[str, str], ...]:
    folder = f"$${{recordings_dir}}/{tenant.slug}/conferences/{conference.number}"
    time = f"${{strftime_tz({tenant.timezone} %Y-%m-%d-%H-%M-%S)}}"
    music = stream(tenant.slug, conference.music) if conference.music else ""
    return (
        ("conference_max_members", str(conference.max_members or "")),
        ("conference_flags", "wait-mod" if conference.waits else ""),
        ("conference_moh_sound", music or (WAITING if conference.waits else "")),
        ("conference_auto_record", f"{folder}/{time}.wav" if conference.record else ""),
    )


def in_rooms(tenant: Tenant) -> dict[str, object]:
    """What the dialplan's templates need of conferences."""
    found = rooms(tenant)
    return {
        "rooms": found,
        "announces": any(room.announce for room in found),
        # The settings of a room that a phone makes of a call.
        "adhoc_variables": _variables(
            tenant, Conference("", "", music="default" if held(tenant) else "")
        ),
        # As it is dialled; `codes` has it as a regular expression.
        "room_code": dict(tenant.feature_codes).get("conference", ""),
        "room_profile": PROFILE,
        "sounds": SOUNDS,
        "enters": ENTERS,
        "leaves": LEAVES,
    }


def asking(tenant: Tenant) -> dict[str, object]:
    """What the file with the hashes of PINs needs; empty where no room asks for one."""
    found = [room for room in rooms(tenant) if room.asks]
    return {"slug": tenant.slug, "rooms": found, "sounds": SOUNDS, "tries": TRIES} if found else {}


def settings() -> dict[str, object]:
    """What conference.conf needs."""
    return {"room": PROFILE, "pages": PAGES, "controls": CONTROLS, "sounds": SOUNDS}
