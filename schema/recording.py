"""Which calls are recorded, what both sides are told, and how long recordings are kept."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from dialform.schema.types import MediaPath, Model

Direction = Literal["inbound", "outbound", "internal"]
DIRECTIONS: tuple[Direction, ...] = ("inbound", "outbound", "internal")


def _all(value: Any) -> Any:
    """`all` stands for every direction."""
    return list(DIRECTIONS) if value == "all" else value


Recorded = Annotated[
    list[Direction],
    BeforeValidator(_all, json_schema_input_type=list[Direction] | Literal["all"]),
]
"""Calls of an extension that are recorded, by who is on the other side: a trunk that called in, a
trunk that was called, a colleague."""


class Recording(Model):
    """What holds for all recorded calls of a tenant."""

    announcement: MediaPath | None = None
    """A sound file below media/ that both sides hear as a recorded call begins."""
    keep_days: Annotated[int, Field(ge=1, le=36500)] | None = None
    """Days until `dialform recordings prune` removes a recording; without it they are kept."""
