"""routes.yaml: which provider takes which numbers."""

from typing import Annotated, Literal

from dialform.schema.types import OR_NOTHING, Dialled, Model, Prefix, Slug, Text
from pydantic import Field


class Route(Model):
    """An outbound route: one of `prefix`, `exact` or `pattern` says what it takes.

    Of several, the longest matching prefix of the right service wins.
    """

    service: Literal["voice", "fax"] = "voice"
    prefix: Prefix | None = None
    exact: Annotated[list[Dialled], Field(min_length=1)] | None = None
    pattern: Text | None = None
    except_: Annotated[list[Prefix], Field(alias="except")] = []
    toll: Literal["internal", "local", "national", "international", "premium", "emergency"] = (
        "national"
    )
    providers: Annotated[list[Slug], Field(min_length=1)]
    plan: Slug | None = None


class Routes(Model):
    """routes.yaml."""

    routes: Annotated[dict[Slug, Route], OR_NOTHING] = {}
