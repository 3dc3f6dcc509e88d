"""What a fact comes to, by the copies of the ledger."""

from zoneinfo import ZoneInfoNotFoundError

from dialform.billing.facts.fact import CONFERENCE, Fact
from dialform.billing.ledger.copies import Copies, Copy
from dialform.billing.ledger.sql import Sql
from dialform.billing.rating.charge import EMERGENCY, NOTHING, UNRATED, Charge
from dialform.billing.rating.periods import day_of
from dialform.billing.rating.prices import PriceIndex
from dialform.billing.rating.rate import SERVICES, rate
from dialform.compiler.terms import Prices, Terms
from dialform.values import dataclass

MOST = 10**16
"""Micro-units of one amount: ten thousand millions. What is more is a mistake in a price, and sums would no
longer fit into a database's whole numbers."""

_NONE = Copy(0, PriceIndex(Prices({}, {}, {})))


@dataclass(frozen=True, slots=True)
class Priced:
    """By what a fact is rated: copies, and the day of its moment in its tenant's time zone."""

    terms: Copy[Terms] | None
    prices: Copy[PriceIndex]
    day: str


def priced(words: Sql, copies: Copies, fact: Fact) -> Priced:
    """What was in force at a fact's answer, on its host."""
    moment = fact.answered or fact.started
    terms = copies.terms_at(words, fact.host, fact.tenant, moment)
    prices = copies.prices_at(words, fact.host, moment) if terms else None
    return Priced(terms, prices or _NONE, day(moment, terms))


def newest(words: Sql, copies: Copies, fact: Fact) -> Priced:
    """What its host was given last, as if it had held then; else what any host was given of its tenant."""
    moment = fact.answered or fact.started
    terms = copies.newest_terms(words, fact.tenant, fact.host)
    terms = terms or copies.newest_terms(words, fact.tenant)
    prices = copies.newest_prices(words, fact.host) if terms else None
    return Priced(terms, prices or _NONE, day(moment, terms))


def day(moment: int, terms: Copy[Terms] | None) -> str:
    """The day of a moment for a tenant; of one that is unknown, in UTC."""
    try:
        return day_of(moment, terms.value.timezone if terms else "UTC")
    except (ZoneInfoNotFoundError, OverflowError, ValueError, OSError):
        return day_of(moment, "UTC")


def charge(fact: Fact, by: Priced, used: int) -> Charge:
    """The charge of a fact, where `used` are the free units that its month has given already."""
    if by.terms is None:
        return _without_terms(fact, by.day[:7])
    try:
        found = rate(fact, by.prices.value, by.terms.value, used)
    except ZoneInfoNotFoundError:
        return _without_terms(fact, by.day[:7])
    if found.amount > MOST:
        return Charge(UNRATED, found.period, found.service, currency=found.currency)
    return found


def reason(fact: Fact, by: Priced, found: Charge) -> str:
    """Why a fact has no price, in a sentence."""
    if not fact.tenant:
        return "the leg says no tenant"
    if by.terms is None:
        return f"nothing is known of tenant {fact.tenant} on {fact.host}"
    if fact.kind == CONFERENCE:
        return "no rate of the plan prices conferences"
    plan = fact.plan or by.terms.value.plan
    if not plan:
        return "neither the route nor the subscription names a plan"
    if plan not in by.prices.value.prices.plans:
        return f"there is no plan {plan}"
    return f"no {found.service} rate of plan {plan} prices it"


def _without_terms(fact: Fact, period: str) -> Charge:
    """Of whom nothing is known pays nothing yet: what would cost something waits to be rated."""
    service = SERVICES[fact.kind]
    if fact.emergency:
        return Charge(EMERGENCY if fact.trunk and fact.answered else NOTHING, period, service)
    costs = fact.seconds > 0 if fact.kind == CONFERENCE else bool(fact.trunk)
    return Charge(UNRATED if costs and fact.answered else NOTHING, period, service)
