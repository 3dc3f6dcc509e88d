"""tenants.d/<slug>: the whole of one tenant."""

from typing import Annotated, Literal

from dialform.schema import later
from dialform.schema.account import (
    Limits,
    Payment,
    PhoneLine,
    Subscription,
    TenantFeatureCodes,
    Token,
    User,
)
from dialform.schema.destination import Destination
from dialform.schema.platform import Emergency
from dialform.schema.telephony import Extension, IvrMenu, Mailbox, RingGroup, Schedule
from dialform.schema.types import (
    OR_NOTHING,
    Country,
    Currency,
    Dialled,
    DialNumber,
    Domain,
    Email,
    ExtensionNumber,
    Language,
    Model,
    Name,
    PhoneNumber,
    Slug,
    Timezone,
)
from pydantic import Field


class Tenant(Model):
    """One customer: account matters first, then what a tenant administrator may change."""

    company: Name
    contact: Email | None = None
    domain: Domain | None = None
    status: Literal["active", "suspended"] = "active"
    timezone: Timezone | None = None
    country: Country | None = None
    currency: Currency | None = None
    language: Language | None = None
    caller_id: Dialled | None = None
    emergency: Emergency | None = None
    limits: Limits = Limits()
    permissions: list[Token] = []
    revoke: list[Token] = []
    subscription: Subscription | None = None
    payments: Annotated[dict[Slug, Payment], OR_NOTHING] = {}
    numbers: Annotated[dict[PhoneNumber, PhoneLine], OR_NOTHING] = {}

    feature_codes: TenantFeatureCodes | None = None
    users: Annotated[dict[Slug, User], OR_NOTHING] = {}
    extensions: Annotated[dict[ExtensionNumber, Extension], OR_NOTHING] = {}
    voicemails: Annotated[dict[DialNumber, Mailbox], OR_NOTHING] = {}
    ring_groups: Annotated[dict[DialNumber, RingGroup], OR_NOTHING] = {}
    call_queues: Annotated[dict[DialNumber, later.CallQueue], OR_NOTHING] = {}
    conferences: Annotated[dict[DialNumber, later.Conference], OR_NOTHING] = {}
    music_on_hold: Annotated[dict[Slug, later.MusicOnHold], OR_NOTHING] = {}
    schedules: Annotated[dict[Slug, Schedule], OR_NOTHING] = {}
    ivr_menus: Annotated[dict[DialNumber, IvrMenu], OR_NOTHING] = {}
    inbound_routes: Annotated[dict[PhoneNumber, Destination], OR_NOTHING] = {}
    follow_me: Annotated[dict[ExtensionNumber, later.FollowMe], OR_NOTHING] = {}
    device_profiles: Annotated[dict[Slug, later.DeviceProfile], OR_NOTHING] = {}
    devices: Annotated[dict[later.DeviceKey, later.Device], OR_NOTHING] = {}
    fax: later.Fax = later.Fax()
    contacts: Annotated[dict[Slug, later.Contact], OR_NOTHING] = {}
    do_not_call: list[Dialled] = []
    block: later.Block = later.Block()
    paging: Annotated[dict[DialNumber, later.Paging], OR_NOTHING] = {}
    parking: later.Parking | None = None
    calls: Annotated[list[later.CallTest], Field(default_factory=list)]


ACCOUNT_KEYS = frozenset(
    {
        "company", "contact", "domain", "status", "timezone", "country", "currency", "language",
        "caller_id", "emergency", "limits", "permissions", "revoke", "subscription", "payments",
        "numbers",
    }
)  # fmt: skip
"""The keys that only an admin may change; all others are the tenant administrator's too."""
