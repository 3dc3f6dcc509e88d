"""Where a call goes next: a map with one key."""

from typing import Annotated, Any, Literal

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
from pydantic import BeforeValidator, ConfigDict, Field, model_validator

Kind = Literal[
    "extension", "ring_group", "ivr", "voicemail", "queue", "conference", "fax", "external",
    "schedule", "play", "hangup",
]  # fmt: skip

Cause = Literal["busy", "congestion", "rejected", "not_found"]


class External(Model):
    """An outside number, dialled by the tenant's outbound policy and billed to the object."""

    number: Dialled
    pass_caller_id: bool = False


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
            ]
        }
    )  # fmt: skip

    extension: ExtensionNumber | None = None
    ring_group: DialNumber | None = None
    ivr: DialNumber | None = None
    voicemail: DialNumber | None = None
    queue: DialNumber | None = None
    conference: DialNumber | None = None
    fax: ExtensionNumber | None = None
    external: (
        Annotated[External, BeforeValidator(_external, json_schema_input_type=External | str | int)]
        | None
    ) = None  # noqa: E501
    schedule: Slug | None = None
    play: MediaPath | None = None
    hangup: (
        Annotated[
            Literal["normal"] | Cause,
            BeforeValidator(
                _hangup, json_schema_input_type=Literal[True] | Cause | Literal["normal"]
            ),
        ]
        | None
    ) = None  # noqa: E501
    open: "Destination | None" = None
    closed: "Destination | None" = None
    pass_caller_id: bool | None = Field(default=None)

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
            for key in ("open", "closed", "pass_caller_id"):
                if key in value and key not in beside.get(kinds[0], ()):
                    refuse(shape.BadDestination, what=f"'{key}' has no meaning beside '{kinds[0]}'")
            if kinds[0] == "schedule" and not (value.get("open") and value.get("closed")):
                refuse(shape.BadDestination, what="'schedule' needs 'open' and 'closed' beside it")
        elif not value:
            refuse(shape.BadDestination, what="the destination is empty")
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
