"""routes.yaml: which provider takes which numbers."""

from typing import Annotated, Literal

from pydantic import Field

from dialform.schema.types import OR_NOTHING, Dialled, Model, Prefix, Slug, Text


class Route(Model):
    """An outbound route: one of `prefix`, `exact` or `pattern` says what it takes.

    Of several, the longest matching prefix of the right service wins.
    """

    service: Literal["voice", "fax"] = "voice"
    """What it is for."""
    prefix: Prefix | None = None
    """Numbers that begin so."""
    exact: Annotated[list[Dialled], Field(min_length=1)] | None = None
    """Exactly these numbers, as dialled."""
    pattern: Text | None = None
    """Numbers (E.164) that match this regular expression, `^` and `$` included. Wins over prefixes."""
    except_: Annotated[list[Prefix], Field(alias="except")] = []
    """Numbers that begin so are not taken by this route."""
    toll: Literal[
        "internal", "local", "national", "international", "premium", "emergency", "auto"
    ] = "national"
    """What an extension must be allowed to dial. `emergency` is always allowed. `auto` goes by the
    tenant's country: national for its numbers, premium for its premium-rate ones, international for
    all others.
    """
    providers: Annotated[list[Slug], Field(min_length=1)]
    """Tried in this order; the next one when a trunk fails, not when the callee is busy."""
    plan: Slug | None = None
    """What such calls cost, before the tenant's own plan."""


class Routes(Model):
    """Outbound routes: which provider takes which numbers."""

    routes: Annotated[dict[Slug, Route], OR_NOTHING] = {}
    """By a name of your own."""
