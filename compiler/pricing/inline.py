"""Rates that stand in billing.yaml themselves, and what plans name."""

from collections.abc import Iterator
from typing import Any

from dialform.compiler.micro import micro
from dialform.compiler.pricing.sense import nonsense
from dialform.compiler.scope import PlatformView, near
from dialform.compiler.sitefile import named_file
from dialform.compiler.terms import Price
from dialform.schema.billing import Rate
from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import billing as rules
from dialform.schema.rules import platform as platform_rules
from dialform.schema.tree import Tree

DOCUMENT = "billing.yaml"


def values_of(rate: Rate) -> dict[str, Any]:
    """A rate's parts by the names of a file's columns, amounts in micro-units."""
    everything = "" if rate.service == "conference" else "+"
    return {
        "service": rate.service,
        "direction": rate.direction,
        "prefix": rate.prefix or everything,
        "per_minute": None if rate.per_minute is None else micro(rate.per_minute),
        "per_page": None if rate.per_page is None else micro(rate.per_page),
        "first": rate.first,
        "next": rate.next,
        "connect": micro(rate.connect),
        "minimum": micro(rate.minimum),
        "free": rate.free,
        "from": rate.from_ or "",
        "until": rate.until or "",
    }


def price_of(name: str, rate: Rate) -> Price | None:
    """A rate that stands in billing.yaml itself as a price; None where it makes no sense."""
    values = values_of(rate)
    if rate.service is None or nonsense(values) is not None:
        return None
    return Price(
        name,
        rate.service,
        rate.direction,
        values["prefix"],
        values["per_page" if rate.service == "fax" else "per_minute"] or 0,
        rate.first,
        rate.next,
        values["connect"],
        values["minimum"],
        rate.free,
        values["from"],
        values["until"],
    )


def check_rates(view: PlatformView, tree: Tree) -> Iterator[Flaw]:
    """All findings about rates and plans that need no other file."""
    for name, rate in view.billing.rates.items():
        yield from _rate(name, rate, tree)
    for name, plan in view.billing.plans.items():
        for index, rate_name in enumerate(plan.rates):
            place: Path = ("plans", name, "rates", index)
            if rate_name in plan.rates[:index]:
                yield rules.RateTwiceInPlan.flaw(DOCUMENT, place, name=rate_name)
            if rate_name not in view.billing.rates and DOCUMENT not in view.incomplete:
                hint = near(rate_name, view.billing.rates)
                yield platform_rules.UnknownRate.flaw(DOCUMENT, place, name=rate_name, near=hint)


def _rate(name: str, rate: Rate, tree: Tree) -> Iterator[Flaw]:
    path = ("rates", name)
    what = ""
    if rate.file is not None:
        yield from named_file(DOCUMENT, (*path, "file"), rate.file, tree)
        beside = sorted(rate.model_fields_set - {"file"})
        if beside:
            key = beside[0].rstrip("_")
            what = f"its prices stand in {rate.file}, so '{key}' means nothing here"
    elif rate.service is None:
        what = "it has neither `file` nor `service`"
    elif (problem := nonsense(values_of(rate))) is not None:
        if problem.rule is not None:
            values = {"what": f"rate '{name}'", **problem.values}
            yield problem.rule.flaw(DOCUMENT, (*path, problem.column), **values)
        else:
            what = problem.values["what"]
    if what:
        yield platform_rules.RateShape.flaw(DOCUMENT, path, on="key", rate=name, what=what)
