"""billing.yaml: packages, rates and plans."""

from typing import Annotated, Literal

from dialform.schema.types import OR_NOTHING, Count, Date, Decimal, MediaPath, Model, Prefix, Slug
from pydantic import Field

Slots = Literal["ring_groups", "call_queues", "voicemails", "conferences", "music_on_hold",
                "extensions", "devices", "ivr_menus"]  # fmt: skip
Usage = Literal["voice_minutes", "fax_pages", "conference_minutes"]

RESOURCES: dict[str, int] = {
    "ring_groups": 7, "call_queues": 8, "voicemails": 9, "conferences": 10, "music_on_hold": 11,
    "voice_minutes": 12, "fax_pages": 13, "conference_minutes": 14, "extensions": 15,
    "devices": 16, "ivr_menus": 17,
}  # fmt: skip
"""The eleven resources of a package with their numbers for import and export."""


class Package(Model):
    """How many objects a tenant may have, and what usage a month includes."""

    slots: Annotated[dict[Slots, Count], OR_NOTHING] = {}
    included: Annotated[dict[Usage, Count], OR_NOTHING] = {}


class Rate(Model):
    """A price, inline or as a CSV file of many."""

    file: MediaPath | None = None
    service: Literal["voice", "fax", "conference"] | None = None
    direction: Literal["outbound", "inbound"] = "outbound"
    prefix: Prefix | None = None
    per_minute: Decimal | None = None
    per_page: Decimal | None = None
    first: Annotated[int, Field(ge=1, le=3600)] = 60
    next: Annotated[int, Field(ge=1, le=3600)] = 60
    connect: Decimal = "0"
    minimum: Decimal = "0"
    from_: Annotated[Date | None, Field(alias="from")] = None
    until: Date | None = None


class Plan(Model):
    """A list of rates; the longest prefix among them prices a call."""

    rates: Annotated[list[Slug], Field(min_length=1)]


class Billing(Model):
    """billing.yaml."""

    packages: Annotated[dict[Slug, Package], OR_NOTHING] = {}
    rates: Annotated[dict[Slug, Rate], OR_NOTHING] = {}
    plans: Annotated[dict[Slug, Plan], OR_NOTHING] = {}
