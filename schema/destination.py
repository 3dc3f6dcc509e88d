"""Where a call goes next: a map with one key."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from dialform.schema.rules import shape
from dialform.schema.types import (
    Dialled,
    DialNumber,
    ExtensionNumber,
    MediaPath,
    Model,
    Slug,
    refuse,
)

Kind = Literal[
    "extension", "ring_group", "ivr", "voicemail", "queue", "conference", "fax", "external",
    "schedule", "play", "hangup",
]  # fmt: skip

Cause = Literal["busy", "congestion", "rejected", "not_found"]


class External(Model):
    """An outside number, dialled by the tenant's outbound policy and billed to the object."""

    number: Dialled
    """The number, as the tenant's phones would dial it."""
    pass_caller_id: bool = False
    """Show the caller's own number instead of the tenant's."""


_BESIDE = {"open": "schedule", "closed": "schedule", "pass_caller_id": "external"}
"""Keys that stand beside another one, never alone."""


def _external(value: Any) -> Any:
    return value if isinstance(value, dict) else {"number": value}


def _hangup(value: Any) -> Any:
    return "normal" if value is True else value


class Destination(Model):
    """Exactly one of the keys; `schedule` has `open` and `closed` beside it."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": [kind]}
                for kind in (
                    "extension", "ring_group", "ivr", "voicemail", "queue", "conference", "fax",
                    "external", "schedule", "play", "hangup",
                )
            ],
            "dependentRequired": {
                "schedule": ["open", "closed"], "open": ["schedule"], "closed": ["schedule"],
                "pass_caller_id": ["external"],
            },
        }
    )  # fmt: skip

    extension: ExtensionNumber | None = None
    """The phones of an extension, and what follows when they do not answer."""
    ring_group: DialNumber | None = None
    """A ring group."""
    ivr: DialNumber | None = None
    """A menu."""
    voicemail: DialNumber | None = None
    """A mailbox: the caller leaves a message."""
    queue: DialNumber | None = None
    """A call queue."""
    conference: DialNumber | None = None
    """A conference."""
    fax: ExtensionNumber | None = None
    """A fax account: the call is answered as a fax machine."""
    external: (
        Annotated[External, BeforeValidator(_external, json_schema_input_type=External | Dialled)]
        | None
    ) = None
    """An outside number, billed to the object that sends the call there."""
    schedule: Slug | None = None
    """A schedule; `open` and `closed` beside it say where calls go."""
    play: MediaPath | None = None
    """A sound file; then the call ends."""
    hangup: (
        Annotated[
            Literal["normal"] | Cause,
            BeforeValidator(
                _hangup, json_schema_input_type=Literal[True] | Cause | Literal["normal"]
            ),
        ]
        | None
    ) = None
    """End the call: true, or with a cause."""
    open: "Destination | None" = None
    """Beside `schedule`: where calls go in its open hours."""
    closed: "Destination | None" = None
    """Beside `schedule`: where they go else."""
    pass_caller_id: bool | None = Field(default=None)
    """Beside `external`: show the caller's own number instead of the tenant's."""

    @model_validator(mode="before")
    @classmethod
    def _one_key(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            refuse(
                shape.BadDestination, what=f"a destination is a map with one key, not {name(value)}"
            )
        kinds = [key for key in value if key in KINDS]
        if len(kinds) > 1:
            refuse(
                shape.BadDestination, what=f"a destination has one key, not {' and '.join(kinds)}"
            )
        beside = {"schedule": ("open", "closed"), "external": ("pass_caller_id",)}
        if kinds:
            if value[kinds[0]] is None:
                refuse(shape.BadDestination, what=f"'{kinds[0]}' names nothing")
            if "detect_fax" in value and "detect_fax" not in cls.model_fields:
                what = "'detect_fax' stands at an inbound route itself, beside its destination"
                refuse(shape.BadDestination, what=what)
            for key in ("open", "closed", "pass_caller_id"):
                if key in value and key not in beside.get(kinds[0], ()):
                    refuse(shape.BadDestination, what=f"'{key}' has no meaning beside '{kinds[0]}'")
            if kinds[0] == "schedule" and not (value.get("open") and value.get("closed")):
                refuse(shape.BadDestination, what="'schedule' needs 'open' and 'closed' beside it")
        elif value.keys() == {"detect_fax"}:
            refuse(shape.BadDestination, what="'detect_fax' stands beside a destination for calls")
        elif not value.keys() - {"open", "closed", "pass_caller_id"}:
            refuse(shape.BadDestination, what="the destination names nothing")
        elif not value.keys() - _BESIDE.keys():
            key = next(iter(value))
            refuse(shape.BadDestination, what=f"'{key}' stands without '{_BESIDE[key]}'")
        return value

    @property
    def kind(self) -> Kind:
        """Which key is written."""
        for kind in KINDS:
            if getattr(self, kind) is not None:
                return kind
        raise AssertionError("a destination without a key does not validate")

    @property
    def target(self) -> str:
        """What the key names: a number, a slug, a path."""
        value = getattr(self, self.kind)
        return value.number if isinstance(value, External) else str(value)

    @property
    def passes_caller_id(self) -> bool:
        """Whether an external destination shows the caller's own number."""
        return bool(self.pass_caller_id or (self.external and self.external.pass_caller_id))


class InboundRoute(Destination):
    """A destination of calls from outside; what else holds for the number stands beside it."""

    detect_fax: ExtensionNumber | None = None
    """A fax account: the number is for voice and fax. Calls are answered, callers hear it ring for five
    seconds, and go on to the destination; a fax machine, known by its tone (CNG), comes to the account.
    """


KINDS: tuple[Kind, ...] = (
    "extension", "ring_group", "ivr", "voicemail", "queue", "conference", "fax", "external",
    "schedule", "play", "hangup",
)  # fmt: skip


def name(value: Any) -> str:
    """What a value is, in an operator's words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return f"the number {value}"
    if isinstance(value, str):
        return f"the text '{value[:40]}'"
    if isinstance(value, list):
        return "a list"
    return "a map" if isinstance(value, dict) else "something unreadable"
