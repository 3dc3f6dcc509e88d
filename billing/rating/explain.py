"""A charge told step by step, for people: plan and rate, what counts, what is free, what it comes to."""

from collections.abc import Iterator

from dialform.billing.facts.fact import CONFERENCE, FAX, Fact
from dialform.billing.money import MICRO, amount
from dialform.billing.rating.charge import EMERGENCY, NOTHING, RATED, Charge
from dialform.billing.rating.periods import day_of
from dialform.billing.rating.prices import PriceIndex
from dialform.billing.rating.rate import (
    INBOUND,
    MOST,
    OUTBOUND,
    PER,
    SERVICES,
    asked,
    priced,
    seconds_of,
)
from dialform.compiler.terms import Price, Terms
from dialform.values import dataclass, replace

_TOWARDS = {OUTBOUND: "to", INBOUND: "from outside to"}
_DIGITS = 4
"""Places of a price, at least."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is about, in a word, and a sentence that stands by itself."""

    name: str
    text: str


def explain(
    charge: Charge, fact: Fact, index: PriceIndex, terms: Terms, used: int | None = None
) -> Charge:
    """The charge with its `why`. What was given to `rate` is given here; `used` may have been forgotten."""
    return replace(charge, why=tuple(step.text for step in steps(charge, fact, index, terms, used)))


def steps(
    charge: Charge, fact: Fact, index: PriceIndex, terms: Terms, used: int | None = None
) -> tuple[Step, ...]:
    """The steps of a charge, in their order."""
    teller = _Teller(charge, fact, index, terms, used)
    return tuple(teller.steps())


def per_unit(price: Price) -> str:
    """What a price is of: "0.0150 a minute", "0.0500 a page", "free"."""
    if price.free:
        return "free"
    unit = "page" if price.service == "fax" else "minute"
    return f"{amount(price.price, _DIGITS)} a {unit}"


def counted_as(units: int, service: str) -> str:
    """Units in words: "90 s", "1 page"."""
    if service != "fax":
        return f"{units} s"
    return f"{units} page{'' if units == 1 else 's'}"


@dataclass(slots=True)
class _Teller:
    charge: Charge
    fact: Fact
    index: PriceIndex
    terms: Terms
    used: int | None

    def steps(self) -> Iterator[Step]:
        status = self.charge.status
        if status == EMERGENCY:
            yield Step("emergency", "A call for help costs nothing and uses nothing up.")
        elif status == NOTHING:
            yield Step("nothing", self._why_nothing())
        elif status != RATED or self.charge.price is None:
            yield from self._unrated()
        else:
            yield self._plan()
            yield from self._priced(self.charge.price)

    @property
    def _day(self) -> str:
        return day_of(self.fact.answered, self.terms.timezone)

    @property
    def _what(self) -> str:
        """What a rate was looked for, in words."""
        fact = self.fact
        if fact.kind == CONFERENCE:
            return "conferences"
        return f"{SERVICES[fact.kind]} {_TOWARDS[asked(fact, self.terms)[1]]} {fact.number}"

    def _why_nothing(self) -> str:
        fact = self.fact
        if not fact.answered:
            return "Nobody answered, so there is nothing to charge."
        if fact.kind == CONFERENCE:
            return "Nobody was in a room, so there is nothing to charge."
        if not fact.trunk:
            return "No carrier was on this leg: calls inside cost nothing."
        if (
            fact.kind == FAX
            and not fact.fax_ok
            and not (fact.pages and self.index.prices.partial_fax)
        ):
            return "The fax did not get through, so there is nothing to charge."
        return f"No rate prices {self._what}: such calls are free and use nothing up."

    def _unrated(self) -> Iterator[Step]:
        plan, _ = asked(self.fact, self.terms)
        if priced(self.fact, self.index, self.terms):
            yield self._plan()
            most = f"{amount(MOST, 0)} {self.terms.currency}"
            text = f"It comes to more than {most}, which is a mistake in the price of {self._what}"
        elif plan and plan in self.index.prices.plans:
            yield self._plan()
            text = f"No rate of plan {plan} prices {self._what} on {self._day}"
        elif plan:
            text = f"There is no plan {plan}"
        else:
            text = "Neither the route nor the subscription names a plan"
        yield Step("unrated", f"{text}: it is booked without a price until there is one.")

    def _plan(self) -> Step:
        fact = self.fact
        plan, direction = asked(fact, self.terms)
        if fact.kind == CONFERENCE or direction == INBOUND or not fact.route:
            return Step("plan", f"Plan {plan}, by the subscription.")
        if fact.plan:
            return Step("plan", f"Plan {plan}, by route {fact.route}.")
        return Step("plan", f"Plan {plan}, by the subscription: route {fact.route} names none.")

    def _priced(self, price: Price) -> Iterator[Step]:
        charge, per = self.charge, PER[price.service]
        yield Step("rate", self._rate(price))
        yield Step("units", self._units(price))
        yield Step("included", self._included(price))
        if price.free or not charge.billed:
            reason = "The rate is free" if price.free else "All of it is included"
            if price.connect or price.minimum:
                reason += ": nothing for the connection, and no minimum"
            yield Step("total", f"{reason}: {self._money(0)}.")
            return
        cost = -(-charge.billed * price.price // per)
        yield Step("price", self._cost(price, per, cost))
        if price.minimum > cost:
            yield Step("minimum", f"The least is {amount(price.minimum, _DIGITS)}.")
        if price.connect:
            yield Step("connect", f"The connection costs {amount(price.connect, _DIGITS)}.")
        yield Step("total", f"It costs {self._money(charge.amount)}.")

    def _rate(self, price: Price) -> str:
        what = price.service
        if price.prefix:
            what += f" {_TOWARDS[price.direction]} {price.prefix}…"
        since = f" from {price.start}" if price.start else ""
        until = f" until {price.until}" if price.until else ""
        held = f", in force{since}{until}" if since or until else ""
        return f"Rate {price.name}, {what}{held}: {per_unit(price)}."

    def _units(self, price: Price) -> str:
        units = counted_as(self.charge.units, price.service)
        if price.service == "fax":
            return f"{units[0].upper()}{units[1:]} got through."
        seconds = seconds_of(self.fact)
        first, next_ = price.first, price.next
        if first == next_ == 1:
            return f"{seconds} s count as {units}, by the second."
        rest = "by the second" if next_ == 1 else f"in steps of {next_} s"
        return f"{seconds} s count as {units}: the first {first} s in full, the rest {rest}."

    def _included(self, price: Price) -> str:
        charge, terms = self.charge, self.terms
        what = charge.resource.replace("_", " ")
        if price.free:
            return f"It uses no {what} up."
        if self._day < terms.since:
            return f"Nothing is included before {terms.since}, when the subscription begins."
        if not charge.included:
            return f"The month includes no {what}."
        per = PER[price.service]
        said = f"The month includes {charge.included // per} {what}"
        if self.used is not None:
            said += f", of which {_portions(self.used, per)} are used"
        free = counted_as(charge.free, price.service)
        billed = counted_as(charge.billed, price.service)
        return f"{said}: {free} free, {billed} to pay."

    def _cost(self, price: Price, per: int, cost: int) -> str:
        billed, each = self.charge.billed, amount(price.price, _DIGITS)
        product = f"{billed} × {each}" + (f" / {per}" if per > 1 else "")
        if billed * price.price % per:
            return (
                f"{product} = {_long(billed * price.price, per)}, rounded up to {amount(cost, 6)}."
            )
        return f"{product} = {amount(cost, _DIGITS)}."

    def _money(self, value: int) -> str:
        return f"{amount(value, _DIGITS)} {self.charge.currency}"


def _portions(used: int, per: int) -> str:
    """Used units in those that a package counts: minutes, and the seconds beyond; pages."""
    whole, rest = divmod(used, per)
    return f"{whole} and {rest} s" if rest else f"{whole}"


def _long(total: int, per: int) -> str:
    """A quotient of micro-units with nine places, as what was rounded."""
    whole, part = divmod(total * 1000 // per, MICRO * 1000)
    return f"{whole}.{part:09d}…"
