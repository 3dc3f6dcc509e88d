"""A tenant's account: what only an admin may change."""

from typing import Annotated, Literal

from dialform.schema.billing import Slots, Usage
from dialform.schema.platform import FeatureCodes, Handle
from dialform.schema.types import (
    OR_NOTHING,
    Count,
    Date,
    Decimal,
    Email,
    Limit,
    Model,
    Name,
    Slug,
    Text,
)

Token = Literal[
    "send_fax", "receive_fax", "fax_setting", "contacts", "fpbx_extension", "devices",
    "ring_groups", "call_queues", "ivr_menus", "voicemails", "conferences", "music_on_hold",
    "follow_me", "inbound_routes", "realtime",
]  # fmt: skip


class Limits(Model):
    """What a tenant may use. -1 is unlimited; 0 concurrent calls is unlimited too."""

    daily: Limit = -1
    monthly: Limit = -1
    concurrent_calls: Limit = 0
    low_credit_alert: Decimal | None = None


class Subscription(Model):
    """Which package and plan a tenant has, and since when."""

    package: Slug
    plan: Slug | None = None
    since: Date | None = None
    on_zero_credit: Literal["continue", "block"] = "continue"
    overrides: Annotated[dict[Slots | Usage, Count], OR_NOTHING] = {}


class Payment(Model):
    """Money that came in; its key is booked once."""

    date: Date
    amount: Decimal
    note: Text | None = None


class PhoneLine(Model):
    """A number (DID) that the tenant owns."""

    provider: Slug
    description: Text | None = None


class TenantFeatureCodes(FeatureCodes):
    """A tenant's own codes; what is not written comes from the platform."""


class User(Model):
    """A person: their role, what they may do, and how much they may have."""

    name: Name
    email: Email | None = None
    role: Literal["admin", "tenant_admin", "user", "end_user"] = "user"
    git: Handle | None = None
    permissions: list[Token] = []
    revoke: list[Token] = []
    slots: Annotated[dict[Slots, Count], OR_NOTHING] = {}
