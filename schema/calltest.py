"""Call tests: what is dialled when, what holds at that time, and where the call must go."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    model_validator,
)

from dialform.schema.destination import Destination
from dialform.schema.rules import calls as rules
from dialform.schema.rules import shape
from dialform.schema.types import (
    Dialled,
    DialNumber,
    ExtensionNumber,
    MediaPath,
    Model,
    Slug,
    Text,
    check_text,
    matching,
    refuse,
)

SOON = 3
"""Seconds until somebody answers of whom nothing else is said."""

ANONYMOUS = "anonymous"
_MOMENT = re.compile(
    r"^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)"
    r"(Z|[+-][0-9]{2}:?[0-9]{2})?)?\Z"
)


def _moment(text: str) -> str:
    found = _MOMENT.match(text)
    if not found:
        check_text(text)
        refuse(rules.NoMoment, what=f"'{text}' is no moment")
    day, time, offset = found.groups()
    if time is None:
        refuse(
            rules.NoMoment,
            what=f"'{text}' is a day without a time of day",
            hint=f"write when on that day, as in {text}T10:00",
        )
    plain = f"{day}T{time}{(offset or '').replace('Z', '+00:00')}"
    try:
        datetime.fromisoformat(plain)
    except ValueError:
        refuse(rules.NoMoment, what=f"'{text}' is no moment: no calendar or clock has it")
    return plain


Moment = Annotated[
    Text,
    AfterValidator(_moment),
    WithJsonSchema(
        {"title": "moment", "type": "string", "pattern": _MOMENT.pattern.replace(r"\Z", "$")}
    ),
]
Caller = Annotated[
    Text,
    AfterValidator(
        matching(
            rf"[+*#]?[0-9*#]{{1,24}}|{ANONYMOUS}",
            "cannot call",
            hint="an extension, an outside number in E.164, or anonymous",
            dialled=True,
        )
    ),
    WithJsonSchema({"title": "caller", "type": ["string", "number"]}),
]
Refusal = Literal[
    "toll", "no_route", "cap", "limit", "credit", "suspended", "blocked", "do_not_call", "not_found",
    "not_allowed",
]  # fmt: skip
"""Why a call is refused: the names of `renderers/freeswitch/refusals.py`."""

Wait = Annotated[int, Field(ge=0, le=3600)]
Many = Annotated[int, Field(ge=0, le=100_000)]


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) or value is None else [value]


def _soon(value: Any) -> Any:
    """`"1001"` and `["1001"]` as a map to the seconds until they answer."""
    if isinstance(value, dict) or value is None:
        return value
    return {str(one): SOON for one in _listed(value) if isinstance(one, str | int)}


Numbers = Annotated[
    list[Dialled], BeforeValidator(_listed, json_schema_input_type=Dialled | list[Dialled])
]
Extensions = Annotated[
    list[ExtensionNumber],
    BeforeValidator(_listed, json_schema_input_type=ExtensionNumber | list[ExtensionNumber]),
]
Objects = Annotated[
    list[DialNumber], BeforeValidator(_listed, json_schema_input_type=DialNumber | list[DialNumber])
]
Trunks = Annotated[list[Slug], BeforeValidator(_listed, json_schema_input_type=Slug | list[Slug])]
Sounds = Annotated[
    list[MediaPath], BeforeValidator(_listed, json_schema_input_type=MediaPath | list[MediaPath])
]


def _written_as(value: Any) -> str:
    return "destination" if isinstance(value, dict) else "number"


_Place = Dialled | Destination
Places = Annotated[
    list[
        Annotated[
            Annotated[Dialled, Tag("number")] | Annotated[Destination, Tag("destination")],
            Discriminator(_written_as),
        ]
    ],
    BeforeValidator(_listed, json_schema_input_type=_Place | list[_Place]),
]
TENANT = ""
"""The key of `Given.calls` that stands for the tenant as a whole."""


def _counted(value: Any) -> Any:
    return {TENANT: value} if type(value) is int else value


def _counted_key(text: str) -> str:
    if text and not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", text):
        refuse(shape.BadKey, what=f"'{text}' is neither an extension nor a provider")
    return text


_Counted = Annotated[Text, AfterValidator(_counted_key)]
Answers = Annotated[
    dict[Dialled, Wait],
    BeforeValidator(_soon, json_schema_input_type=Dialled | list[Dialled] | dict[Dialled, Wait]),
]


class _Spelled(Model):
    """A model whose keys have other spellings that people think of first."""

    @classmethod
    def spellings(cls) -> dict[str, str]:
        """Another spelling → the key that it stands for."""
        return {}

    @model_validator(mode="before")
    @classmethod
    def _respell(cls, value: Any) -> Any:
        other = cls.spellings()
        if not isinstance(value, dict) or not other.keys() & value.keys():
            return value
        made: dict[Any, Any] = {}
        for key, entry in value.items():
            name = other.get(key, key)
            if name in made or (name != key and name in value):
                refuse(shape.BadValue, what=f"'{key}' and '{name}' are the same key: write one")
            made[name] = entry
        return made


def _with_spellings(other: dict[str, str], least: int = 0) -> Any:
    """Adds the other spellings to a model's JSON Schema, so that editors take them too; `least` keys must
    be written.
    """

    def extend(schema: dict[str, Any]) -> None:
        known = schema["properties"]
        if least:
            schema["minProperties"] = least
        for spelling, key in other.items():
            known[spelling] = {**known[key], "description": f"The same as `{key}`."}

    return extend


_GIVEN = {
    "not_registered": "unregistered", "offline": "unregistered", "no_answers": "no_answer",
    "dnd": "do_not_disturb", "forwards": "forward", "forwarded": "forward", "forward_set": "forward",
    "gateways_down": "gateway_down", "trunk_down": "gateway_down", "trunks_down": "gateway_down",
    "down": "gateway_down", "answer": "answers", "logged_off": "logged_out",
}  # fmt: skip


class Given(_Spelled):
    """What holds while the call is made. Nothing said: every phone is registered and rings, nobody answers,
    the agents of queues are logged in, all trunks are up, no other call is on.
    """

    model_config = ConfigDict(json_schema_extra=_with_spellings(_GIVEN))

    busy: Numbers = []
    """Who is on the phone: each call there is refused as busy at once."""
    unregistered: Extensions = []
    """Extensions without a phone on the network."""
    no_answer: Numbers = []
    """Who lets it ring; said for readers, since nobody answers of whom nothing is said."""
    do_not_disturb: Extensions = []
    """Extensions that want no calls (as with the code `dnd_on`)."""
    forward: dict[ExtensionNumber, Dialled] = {}
    """Extension → where it forwards its calls to (as with the code `forward_on`)."""
    gateway_down: Trunks = []
    """Providers that cannot be reached."""
    answers: Answers = {}
    """Who answers: numbers, or a map to the seconds that it rings before. 3 seconds if none are said."""
    logged_out: Extensions = []
    """Agents that are not logged in to their queues."""
    calls: Annotated[
        dict[_Counted, Many],
        BeforeValidator(_counted, json_schema_input_type=Many | dict[_Counted, Many]),
    ] = {}
    """How many calls the tenant has already; or a map from an extension or a provider to its calls."""
    limit: bool = False
    """true: the tenant's daily or monthly limit is reached."""
    credit: bool = False
    """true: the tenant's credit is used up, and the subscription blocks at zero credit."""
    fax: bool = False
    """true: a fax machine calls, and its tone is heard."""

    @classmethod
    def spellings(cls) -> dict[str, str]:
        """Other words for the same."""
        return _GIVEN


_EXPECT = {
    "ring": "rings", "answered": "answered_by", "mailbox": "voicemail", "menu": "ivr",
    "call_queue": "queue", "caller_id": "as", "play": "plays", "not_reach": "not_reaches",
    "never_reaches": "not_reaches",
}  # fmt: skip


class Expect(_Spelled):
    """What must come of the call; all that is written must hold."""

    model_config = ConfigDict(json_schema_extra=_with_spellings(_EXPECT, least=1))

    rings: Numbers | None = None
    """Exactly these phones and outside numbers rang, at one place that the call came to or on its whole
    way. An empty list: none did.
    """
    answered_by: Dialled | None = None
    """Who took the call; they need not be given as answering."""
    voicemail: Objects | None = None
    """The mailbox that the call came to."""
    ivr: Objects | None = None
    """The menu that it came to."""
    queue: Objects | None = None
    """The call queue that it waited in."""
    conference: Objects | None = None
    """The conference that it came into."""
    fax: Extensions | None = None
    """The fax account that it came to."""
    trunk: Slug | None = None
    """The provider that took the last call to the outside."""
    as_: Annotated[Caller | None, Field(alias="as")] = None
    """The caller ID that the outside saw, in E.164; `anonymous` for none."""
    refused: Refusal | None = None
    """Why the call was refused."""
    plays: Sounds | None = None
    """A sound file of the site, or a prompt of the switch, that was played."""
    not_reaches: Places | None = None
    """Numbers that did not ring and objects that the call did not come to, as numbers or destinations."""
    hangup: Text | None = None
    """How the call ended: a cause as in a destination's `hangup`, or the switch's own name of one, as in
    USER_BUSY.
    """

    @classmethod
    def spellings(cls) -> dict[str, str]:
        """Other words for the same."""
        return _EXPECT

    @model_validator(mode="after")
    def _something(self) -> "Expect":
        if all(getattr(self, name) is None for name in type(self).model_fields):
            refuse(rules.ExpectsNothing)
        return self


class CallTest(Model):
    """Where a call must go."""

    name: Text | None = None
    """What it shows."""
    caller: Annotated[Caller, Field(alias="from")]
    """Who calls: an extension of the tenant, an outside number, or `anonymous`."""
    to: Dialled
    """What is dialled."""
    at: Moment | None = None
    """When, as in 2026-12-24T10:00, in the tenant's time zone; now if it is missing."""
    press: Text | None = None
    """The keys that the caller presses. After a comma stand those for the next thing that asks."""
    tenant: Slug | None = None
    """Whose test it is, in a file of calls.d/."""
    given: Given = Given()
    """What holds at that time: who is busy, unregistered and so on."""
    expect: Expect
    """What must come of it."""


class Calls(Model):
    """Call tests that stand outside of the tenants' own files."""

    calls: list[CallTest]
    """The tests, in any order."""
