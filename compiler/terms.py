"""The commercial side of a site, resolved: prices, plans, packages, and what each tenant agreed to.

It is compiled into two files of a host (`PRICES`, `TENANTS`), so that what a host ran says what it cost.
Amounts are integers of micro-units, dates are ISO days in the tenant's time zone.
"""

from dialform.values import dataclass

PRICES, TENANTS = "billing/prices.json", "billing/tenants.json"
"""The files, below a host's folder."""

Service = str  # voice, fax, conference
RESOURCE_OF = {"voice": "voice_minutes", "fax": "fax_pages", "conference": "conference_minutes"}
"""The resource of a package that each service uses up."""


@dataclass(frozen=True, slots=True)
class Price:
    """One row of a rate. `price` is micro-units a minute, of fax a page.

    `prefix` is as in the site ("+44", "311"; empty for conference). Seconds: `first`, `next`. `start` and
    `until` are the first and the last day on which it holds, empty for no bound. `name` says where it stands:
    "us", or "world:3" for the third row of a file.
    """

    name: str
    service: Service
    direction: str
    prefix: str
    price: int
    first: int = 60
    next: int = 60
    connect: int = 0
    minimum: int = 0
    free: bool = False
    start: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Prices:
    """What things cost on a host: `rates` by name, each its rows; `plans` by name, each its rates' names.

    `packages` maps a package to what a month includes, in minutes and pages. `partial_fax` says
    that a fax that broke off costs the pages that got through.
    """

    rates: dict[str, tuple[Price, ...]]
    plans: dict[str, tuple[str, ...]]
    packages: dict[str, dict[str, int]]
    partial_fax: bool = False


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment as the site writes it. `amount` is in micro-units, negative for money given back."""

    id: str
    date: str
    amount: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a tenant agreed to. Without a subscription `package` and `plan` are empty.

    `included` are the subscription's overrides of what a month includes, in minutes and pages. `daily` and
    `monthly` are transactions, -1 for no limit. Amounts are micro-units, None where nothing is asked for.
    """

    slug: str
    company: str
    contact: str
    timezone: str
    currency: str
    package: str = ""
    plan: str = ""
    since: str = ""
    block_on_zero: bool = False
    included: dict[str, int] | None = None
    daily: int = -1
    monthly: int = -1
    low_credit_alert: int | None = None
    hourly_spend_alert: int | None = None
    payments: tuple[Paid, ...] = ()
