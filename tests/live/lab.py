"""The site of the live suite: the demo site, tenants and carriers of `lab/`, tones, short times."""

from __future__ import annotations

import datetime
import socket
import wave
from array import array
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dialform.renderers.freeswitch.languages import sound_folder
from dialform.renderers.freeswitch.prompts import prompt_files

from . import audio
from .site import HOST, Site, load

LAB = Path(__file__).parent / "lab"

# What is recorded in the site's sound files, in hertz: far from tones of the network and of keys.
MENU, SUBMENU, BOX, CLOSED = 620, 1060, 1120, 1180
GREETINGS = {
    "welcome.wav": MENU,
    "general.wav": BOX,
    "janes-bakery/closed.wav": CLOSED,
    "tones/main.wav": MENU,
    "tones/sub.wav": SUBMENU,
    "tones/box.wav": BOX,
    # What two tenants who must never hear each other play (twins.py).
    "tones/castor.wav": 1900,
    "tones/pollux.wav": 2600,
}

# What callers on hold hear, by file: of the demo's acme, and of the tenant `music`.
MUSIC = {
    "hold.wav": 1300,
    "tones/hold-1.wav": 720,
    "tones/hold-2.wav": 860,
    "tones/hold-3.wav": 1180,
    "tones/any-1.wav": 500,
    "tones/any-2.wav": 920,
    "tones/any-3.wav": 1500,
    "tones/parked.wav": 1600,
}
SONG = 1.5  # seconds
RECORDED = 1420
"""What both sides of a recorded call are told."""

# What the standard prompts say that a test listens for; the others are short and all the same.
ONE, TWO = 740, 860
INVALID, ENTER_PIN, WRONG_PIN, NEW_MESSAGES, NOT_IN_SERVICE, RECORD = 540, 660, 780, 1020, 1240, 580
WHERE_TO, FORWARD_SET, FORWARD_OFF, DND_ON, DND_OFF, ACCEPT = 1300, 1360, 1420, 1480, 1540, 1600
SAID = {
    "ivr/ivr-that_was_an_invalid_entry.wav": INVALID,
    "voicemail/vm-enter_pass.wav": ENTER_PIN,
    "voicemail/vm-fail_auth.wav": WRONG_PIN,
    "voicemail/vm-you_have.wav": NEW_MESSAGES,
    "ivr/ivr-call_cannot_be_completed_as_dialed.wav": NOT_IN_SERVICE,
    "voicemail/vm-record_message.wav": RECORD,
    "ivr/ivr-enter_destination_telephone_number.wav": WHERE_TO,
    "ivr/ivr-call_forwarding_has_been_set.wav": FORWARD_SET,
    "ivr/ivr-call_forwarding_has_been_cancelled.wav": FORWARD_OFF,
    "ivr/ivr-dnd_activated.wav": DND_ON,
    "ivr/ivr-dnd_cancelled.wav": DND_OFF,
    "ivr/ivr-accept_reject.wav": ACCEPT,
    "digits/1.wav": ONE,
    "digits/2.wav": TWO,
}
WHO, NOBODY, FOUND, CHOOSE = 1300, 860, 1380, 1420
SAID |= {
    "directory/dir-enter_person.wav": WHO,
    "directory/dir-no_matching_results.wav": NOBODY,
    "directory/dir-result_match.wav": FOUND,
    "directory/dir-to_select_entry.wav": CHOOSE,
}
LOGGED_IN, LOGGED_OUT, YOUR_PLACE = 860, 900, 940
SAID |= {
    "ivr/ivr-you_are_now_logged_in.wav": LOGGED_IN,
    "ivr/ivr-you_are_now_logged_out.wav": LOGGED_OUT,
    "ivr/ivr-you_are_number.wav": YOUR_PLACE,
}
ROOM_PIN, ROOM_BAD_PIN, ROOM_FULL, ROOM_LOCKED, ROOM_ALONE = 720, 860, 920, 980, 1300
ROOM_WAITING, ROOM_RECORDED, ROOM_JOINED = 1360, 1420, 1480
BOX_MENU, BOX_SETTINGS, SAY_NAME = 1580, 1800, 1540
SAID |= {
    "conference/conf-pin.wav": ROOM_PIN,
    "conference/conf-bad-pin.wav": ROOM_BAD_PIN,
    "conference/conf-conference_is_full.wav": ROOM_FULL,
    "conference/conf-locked.wav": ROOM_LOCKED,
    "conference/conf-alone.wav": ROOM_ALONE,
    "conference/conf-conference_will_start_shortly.wav": ROOM_WAITING,
    "conference/conf-being_recorded.wav": ROOM_RECORDED,
    "conference/conf-has_joined.wav": ROOM_JOINED,
    "voicemail/vm-record_name1.wav": SAY_NAME,
    "voicemail/vm-advanced.wav": BOX_MENU,
    "voicemail/vm-record_name2.wav": BOX_SETTINGS,
}
OTHERWISE = 340
LONG, SHORT = 0.4, 0.04  # seconds


def demo(folder: Path) -> Site:
    """The site of the suite, not yet compiled."""
    site = Site.demo(folder, also=LAB)
    for name, hertz in GREETINGS.items():
        write_tone(site.source / "media" / name, hertz)
    for name, hertz in MUSIC.items():
        write_tone(site.source / "media" / name, hertz, SONG)
    write_tone(site.source / "media" / "tones/recorded.wav", RECORDED)
    write_prompts(site)
    _merge_routes(site)
    _shorten(site)
    _set_networks(site)
    _set_clocks(site, datetime.datetime.now(datetime.UTC))
    return site


def write_tone(path: Path, hertz: float, seconds: float = LONG) -> None:
    """A WAV of that tone, as the switch plays it without conversion."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as stream:
        stream.setnchannels(1)
        stream.setsampwidth(2)
        stream.setframerate(audio.RATE)
        stream.writeframes(array("h", audio.tone(hertz, seconds)).tobytes())


def write_prompts(site: Site) -> None:
    """Stands in for the sound packages: a tone for each prompt that the switch can be asked for."""
    english = sound_folder("en")
    for path in prompts_of(english):
        category, name = path.rsplit("/", 1)
        hertz = SAID.get(path, OTHERWISE)
        file = site.state / "sounds" / english / category / str(audio.RATE) / name
        write_tone(file, hertz, LONG if path in SAID else SHORT)


def prompts_of(folder: str) -> list[str]:
    """The prompts of one language, below its folder."""
    found = prompt_files(_Speaks("en"), [])  # type: ignore[arg-type]
    return [path.removeprefix(f"{folder}/") for path in found]


class _Speaks:
    """As much of a platform as the list of prompts asks for."""

    def __init__(self, language: str) -> None:
        self.language = language


def window(zone: str, now: datetime.datetime, start: int, hours: int) -> str:
    """Hours of a schedule that begin `start` hours from now on that zone's clock."""
    begin = (now + datetime.timedelta(hours=start)).astimezone(ZoneInfo(zone))
    end = begin + datetime.timedelta(hours=hours)
    return f"{begin:%a %H:%M}-{end:%H:%M}"


def _merge_routes(site: Site) -> None:
    with site.edit("routes.yaml") as data:
        data["routes"].update(load(LAB / "routes.yaml")["routes"])


def _shorten(site: Site) -> None:
    """Nobody waits 25 seconds for a test."""
    with site.edit("platform.yaml") as platform:
        platform["defaults"]["ring_timeout"] = 2
    with site.edit("tenants.d/acme/pbx.yaml") as acme:
        sales = acme["ring_groups"]["600"]
        sales["timeout"], sales["members"][1]["delay"] = 3, 1
        acme["ivr_menus"]["700"]["timeout"] = 1


def _set_networks(site: Site) -> None:
    """127.0.0.0/24 is the switch's own network; phones elsewhere may be behind a router."""
    with site.edit("platform.yaml") as platform:
        host = platform["hosts"][HOST]
        host["nat"] = {"local_networks": ["127.0.0.0/24", "::1/128"], "keepalive": 1}
        if has_ipv6():
            host["address6"] = "::1"


def has_ipv6() -> bool:
    """Whether this machine can speak to itself over IPv6."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as tried:
            tried.bind(("::1", 0))
    except OSError:
        return False
    return True


def _set_clocks(site: Site, now: datetime.datetime) -> None:
    """Schedules that are open or closed at this moment, and only on their own zone's clock."""
    new_york, tokyo, chicago = "America/New_York", "Asia/Tokyo", "America/Chicago"
    with site.edit("tenants.d/acme/pbx.yaml") as acme:
        acme["schedules"]["office"] = {"open": [window(new_york, now, -1, 3)]}
    with site.edit("tenants.d/nordlicht/callflow.yaml") as nordlicht:
        nordlicht["schedules"]["office"] = {"open": [window("Europe/Berlin", now, -1, 3)]}
    with site.edit("tenants.d/janes-bakery.yaml") as bakery:
        bakery["schedules"]["shop"] = {"open": [window(chicago, now, 3, 2)]}
    # A run that goes past midnight is still on a holiday.
    days = [now.astimezone(ZoneInfo(tokyo)).date() + datetime.timedelta(days=n) for n in (0, 1)]
    with site.edit("tenants.d/lab.yaml") as lab:
        schedules: dict[str, Any] = lab["schedules"]
        schedules["now"]["open"] = [window(tokyo, now, -1, 3)]
        schedules["later"]["open"] = [window(tokyo, now, 3, 2)]
        schedules["abroad"]["open"] = [window(chicago, now, -1, 3)]
        schedules["holiday"]["closed"] = [day.isoformat() for day in days]
        schedules["yearly"]["closed"] = [f"{day:%m-%d}" for day in days]
