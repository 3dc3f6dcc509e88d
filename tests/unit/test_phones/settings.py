"""Every setting of a phone, each with a change of it that must be seen in the phone's files."""

from collections.abc import Callable, Mapping

from dialform.compiler.phones.clock import clock_of
from dialform.compiler.phones.resolved import Codes, Phone, PhoneKey
from dialform.values import replace

Change = Callable[[Phone], Phone]


def _of_phone(**fields: object) -> Change:
    return lambda phone: replace(phone, **fields)


def _of_screen(**fields: object) -> Change:
    def change(phone: Phone) -> Phone:
        return replace(phone, screen=replace(phone.screen, **fields))

    return change


def _of_line(**fields: object) -> Change:
    def change(phone: Phone) -> Phone:
        return replace(phone, lines=(replace(phone.lines[0], **fields), *phone.lines[1:]))

    return change


def _of_lines(**fields: object) -> Change:
    def change(phone: Phone) -> Phone:
        return replace(phone, lines=tuple(replace(one, **fields) for one in phone.lines))

    return change


def _of_key(kind: str, **fields: object) -> Change:
    """The first key is one of this kind, with these fields."""

    def change(phone: Phone) -> Phone:
        return replace(phone, keys=(replace(_KEYS[kind], **fields), *phone.keys[1:]))

    return change


_KEYS = {
    "line": PhoneKey("line", "First line"),
    "blf": PhoneKey("blf", "Bob Roe", "1002", "1002", "acme.example.com", "*81002"),
    "speed-dial": PhoneKey("speed-dial", "Dentist", "+12125550177", domain="acme.example.com"),
    "park": PhoneKey("park", "Slot 1", "5901", "park+5901", "acme.example.com"),
    "dnd": PhoneKey("dnd", "DND", "*78", domain="acme.example.com"),
    "forward": PhoneKey("forward", "Mobile", "*72+19175550123", domain="acme.example.com"),
    "voicemail": PhoneKey("voicemail", "Voicemail", "*98", domain="acme.example.com"),
    "page": PhoneKey("page", "Everybody", "950", domain="acme.example.com"),
    "none": PhoneKey("none", ""),
}

SETTINGS: Mapping[str, Change] = {
    "codecs": _of_phone(codecs=("PCMA", "PCMU")),
    "dtmf": _of_phone(dtmf="inband"),
    "timezone": _of_phone(clock=clock_of("Asia/Tokyo")),
    "timezone.saving": _of_phone(clock=clock_of("America/Panama")),
    "language": _of_phone(language="fr"),
    "ntp": _of_phone(ntp="time.example.net"),
    "vlan": _of_phone(vlan=7),
    "ringtone": _of_phone(ringtone="4"),
    "screen.backlight": _of_screen(backlight=1800),
    "screen.brightness": _of_screen(brightness=20),
    "screen.screensaver": _of_screen(screensaver=7200),
    "firmware": _of_phone(firmware="https://files.example.com/other.rom"),
    "admin_password": _of_phone(admin_password="anotherPASSWORD"),
    "url": _of_phone(url="https://other.example.com/p/abc/"),
    "transport": _of_lines(transport="udp", port=5060),
    "transport.tcp": _of_lines(transport="tcp", port=5060),
    "line.extension": _of_line(extension="1009"),
    "line.password": _of_line(password="anotherPASSWORD"),
    "line.domain": _of_line(domain="third.example.com"),
    "line.server": _of_line(server="198.51.100.9"),
    "line.port": _of_line(port=5099),
    "line.label": _of_line(label="Another label"),
    "line.name": _of_line(name="Another Name"),
    "line.srtp": _of_line(srtp="off"),
    "line.voicemail": _of_line(voicemail="*97"),
    "line.ringtone": _of_line(ringtone="5"),
    "codes.dnd": _of_phone(codes=Codes("*178", "*179", "*72", "*73", "*8")),
    "codes.forward": _of_phone(codes=Codes("*78", "*79", "*172", "*173", "*8")),
    "lines": lambda phone: replace(phone, lines=()),
}
"""`timezone.saving` is another zone of the same offset (New York's), without daylight saving."""

KEYS: Mapping[str, tuple[Change, Change]] = {
    **{f"keys.{kind}": (_of_key("none"), _of_key(kind)) for kind in _KEYS if kind != "none"},
    "keys.label": (_of_key("speed-dial"), _of_key("speed-dial", label="Another label")),
    "keys.dial": (_of_key("speed-dial"), _of_key("speed-dial", dial="+12125550100")),
    "keys.watch": (_of_key("blf"), _of_key("blf", watch="1003", dial="1003", pickup="*81003")),
    "keys.pickup": (_of_key("blf"), _of_key("blf", pickup="*79991002")),
    "keys.by_line": (_of_key("speed-dial"), _of_key("speed-dial", line=2)),
}
"""Of the first key: before and after."""
