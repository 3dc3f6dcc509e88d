"""All findings about prices: the files of rates, what overlaps, and what plans leave without a price."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from dialform.compiler.pricing.book import RateBook
from dialform.compiler.pricing.cover import MANY, Holes, Part, Parts, Priced, Spans
from dialform.compiler.pricing.days import Days, gap, words
from dialform.compiler.pricing.inline import DOCUMENT
from dialform.compiler.pricing.overlap import check_overlaps
from dialform.compiler.scope import PlatformView
from dialform.schema.diagnostic import Diagnostic
from dialform.schema.document import Document
from dialform.schema.route import Route
from dialform.schema.rule import Flaw
from dialform.schema.rules import billing as rules
from dialform.values import dataclass

_A_FEW = 3


@dataclass(frozen=True, slots=True)
class Demand:
    """What the tenants of a site ask of its plans: which they have, and who of each has conferences."""

    plans: tuple[str, ...] = ()
    conferences: tuple[tuple[str, tuple[str, ...]], ...] = ()


def demand_of(tenants: Mapping[str, tuple[str, bool]]) -> Demand:
    """The demand of tenants, by slug: the plan of each (or none), and whether it has conferences."""
    meeting: dict[str, list[str]] = {}
    for slug, (plan, meets) in sorted(tenants.items()):
        if plan and meets:
            meeting.setdefault(plan, []).append(slug)
    plans = {plan for plan, _ in tenants.values() if plan}
    return Demand(
        tuple(sorted(plans)), tuple((plan, tuple(slugs)) for plan, slugs in sorted(meeting.items()))
    )


def check_prices(
    view: PlatformView, document: Document, book: RateBook, demand: Demand
) -> Iterator[Diagnostic]:
    """All of them, in no order. `document` is billing.yaml."""
    for file in book.files.values():
        yield from file.findings
    yield from check_overlaps(book, document)
    work = _Plans(view, book, demand)
    yield from (document.diagnostic(flaw) for flaw in work.flaws())


@dataclass
class _Plans:
    view: PlatformView
    book: RateBook
    demand: Demand

    def flaws(self) -> Iterator[Flaw]:
        for plan, slugs in self.demand.conferences:
            if self._whole(plan):
                yield from self._conferences(plan, slugs)
        if "routes.yaml" in self.view.incomplete:
            return  # what another route takes may be what is broken
        for name, route in sorted(self.view.routes.items()):
            if route.toll == "emergency":
                continue
            for plan in (route.plan,) if route.plan else self.demand.plans:
                if self._whole(plan):
                    yield from self._told(plan, name, route, self._holes(plan, route))

    def _whole(self, plan: str) -> bool:
        """Whether the plan is there, and all of its rates could be read."""
        known = self.book.billing.plans.get(plan)
        return known is not None and all(self.book.good(rate) for rate in known.rates)

    def _conferences(self, plan: str, slugs: Sequence[str]) -> Iterator[Flaw]:
        days = self._priced(plan, "conference").at("")
        missing = gap(days) if days else ("", "")
        if missing is not None:
            has = "has" if len(slugs) == 1 else "have"
            yield rules.NoConferenceRate.flaw(
                DOCUMENT,
                ("plans", plan),
                on="key",
                plan=plan,
                when=f" {words(missing)}" if any(missing) else "",
                tenants=f"{_few([repr(slug) for slug in slugs])} {has}",
            )

    def _holes(self, plan: str, route: Route) -> Holes:
        priced = self._priced(plan, route.service)
        if route.exact:
            found = Holes()
            for number in route.exact:
                found.add(priced.number(number))
            return found
        if route.pattern is not None:
            return self._pattern(priced, route.pattern)
        part = Part(route.prefix or "", tuple(route.except_))
        return priced.holes(part, self._parts[route.service])

    @cached_property
    def _parts(self) -> dict[str, Parts]:
        """The routes of each service: those with a longer prefix take their numbers first."""
        found: dict[str, list[Part]] = {}
        for route in self.view.routes.values():
            part = Part(route.prefix or "", tuple(route.except_))
            found.setdefault(route.service, []).append(part)
        return {service: Parts(parts) for service, parts in found.items()}

    def _pattern(self, priced: Priced, pattern: str) -> Holes:
        """Of a pattern no more is known than the digits that it begins with: a hole is only what surely
        is one.
        """
        start = literal(pattern)
        if not start or priced.at(start) or priced.above(start) or priced.finer(start):
            return Holes()
        return Holes([start])

    def _told(self, plan: str, name: str, route: Route, found: Holes) -> Iterator[Flaw]:
        path = ("plans", plan)
        values = {"plan": plan, "service": route.service, "route": name}
        if found.never:
            first = found.never[0]
            price = "per_page" if route.service == "fax" else "per_minute"
            way = (
                f'add one, as in {{service: {route.service}, prefix: "{first}", {price}: "0.0100"}}'
            )
            yield rules.NumbersWithoutPrice.flaw(
                DOCUMENT, path, on="key", numbers=_few(found.never, MANY), way=way, **values
            )
        for days, numbers in sorted(found.ends.items())[:_A_FEW]:
            yield rules.PriceEnds.flaw(
                DOCUMENT, path, on="key", numbers=_few(numbers, MANY), when=words(days), **values
            )

    def _priced(self, plan: str, service: str) -> Priced:
        if (plan, service) not in self._made:
            names = dict.fromkeys(self.book.billing.plans[plan].rates)
            spans = [self._spans(name, service) for name in names]
            made = Priced([one for one, _ in spans], [order for _, order in spans])
            self._made[plan, service] = made
        return self._made[plan, service]

    @cached_property
    def _made(self) -> dict[tuple[str, str], Priced]:
        return {}

    @cached_property
    def _known(self) -> dict[tuple[str, str], tuple[Spans, list[str]]]:
        return {}

    def _spans(self, rate: str, service: str) -> tuple[Spans, list[str]]:
        """When a rate has which price of outbound calls, and its prefixes in order."""
        if (rate, service) not in self._known:
            spans = spans_of(self.book, rate, service)
            self._known[rate, service] = spans, sorted(spans)
        return self._known[rate, service]


def spans_of(book: RateBook, rate: str, service: str) -> dict[str, list[Days]]:
    """The days on which a rate has a price for each prefix, of outbound calls of a service."""
    file = book.file_of(rate)
    if file is None:
        price = book.inline.get(rate)
        if price is None or (price.service, price.direction) != (service, "outbound"):
            return {}
        return {price.prefix: [(price.start, price.until)]}
    seen = file.seen.get((service, "outbound"), {})
    spans = {prefix: [file.rows[position][1].days] for prefix, position in seen.items()}
    for (kind, direction, prefix), positions in file.twice.items():
        if (kind, direction) == (service, "outbound"):
            spans[prefix] = [file.rows[position][1].days for position in positions]
    return spans


def literal(pattern: str) -> str:
    """What all numbers begin with that a route's pattern takes."""
    found = ""
    inside = pattern.removeprefix("^").removesuffix("$").replace("\\+", "+")
    for position, char in enumerate(inside):
        repeated = inside[position + 1 : position + 2] in ("*", "?", "{") or (
            inside[position + 1 : position + 2] == "+" and char != "+"
        )
        if not (char.isdigit() or (char == "+" and not position)) or repeated:
            break
        found += char
    return found


def _few(names: Sequence[str], unless: int = 0) -> str:
    """The first of them, and how many more there are; with as many as `unless`, there may be others."""
    shown, more = ", ".join(names[:_A_FEW]), len(names) - _A_FEW
    if more <= 0:
        return shown
    return f"{shown} and {'at least ' if 0 < unless <= len(names) else ''}{more} more"
