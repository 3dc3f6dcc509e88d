"""From a fact to a charge: pure, and the same for the same fact whenever it is asked."""

from dialform.billing.facts.fact import CALL, CONFERENCE, FAX, Fact
from dialform.billing.rating.charge import EMERGENCY, NOTHING, RATED, UNRATED, Charge
from dialform.billing.rating.periods import day_of
from dialform.billing.rating.prices import PriceIndex
from dialform.billing.rating.units import charged, counted
from dialform.compiler.terms import RESOURCE_OF, Terms

SERVICES = {CALL: "voice", FAX: "fax", CONFERENCE: "conference"}
"""What each kind of fact is priced as."""
PER = {"voice": 60, "fax": 1, "conference": 60}
"""Units of a price: seconds of a minute, pages. What a month includes is counted in the same."""
MOST = 10**16
"""Micro-units of one amount: ten thousand millions. What is more is a mistake in a price, and sums would no
longer fit into a database's whole numbers."""
_SECOND = 1_000_000
"""Microseconds."""
OUTBOUND, INBOUND = "outbound", "inbound"
_RESOURCES = {service: (resource, PER[service]) for service, resource in RESOURCE_OF.items()}


def rate(fact: Fact, index: PriceIndex, terms: Terms, used: int) -> Charge:
    """What a fact comes to. `used` are the free units (`Charge.free`) that the month has given already
    of the fact's resource (`resource_of`) in its period (`period_of` its answer).

    Why it comes to that is told by `explain`, at a cost of its own. Raises ZoneInfoNotFoundError.
    """
    day = day_of(fact.answered, terms.timezone)
    service = SERVICES[fact.kind]
    if not happened(fact, index):
        return Charge(NOTHING, day[:7])
    if fact.emergency:
        return Charge(EMERGENCY, day[:7], service, currency=terms.currency)
    plan, direction = asked(fact, terms)
    price = index.find(plan, service, direction, fact.number, day)
    if price is None and direction == INBOUND:
        if fact.kind != FAX:
            return Charge(NOTHING, day[:7])
        # Received pages count like sent ones.
        price = index.find(plan, service, OUTBOUND, fact.number, day)
    if price is None:
        return Charge(UNRATED, day[:7], service, currency=terms.currency)
    resource, per = _RESOURCES[service]
    included = included_units(resource, per, index, terms, day)
    units = fact.pages if per == 1 else counted(seconds_of(fact), price)
    left = included - used
    free = 0 if left <= 0 or price.free else units if units < left else left
    billed = units - free
    amount = charged(billed, price, per) if billed and not price.free else 0
    if amount > MOST:
        return Charge(UNRATED, day[:7], service, currency=terms.currency)
    return Charge(
        RATED, day[:7], service, resource, included, units, free, billed, amount, terms.currency, price
    )  # fmt: skip


def happened(fact: Fact, index: PriceIndex) -> bool:
    """Whether there is anything to charge for: an answered leg of a carrier, pages that got through,
    time in a room."""
    if not fact.answered:
        return False
    if fact.kind == CALL:
        return bool(fact.trunk)
    if fact.kind == CONFERENCE:
        return fact.seconds > 0
    through = fact.fax_ok or (fact.pages > 0 and index.prices.partial_fax)
    return bool(through and fact.trunk)


def asked(fact: Fact, terms: Terms) -> tuple[str, str]:
    """The plan (empty where there is none) and the direction of the rates that price a fact.

    The plan is the route's, else the subscription's. Only an outbound leg went by a route: what the channel
    of another one says of a plan may be of a call that it made as well. Rooms are priced with what is
    outbound.
    """
    if fact.kind == CONFERENCE:
        return terms.plan, OUTBOUND
    if fact.direction == INBOUND:
        return terms.plan, INBOUND
    return fact.plan or terms.plan, OUTBOUND


def priced(fact: Fact, index: PriceIndex, terms: Terms) -> bool:
    """Whether a rate has it: what is UNRATED all the same came to more than `MOST`."""
    plan, direction = asked(fact, terms)
    day, service = day_of(fact.answered, terms.timezone), SERVICES[fact.kind]
    ways = (direction, OUTBOUND) if fact.kind == FAX else (direction,)
    return any(index.find(plan, service, way, fact.number, day) is not None for way in ways)


def resource_of(fact: Fact) -> str:
    """The resource of a package that a fact may use up: voice_minutes, fax_pages, conference_minutes."""
    return RESOURCE_OF[SERVICES[fact.kind]]


def seconds_of(fact: Fact) -> int:
    """The seconds of a call, of which one that began counts in full; or those in rooms."""
    if fact.kind == CONFERENCE:
        return fact.seconds
    return -((fact.answered - fact.ended) // _SECOND)


def included_units(resource: str, per: int, index: PriceIndex, terms: Terms, day: str) -> int:
    """Seconds or pages that the month of a day includes: nothing before the subscription's first day."""
    if day < terms.since:
        return 0
    own = terms.included
    if own and resource in own:
        return own[resource] * per
    package = index.prices.packages.get(terms.package)
    return package.get(resource, 0) * per if package else 0
