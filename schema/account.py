"""A tenant's account: what only an admin may change."""

from typing import Annotated, Literal

from dialform.schema.billing import Resource, Slots
from dialform.schema.platform import FeatureCodes, Handle
from dialform.schema.types import (
    OR_NOTHING,
    Amount,
    Count,
    Date,
    Decimal,
    Email,
    Limit,
    Model,
    Name,
    NamePrefix,
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
    """How many trunk calls, of both directions, and fax jobs a day; past it, outbound is blocked."""
    monthly: Limit = -1
    """The same for a month, both in the tenant's time zone."""
    concurrent_calls: Limit = 0
    """How many calls the tenant may have at once, in both directions; the next one is busy."""
    concurrent_faxes: Limit = 2
    """How many faxes the tenant sends at once; the others wait. 0 sends none at all."""
    low_credit_alert: Decimal | None = None
    """Below this balance the contact gets a mail, once each time that it falls below."""
    hourly_spend_alert: Amount | None = None
    """When one extension spends more than this within an hour, the operators are told, with its name."""


class Subscription(Model):
    """Which package and plan a tenant has, and since when."""

    package: Slug
    """A package of billing.yaml: how many objects the tenant may have."""
    plan: Slug | None = None
    """A plan of billing.yaml: what calls cost that have no plan by their route."""
    since: Date | None = None
    """The first day on which the package includes usage, in the tenant's time zone: calls before it cost
    what the plan says from the first minute. The month of that day has all that a month includes.
    """
    on_zero_credit: Literal["continue", "block"] = "continue"
    """Whether calls to the outside go on when the credit is used up. Emergency calls always do."""
    overrides: Annotated[dict[Resource, Count], OR_NOTHING] = {}
    """Limits of the package that are others for this tenant alone."""


class Payment(Model):
    """Money that came in; its key is booked once, and neither date nor amount change after that."""

    date: Date
    """When it came in."""
    amount: Decimal
    """In the tenant's currency; negative for money given back."""
    note: Text | None = None
    """For people."""


class PhoneLine(Model):
    """A number (DID) that the tenant owns."""

    provider: Slug
    """The provider that calls to this number come from: a file of providers.d/."""
    description: Text | None = None
    """For people."""
    caller_id_prefix: NamePrefix | None = None
    """Stands before the caller's name on the phones that ring, as in "Sales:"."""


class TenantFeatureCodes(FeatureCodes):
    """A tenant's own codes; what is not written comes from the platform."""


class User(Model):
    """A person: their role, what they may do, and how much they may have."""

    name: Name
    """As people know them."""
    email: Email | None = None
    """Where voicemail of their extensions goes, unless the mailbox says otherwise."""
    role: Literal["admin", "tenant_admin", "user", "end_user"] = "user"
    """A tenant administrator may do all that the tenant may, a user what is listed, an end user at most
    softphone and fax.
    """
    git: Handle | None = None
    """Who they are in pull requests."""
    permissions: list[Token] = []
    """What a user or end_user may have and change. A child grants its parent."""
    revoke: list[Token] = []
    """What is taken away again. A parent takes its children along."""
    slots: Annotated[dict[Slots, Count], OR_NOTHING] = {}
    """How many objects of each kind may belong to this user."""
