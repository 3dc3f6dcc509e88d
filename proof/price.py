"""What the trunks' legs of a simulated call cost, by the prices that the host was given."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from dialform.billing.facts.fact import CALL, Fact
from dialform.billing.money import amount
from dialform.billing.rating.charge import EMERGENCY, NOTHING, RATED
from dialform.billing.rating.explain import per_unit
from dialform.billing.rating.prices import PriceIndex
from dialform.billing.rating.rate import INBOUND, OUTBOUND, asked, rate
from dialform.compiler.terms import PRICES, TENANTS, Price, Terms
from dialform.compiler.terms_json import TermsError, prices_from, tenants_from
from dialform.simulator.journey import Leg
from dialform.values import dataclass

_MINUTE = 60_000_000
"""Microseconds."""
_PAST_ALL = 10**15
"""More free units than any month includes."""
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class LegPrice:
    """What a leg costs by the minute, and what a call of a minute comes to (micro-units), beyond what the
    month includes (`included`: seconds)."""

    status: str
    plan: str
    price: Price | None
    minute: int
    currency: str
    included: int

    @property
    def text(self) -> str:
        """For people: "0.0150 a minute (plan standard, rate world:3)"."""
        if self.status == EMERGENCY:
            return "nothing, as a call for help"
        if self.price is None:
            why = f"no rate of plan {self.plan}" if self.plan else "no plan"
            return f"no price ({why})"
        costs = "nothing" if self.price.free else per_unit(self.price)
        return f"{costs} (plan {self.plan}, rate {self.price.name})"

    @property
    def of_a_minute(self) -> str:
        """For people, what a call of a minute comes to; empty where that says nothing more."""
        if self.status != RATED or self.price is None or self.price.free:
            return ""
        beyond = ", beyond what the month includes" if self.included else ""
        return f"a call of a minute costs {amount(self.minute, _DIGITS)} {self.currency}{beyond}"

    @property
    def data(self) -> dict[str, Any]:
        """For machines."""
        price = self.price
        return {
            "status": self.status,
            "plan": self.plan or None,
            "rate": price.name if price else None,
            "prefix": price.prefix if price else None,
            "per_minute": amount(price.price, _DIGITS) if price else None,
            "minute": amount(self.minute, _DIGITS),
            "currency": self.currency,
        }


@dataclass(frozen=True, slots=True)
class Tariff:
    """The prices of a host, and the terms of a tenant on it."""

    index: PriceIndex
    terms: Terms

    def of_leg(self, leg: Leg, at: int) -> LegPrice | None:
        """The price of a trunk's leg at a moment (microseconds since 1970), if its number is known."""
        marks = leg.marks
        number = marks.get("dialform_to", "")
        if not number:
            return None
        plan, route = marks.get("dialform_bill_plan", ""), marks.get("dialform_bill_route", "")
        urgent = marks.get("dialform_bill_urgent") == "true"
        return self._minute(OUTBOUND, number, at, plan, route, urgent)

    def of_did(self, number: str, at: int) -> LegPrice | None:
        """The price of a call to a number of the tenant; None where such calls are free."""
        found = self._minute(INBOUND, number, at)
        return None if found.status == NOTHING else found

    def _minute(
        self, direction: str, number: str, at: int, plan: str = "", route: str = "", urgent: bool = False
    ) -> LegPrice:  # fmt: skip
        fact = Fact(
            uuid="", kind=CALL, host="", tenant=self.terms.slug, started=at, answered=at,
            ended=at + _MINUTE, direction=direction, trunk="any", number=number, plan=plan,
            route=route, emergency=urgent,
        )  # fmt: skip
        found = rate(fact, self.index, self.terms, _PAST_ALL)
        return LegPrice(
            found.status, asked(fact, self.terms)[0], found.price, found.amount, self.terms.currency,
            found.included,
        )  # fmt: skip


def tariff(conf: Path, slug: str) -> Tariff | None:
    """The tariff beside a configuration folder; None where nobody wrote one, or not for this tenant."""
    host = conf.parent
    try:
        status = (host / PRICES).stat()
        index = _index(host / PRICES, status.st_mtime_ns, status.st_size)
        terms = tenants_from((host / TENANTS).read_bytes()).get(slug)
    except (OSError, TermsError):
        return None
    return Tariff(index, terms) if terms else None


@lru_cache(maxsize=2)
def _index(path: Path, changed: int, size: int) -> PriceIndex:
    """The prices in a file, read once as long as it is the same."""
    return PriceIndex(prices_from(path.read_bytes()))
