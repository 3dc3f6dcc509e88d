"""tenants.d/<slug>: the whole of one tenant."""

from typing import Annotated, Literal

from pydantic import Field

from dialform.schema import devices as phones
from dialform.schema.account import (
    Limits,
    Payment,
    PhoneLine,
    Subscription,
    TenantFeatureCodes,
    Token,
    User,
)
from dialform.schema.block import Block, NumberOrPrefix
from dialform.schema.calltest import CallTest
from dialform.schema.conference import Conference
from dialform.schema.contacts import Contact
from dialform.schema.destination import InboundRoute
from dialform.schema.fax import Fax
from dialform.schema.follow_me import FollowMe
from dialform.schema.music import MusicOnHold
from dialform.schema.paging import Paging
from dialform.schema.parking import Parking
from dialform.schema.platform import Emergency
from dialform.schema.queue import CallQueue
from dialform.schema.recording import Recording
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


class Tenant(Model):
    """One customer: account matters first, then what a tenant administrator may change."""

    company: Name
    """The customer's name."""
    contact: Email | None = None
    """Who is written to."""
    domain: Domain | None = None
    """The SIP domain of its phones; `<slug>.<domain>` below the platform's if it is missing."""
    status: Literal["active", "suspended"] = "active"
    """suspended: no calls to the outside but emergency, and callers are told so."""
    timezone: Timezone | None = None
    """Another one than the platform's."""
    country: Country | None = None
    """Another one than the platform's: how its people dial."""
    currency: Currency | None = None
    """Another one than the platform's: all amounts of the tenant and of its plan count in it."""
    language: Language | None = None
    """Another one than the platform's."""
    caller_id: Dialled | None = None
    """What its extensions show that have no caller ID of their own. If it is missing: its lowest number
    that does not lead to a fax account, else its lowest.
    """
    emergency: Emergency | None = None
    """What its emergency calls show."""
    limits: Limits = Limits()
    """What it may use."""
    permissions: list[Token] = []
    """Which kinds of objects it may have. A child grants its parent."""
    revoke: list[Token] = []
    """What is taken away again. A parent takes its children along."""
    subscription: Subscription | None = None
    """What it bought. Without one it has no slots."""
    payments: Annotated[dict[Slug, Payment], OR_NOTHING] = {}
    """What it paid, by an id that is booked once."""
    numbers: Annotated[dict[PhoneNumber, PhoneLine], OR_NOTHING] = {}
    """The numbers (DIDs) that it owns."""

    feature_codes: TenantFeatureCodes | None = None
    """What is dialled for what, where it differs from the platform."""
    users: Annotated[dict[Slug, User], OR_NOTHING] = {}
    """Its people."""
    extensions: Annotated[dict[ExtensionNumber, Extension], OR_NOTHING] = {}
    """Its internal numbers with phones."""
    voicemails: Annotated[dict[DialNumber, Mailbox], OR_NOTHING] = {}
    """Mailboxes. One with an extension's number is that extension's own."""
    ring_groups: Annotated[dict[DialNumber, RingGroup], OR_NOTHING] = {}
    """Several phones under one number."""
    call_queues: Annotated[dict[DialNumber, CallQueue], OR_NOTHING] = {}
    """Callers wait for agents."""
    conferences: Annotated[dict[DialNumber, Conference], OR_NOTHING] = {}
    """Rooms for several callers."""
    music_on_hold: Annotated[dict[Slug, MusicOnHold], OR_NOTHING] = {}
    """What waiting callers hear."""
    recording: Recording | None = None
    """What holds for its recorded calls."""
    schedules: Annotated[dict[Slug, Schedule], OR_NOTHING] = {}
    """Open hours."""
    ivr_menus: Annotated[dict[DialNumber, IvrMenu], OR_NOTHING] = {}
    """Menus for callers."""
    inbound_routes: Annotated[dict[PhoneNumber, InboundRoute], OR_NOTHING] = {}
    """Where a call to each of its numbers goes."""
    follow_me: Annotated[dict[ExtensionNumber, FollowMe], OR_NOTHING] = {}
    """Where else an extension rings."""
    device_profiles: Annotated[dict[Slug, phones.DeviceProfile], OR_NOTHING] = {}
    """What several phones have in common."""
    devices: Annotated[dict[phones.DeviceKey, phones.Device], OR_NOTHING] = {}
    """Its phones, by MAC address; a webphone by a slug."""
    fax: Fax = Fax()
    """Fax accounts and documents."""
    contacts: Annotated[dict[Slug, Contact], OR_NOTHING] = {}
    """Its address book."""
    do_not_call: list[NumberOrPrefix] = []
    """Outside numbers that nobody may dial, and prefixes with `*` behind."""
    block: Block = Block()
    """Callers that are turned away."""
    paging: Annotated[dict[DialNumber, Paging], OR_NOTHING] = {}
    """Phones that open their loudspeakers."""
    parking: Parking | None = None
    """Where calls wait for somebody."""
    calls: Annotated[list[CallTest], Field(default_factory=list)]
    """Where calls must go; tested before a change is merged."""


ACCOUNT_KEYS = frozenset(
    {
        "company", "contact", "domain", "status", "timezone", "country", "currency", "language",
        "caller_id", "emergency", "limits", "permissions", "revoke", "subscription", "payments",
        "numbers",
    }
)  # fmt: skip
"""The keys that only an admin may change; all others are the tenant administrator's too."""
