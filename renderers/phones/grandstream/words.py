"""What Grandstream's phones and adapters call things, from the vendor's configuration templates and guides.

Phones of the 21xx and 26xx series know their settings by name (config version 2), all others by number.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from dialform.compiler.phones.catalogue import Model
from dialform.compiler.phones.clock import Clock, Turn
from dialform.compiler.phones.resolved import Phone, PhoneKey, PhoneLine
from dialform.renderers.phones.grandstream import numbers
from dialform.renderers.phones.layout import Placed, laid_out
from dialform.renderers.phones.logins import nobodys_password
from dialform.values import dataclass, replace

_T = TypeVar("_T")

CODECS = {
    "PCMU": ("PCMU", 0), "PCMA": ("PCMA", 8), "G722": ("G.722", 9), "G729": ("G.729A/B", 18),
    "OPUS": ("OPUS", 123), "ILBC": ("iLBC", 98), "G726-32": ("G.726-32", 2),
}  # fmt: skip
"""By name and by number."""
ILBC_OF_ADAPTERS = 97
NAMED_CODECS = 8
"""How many places for codecs an account has, by name. None may be empty: the last codec fills them."""

TRANSPORTS = {"udp": ("UDP", 0), "tcp": ("TCP", 1), "tls": ("TlsOrTcp", 2)}
SRTP = {
    "off": ("Disabled", 0),
    "optional": ("EnabledButNotForced", 1),
    "required": ("EnabledAndForced", 2),
}
DTMF = {
    # In the audio, in RTP (RFC 2833), in SIP (INFO).
    "inband": (True, False, False), "rfc2833": (False, True, False), "info": (False, False, True),
    "auto": (False, True, False),
}  # fmt: skip
DTMF_ORDER = {
    # Of adapters: 100 in the audio, 101 RFC 2833, 102 INFO.
    "inband": (100, 101, 102), "rfc2833": (101, 102, 100), "info": (102, 101, 100),
    "auto": (101, 102, 100),
}  # fmt: skip

LANGUAGES = {
    "ar": "ar", "cs": "cz", "de": "de", "en": "en", "es": "es", "fr": "fr", "he": "he", "hr": "hr",
    "hu": "hu", "it": "it", "ja": "ja", "ko": "ko", "lv": "lv", "nl": "nl", "pl": "pl", "pt": "pt",
    "ru": "ru", "sl": "sl", "sv": "se", "tr": "tr", "zh": "zh", "zh-tw": "zh-tw",
}  # fmt: skip
VOICE_MENU = {"en": 0, "zh": 4, "ru": 6, "es": 10}

NAMED_KINDS = {
    "none": "None", "line": "Line", "blf": "BLF", "speed-dial": "SpeedDial", "park": "MonitoredCallPark",
    "dnd": "DND", "forward": "SpeedDial", "voicemail": "SpeedDial", "page": "SpeedDial",
}  # fmt: skip
NUMBERED_KINDS = {
    "none": -1, "blf": 1, "speed-dial": 0, "park": 16, "dnd": 0, "forward": 0, "voicemail": 0, "page": 0,
}  # fmt: skip
"""What is no key of its own (do not disturb by number, forwarding) dials the tenant's code."""
FIXED = 10
"""What is added to a number where a key could show a line, whose own number is 0."""

DIAL_PLAN = r"{ x+ | \+x+ | *x+ | *xx*x+ | **x+ | #x+ | \p\a\r\k\+x+ }"
"""Everything: the switch decides. The last one is what a key on a parking slot dials."""

LONGEST = 32
"""Characters of a key's label: a phone would take nothing of a longer one."""

RINGS = {"system": 0, "silent": 4, "default": 5}


@dataclass(frozen=True, slots=True)
class Key:
    """A key by name (`vpk.1`, `mpk.1`, `ext.1`): its mode, account, label and value."""

    name: str
    mode: str
    account: str
    label: str
    value: str


MOST_LINES = {"named": 16, "pvalues": 4, "ata": 2, "ports": 8}
"""By template: what it has numbers for. A device may name another template than its model's."""


def values(phone: Phone, model: Model) -> Mapping[str, object]:
    """What the templates need beside the phone."""
    screen = phone.screen
    phone = replace(phone, lines=phone.lines[: MOST_LINES[phone.template]])
    found = {
        "lines": phone.lines,
        "dtmf": DTMF[phone.dtmf],
        "dtmf_order": DTMF_ORDER[phone.dtmf],
        "transports": TRANSPORTS,
        "srtp": SRTP,
        "language": LANGUAGES.get(phone.language) or LANGUAGES.get(phone.language[:2], "en"),
        "voice_menu": VOICE_MENU.get(phone.language[:2], 0),
        "zone": zone(phone.clock),
        "dial_plan": DIAL_PLAN,
        "scheme": phone.url.partition("://")[0].upper(),
        "path": phone.url.partition("://")[2].rstrip("/"),
        "firmware_scheme": phone.firmware.partition("://")[0].upper(),
        "firmware_path": firmware_folder(phone.firmware),
        "protocols": {"HTTP": 1, "HTTPS": 2},
        "ring": ring(phone.ringtone),
        "rings": [ring(line.ringtone or phone.ringtone) for line in phone.lines],
        "line_rings": [ring(line.ringtone) for line in phone.lines],
        "backlight": minutes(screen.backlight, 1, 90),
        "screensaver": minutes(screen.screensaver, 3, 60),
        "servers": [address(line.domain, line) for line in phone.lines],
        "proxies": [address(line.server, line) for line in phone.lines],
        "other_password": nobodys_password(phone),
    }
    return {**found, **_BY_TEMPLATE[phone.template](phone, model)}


def _named(phone: Phone, model: Model) -> Mapping[str, object]:
    return {
        "parks": any(key.kind == "park" for key in phone.keys),
        "codecs": _padded([CODECS[codec][0] for codec in phone.codecs], NAMED_CODECS),
        "keys": [_named_key(phone, model, one) for one in laid_out(phone, model)],
    }


def _numbered(phone: Phone, model: Model) -> Mapping[str, object]:
    accounts = range(1, min(model.lines, MOST_LINES["pvalues"]) + 1)
    wanted = [CODECS[codec][1] for codec in phone.codecs]
    return {
        "accounts": [numbers.account(n) for n in accounts],
        "codecs": [_by_place(numbers.account_codecs(n), wanted) for n in accounts],
        "keys": [
            pair
            for one in laid_out(phone, model)
            if numbers.has_key(one.module, one.place, int(model.traits.get("vpk", 0)))
            for pair in _numbered_key(model, one)
        ],
        "brightness": _eighths(phone.screen.brightness),
    }


def _ata(phone: Phone, model: Model) -> Mapping[str, object]:
    return {
        "ports": [numbers.port(n) for n in range(1, min(model.lines, MOST_LINES["ata"]) + 1)],
        "profiles": [_profile(phone, n, _said(line)) for n, line in enumerate(phone.lines, 1)],
    }


def _shared_ports(phone: Phone, model: Model) -> Mapping[str, object]:
    # A third profile there is not: lines that would need it share the second.
    said = list(dict.fromkeys(map(_said, phone.lines)))
    return {
        "ports": [numbers.port(1), numbers.port(2)],
        "profiles": [_profile(phone, n, one) for n, one in enumerate(said[:2], 1)],
        "profile_of": [min(said.index(_said(line)), 1) for line in phone.lines],
    }


def _said(line: PhoneLine) -> tuple[str, str, str, str]:
    """What lines of one profile have in common: server, proxy, transport, encryption."""
    return address(line.domain, line), address(line.server, line), line.transport, line.srtp


def _profile(phone: Phone, number: int, said: tuple[str, str, str, str]) -> tuple[object, ...]:
    codecs = [ILBC_OF_ADAPTERS if one == "ILBC" else CODECS[one][1] for one in phone.codecs]
    return numbers.port(number), *said, _by_place(numbers.port_codecs(number), codecs)


_BY_TEMPLATE = {"named": _named, "pvalues": _numbered, "ata": _ata, "ports": _shared_ports}


def zone(clock: Clock) -> str:
    """The zone as POSIX has it, with names that every phone takes, and times of at most 24:00: the few
    zones that turn later, or on the day before, do it some hours beside.
    """
    text = f"MTZ{_offset(-clock.offset)}"
    if clock.start is None or clock.end is None:
        return text
    saved = _offset(-clock.offset - clock.saving)
    return f"{text}MDT{saved},{_turn(clock.start)},{_turn(clock.end)}"


def _offset(minutes_west: int) -> str:
    hours, rest = divmod(abs(minutes_west), 60)
    sign = "-" if minutes_west < 0 else "+"
    return f"{sign}{hours}" + (f":{rest:02}" if rest else "")


def _turn(turn: Turn) -> str:
    hour, minute = divmod(min(max(turn.minute, 0), 1440), 60)
    return f"M{turn.month}.{turn.week}.{turn.weekday}/{hour:02}:{minute:02}:00"


def address(host: str, line: PhoneLine) -> str:
    """Host and port, the port left out where it is the transport's own."""
    usual = 5061 if line.transport == "tls" else 5060
    return host if not host or line.port == usual else f"{host}:{line.port}"


def firmware_folder(url: str) -> str:
    """The folder of a firmware without its scheme: phones put the name of their file behind it."""
    path = url.partition("://")[2].rstrip("/")
    folder, slash, last = path.rpartition("/")
    return folder if slash and "." in last else path


def ring(name: str) -> int | None:
    """A ringtone's number; None where nothing is said, or a name that the phones do not know."""
    if name.isascii() and name.isdigit():
        return int(name)
    return RINGS.get(name.lower())


def minutes(seconds: int | None, least: int, most: int) -> int | None:
    """Whole minutes, never below what can be set; 0 (always, never) stays 0."""
    return seconds if not seconds else min(max(round(seconds / 60), least), most)


def _eighths(percent: int | None) -> int | None:
    return None if percent is None else max(1, round(percent * 8 / 100))


def _padded(wanted: Sequence[_T], length: int) -> list[_T]:
    return [wanted[min(n, len(wanted) - 1)] for n in range(length)] if wanted else []


def _by_place(places: Sequence[int], wanted: Sequence[int]) -> list[tuple[int, int]]:
    return list(zip(places, _padded(wanted, len(places)), strict=False))


def _named_key(phone: Phone, model: Model, one: Placed) -> Key:
    key, virtual = one.key, int(model.traits.get("vpk", 0))
    series, place = ("vpk", one.place) if one.place <= virtual else ("mpk", one.place - virtual)
    if one.module:
        before = sum(model.modules[name] for name in phone.modules[: one.module - 1])
        series, place = "ext", before + one.place
    kind = key.kind
    if kind == "line" and (series != "vpk" or place > int(model.traits.get("fixed", 0))):
        kind = "none"
    account = str(key.line - 1) if series == "vpk" else f"Account{key.line}"
    return Key(f"{series}.{place}", NAMED_KINDS[kind], account, key.label[:LONGEST], _value(key))


def _numbered_key(model: Model, one: Placed) -> Iterator[tuple[int, object]]:
    key, virtual = one.key, int(model.traits.get("vpk", 0))
    lamps, kind = True, key.kind
    if one.place <= virtual:
        fixed = one.place <= int(model.traits.get("fixed", 0))
        places, lamps = numbers.virtual_key(one.place), bool(model.traits.get("lamps"))
        none = NUMBERED_KINDS["none"] if lamps else 0
        base = FIXED if fixed else 0
    else:
        places, none, base, fixed = numbers.physical_key(one.place - virtual), 0, 0, False
    if kind == "none" or (kind == "line" and not fixed):
        mode, value, label = none, "", ""
    elif kind == "line":
        mode, value, label = 0, "", key.label[:LONGEST]
    elif lamps or kind not in ("blf", "park"):
        mode, value, label = NUMBERED_KINDS[kind] + base, _value(key), key.label[:LONGEST]
    else:  # a line key of GXP16xx has no lamp for others, but it can dial
        mode, value, label = NUMBERED_KINDS["speed-dial"] + base, key.dial, key.label[:LONGEST]
    yield from zip(places, (mode, key.line - 1, label, value), strict=True)


def _value(key: PhoneKey) -> str:
    if key.kind in ("blf", "park"):
        return key.watch
    return "" if key.kind in ("line", "none") else key.dial
