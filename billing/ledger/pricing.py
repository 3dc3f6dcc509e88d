"""What a fact comes to, by the copies of the ledger."""

from zoneinfo import ZoneInfoNotFoundError

from dialform.billing.facts.fact import CONFERENCE, Fact
from dialform.billing.ledger.copies import PRICES, Copies, Copy
from dialform.billing.ledger.sql import Sql
from dialform.billing.rating.charge import EMERGENCY, NOTHING, UNRATED, Charge
from dialform.billing.rating.periods import day_of
from dialform.billing.rating.prices import PriceIndex
from dialform.billing.rating.rate import SERVICES, priced, rate
from dialform.compiler.terms import Prices, Terms
from dialform.values import dataclass

_NO_DAY = (ZoneInfoNotFoundError, OverflowError, ValueError, OSError)
_NEVER = "1970-01-01"
_HELD = 10_000
"""Hosts and tenants whose copies are at hand."""

_NONE = Copy(0, PriceIndex(Prices({}, {}, {})))


@dataclass(frozen=True, slots=True)
class By:
    """The copies that a fact is rated by; without terms nothing is known of its tenant."""

    terms: Copy[Terms] | None
    prices: Copy[PriceIndex]

    @property
    def zone(self) -> str:
        """The time zone that the tenant's days are counted in."""
        return self.terms.value.timezone if self.terms else "UTC"


class InForce:
    """Which copies held for facts: looked up once a host and tenant, for as long as they held."""

    def __init__(self, words: Sql, copies: Copies) -> None:
        self._words, self._copies = words, copies
        self._held: dict[tuple[str, str], tuple[int, int, By, str]] = copies.memo
        if len(self._held) > _HELD:
            self._held.clear()

    def at(self, fact: Fact) -> tuple[By, str]:
        """What was in force at a fact's answer, on its host; and the day that this was for its tenant."""
        moment = fact.answered or fact.started
        key = (fact.host, fact.tenant)
        held = self._held.get(key)
        if held is None or not held[0] <= moment < held[1]:
            held = self._held[key] = self._find(*key, moment)
        try:
            return held[2], day_of(moment, held[3])
        except _NO_DAY:
            return held[2], day(moment, held[3])

    def _find(self, host: str, tenant: str, moment: int) -> tuple[int, int, By, str]:
        words, copies = self._words, self._copies
        terms = copies.terms_at(words, host, tenant, moment)
        prices = copies.prices_at(words, host, moment) if terms else None
        spans = [copies.span(host, scope, moment) for scope in (PRICES, tenant)]
        by = By(terms, prices or _NONE)
        return max(span[0] for span in spans), min(span[1] for span in spans), by, by.zone


def newest(words: Sql, copies: Copies, fact: Fact) -> tuple[By, str]:
    """What its host was given last, as if it had held then; else what any host was given of its tenant."""
    terms = copies.newest_terms(words, fact.tenant, fact.host)
    terms = terms or copies.newest_terms(words, fact.tenant)
    prices = copies.newest_prices(words, fact.host) if terms else None
    by = By(terms, prices or _NONE)
    return by, day(fact.answered or fact.started, by.zone)


def day(moment: int, zone: str) -> str:
    """The day of a moment in a time zone; in one that does not exist, in UTC; `_NEVER` beyond calendars."""
    try:
        return day_of(moment, zone)
    except ZoneInfoNotFoundError:
        return day(moment, "UTC")
    except _NO_DAY:
        return _NEVER


def charge(fact: Fact, by: By, day_: str, used: int) -> Charge:
    """The charge of a fact, where `used` are the free units that its month has given already."""
    if by.terms is None:
        return _without_terms(fact, day_[:7])
    try:
        return rate(fact, by.prices.value, by.terms.value, used)
    except _NO_DAY:
        return _without_terms(fact, day_[:7])


def reason(fact: Fact, by: By, found: Charge) -> str:
    """Why a fact has no price, in a sentence."""
    if not fact.tenant:
        return "the leg says no tenant"
    if by.terms is None:
        return f"nothing is known of tenant {fact.tenant} on {fact.host}"
    if _priced(fact, by.prices.value, by.terms.value):
        return "it comes to more than one charge may be, so its price is a mistake"
    if fact.kind == CONFERENCE:
        return "no rate of the plan prices conferences"
    plan = fact.plan or by.terms.value.plan
    if not plan:
        return "neither the route nor the subscription names a plan"
    if plan not in by.prices.value.prices.plans:
        return f"there is no plan {plan}"
    return f"no {found.service} rate of plan {plan} prices it"


def _priced(fact: Fact, index: PriceIndex, terms: Terms) -> bool:
    try:
        return priced(fact, index, terms)
    except _NO_DAY:
        return False


def _without_terms(fact: Fact, period: str) -> Charge:
    """Of whom nothing is known pays nothing yet: what would cost something waits to be rated."""
    service = SERVICES[fact.kind]
    if fact.emergency:
        return Charge(EMERGENCY if fact.trunk and fact.answered else NOTHING, period, service)
    costs = fact.seconds > 0 if fact.kind == CONFERENCE else bool(fact.trunk)
    return Charge(UNRATED if costs and fact.answered else NOTHING, period, service)
