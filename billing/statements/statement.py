"""A statement: what a tenant had, paid and used in a month, and what it has after it.

Amounts are micro-units, positive where they say what something costs. Units are seconds or, of fax, pages.
"""

from dialform.compiler.terms import Paid
from dialform.values import dataclass

__all__ = ["Called", "Day", "Included", "Paid", "Party", "Statement", "Usage"]


@dataclass(frozen=True, slots=True)
class Party:
    """Whose statement it is."""

    tenant: str
    company: str
    currency: str
    timezone: str
    contact: str = ""
    package: str = ""
    platform: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """What was used of one kind: so many legs, their units split into free and billed, their cost.

    `rate` is the name of the rate that priced it. `unrated` of the legs have no price yet.
    """

    period: str
    service: str
    direction: str = ""
    route: str = ""
    rate: str = ""
    legs: int = 0
    units: int = 0
    free: int = 0
    billed: int = 0
    amount: int = 0
    unrated: int = 0


@dataclass(frozen=True, slots=True)
class Included:
    """What of a package's resource a month includes, and what was taken of it."""

    resource: str
    limit: int
    used: int


@dataclass(frozen=True, slots=True)
class Day:
    """What was used on a day of the month: its cost, and its time on the line in seconds."""

    day: int
    service: str
    amount: int
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Called:
    """A leg that was rated. `at` is its answer in microseconds."""

    at: int
    service: str
    direction: str
    extension: str
    number: str
    peer: str
    units: int
    free: int
    billed: int
    amount: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One month of one tenant.

    `adjustments` are what came to earlier months after their statements were issued. `settled` is all that
    was ever used and is contained in `closing`, a row a month and service; `paid` the ids of all payments
    that are. `issued` is when it was issued, in microseconds, 0 for one that still moves. `calls` is None
    where they are not listed.
    """

    party: Party
    period: str
    opening: int
    payments: tuple[Paid, ...] = ()
    usage: tuple[Usage, ...] = ()
    adjustments: tuple[Usage, ...] = ()
    included: tuple[Included, ...] = ()
    days: tuple[Day, ...] = ()
    calls: tuple[Called, ...] | None = None
    settled: tuple[Usage, ...] = ()
    paid: tuple[str, ...] = ()
    issued: int = 0

    @property
    def received(self) -> int:
        """All payments."""
        return sum(one.amount for one in self.payments)

    @property
    def charges(self) -> int:
        """What the month's usage costs."""
        return sum(one.amount for one in self.usage)

    @property
    def adjusted(self) -> int:
        """What was added to what earlier months cost."""
        return sum(one.amount for one in self.adjustments)

    @property
    def closing(self) -> int:
        """What the tenant has at the end: opening + payments - charges."""
        return self.opening + self.received - self.charges - self.adjusted

    @property
    def unrated(self) -> int:
        """How many legs have no price yet."""
        return sum(one.unrated for one in (*self.usage, *self.adjustments))
