"""What rings: extensions, mailboxes, ring groups, menus, schedules, and where calls come in."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from dialform.schema.destination import Destination
from dialform.schema.hours import ClosedDay, OpenHours
from dialform.schema.platform import Emergency, Toll
from dialform.schema.recording import Recorded
from dialform.schema.secret import Secret
from dialform.schema.types import (
    Dialled,
    Email,
    MediaPath,
    Model,
    Name,
    NamePrefix,
    Network,
    Seconds,
    Slug,
    Text,
    Timezone,
    matching,
)

Rotate = Annotated[int, Field(ge=1, le=1_000_000)]
Pin = Annotated[Text, AfterValidator(matching("[0-9]{4,10}", "is no PIN", hint="4 to 10 digits"))]


class Mailbox(Model):
    """A voicemail box: an entry of `voicemails`, or an extension's own."""

    name: Name | None = None
    """As people know it; an extension's own has the extension's name."""
    pin: Secret | None = None
    """What is entered to hear messages: 4 to 10 digits. Derived from the master secret if it is not
    written.
    """
    rotate: Rotate = 1
    """Raise it to change a derived PIN."""
    email: Email | None = None
    """Where messages are mailed."""
    attach: bool = True
    """Attach the recording to the mail."""
    keep: bool = True
    """Keep the message in the mailbox after it was mailed."""
    greeting: MediaPath | None = None
    """A sound file below media/ that callers hear first."""
    users: list[Slug] = []
    """Who hears its messages in the portal besides its owner: on a phone whoever knows its PIN does."""


def _own_mailbox(value: Any) -> Any:
    if value is True:
        return {}
    return None if value is False else value


OwnMailbox = Annotated[
    Mailbox | None, BeforeValidator(_own_mailbox, json_schema_input_type=Mailbox | bool | None)
]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Extension(Model):
    """A number of one person or place, with the account that its phones register with."""

    name: Name
    """Shown on the phones of those whom it calls."""
    user: Slug | None = None
    """Whom it belongs to."""
    type: Literal["voice", "fax"] = "voice"
    """`fax`: a fax machine. While none is registered, the fax account of its number receives, if it has
    one.
    """
    password: Secret | None = None
    """Of its phones. Derived from the master secret if it is not written."""
    rotate: Rotate = 1
    """Raise it to change a derived password."""
    voicemail: OwnMailbox = None
    """true, or a map: a mailbox with this extension's number."""
    caller_id: Dialled | None = None
    """What it shows to the outside; one of the tenant's numbers."""
    caller_id_name: Name | None = None
    """The name beside it; the company if it is missing."""
    toll: Toll | None = None
    """The dearest calls that it may make; the platform's default if it is missing."""
    ring_timeout: Seconds | None = None
    """Seconds that it rings; the platform's default if it is missing."""
    no_answer: Destination | None = None
    """Where calls go that nobody answers."""
    busy: Destination | None = None
    """Where they go while it is busy."""
    unregistered: Destination | None = None
    """Where they go while no phone is registered."""
    emergency: Emergency | None = None
    """What its emergency calls show, if it is elsewhere than the tenant."""
    record: Recorded = []
    """`all`, or a list of inbound, outbound and internal: which of its calls are recorded."""
    max_calls: Annotated[int, Field(ge=1, le=100)] | None = None
    """How many calls it has at once, coming and going, however many phones it has. The next one that
    comes finds it busy, the next one that it makes is refused. As many as it likes if it is missing.
    """
    directory: bool = True
    """Colleagues find it by its name, or its user's name, with the code `directory`."""
    pickup_group: Annotated[
        list[Slug], BeforeValidator(_listed, json_schema_input_type=Slug | list[Slug])
    ] = []
    """A name, or several: whoever shares one takes a ringing call of the others by the code `pickup`."""
    srtp: Literal["off", "optional", "required"] = "optional"
    """Encrypted audio (SRTP, keys by SDES): `required` refuses calls from its phones and to them that do
    not have it, `off` neither offers nor takes it. With `optional` a phone may offer it, and phones that
    registered over TLS are offered it. Browsers have their own and are not concerned."""
    allow: list[Network] = []
    """Networks that its phones may register from; from anywhere if it is empty."""


class Member(Model):
    """One member of a ring group. `delay` and `timeout` are seconds."""

    number: Dialled
    """An extension or an outside number."""
    delay: Annotated[int, Field(ge=0, le=600)] = 0
    """Seconds after the group began to ring."""
    timeout: Seconds | None = None
    """Seconds that this member rings."""


def _member(value: Any) -> Any:
    return value if isinstance(value, dict) else {"number": value}


GroupMember = Annotated[Member, BeforeValidator(_member, json_schema_input_type=Member | Dialled)]


class RingGroup(Model):
    """Several phones under one number. `timeout` is the total until `no_answer`, in seconds."""

    name: Name
    """As people know it."""
    strategy: Literal["simultaneous", "sequence", "round_robin", "random", "enterprise"] = (
        "simultaneous"
    )
    """All at once, one after the other in this order, starting each time with the next one, in any
    order, or each with its own delay and timeout.
    """
    timeout: Seconds = 25
    """Seconds until `no_answer`, over all members."""
    members: Annotated[list[GroupMember], Field(min_length=1)]
    """Numbers, or maps with more detail."""
    no_answer: Destination | None = None
    """Where calls go that nobody answers."""
    caller_id_prefix: NamePrefix | None = None
    """Stands before the caller's name on the phones that ring, as in "Sales:"."""


class Repeat(Model):
    """Play the greeting again."""

    repeat: Literal[True]
    """Always true."""


def _invalid(value: Any) -> Any:
    """`{repeat: true}` is the default; a destination is kept."""
    again = isinstance(value, dict) and len(value) == 1 and value.get("repeat") is True
    return None if again else value


class IvrMenu(Model):
    """A menu for callers. Times are seconds."""

    name: Name
    """As people know it."""
    greeting: MediaPath
    """A sound file below media/."""
    short_greeting: MediaPath | None = None
    """What is played instead when the greeting repeats."""
    timeout: Annotated[int, Field(ge=1, le=60)] = 5
    """Seconds to press the first key."""
    digit_timeout: Annotated[int, Field(ge=1, le=10)] = 2
    """Seconds to press the next."""
    max_failures: Annotated[int, Field(ge=1, le=10)] = 3
    """After so many wrong keys the call goes to `no_input`."""
    max_timeouts: Annotated[int, Field(ge=1, le=10)] = 1
    """How often the greeting plays to somebody who presses nothing."""
    direct_dial: bool = False
    """Callers may dial an internal number instead of pressing an option."""
    options: dict[
        Annotated[
            Text, AfterValidator(matching("[0-9*#]{1,6}", "cannot be pressed", hint="0-9, * or #"))
        ],
        Destination,
    ] = {}
    """What each key does. Keys may have several digits."""
    invalid: Annotated[
        Destination | None,
        BeforeValidator(_invalid, json_schema_input_type=Destination | Repeat | None),
    ] = None
    """What a wrong key does; `{repeat: true}` plays the greeting again."""
    no_input: Destination | None = None
    """Where a call goes whose caller presses nothing."""
    caller_id_prefix: NamePrefix | None = None
    """Stands before the caller's name on the phones that ring afterwards, as in "Sales:"."""


class Schedule(Model):
    """Open hours of every week, less the closed days, in the tenant's time zone or its own."""

    open: Annotated[list[OpenHours], Field(max_length=200)] = []
    """As in "Mon-Fri 09:00-17:00"; without days it is every day."""
    closed: Annotated[list[ClosedDay], Field(max_length=1000)] = []
    """Days that are closed all the same: 2026-12-25, or "12-31" of every year."""
    timezone: Timezone | None = None
    """Another one than the tenant's."""
