"""Objects that are accepted and checked for shape; what they do comes in later releases."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from dialform.schema.rules import shape
from dialform.schema.secret import Secret
from dialform.schema.types import (
    OR_NOTHING,
    Codec,
    Dialled,
    Email,
    ExtensionNumber,
    Language,
    MediaPath,
    Model,
    Name,
    Slug,
    Text,
    Timezone,
    refuse,
)


class Key(Model):
    """A key of a phone."""

    type: Literal[
        "line", "blf", "speed_dial", "park", "dnd", "forward", "voicemail", "page", "none"
    ]
    """What the key does."""
    value: Text | None = None
    """The number that it is for."""
    label: Name | None = None
    """What stands beside it."""


class DeviceProfile(Model):
    """What several phones have in common."""

    description: Text | None = None
    """For people."""
    codecs: list[Codec] = []
    """In the order of preference."""
    dtmf: Literal["rfc2833", "info", "inband", "auto"] = "rfc2833"
    """How key presses are sent."""
    timezone: Timezone | None = None
    """Of the phone's clock."""
    language: Language | None = None
    """Of the phone's screen."""
    keys: list[Key] = []
    """The keys of every phone of this profile."""
    ntp: Text | None = None
    """The time server."""
    vlan: Annotated[int, Field(ge=1, le=4094)] | None = None
    """The VLAN for voice."""
    ringtone: Text | None = None
    """The vendor's name of one."""
    admin_password: Secret | None = None
    """Of the phone's own web page."""
    firmware: Text | None = None
    """The vendor's name of a version."""


class Line(Model):
    """A line of a phone."""

    extension: ExtensionNumber
    """Who the line is."""
    server: Text | None = None
    """Another server than the tenant's domain."""
    label: Name | None = None
    """What stands beside the line's key."""


class Device(Model):
    """A phone."""

    label: Name
    """For people."""
    vendor: Slug
    """yealink, snom and so on; `webphone` is a browser."""
    model: Text | None = None
    """The vendor's name of it."""
    template: Text | None = None
    """Another template than the model's own."""
    profile: Slug | None = None
    """An entry of device_profiles."""
    user: Slug | None = None
    """Whom it belongs to."""
    lines: list[Line] = []
    """The phone's lines, in order."""
    keys: list[Key] = []
    """Keys besides those of the profile."""
    rotate: Annotated[int, Field(ge=1)] = 1
    """Raise it to change the device's own secrets."""


def device_key(text: str) -> str:
    """A MAC address in any usual spelling as 12 lower-case hex digits; or a slug."""
    bare = re.sub(r"[:.\-]", "", text).lower()
    if re.fullmatch(r"[0-9a-f]{12}", bare):
        return bare
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,62}", text):
        refuse(
            shape.BadKey,
            what=f"'{text}' is neither a MAC address nor a slug",
            hint="12 hex digits, or a slug for a webphone",
        )
    return text


DeviceKey = Annotated[Text, AfterValidator(device_key)]


class FaxAccount(Model):
    """A number that sends and receives faxes."""

    deliver_to: Email | None = None
    """Where received faxes are mailed."""
    header: Name | None = None
    """The line at the top of each page."""
    number: Dialled | None = None
    """The number that others see."""
    users: list[Slug] = []
    """Who may send and read."""
    cover: MediaPath | None = None
    """A cover page."""
    retries: Annotated[int, Field(ge=0, le=10)] = 3
    """How often sending is tried again."""


class Fax(Model):
    """The fax accounts of a tenant."""

    accounts: Annotated[dict[ExtensionNumber, FaxAccount], OR_NOTHING] = {}
    """By the number of an extension of type fax."""


class Contact(Model):
    """An entry of the address book."""

    name: Name
    """Who it is."""
    phone: Dialled | None = None
    """Their number."""
    fax: Dialled | None = None
    """Their fax number."""
    email: Email | None = None
    """Their mail address."""
    groups: list[Name] = []
    """Words to find them by."""
