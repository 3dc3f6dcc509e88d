"""What Grandstream's phones and adapters call things, from the vendor's configuration templates and guides.

Phones of the 21xx and 26xx series know their settings by name (config version 2), all others by number.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from dialform.compiler.phones.catalogue import Model
from dialform.compiler.phones.resolved import Phone, PhoneLine
from dialform.renderers.phones.grandstream import numbers
from dialform.renderers.phones.grandstream.forms import (
    address,
    firmware_folder,
    minutes,
    ring,
    zone,
)
from dialform.renderers.phones.grandstream.keys import named_keys, numbered_keys
from dialform.renderers.phones.logins import nobodys_password
from dialform.values import replace

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

DIAL_PLAN = r"{ x+ | \+x+ | *x+ | *xx*x+ | **x+ | #x+ | \p\a\r\k\+x+ }"
"""Everything: the switch decides. The last one is what a key on a parking slot dials."""

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
        "keys": named_keys(phone, model),
    }


def _numbered(phone: Phone, model: Model) -> Mapping[str, object]:
    accounts = range(1, min(model.lines, MOST_LINES["pvalues"]) + 1)
    wanted = [CODECS[codec][1] for codec in phone.codecs]
    return {
        "accounts": [numbers.account(n) for n in accounts],
        "codecs": [_by_place(numbers.account_codecs(n), wanted) for n in accounts],
        "keys": numbered_keys(phone, model),
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


def _eighths(percent: int | None) -> int | None:
    return None if percent is None else max(1, round(percent * 8 / 100))


def _padded(wanted: Sequence[_T], length: int) -> list[_T]:
    return [wanted[min(n, len(wanted) - 1)] for n in range(length)] if wanted else []


def _by_place(places: Sequence[int], wanted: Sequence[int]) -> list[tuple[int, int]]:
    return list(zip(places, _padded(wanted, len(places)), strict=False))
