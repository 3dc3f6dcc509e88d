"""Follow-me: where else an extension rings."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from dialform.schema.types import Dialled, Model, Seconds

Reason = Literal["busy", "no_answer", "unregistered", "always"]


def _numbered(value: Any) -> Any:
    return value if isinstance(value, dict) else {"number": value}


class FollowMeStep(Model):
    """One number of a follow-me."""

    number: Dialled
    """An extension or an outside number."""
    timeout: Seconds = 20
    """Seconds that it rings."""
    delay: Annotated[int, Field(ge=0, le=600)] = 0
    """Seconds before it rings: after the number before it, or after all began to ring."""
    confirm: bool = False
    """Whoever answers must press a key, so that a mobile's mailbox does not take the call."""


class FollowMe(Model):
    """Where else an extension rings."""

    when: Annotated[list[Reason], Field(min_length=1)] = ["no_answer"]
    """What must have happened to the extension; `always`: its own phones do not ring at all."""
    strategy: Literal["sequence", "simultaneous"] = "sequence"
    """One after the other, or all at once."""
    destinations: Annotated[
        list[
            Annotated[
                FollowMeStep,
                BeforeValidator(_numbered, json_schema_input_type=FollowMeStep | Dialled),
            ]
        ],
        Field(min_length=1),
    ]
    """Numbers, or maps with more detail."""
