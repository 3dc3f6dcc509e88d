"""What Snom's phones call things, from the vendor's service hub (settings of firmware 8.9 and 10.1)."""

from collections.abc import Mapping

from dialform.compiler.phones.catalogue import Model
from dialform.compiler.phones.clock import Clock, Turn
from dialform.compiler.phones.resolved import Phone, PhoneKey
from dialform.renderers.phones.dialling import dialled
from dialform.renderers.phones.layout import laid_out
from dialform.renderers.phones.logins import nobodys_password
from dialform.renderers.phones.night import nightly
from dialform.values import dataclass

CODECS = {
    "PCMU": "pcmu", "PCMA": "pcma", "G722": "g722", "G729": "g729", "G726-32": "g726-32",
    "GSM": "gsm", "OPUS": "opus",
}  # fmt: skip
EVENTS = "telephone-event"
"""Of RFC 4733: among the codecs where keys are sent so."""

DTMF = {"rfc2833": "off", "inband": "off", "info": "sip_info_only", "auto": "on"}
"""user_dtmf_info: whether SIP INFO is sent as well, or alone."""

SRTP = {
    "off": {"user_srtp": "off", "user_savp": "off"},
    "optional": {"user_srtp": "on", "user_savp": "optional"},
    "required": {"user_srtp": "on", "user_savp": "mandatory"},
}

LANGUAGES = {
    "ca": "Catalan", "cs": "Cesky", "da": "Dansk", "de": "Deutsch", "en": "English",
    "en-gb": "English(UK)", "es": "Español", "et": "Eesti", "fi": "Suomi", "fr": "Français",
    "it": "Italiano", "nb": "Norsk", "nl": "Nederlands", "no": "Norsk", "pl": "Polski",
    "pt": "Português", "ru": "Русский", "sl": "Slovenščina", "sv": "Svenska", "tr": "Türkçe",
}  # fmt: skip

TONES = {
    "AT": "AUT", "AU": "AUS", "CH": "SWI", "DE": "GER", "DK": "DNK", "ES": "ESP", "FR": "FRA",
    "GB": "GBR", "IT": "ITA", "NL": "NLD", "NO": "NOR", "NZ": "NZL", "SE": "SWE", "US": "USA",
}  # fmt: skip
"""Whose tones are played while one dials."""

BRIGHTEST = 15


@dataclass(frozen=True, slots=True)
class FunctionKey:
    """A function key. `index` counts from 0, modules behind the phone's own. `value` is its type and what it
    is for; where `watched` is not empty, what it dials.
    """

    index: int
    identity: str
    label: str
    value: str
    watched: str = ""


def values(phone: Phone, model: Model) -> Mapping[str, object]:
    """What the templates say beyond the phone itself."""
    codecs = [CODECS[codec] for codec in phone.codecs if codec in model.codecs]
    language = LANGUAGES.get(phone.language) or LANGUAGES.get(phone.language[:2])
    brightness = phone.screen.brightness
    return {
        "nightly": nightly(phone.mac),
        "user_password": nobodys_password(phone),
        "lines": [*phone.lines, *[None] * (model.lines - len(phone.lines))][: model.lines],
        "dtmf": DTMF[phone.dtmf],
        "srtp": SRTP,
        "codecs": ",".join(codecs + [EVENTS] * (phone.dtmf in ("rfc2833", "auto"))),
        "dial_plan": _dial_plan(phone),
        "ringers": [_ringer(line.ringtone or phone.ringtone) for line in phone.lines],
        "saving": _saving(phone.clock),
        "language": language or LANGUAGES["en"],
        "tones": TONES.get(phone.country, ""),
        "brightness": brightness and max(1, round(brightness * BRIGHTEST / 100)),
        "keys": [
            _key(index, placed.key, phone) for index, placed in enumerate(laid_out(phone, model))
        ],
    }


def _key(index: int, key: PhoneKey, phone: Phone) -> FunctionKey:
    identity = str(min(key.line, max(len(phone.lines), 1)))
    number, watched = dialled(key.dial), f"sip:{dialled(key.watch)}@{key.domain}"
    match key.kind:
        case "line":
            value = "line"
        case "park" if number:
            dialled_as = f"sip:{number}@{key.domain}"
            return FunctionKey(index, identity, key.label, dialled_as, watched)
        case "blf" if number:
            code = dialled(key.pickup.removesuffix(key.watch))
            value = f"blf {watched}" + (f"|{code}" if code else "")
        case "dnd" if phone.codes.dnd_on and phone.codes.dnd_off:
            value = "keyevent F_DND"
        case _:
            value = f"speed {number}" if number else "none"
    return FunctionKey(index, identity, key.label, value)


def _dial_plan(phone: Phone) -> str:
    """Pattern, address and `d`, dialled at once: of the emergency numbers. All others wait for OK."""
    numbers = [n for n in phone.emergency_numbers if n.isdecimal() and n.isascii()]
    return rf"!^({'|'.join(numbers)})$!sip:\1@\d!d" if numbers else ""


def _ringer(name: str) -> str:
    return f"Ringer{int(name[:4])}" if name.isdecimal() and name.isascii() else name


def _saving(clock: Clock) -> str:
    """Seconds, start, end: month.week.weekday (7 is Sunday, week 5 the last) and a time of that day."""
    if clock.start is None or clock.end is None:
        return ""
    return f"{clock.saving * 60} {_turn(clock.start)} {_turn(clock.end)}"


def _turn(turn: Turn) -> str:
    """A time that lies before or behind the day itself is its first or last minute."""
    minute = min(max(turn.minute, 0), 24 * 60 - 1)
    day = f"{turn.month:02}.{turn.week:02}.{turn.weekday or 7:02}"
    return f"{day} {minute // 60:02}:{minute % 60:02}:00"
