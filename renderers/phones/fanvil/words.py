"""What Fanvil's phones call things in the configuration of firmware 2.x (`<sysConf>`)."""

from collections.abc import Iterable, Iterator, Mapping

from markupsafe import Markup, escape

from dialform.compiler.phones.catalogue import Model
from dialform.compiler.phones.resolved import Phone, PhoneKey
from dialform.renderers.phones.dialling import dialled
from dialform.renderers.phones.layout import laid_out
from dialform.renderers.phones.logins import nobodys_password
from dialform.renderers.phones.templating import one_line

CODECS = {
    "OPUS": "OPUS", "PCMU": "PCMU", "PCMA": "PCMA", "G722": "G722", "G729": "G729",
    "ILBC": "iLBC", "G726-32": "G726-32", "AMR": "AMR", "AMR-WB": "AMR-WB",
}  # fmt: skip
DTMF = {"inband": 0, "rfc2833": 1, "info": 2, "auto": 3}
TRANSPORTS = {"udp": 0, "tcp": 1, "tls": 3}
SRTP = {"off": 0, "optional": 1, "required": 2}

LANGUAGES = {
    "ar": "ar", "ca": "cat", "cs": "cz", "de": "de", "en": "en", "es": "es", "eu": "eus",
    "fr": "fr", "he": "he", "hr": "hr", "it": "it", "ko": "ko", "nl": "nl", "pl": "pl",
    "pt": "pt", "ru": "ru", "sk": "slo", "tr": "tr", "uk": "ua", "zh": "cn", "zh-tw": "tc",
}  # fmt: skip

OLD_CODECS = {
    "PCMU": "G711U", "PCMA": "G711A", "G722": "G722", "G729": "G729", "G726-32": "G726-32",
}  # fmt: skip
OLD_LANGUAGES = {"en": 0, "nl": 3, "fr": 4, "it": 7, "es": 10, "de": 16}
"""Of the template `old`."""

NOTHING, MEMORY, LINE, EVENT = 0, 1, 2, 3
"""Types of keys."""
EVENTS = {"dnd": "F_DND"}
BRIGHTEST = 16
LONGEST_BACKLIGHT = 120


Key = tuple[int, str, str]
"""A key as the phone knows it: type, value, what stands beside it."""


def values(phone: Phone, model: Model) -> Mapping[str, object]:
    """What the template needs beside the phone."""
    clock, screen = phone.clock, phone.screen
    own = old(phone, model) if phone.template == "old" else {}
    return {
        **own,
        "codecs": ",".join(CODECS[codec] for codec in phone.codecs if codec in CODECS),
        "dtmf": DTMF[phone.dtmf],
        "transports": TRANSPORTS,
        "srtp": SRTP,
        "language": LANGUAGES.get(phone.language) or LANGUAGES.get(phone.language[:2], "en"),
        "quarters": round(clock.offset / 15),
        "zone": _zone(clock.offset),
        "turns": [("Start", clock.start), ("End", clock.end)],
        "ring": ring,
        "brightness": None if screen.brightness is None else _steps(screen.brightness),
        "backlight": None if screen.backlight is None else min(screen.backlight, LONGEST_BACKLIGHT),
        "pages": list(_pages(phone, model)),
        "guest": nobodys_password(phone),
        "address": phone.url.rstrip("/"),
        "protocol": 5 if phone.url.startswith("https:") else 4,
        "image_folder": phone.firmware.rpartition("/")[0],
    }


def old(phone: Phone, model: Model) -> Mapping[str, object]:
    """What the template `old` needs as well: numbers where later phones have names."""
    keys = [_key(placed.key) for placed in laid_out(phone, model)]
    return {
        "old_codecs": ",".join(OLD_CODECS[codec] for codec in phone.codecs if codec in OLD_CODECS),
        "old_language": OLD_LANGUAGES.get(phone.language[:2], 0),
        "old_ring": _number_of(phone.ringtone),
        "old_rings": [_number_of(line.ringtone) or 0 for line in phone.lines],
        "old_keys": [
            Markup(  # noqa: S704
                f"<Function_Key_Entry><ID>Fkey{place}</ID><Type>{kind}</Type>"
                f"<Value>{escape(one_line(value))}</Value><Title>{escape(one_line(label))}</Title>"
                "</Function_Key_Entry>"
            )
            for place, (kind, value, label) in enumerate(keys, 1)
        ],
    }


def ring(name: str) -> str:
    """A ringtone: a number is one of the phone's own, everything else the name of one."""
    return f"Type {int(name)}" if name.isascii() and name.isdigit() else name


def _number_of(name: str) -> int | None:
    return int(name) if name.isascii() and name.isdigit() else None


def _steps(percent: int) -> int:
    return max(1, round(percent * BRIGHTEST / 100))


def _zone(offset: int) -> str:
    """UTC, UTC+1, UTC-3:30."""
    hours, minutes = divmod(abs(offset), 60)
    if not offset:
        return "UTC"
    return f"UTC{'-' if offset < 0 else '+'}{hours}" + (f":{minutes:02}" if minutes else "")


def _pages(phone: Phone, model: Model) -> Iterator[tuple[str, int, list[Markup]]]:
    """The keys beside the screen, then the others by pages (`internal`)."""
    side, page = int(model.traits.get("side", 0)), int(model.traits.get("page", 0))
    keys = [_key(placed.key) for placed in laid_out(phone, model)]
    if side:
        flat = model.traits.get("flat")
        yield "" if flat else "dssSide", 1, said(keys[:side], "SidekeyConfig1" if flat else "Fkey")
    if page:
        for number, start in enumerate(range(side, len(keys), page), 1):
            yield "internal", number, said(keys[start : start + page], "Fkey")


def said(keys: Iterable[Key], name: str) -> list[Markup]:
    """Keys as they stand in the file. There may be a hundred, which a template would write slower."""
    return [
        Markup(  # noqa: S704
            f'<{name} index="{place}"><Type>{kind}</Type><Value>{escape(one_line(value))}</Value>'
            f"<Title>{escape(one_line(label))}</Title></{name}>"
        )
        for place, (kind, value, label) in enumerate(keys, 1)
    ]


def _key(key: PhoneKey) -> Key:
    match key.kind:
        case "none":
            return NOTHING, "", ""
        case "line":
            return LINE, f"SIP{key.line}", key.label
        case "dnd":
            return EVENT, EVENTS["dnd"], key.label
        case "blf" | "park":
            # Behind `bc` (a lamp; a press while one talks begins a new call) stands what a press dials
            # while the lamp blinks.
            return MEMORY, f"{key.watch}@{key.line}/bc{key.pickup}", key.label
        case _:
            return MEMORY, f"{_number(key.dial)}@{key.line}/f", key.label


def _number(text: str) -> str:
    """What is dialled, without what ends it there."""
    return dialled(text).partition("@")[0]
