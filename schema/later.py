"""Objects that are accepted and checked for shape; what they do comes in later releases."""

import re
from typing import Annotated, Any, Literal

from dialform.schema.destination import Destination
from dialform.schema.rules import shape
from dialform.schema.secret import Secret
from dialform.schema.types import (
    OR_NOTHING,
    Codec,
    Dialled,
    DialNumber,
    Email,
    ExtensionNumber,
    Language,
    MediaPath,
    Model,
    Name,
    Seconds,
    Slug,
    Text,
    Timezone,
    matching,
    refuse,
)
from pydantic import AfterValidator, BeforeValidator, Field

QueueStrategy = Literal[
    "ring-all", "longest-idle-agent", "round-robin", "top-down", "agent-with-least-talk-time",
    "agent-with-fewest-calls", "sequentially-by-agent-order", "random", "ring-progressively",
]  # fmt: skip


class Agent(Model):
    """One agent of a queue. Times are seconds."""

    number: ExtensionNumber
    level: Annotated[int, Field(ge=1, le=99)] = 1
    position: Annotated[int, Field(ge=1, le=99)] = 1
    wrap_up: Annotated[int, Field(ge=0, le=3600)] = 0


def _numbered(value: Any) -> Any:
    return value if isinstance(value, dict) else {"number": value}


class CallQueue(Model):
    """Callers wait for agents."""

    name: Name
    strategy: QueueStrategy = "longest-idle-agent"
    agents: list[
        Annotated[Agent, BeforeValidator(_numbered, json_schema_input_type=Agent | str | int)]
    ] = []
    max_wait: Annotated[int, Field(ge=0, le=86400)] = 0
    wrap_up: Annotated[int, Field(ge=0, le=3600)] = 0
    timeout: Destination | None = None
    no_agent: Destination | None = None
    music: Slug | None = None
    announce_position: bool = False


class Conference(Model):
    """A room for several callers."""

    name: Name
    pin: Secret | None = None
    moderator_pin: Secret | None = None
    max_members: Annotated[int, Field(ge=2, le=10000)] | None = None
    record: bool = False
    wait_for_moderator: bool = False
    announce: bool = False


class MusicOnHold(Model):
    """What waiting callers hear."""

    files: Annotated[list[MediaPath], Field(min_length=1)]
    shuffle: bool = False


class FollowMeStep(Model):
    """One number of a follow-me."""

    number: Dialled
    timeout: Seconds = 20
    delay: Annotated[int, Field(ge=0, le=600)] = 0
    confirm: bool = False


class FollowMe(Model):
    """Where else an extension rings."""

    when: list[Literal["busy", "no_answer", "unregistered", "always"]] = ["no_answer"]
    strategy: Literal["sequence", "simultaneous"] = "sequence"
    destinations: Annotated[
        list[
            Annotated[
                FollowMeStep,
                BeforeValidator(_numbered, json_schema_input_type=FollowMeStep | str | int),
            ]
        ],
        Field(min_length=1),
    ]


class Key(Model):
    """A key of a phone."""

    type: Literal[
        "line", "blf", "speed_dial", "park", "dnd", "forward", "voicemail", "page", "none"
    ]
    value: Text | None = None
    label: Name | None = None


class DeviceProfile(Model):
    """What several phones have in common."""

    description: Text | None = None
    codecs: list[Codec] = []
    dtmf: Literal["rfc2833", "info", "inband", "auto"] = "rfc2833"
    timezone: Timezone | None = None
    language: Language | None = None
    keys: list[Key] = []
    ntp: Text | None = None
    vlan: Annotated[int, Field(ge=1, le=4094)] | None = None
    ringtone: Text | None = None
    admin_password: Secret | None = None
    firmware: Text | None = None


class Line(Model):
    """A line of a phone."""

    extension: ExtensionNumber
    server: Text | None = None
    label: Name | None = None


class Device(Model):
    """A phone."""

    label: Name
    vendor: Slug
    model: Text | None = None
    template: Text | None = None
    profile: Slug | None = None
    user: Slug | None = None
    lines: list[Line] = []
    keys: list[Key] = []
    rotate: Annotated[int, Field(ge=1)] = 1


def device_key(text: str) -> str:
    """A MAC address in any usual spelling as 12 lower-case hex digits; or a slug."""
    bare = re.sub(r"[:.\-]", "", text).lower()
    if re.fullmatch(r"[0-9a-f]{12}", bare):
        return bare
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,62}", text):
        refuse(
            shape.BadKey,
            key=text,
            what="is neither a MAC address nor a slug",
            hint="12 hex digits, or a slug for a webphone",
        )
    return text


DeviceKey = Annotated[Text, AfterValidator(device_key)]


class FaxAccount(Model):
    """A number that sends and receives faxes."""

    deliver_to: Email | None = None
    header: Name | None = None
    number: Dialled | None = None
    users: list[Slug] = []
    cover: MediaPath | None = None
    retries: Annotated[int, Field(ge=0, le=10)] = 3


class Fax(Model):
    """The fax accounts of a tenant."""

    accounts: Annotated[dict[ExtensionNumber, FaxAccount], OR_NOTHING] = {}


class Contact(Model):
    """An entry of the address book."""

    name: Name
    phone: Dialled | None = None
    fax: Dialled | None = None
    email: Email | None = None
    groups: list[Name] = []


class Paging(Model):
    """Phones that open their loudspeakers."""

    members: Annotated[list[DialNumber], Field(min_length=1)]


_SLOTS = matching("[0-9]{2,6}-[0-9]{2,6}", "is no range of slots", hint="as in 5901-5910")


class Parking(Model):
    """Where calls wait for somebody."""

    lot: DialNumber
    slots: Annotated[Text, AfterValidator(_SLOTS)]
    timeout: Seconds = 120


_BLOCKED = matching(r"\+?[0-9]{1,15}\*?|anonymous", "blocks nothing", hint="+1900* or anonymous")


class Block(Model):
    """Callers that are turned away."""

    inbound: list[Annotated[Text, AfterValidator(_BLOCKED)]] = []


class CallTest(Model):
    """Where a call must go."""

    name: Text | None = None
    caller: Annotated[Dialled, Field(alias="from")]
    to: Dialled
    at: Text | None = None
    press: Text | None = None
    tenant: Slug | None = None
    given: dict[str, Any] = {}
    expect: dict[str, Any]
