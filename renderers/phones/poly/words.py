"""What Poly's phones call things, from the administrator's guides of UC Software 5 and 6 and of Poly Voice
Software 8, which name the same parameters.
"""

from collections.abc import Mapping, Sequence

from dialform.compiler.phones.catalogue import Model
from dialform.compiler.phones.clock import Clock, Turn
from dialform.compiler.phones.resolved import Phone, PhoneKey, Screen
from dialform.renderers.phones.dialling import dialled
from dialform.renderers.phones.layout import laid_out
from dialform.renderers.phones.logins import nobodys_password
from dialform.renderers.phones.night import nightly
from dialform.values import dataclass

CODECS = {
    "PCMU": ("G711_Mu",),
    "PCMA": ("G711_A",),
    "G722": ("G722",),
    "G729": ("G729_AB",),
    "ILBC": ("iLBC.13_33kbps", "iLBC.15_2kbps"),
    "OPUS": ("Opus",),
}
OTHER_CODECS = ("G7221.24kbps", "G7221.32kbps", "G7221_C.48kbps", "Siren14.48kbps")
"""On by default on some phones, and unknown to the switch."""

TRANSPORTS = {"udp": "UDPOnly", "tcp": "TCPOnly", "tls": "TLS"}

SRTP = {
    "off": {"enable": 0, "offer": 0, "require": 0},
    "optional": {"enable": 1, "offer": 1, "require": 0},
    "required": {"enable": 1, "offer": 1, "require": 1},
}

DTMF = {
    "rfc2833": {"rtp": 1, "rfc2833": 1, "info": 0},
    "auto": {"rtp": 1, "rfc2833": 1, "info": 0},
    "info": {"rtp": 0, "rfc2833": 0, "info": 1},
    "inband": {"rtp": 1, "rfc2833": 0, "info": 0},
}

LANGUAGES = {
    "ar": "Arabic_UAE", "da": "Danish_Denmark", "de": "German_Germany",
    "en": "English_United_States", "en-gb": "English_United_Kingdom", "es": "Spanish_Spain",
    "fr": "French_France", "fr-ca": "French_Canada", "it": "Italian_Italy",
    "ja": "Japanese_Japan", "ko": "Korean_Korea", "nb": "Norwegian_Norway",
    "nl": "Dutch_Netherlands", "no": "Norwegian_Norway", "pl": "Polish_Poland",
    "pt": "Portuguese_Portugal", "ru": "Russian_Russia", "sl": "Slovenian_Slovenia",
    "sv": "Swedish_Sweden", "zh": "Chinese_China",
}  # fmt: skip

AUTO_ANSWER = (
    # What renderers/freeswitch/pages.py sends; phones differ in how much of the header they compare.
    "info=alert-autoanswer",
    "<http://127.0.0.1>;info=alert-autoanswer;delay=0",
)

LONGEST_BACKLIGHT = 60
"""Seconds; a phone counts no further."""


@dataclass(frozen=True, slots=True)
class LineKey:
    """What the key at `place` (from 1, modules behind the phone's own) shows: entry `index` of the
    registrations or of the macros. Those that are watched come in their own order (0).
    """

    place: int
    category: str
    index: int


@dataclass(frozen=True, slots=True)
class Macro:
    """A key that dials (an enhanced feature key)."""

    label: str
    action: str


def values(phone: Phone, model: Model) -> Mapping[str, object]:
    """What the templates say beyond the phone itself."""
    placed = [one.key for one in laid_out(phone, model)]
    watched = [key for key in placed if key.watch]
    macros = [key for key in placed if key.dial and not key.watch]
    counts = {n: sum(k.kind == "line" and k.line == n for k in placed) for n in _numbers(phone)}
    return {
        "user_password": nobodys_password(phone),
        "nightly": nightly(phone.mac),
        "server_type": "HTTP" if phone.url.startswith("http:") else "HTTPS",
        "transports": TRANSPORTS,
        "srtp": SRTP,
        "dtmf": DTMF[phone.dtmf],
        "line_keys": {number: count or 1 for number, count in counts.items()},
        "ringers": [_ringer(line.ringtone or phone.ringtone) for line in phone.lines],
        "keys": _line_keys(placed, len(phone.lines)),
        "watched": [_entry(key) for key in watched],
        "macros": [Macro(key.label, f"{dialled(key.dial)}$Tinvite$") for key in macros],
        "pickup": _pickup(phone, watched),
        "codecs": _codecs(phone, model),
        "turns": _turns(phone.clock),
        "language": LANGUAGES.get(phone.language)
        or LANGUAGES.get(phone.language[:2], LANGUAGES["en"]),
        "brightness": _steps(phone.screen.brightness),
        "backlight": _backlight(phone.screen),
        "screensaver": max(1, round((phone.screen.screensaver or 0) / 60)),
        "digitmap": "|".join([*map(dialled, phone.emergency_numbers), "[0123456789*#].T"]),
        "auto_answer": AUTO_ANSWER,
        "switch_holds_dnd": bool(phone.codes.dnd_on),
        "switch_holds_forward": bool(phone.codes.forward_on),
    }


def _numbers(phone: Phone) -> range:
    return range(1, len(phone.lines) + 1)


def _line_keys(placed: Sequence[PhoneKey], lines: int) -> list[LineKey]:
    """The keys that do something. Phones forget what their files no longer say: empty ones need no word."""
    made: list[LineKey] = []
    macros = 0
    for place, key in enumerate(placed, 1):
        if key.kind == "line" and key.line <= lines:
            made.append(LineKey(place, "Line", key.line))
        elif key.watch:
            made.append(LineKey(place, "BLF", 0))
        elif key.dial:
            macros += 1
            made.append(LineKey(place, "EFK", macros))
    return made


def _entry(key: PhoneKey) -> PhoneKey:
    return PhoneKey(
        key.kind, key.label, dial=dialled(key.dial), watch=dialled(key.watch), domain=key.domain
    )


def _pickup(phone: Phone, watched: Sequence[PhoneKey]) -> str:
    """What is dialled in front of whom a lamp shows to be called: one for all keys."""
    for key in watched:
        if key.pickup.endswith(key.watch) and len(key.pickup) > len(key.watch):
            return dialled(key.pickup.removesuffix(key.watch))
    return phone.codes.pickup


def _ringer(name: str) -> str:
    """The first of a phone's rings is silence: number 1 is the first one that can be heard."""
    if name.isdecimal() and name.isascii() and int(name[:4]):
        return f"ringer{int(name[:4]) + 1}"
    return name


def _codecs(phone: Phone, model: Model) -> list[tuple[str, int]]:
    """Every codec of the phone with its place among those that are wanted, 0 for none."""
    wanted = [codec for codec in phone.codecs if codec in model.codecs]
    order = [name for codec in wanted for name in CODECS[codec]]
    names = [name for codec in model.codecs for name in CODECS[codec]]
    places = {name: place for place, name in enumerate(order, 1)}
    return [(name, places.get(name, 0)) for name in (*names, *OTHER_CODECS)]


def _turns(clock: Clock) -> list[tuple[str, Mapping[str, object]]]:
    if clock.start is None or clock.end is None:
        return []
    return [("start", _turn(clock.start)), ("stop", _turn(clock.end))]


def _turn(turn: Turn) -> Mapping[str, object]:
    """Phones know full hours of the day itself, and four weeks by the first day of each."""
    return {
        "month": turn.month,
        "date": (min(turn.week, 4) - 1) * 7 + 1,
        "weekday": turn.weekday + 1,
        "last": turn.week == 5,
        "hour": min(max(round(turn.minute / 60), 0), 23),
    }


def _steps(brightness: int | None) -> int | None:
    """Low, medium and high."""
    return None if brightness is None else 1 + (brightness - 1) * 3 // 100


def _backlight(screen: Screen) -> Mapping[str, int] | None:
    """A light that is to stay for longer than a phone can count goes down to low, not out."""
    if screen.backlight is None:
        return None
    if screen.backlight == 0:
        return {"seconds": LONGEST_BACKLIGHT, "idle": _steps(screen.brightness) or 3}
    seconds = min(max(screen.backlight, 5), LONGEST_BACKLIGHT)
    return {"seconds": seconds, "idle": int(screen.backlight > LONGEST_BACKLIGHT)}
