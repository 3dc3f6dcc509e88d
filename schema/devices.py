"""Phones: devices, and the profiles that several have in common."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from dialform.schema.rules import shape
from dialform.schema.secret import Secret
from dialform.schema.types import (
    PORT_BEHIND,
    Codec,
    ExtensionNumber,
    Host,
    Language,
    Model,
    Name,
    Slug,
    Text,
    Timezone,
    check_text,
    matching,
    refuse,
)


def _kind(value: Any) -> Any:
    """`speed_dial` is taken for `speed-dial`."""
    return value.replace("_", "-") if isinstance(value, str) else value


def _ringtone(text: str) -> str:
    check_text(text)
    if len(text) > 64:
        hint = "a number, or the vendor's name of one"
        refuse(shape.BadValue, what="that is too long for the name of a ringtone", hint=hint)
    return text


Ringtone = Annotated[Text, AfterValidator(_ringtone)]
FirmwareUrl = Annotated[
    Text,
    AfterValidator(
        matching(
            r"https?://[A-Za-z0-9._~:/@%+\[\]=?&-]+",
            "is no address of a firmware",
            hint="as in https://files.example.com/t46s.rom",
        )
    ),
]
Server = Annotated[
    Text,
    AfterValidator(
        matching(
            r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])" + PORT_BEHIND,
            "is no server",
            hint="as in sip.example.com or 203.0.113.10:5060",
        )
    ),
]


class Key(Model):
    """A key of a phone."""

    type: Annotated[
        Literal["line", "blf", "speed-dial", "park", "dnd", "forward", "voicemail", "page", "none"],
        BeforeValidator(_kind),
    ]
    """What the key does."""
    value: Text | None = None
    """The number that it is for. Of type line which of the phone's lines, from 1; of type forward where to,
    asked on the phone without it; of type voicemail another mailbox than the line's. dnd and none have
    none."""
    label: Name | None = None
    """What stands beside it."""
    line: Annotated[int, Field(ge=1, le=48)] = 1
    """The line that it dials by."""


class Screen(Model):
    """The phone's display. What is not said stays as the phone has it."""

    backlight: Annotated[int, Field(ge=0, le=7200)] | None = None
    """Seconds that it stays lit after a touch; 0 for always."""
    brightness: Annotated[int, Field(ge=1, le=100)] | None = None
    """In per cent."""
    screensaver: Annotated[int, Field(ge=0, le=21600)] | None = None
    """Seconds until it comes; 0 for never."""


class DeviceProfile(Model):
    """What several phones have in common."""

    description: Text | None = None
    """For people."""
    codecs: list[Codec] = []
    """In the order of preference; the platform's where none is named."""
    dtmf: Literal["rfc2833", "info", "inband", "auto"] = "rfc2833"
    """How key presses are sent."""
    transport: Literal["udp", "tcp", "tls"] = "udp"
    """How the phones speak SIP."""
    timezone: Timezone | None = None
    """Of the phone's clock, daylight saving included; the tenant's where none is named."""
    language: Language | None = None
    """Of the phone's screen; the provisioning's, else the tenant's, where none is named."""
    keys: list[Key] = []
    """The keys of every phone of this profile, behind those of its lines and before its own."""
    ntp: Host | None = None
    """The time server; the provisioning's where none is named."""
    vlan: Annotated[int, Field(ge=1, le=4094)] | None = None
    """The VLAN for voice."""
    ringtone: Ringtone | None = None
    """A number from 1, or the vendor's name of one."""
    screen: Screen = Screen()
    """The display."""
    admin_password: Secret | None = None
    """Of the phone's own web page; the platform's, else a derived one a phone."""
    firmware: FirmwareUrl | None = None
    """Where the phones find their firmware."""


class Line(Model):
    """A line of a phone."""

    extension: ExtensionNumber
    """Who the line is."""
    server: Server | None = None
    """Where its packets go, if not to the tenant's domain: a host, and a port if it is another."""
    label: Name | None = None
    """What stands beside the line's key; the extension's name where nothing is said."""
    ringtone: Ringtone | None = None
    """Of this line alone."""


class Device(Model):
    """A phone."""

    label: Name
    """For people."""
    vendor: Text
    """yealink, grandstream, poly, fanvil, snom, cisco, gigaset, htek; `generic` is a softphone, `webphone` a
    browser."""
    model: Text | None = None
    """The vendor's name of it; a webphone has none."""
    template: Slug | None = None
    """Another template than the model's own, which is filled in."""
    profile: Slug | None = None
    """An entry of device_profiles."""
    user: Slug | None = None
    """Whom it belongs to."""
    lines: list[Line] = []
    """The phone's lines, in order. Their keys are its first ones, unless keys of type line say where."""
    keys: list[Key] = []
    """Keys behind those of the profile; they have their place before what does not fit of those."""
    modules: list[Text] = []
    """Its expansion modules, by the vendor's names."""
    rotate: Annotated[int, Field(ge=1)] = 1
    """Raise it to change the device's own secrets: its token, its login, its web page's password."""


_MISREAD = str.maketrans("oilsgq", "011599")
"""Letters that look like digits on the label under a phone."""


def bare_mac(text: str) -> str:
    """A MAC address in any usual spelling as 12 lower-case hex digits; empty for what is none."""
    bare = _digits(text)
    return bare if re.fullmatch(r"[0-9a-f]{12}", bare) else ""


def _digits(text: str) -> str:
    return re.sub(r"[:.\-]", "", text).lower()


def device_key(text: str) -> str:
    """A MAC address as `bare_mac` has it; or a slug."""
    if bare := bare_mac(text):
        return bare
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,62}", text):
        meant = _digits(text).translate(_MISREAD)
        hint = "12 hex digits, or a slug for a webphone"
        if re.fullmatch(r"[0-9a-f]{12}", meant):
            hint = f"did you mean {meant}? Its digits are 0 to 9 and a to f"
        refuse(shape.BadKey, what=f"'{text}' is neither a MAC address nor a slug", hint=hint)
    return text


DeviceKey = Annotated[Text, AfterValidator(device_key)]
