"""What Htek's phones call things, from the vendor's provisioning guide and the phones' own exports."""

from collections.abc import Iterable, Iterator, Mapping

from markupsafe import Markup, escape

from dialform.compiler.phones.catalogue import Model
from dialform.compiler.phones.clock import Clock
from dialform.compiler.phones.resolved import Phone, PhoneKey, PhoneLine
from dialform.renderers.phones.htek import numbers
from dialform.renderers.phones.layout import laid_out
from dialform.renderers.phones.logins import nobodys_password
from dialform.renderers.phones.templating import one_line

Row = tuple[int, str, object]
"""A setting: its number, its name, its value."""

CODECS = {"PCMU": 0, "G726-32": 2, "PCMA": 8, "G722": 9, "G729": 18, "OPUS": 120}
CHOICES = 6
DTMF = {"rfc2833": 0, "auto": 0, "inband": 1, "info": 2}
TRANSPORTS = {"udp": 0, "tcp": 1, "tls": 2}
SRTP = {"off": 0, "optional": 1, "required": 2}
KINDS = {
    "none": 0, "line": 1, "speed-dial": 2, "page": 2, "forward": 2, "blf": 3, "park": 3,
    "voicemail": 5, "dnd": 21,
}  # fmt: skip
"""Types of keys. A parking slot is watched like an extension; forwarding is dialled, as a code."""

ZONES = {
    -660: 105, -600: 2, -540: 3, -480: 6, -420: 9, -360: 14, -300: 18, -270: 19, -240: 20,
    -210: 26, -180: 30, -120: 31, -60: 32, 0: 38, 60: 49, 120: 57, 180: 73, 210: 74, 240: 77,
    300: 83, 330: 84, 360: 85, 420: 88, 480: 89, 540: 93, 570: 94, 600: 96, 630: 100, 660: 101,
    720: 102, 765: 103, 780: 104,
}  # fmt: skip
"""Minutes east of UTC → a place of that offset, whose daylight saving the phone knows."""
OTHER_ZONES = {
    "Asia/Jerusalem": 61,
    "Asia/Beirut": 64,
    "America/Santiago": 21,
    "America/Havana": 17,
}
"""Places that turn their clocks on other days than their neighbours."""


def values(phone: Phone, model: Model) -> Mapping[str, object]:
    """What the template needs beside the phone."""
    return {
        "accounts": [said(_account(phone, number)) for number in range(1, model.lines + 1)],
        "keys": [said(rows) for rows in _keys(phone, model)],
        "zone": OTHER_ZONES.get(phone.clock.zone) or zone(phone.clock),
        "address": phone.url.rstrip("/"),
        "image_folder": phone.firmware.rpartition("/")[0],
        "user_password": nobodys_password(phone),
    }


def said(rows: Iterable[Row]) -> Markup:
    """Settings as they stand in the file. There are hundreds, which a template would write slower."""
    return Markup(  # noqa: S704
        "\n".join(
            f'    <P{number} para="{name}">{escape(one_line(value)) if value else value}</P{number}>'
            for number, name, value in rows
        )
    )


def zone(clock: Clock) -> int:
    """The place nearest to an offset; of two, the eastern one."""
    return ZONES[min(ZONES, key=lambda offset: (abs(offset - clock.offset), -offset))]


def _account(phone: Phone, number: int) -> Iterator[Row]:
    line = phone.lines[number - 1] if number <= len(phone.lines) else None
    said = _line(phone, line, number) if line else {"Active": 0, "AuthenticatePassword": ""}
    for name, value in said.items():
        yield numbers.ACCOUNTS[name][number - 1], f"Account{number}.{name}", value


def _line(phone: Phone, line: PhoneLine, number: int) -> dict[str, object]:
    away = bool(line.server)
    return {
        "Active": 1,
        "Profile": number - 1,
        "Label": line.label,
        "SipUserId": line.extension,
        "AuthenticateID": line.extension,
        "AuthenticatePassword": line.password,
        "DispalyName": line.name,
        "VoiceMailId": line.voicemail,
        "Sipserver": line.domain if away else f"{line.domain}:{line.port}",
        "OutboundProxy": f"{line.server}:{line.port}" if away else "",
        "SipTransport": TRANSPORTS[line.transport],
        "SipRegistration": 1,
        "RegisterExpiration": 10,  # minutes
        **{f"Choice{place}": codec for place, codec in enumerate(_codecs(phone), 1)},
        "DtmfMode": DTMF[phone.dtmf],
        "SRtpMode": SRTP[line.srtp],
        "AccountRingTone": _ring(line.ringtone or phone.ringtone),
        "SubscribeForMWI": 1,
        "AnswerViaCallInfo": 1,
    }


def _codecs(phone: Phone) -> list[int]:
    """Six choices; the last one again where there are fewer."""
    found = [CODECS[codec] for codec in phone.codecs if codec in CODECS] or [0]
    return (found + found[-1:] * CHOICES)[:CHOICES]


def _ring(name: str) -> int:
    """Ringtones have numbers; 0 is the phone's own choice."""
    return int(name) if name.isascii() and name.isdigit() else 0


def _keys(phone: Phone, model: Model) -> Iterator[list[Row]]:
    memory = int(model.traits.get("memory", 0))
    for placed in laid_out(phone, model):
        place = placed.place
        if placed.module:
            name, own = f"Exp{placed.module}_{place}", numbers.module_key(placed.module, place)
        elif place > model.keys - memory:
            place -= model.keys - memory
            name, own = f"MemoryKey{place}", numbers.memory_key(place)
        else:
            name, own = f"LineKey{place}", numbers.line_key(place)
        fields = zip(own, numbers.KEY_FIELDS, _key(placed.key), strict=True)
        yield [(number, f"{name}.{field}", value) for number, field, value in fields if number]


def _key(key: PhoneKey) -> tuple[object, ...]:
    """Type, value, label, account (counted from 0), what picks up: the phone puts the number behind it."""
    value, code = key.dial, ""
    match key.kind:
        case "line" | "none" | "dnd":
            value = ""
        case "blf":
            value, code = key.watch, key.pickup.removesuffix(key.watch)
        case "park":
            value = key.watch
    return KINDS[key.kind], value, key.label, key.line - 1, code
