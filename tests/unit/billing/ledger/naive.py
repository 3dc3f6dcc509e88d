"""What a ledger should come to, worked out by one who has all the time and memory in the world.

It knows one service at a price a minute, in whole minutes; nothing of it is the program's own code.
"""

from dialform.billing.facts.fact import Fact
from dialform.values import dataclass, field


@dataclass(slots=True)
class Booked:
    """What stands of a leg."""

    fact: Fact
    period: str
    free: int
    amount: int


@dataclass(slots=True)
class Naive:
    """Prices (micro-units a minute) and limits (minutes) from when on; what was booked, paid and used."""

    prices: list[tuple[int, int]] = field(default_factory=list)
    limits: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    booked: dict[str, Booked] = field(default_factory=dict)
    payments: dict[tuple[str, str], int] = field(default_factory=dict)
    most_included: dict[tuple[str, str], int] = field(default_factory=dict)

    def deliver(self, fact: Fact) -> str:
        """What becomes of a fact."""
        there = self.booked.get(fact.uuid)
        if there is not None and not there.fact.provisional:
            same = (there.fact.tenant, there.fact.answered, there.fact.ended) == (
                fact.tenant, fact.answered, fact.ended,
            )  # fmt: skip
            return "same" if same or fact.provisional else "conflict"
        if there is not None and fact.provisional:
            return "same"
        if there is not None:
            del self.booked[fact.uuid]
        self.booked[fact.uuid] = self._charge(fact)
        return "new" if there is None else "superseded"

    def _charge(self, fact: Fact) -> Booked:
        period = self.period(fact)
        minutes = max(1, -(-(fact.ended - fact.answered) // 60_000_000))
        price = _at(self.prices, fact.answered)
        limit = _at(self.limits[fact.tenant], fact.answered)
        key = (fact.tenant, period)
        self.most_included[key] = max(limit * 60, self.most_included.get(key, 0))
        free = min(minutes * 60, max(0, limit * 60 - self.free(*key)))
        return Booked(fact, period, free, -(-(minutes * 60 - free) * price // 60))

    @staticmethod
    def period(fact: Fact) -> str:
        """New York is five hours behind from 1 November 2026, 06:00 UTC, on, and four before."""
        from datetime import UTC, datetime, timedelta

        when = datetime.fromtimestamp(fact.answered // 1_000_000, UTC)
        hours = 5 if when >= datetime(2026, 11, 1, 6, tzinfo=UTC) else 4
        return (when - timedelta(hours=hours)).strftime("%Y-%m")

    def free(self, tenant: str, period: str) -> int:
        """The free seconds of a month that are used."""
        return sum(
            one.free
            for one in self.booked.values()
            if (one.fact.tenant, one.period) == (tenant, period)
        )

    def balance(self, tenant: str) -> int:
        """Payments less charges."""
        paid = sum(amount for (whose, _), amount in self.payments.items() if whose == tenant)
        return paid - sum(one.amount for one in self.booked.values() if one.fact.tenant == tenant)

    def transactions(self, tenant: str, period: str) -> int:
        """Calls that stand in a month."""
        return sum(
            (one.fact.tenant, one.period) == (tenant, period) for one in self.booked.values()
        )


def _at(copies: list[tuple[int, int]], moment: int) -> int:
    held = copies[0][1]
    for since, value in copies:
        if since <= moment:
            held = value
    return held
