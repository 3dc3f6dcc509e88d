"""What Yealink's phones call things, from the vendor's administrator's guides (V73, V81, V84, V86).

A base with handsets (W-series) counts its languages, where phones name them.
"""

from collections.abc import Iterator, Mapping, Sequence

from dialform.compiler.phones.catalogue import Model
from dialform.compiler.phones.clock import Turn
from dialform.compiler.phones.resolved import Phone
from dialform.renderers.phones.logins import nobodys_password
from dialform.renderers.phones.nearest import nearest
from dialform.renderers.phones.yealink.keys import LONGEST, dss_keys

CODECS = {
    "PCMU": ("pcmu",),
    "PCMA": ("pcma",),
    "G722": ("g722",),
    "G729": ("g729",),
    "OPUS": ("opus",),
    # One name until V83, two since.
    "ILBC": ("ilbc", "ilbc_13_33kbps", "ilbc_15_2kbps"),
    "G726-32": ("g726_32",),
}
OTHER_CODECS = ("g726_16", "g726_24", "g726_40", "g723_53", "g723_63")
"""On by default on some phones, and unknown to the switch."""

OLD_CODECS = (
    # Firmware 7x numbers them: ours, the payload's name, its number in RTP.
    ("PCMU", "PCMU", 0), ("PCMA", "PCMA", 8), ("", "G723_53", 4), ("", "G723_63", 4),
    ("G729", "G729", 18), ("G722", "G722", 9), ("ILBC", "iLBC", 106), ("", "G726-16", 103),
    ("", "G726-24", 104), ("G726-32", "G726-32", 102), ("", "G726-40", 105),
)  # fmt: skip

DTMF = {"inband": 0, "rfc2833": 1, "info": 2, "auto": 3}
TRANSPORTS = {"udp": 0, "tcp": 1, "tls": 2}
SRTP = {"off": 0, "optional": 1, "required": 2}
LANGUAGES = {
    "cs": "Czech", "de": "German", "en": "English", "es": "Spanish", "es-mx": "Spanish_LA",
    "fr": "French", "fr-ca": "French_CA", "he": "Hebrew", "it": "Italian", "pl": "Polish",
    "pt": "Portuguese", "pt-br": "Portuguese_LA", "ru": "Russian", "sv": "Swedish",
    "tr": "Turkish", "zh": "Chinese_S", "zh-tw": "Chinese_T",
}  # fmt: skip
HANDSET_LANGUAGES = {
    "en": 0, "fr": 1, "de": 2, "it": 3, "pl": 4, "pt": 5, "es": 6, "tr": 7, "ru": 8, "cs": 9,
    "sv": 10, "sk": 11,
}  # fmt: skip

COUNTRIES = {
    "AT": "Austria", "AU": "Australia", "BE": "Belgium", "BR": "Brazil", "CH": "Switzerland",
    "CL": "Chile", "CN": "China", "CZ": "Czech", "DE": "Germany", "DK": "Denmark", "ES": "Spain",
    "FI": "Finland", "FR": "France", "GB": "Great Britain", "GR": "Greece", "HU": "Hungary",
    "IN": "India", "IT": "Italy", "JP": "Japan", "LT": "Lithuania", "MX": "Mexico",
    "NL": "Netherlands", "NO": "Norway", "NZ": "New Zealand", "PT": "Portugal", "RU": "Russia",
    "SE": "Sweden", "US": "United States", "CA": "United States",
}  # fmt: skip
"""Whose tones are played while one dials."""

BACKLIGHT = (0, 15, 30, 60, 120, 300, 600, 1800)
"""Seconds that phones can be set to; 0 is always on, and 1 would be always off."""
OLD_BACKLIGHT = (0, 15, 30, 60, 120)
SCREENSAVER = (15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 10800, 21600)


def values(phone: Phone, model: Model) -> Mapping[str, object]:
    """What the templates need beside the phone."""
    clock, screen = phone.clock, phone.screen
    language = phone.language
    return {
        "codecs": list(_codecs(phone.codecs)),
        "numbered_codecs": list(_numbered(phone.codecs)),
        "dtmf": DTMF[phone.dtmf],
        "transports": TRANSPORTS,
        "srtp": SRTP,
        "language": LANGUAGES.get(language) or LANGUAGES.get(language[:2], "English"),
        "handset_language": HANDSET_LANGUAGES.get(language[:2], 0),
        "tones": COUNTRIES.get(phone.country, ""),
        "time_zone": _offset(clock.offset),
        "dst_start": _turn(clock.start) if clock.start else "",
        "dst_end": _turn(clock.end) if clock.end else "",
        "ring": ring(phone.ringtone),
        "rings": [ring(line.ringtone) for line in phone.lines],
        "backlight": _within(BACKLIGHT, screen.backlight),
        "old_backlight": _within(OLD_BACKLIGHT, screen.backlight),
        "brightness": None if screen.brightness is None else max(1, round(screen.brightness / 10)),
        "old_brightness": None if screen.brightness is None else 1 + (screen.brightness - 1) // 34,
        "screensaver": _within(SCREENSAVER, screen.screensaver),
        "keys": dss_keys(phone, model),
        "longest": LONGEST,
        "parks": any(key.kind == "park" for key in phone.keys),
        "servers": list(dict.fromkeys(_server(phone, n) for n in range(len(phone.lines)))),
        "server_of": [_server(phone, n) for n in range(len(phone.lines))],
        "other_password": nobodys_password(phone),
    }


def ring(name: str) -> str:
    """A ringtone: a number is one of the phone's own, everything else the name of one."""
    return f"Ring{int(name)}.wav" if name.isascii() and name.isdigit() else name


def _codecs(wanted: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Every codec of the phones with its priority from 1, or 0 where it is off."""
    ranks = {codec: rank for rank, codec in enumerate(wanted, 1)}
    for codec, names in CODECS.items():
        for name in names:
            yield name, ranks.get(codec, 0)
    for name in OTHER_CODECS:
        yield name, 0


def _numbered(wanted: Sequence[str]) -> Iterator[tuple[int, str, int, int]]:
    """The same for firmware 7x: number, name, priority, payload type."""
    ranks = {codec: rank for rank, codec in enumerate(wanted, 1)}
    for number, (codec, name, payload) in enumerate(OLD_CODECS, 1):
        yield number, name, ranks.get(codec, 0), payload


def _offset(minutes: int) -> str:
    """Hours east of UTC, with minutes where there are some: +1, -3:30, 0."""
    hours, rest = divmod(abs(minutes), 60)
    sign = "" if not minutes else "+" if minutes > 0 else "-"
    return f"{sign}{hours}" + (f":{rest:02}" if rest else "")


def _turn(turn: Turn) -> str:
    """Month/week/day/hour; Monday is 1, Sunday 7, week 5 the last one. A turn beyond its day, as a few
    zones have, comes at the day's end: the right hour could be the wrong week.
    """
    hour = min(max(turn.minute, 0), 1439) // 60
    return f"{turn.month}/{turn.week}/{turn.weekday or 7}/{hour}"


def _within(steps: Sequence[int], seconds: int | None) -> int | None:
    return None if seconds is None else 0 if seconds == 0 else nearest(steps, seconds)


def _server(phone: Phone, index: int) -> tuple[str, int, str, str]:
    line = phone.lines[index]
    return line.domain, line.port, line.transport, line.server
