"""Callers that are turned away, and numbers that nobody may dial."""

from typing import Annotated

from pydantic import AfterValidator

from dialform.schema.types import Model, Text, matching

_NUMBER = r"\+?[0-9]{1,15}\*?"

NumberOrPrefix = Annotated[
    Text,
    AfterValidator(
        matching(_NUMBER, "is no number and no prefix", hint="+12125550111 or, as a prefix, +1900*")
    ),
]
Caller = Annotated[
    Text,
    AfterValidator(matching(rf"{_NUMBER}|anonymous", "blocks nothing", hint="+1900* or anonymous")),
]


class Block(Model):
    """Callers that are turned away."""

    inbound: list[Caller] = []
    """Numbers, prefixes with `*` behind, or `anonymous`: whoever shows no number."""
