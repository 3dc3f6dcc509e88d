"""billing.yaml: packages, rates and plans."""

from typing import Annotated, Literal

from pydantic import Field

from dialform.schema.types import (
    OR_NOTHING,
    Amount,
    Count,
    Date,
    MediaPath,
    Model,
    RatePrefix,
    Slug,
)

Slots = Literal["ring_groups", "call_queues", "voicemails", "conferences", "music_on_hold",
                "extensions", "devices", "ivr_menus"]  # fmt: skip
Usage = Literal["voice_minutes", "fax_pages", "conference_minutes"]
Resource = Literal[Slots, Usage]

RESOURCES: dict[str, int] = {
    "ring_groups": 7, "call_queues": 8, "voicemails": 9, "conferences": 10, "music_on_hold": 11,
    "voice_minutes": 12, "fax_pages": 13, "conference_minutes": 14, "extensions": 15,
    "devices": 16, "ivr_menus": 17,
}  # fmt: skip
"""The eleven resources of a package with their numbers for import and export."""


TABLES = ("packages", "rates", "plans")
"""The keys of billing.yaml that hold objects by name."""


class Package(Model):
    """How many objects a tenant may have, and what usage a month includes."""

    slots: Annotated[dict[Slots, Count], OR_NOTHING] = {}
    """How many objects of each kind a tenant may have. What is not named is 0."""
    included: Annotated[dict[Usage, Count], OR_NOTHING] = {}
    """The usage that a month includes, in minutes and pages."""


Service = Literal["voice", "fax", "conference"]
Direction = Literal["outbound", "inbound"]


class Rate(Model):
    """A price, inline or as a CSV file of many."""

    file: MediaPath | None = None
    """A CSV file of prices, with the columns service, prefix, per_minute, first, next, connect,
    from and until; also direction, minimum, per_page and free. Nothing else stands beside `file`.
    """
    service: Service | None = None
    """What is priced."""
    direction: Direction = "outbound"
    """Which calls: those that the tenant makes or those that it gets."""
    prefix: RatePrefix | None = None
    """The numbers that it prices; all, if it is missing. The longest matching prefix wins. Of inbound
    calls it is the number that was called (DID); a conference has none.
    """
    per_minute: Amount | None = None
    """The price of a minute, of voice and conference."""
    per_page: Amount | None = None
    """The price of a page, of fax."""
    first: Annotated[int, Field(ge=1, le=3600)] = 60
    """A call counts at least as this many seconds."""
    next: Annotated[int, Field(ge=1, le=3600)] = 60
    """After those, time counts in steps of this many seconds."""
    connect: Amount = "0"
    """Charged once a call."""
    minimum: Amount = "0"
    """The least that the minutes or pages of a call cost, where any of them are billed."""
    free: bool = False
    """Costs nothing, on purpose: such calls use up nothing of what the package includes, either."""
    from_: Annotated[Date | None, Field(alias="from")] = None
    """The first day on which it holds, in the tenant's time zone."""
    until: Date | None = None
    """The last day on which it holds, in the tenant's time zone."""


class Plan(Model):
    """A list of rates; the longest prefix among them prices a call."""

    rates: Annotated[list[Slug], Field(min_length=1)]
    """Rates of this file."""


class Billing(Model):
    """What tenants buy, and what it costs."""

    packages: Annotated[dict[Slug, Package], OR_NOTHING] = {}
    """What tenants subscribe to."""
    rates: Annotated[dict[Slug, Rate], OR_NOTHING] = {}
    """What things cost."""
    plans: Annotated[dict[Slug, Plan], OR_NOTHING] = {}
    """The rates that apply together."""
    partial_fax: Literal["free", "charge"] = "free"
    """Whether the pages cost something that got through before a fax broke off."""
