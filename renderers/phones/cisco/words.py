"""What Cisco's phones call things: from the administration and provisioning guides of the SPA300 and SPA500,
of the SPA100 adapters, and of the 6800, 7800 and 8800 multiplatform phones.
"""

from collections.abc import Iterator, Mapping, Sequence

from dialform.compiler.phones.catalogue import Model
from dialform.compiler.phones.clock import Clock, Turn
from dialform.compiler.phones.resolved import Phone, PhoneKey, Screen
from dialform.renderers.phones.dialling import dialled
from dialform.renderers.phones.layout import Placed, laid_out
from dialform.renderers.phones.logins import nobodys_password
from dialform.renderers.phones.nearest import nearest
from dialform.values import dataclass

CODECS = {
    "PCMU": "G711u", "PCMA": "G711a", "G722": "G722", "G729": "G729a", "ILBC": "iLBC",
    "OPUS": "OPUS", "G726-32": "G726-32",
}  # fmt: skip
ALWAYS = frozenset({"PCMU", "PCMA"})
"""They have no switch of their own."""
OTHER_CODECS = {
    "mpp": ("G722.2", "iSAC"),
    "spa": ("G726-16", "G726-24", "G726-40"),
    "ata": (),
}
"""On by default on some phones, and unknown to the switch."""

DTMF = {"rfc2833": "AVT", "info": "INFO", "inband": "InBand", "auto": "Auto"}

LANGUAGES = {
    "cs": ("Czech", "cs-CZ"), "da": ("Danish", "da-DK"), "de": ("German", "de-DE"),
    "en": ("English-US", "en-US"), "en-gb": ("English-UK", "en-GB"), "es": ("Spanish", "es-ES"),
    "fi": ("Finnish", "fi-FI"), "fr": ("French", "fr-FR"), "fr-ca": ("French-CA", "fr-CA"),
    "hu": ("Hungarian", "hu-HU"), "it": ("Italian", "it-IT"), "ja": ("Japanese", "ja-JP"),
    "ko": ("Korean", "ko-KR"), "nl": ("Dutch", "nl-NL"), "no": ("Norwegian", "no-NO"),
    "nb": ("Norwegian", "no-NO"), "pl": ("Polish", "pl-PL"), "pt": ("Portuguese", "pt-PT"),
    "ru": ("Russian", "ru-RU"), "sv": ("Swedish", "sv-SE"), "tr": ("Turkish", "tr-TR"),
    "zh": ("Chinese", "zh-CN"),
}  # fmt: skip
"""English is built in; a dictionary has to be offered to a phone for all others."""

RINGS = {
    "mpp": ("Sunrise", "Chirp 1", "Chirp 2", "Delight", "Evolve", "Mellow", "Mischief",
            "Reflections", "Ringer", "Ascent", "Are you there", "Chime"),
    "spa": ("Classic-1", "Classic-2", "Classic-3", "Classic-4", "Simple-1", "Simple-2", "Simple-3",
            "Simple-4", "Simple-5", "Office"),
    "ata": tuple(f"Ring {number}" for number in range(1, 9)),
}  # fmt: skip

HALF_ZONES = (-210, 210, 270, 330, 345, 570)
"""Minutes of the zones that phones know beside full hours, from -12 to +13."""

MPP_LIGHT = {60: "1m", 300: "5m", 1800: "30m"}
SPA_LIGHT = (10, 20, 30)
SPA_LONGEST = 300
"""Seconds; a light that is to stay longer stays for always: nothing lies between it and 30."""


@dataclass(frozen=True, slots=True)
class LineKey:
    """A key at `place` of the phone: a line of its own (`extension`), or a function."""

    place: int
    extension: str
    label: str
    function: str


@dataclass(frozen=True, slots=True)
class SideKey:
    """A key of an expansion module."""

    name: str
    function: str


def values(phone: Phone, model: Model) -> Mapping[str, object]:
    """What the templates say beyond the phone itself."""
    kind = phone.template
    placed = list(laid_out(phone, model))
    lines = [*phone.lines, *[None] * (model.lines - len(phone.lines))]
    rings = [_ring(line.ringtone or phone.ringtone, RINGS[kind]) for line in phone.lines]
    own = LANGUAGES.get(phone.language) or LANGUAGES.get(phone.language[:2])
    name, locale = own or LANGUAGES["en"]
    wanted = [codec for codec in phone.codecs if codec in model.codecs]
    emergency = [dialled(number) for number in phone.emergency_numbers]
    return {
        "guest_password": nobodys_password(phone),
        "lines": lines[: model.lines],
        "dtmf": DTMF[phone.dtmf],
        "codecs": [*map(CODECS.__getitem__, wanted), *["Unspecified"] * 3][:3],
        "codec_switches": _switches(wanted, model, kind),
        "dial_plan": "(" + "|".join([f"{number}S0" for number in emergency] + ["[x*#+]."]) + ")",
        "emergency": ",".join(emergency),
        "rings": dict(enumerate(rings, 1)),
        "zone": _zone(phone.clock),
        "saving": _saving(phone.clock),
        "language": {"name": name, "locale": locale},
        "voicemail": next((line.voicemail for line in phone.lines if line.voicemail), ""),
        "pickup": _pickup(phone),
        "secure": any(line.srtp == "required" for line in phone.lines),
        "screen": list(_screen(phone, model)),
        "keys": [_key(phone, one) for one in placed if not one.module] or _first_line(phone),
        "side_keys": [_side_key(phone, one, kind) for one in placed if one.module],
    }


def _switches(wanted: Sequence[str], model: Model, kind: str) -> list[tuple[str, str]]:
    own = [codec for codec in model.codecs if codec not in ALWAYS]
    switches = [(CODECS[codec], "Yes" if codec in wanted else "No") for codec in own]
    return switches + [(name, "No") for name in OTHER_CODECS[kind]]


def _ring(name: str, rings: Sequence[str]) -> str:
    """Phones count their rings; a name is looked up among those that they come with."""
    if name.isdecimal() and name.isascii():
        return str(min(max(int(name[:4]), 1), len(rings)))
    places = {ring.casefold(): str(place) for place, ring in enumerate(rings, 1)}
    return places.get(name.casefold(), "")


def _key(phone: Phone, one: Placed) -> LineKey:
    key = one.key
    if key.kind == "line" and key.line <= len(phone.lines):
        return LineKey(one.place, str(key.line), key.label, "")
    return LineKey(one.place, "Disabled", key.label, _function(phone, key))


def _first_line(phone: Phone) -> list[LineKey]:
    """A phone without keys shows its line all the same."""
    return [LineKey(1, "1", line.label, "") for line in phone.lines[:1]]


def _side_key(phone: Phone, one: Placed, kind: str) -> SideKey:
    """Modules have no keys for lines."""
    tail = "_" if kind == "mpp" else ""
    name = f"Unit_{one.module}_Key_{one.place}{tail}"
    return SideKey(name, "" if one.key.kind == "line" else _function(phone, one.key))


def _function(phone: Phone, key: PhoneKey) -> str:
    """`;` parts the fields of a function, and nothing quotes it."""
    if not key.dial:
        return ""
    number = dialled(key.dial)
    label = key.label.replace(";", ",")
    host = key.domain or "$PROXY"
    line = min(key.line, max(len(phone.lines), 1))
    if not key.watch:
        return f"fnc=sd;ext={number}@{host};vid={line};nme={label}"
    kinds = "blf+sd+cp" if key.pickup else "blf+sd"
    watched = f"sub={dialled(key.watch)}@{host};ext={number}@{host}"
    return f"fnc={kinds};{watched};vid={line};nme={label}"


def _pickup(phone: Phone) -> str:
    """The code for calls of others: `#` stands for whose."""
    for key in phone.keys:
        if key.watch and key.pickup.endswith(key.watch):
            return dialled(key.pickup.removesuffix(key.watch)) + "#"
    return f"{phone.codes.pickup}#" if phone.codes.pickup else ""


def _zone(clock: Clock) -> Mapping[str, str]:
    """The zone of the phone's list that lies at or before ours, and what is left."""
    known = [hour * 60 for hour in range(-12, 14)] + list(HALF_ZONES)
    base = max(minutes for minutes in known if minutes <= clock.offset)
    sign, whole, rest = "-" if base < 0 else "+", abs(base), clock.offset - base
    name = f"GMT{sign}{whole // 60:02}:{whole % 60:02}" if base else "GMT"
    return {"name": name, "rest": f"{rest // 60:02}/{rest % 60:02}" if rest else ""}


def _saving(clock: Clock) -> str:
    if clock.start is None or clock.end is None:
        return ""
    save = f"{clock.saving // 60}:{clock.saving % 60}:0"
    return f"start={_turn(clock.start)};end={_turn(clock.end)};save={save}"


def _turn(turn: Turn) -> str:
    """month/day/weekday/time: the first such weekday (1 is Monday) on or after a day; of -1, the last one.
    A time before or after the day itself is that of another day.
    """
    days, minute = divmod(turn.minute, 24 * 60)
    weekday = (turn.weekday + days - 1) % 7 + 1
    if turn.week == 5:
        if days:  # that day may lie in another month: the nearest minute of the day itself
            weekday, minute = (turn.weekday - 1) % 7 + 1, 0 if days < 0 else 24 * 60 - 1
        day = -1
    else:
        day = (turn.week - 1) * 7 + 1 + days
        if day < 1:
            day, weekday, minute = 1, (turn.weekday - 1) % 7 + 1, 0
    return f"{turn.month}/{day}/{weekday}/{minute // 60}:{minute % 60}:0"


def _screen(phone: Phone, model: Model) -> Iterator[tuple[str, object]]:
    """Names and values of the display's settings; each series has its own."""
    if phone.template == "mpp":
        yield from _mpp_screen(phone.screen)
    else:
        yield from _spa_screen(phone.screen, large=model.traits.get("screen") == "525")


def _mpp_screen(screen: Screen) -> Iterator[tuple[str, object]]:
    if screen.backlight is not None:
        light = MPP_LIGHT[nearest(MPP_LIGHT, screen.backlight)] if screen.backlight else "Always On"
        yield "Back_Light_Timer", light
    if screen.brightness is not None:
        yield "Display_Brightness", 4 + round((screen.brightness - 1) * 11 / 99)
    if screen.screensaver is not None:
        yield "Screen_Saver_Enable", "Yes" if screen.screensaver else "No"
        if screen.screensaver:
            yield "Screen_Saver_Wait", screen.screensaver


def _spa_screen(screen: Screen, large: bool) -> Iterator[tuple[str, object]]:
    if screen.backlight is not None and large:
        yield "Back_Light_Timer__sec_", screen.backlight or 0
        yield "Back_Light_Enable", "Yes"
    elif screen.backlight is not None:
        always = not 0 < screen.backlight <= SPA_LONGEST
        yield (
            "Back_Light_Timer",
            "Always On" if always else f"{nearest(SPA_LIGHT, screen.backlight)} s",
        )
    if screen.screensaver is not None:
        yield "Screen_Saver_Enable", "Yes" if screen.screensaver else "No"
        if screen.screensaver:
            yield "Screen_Saver_Trigger_Time" if large else "Screen_Saver_Wait", screen.screensaver
