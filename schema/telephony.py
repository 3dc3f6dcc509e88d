"""What rings: extensions, mailboxes, ring groups, menus, schedules, and where calls come in."""

from typing import Annotated, Any, Literal

from dialform.schema.destination import Destination
from dialform.schema.hours import ClosedDay, OpenHours
from dialform.schema.platform import Emergency, Toll
from dialform.schema.secret import Secret
from dialform.schema.types import (
    Dialled,
    Email,
    MediaPath,
    Model,
    Name,
    Network,
    Seconds,
    Slug,
    Text,
    Timezone,
    matching,
)
from pydantic import AfterValidator, BeforeValidator, Field

Rotate = Annotated[int, Field(ge=1, le=1_000_000)]
Pin = Annotated[Text, AfterValidator(matching("[0-9]{4,10}", "is no PIN", hint="4 to 10 digits"))]


class Mailbox(Model):
    """A voicemail box: an entry of `voicemails`, or an extension's own."""

    name: Name | None = None
    pin: Secret | None = None
    rotate: Rotate = 1
    email: Email | None = None
    attach: bool = True
    keep: bool = True
    greeting: MediaPath | None = None


def _own_mailbox(value: Any) -> Any:
    if value is True:
        return {}
    return None if value is False else value


OwnMailbox = Annotated[
    Mailbox | None, BeforeValidator(_own_mailbox, json_schema_input_type=Mailbox | bool | None)
]


class Extension(Model):
    """A number of one person or place, with the account that its phones register with."""

    name: Name
    user: Slug | None = None
    type: Literal["voice", "fax"] = "voice"
    password: Secret | None = None
    rotate: Rotate = 1
    voicemail: OwnMailbox = None
    caller_id: Dialled | None = None
    caller_id_name: Name | None = None
    toll: Toll | None = None
    ring_timeout: Seconds | None = None
    no_answer: Destination | None = None
    busy: Destination | None = None
    unregistered: Destination | None = None
    emergency: Emergency | None = None
    allow: list[Network] = []


class Member(Model):
    """One member of a ring group. `delay` and `timeout` are seconds."""

    number: Dialled
    delay: Annotated[int, Field(ge=0, le=600)] = 0
    timeout: Seconds | None = None


def _member(value: Any) -> Any:
    return value if isinstance(value, dict) else {"number": value}


GroupMember = Annotated[Member, BeforeValidator(_member, json_schema_input_type=Member | str | int)]


class RingGroup(Model):
    """Several phones under one number. `timeout` is the total until `no_answer`, in seconds."""

    name: Name
    strategy: Literal["simultaneous", "sequence", "round_robin", "random", "enterprise"] = (
        "simultaneous"
    )
    timeout: Seconds = 25
    members: Annotated[list[GroupMember], Field(min_length=1)]
    no_answer: Destination | None = None


class Repeat(Model):
    """Play the greeting again."""

    repeat: Literal[True]


def _invalid(value: Any) -> Any:
    """`{repeat: true}` is the default; a destination is kept."""
    return None if value == {"repeat": True} else value


class IvrMenu(Model):
    """A menu for callers. Times are seconds."""

    name: Name
    greeting: MediaPath
    short_greeting: MediaPath | None = None
    timeout: Annotated[int, Field(ge=1, le=60)] = 5
    digit_timeout: Annotated[int, Field(ge=1, le=10)] = 2
    max_failures: Annotated[int, Field(ge=1, le=10)] = 3
    max_timeouts: Annotated[int, Field(ge=1, le=10)] = 1
    direct_dial: bool = False
    options: dict[
        Annotated[
            Text, AfterValidator(matching("[0-9*#]{1,6}", "cannot be pressed", hint="0-9, * or #"))
        ],
        Destination,
    ] = {}
    invalid: Annotated[
        Destination | None,
        BeforeValidator(_invalid, json_schema_input_type=Destination | Repeat | None),
    ] = None
    no_input: Destination | None = None


class Schedule(Model):
    """Open hours of every week, less the closed days, in the tenant's time zone or its own."""

    open: list[OpenHours] = []
    closed: list[ClosedDay] = []
    timezone: Timezone | None = None
