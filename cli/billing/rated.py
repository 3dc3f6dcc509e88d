"""The answer of `dialform billing rate`: a price with its steps, as text and as JSON."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dialform.billing.facts.fact import CONFERENCE, FAX, Fact
from dialform.billing.money import amount
from dialform.billing.rating.charge import RATED, Charge
from dialform.billing.rating.explain import Step, counted_as, steps
from dialform.billing.rating.rate import PER, asked, rate, resource_of
from dialform.cli.billing.agreed import Agreed
from dialform.cli.billing.question import Question
from dialform.compiler.terms import Terms
from dialform.proof.moment import shown
from dialform.values import dataclass

_PAST_ALL = 10**15
"""More than any month includes."""
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question comes to. `used` are seconds or pages, None where nobody said."""

    fact: Fact
    terms: Terms
    charge: Charge
    steps: tuple[Step, ...]
    question: Question
    used: int | None


def answer(of: Agreed, fact: Fact, terms: Terms, question: Question, used: int | None) -> Answer:
    """Rate it."""
    charge = rate(fact, of.index, terms, _PAST_ALL if used is None else used)
    told = steps(charge, fact, of.index, terms, used)
    if fact.object:
        told = (Step("nothing", f"That is {fact.object}: calls inside cost nothing."),)
    elif question.plan is not None:
        told = tuple(_named(step, question.plan) for step in told)
    if used is None and charge.included and charge.price and not charge.price.free:
        told = tuple(_beyond(step, charge) for step in told)
    return Answer(fact, terms, charge, told, question, used)


def _named(step: Step, plan: str) -> Step:
    return Step(step.name, f"Plan {plan}, as asked.") if step.name == "plan" else step


def _beyond(step: Step, charge: Charge) -> Step:
    """What is included, where nobody said how much of it is used."""
    if step.name != "included" or charge.price is None:
        return step
    count = charge.included // PER[charge.price.service]
    what = charge.resource.replace("_", " ")
    return Step(step.name, f"The month includes {count} {what}; this is the price beyond them.")


def as_text(found: Answer, style: Callable[[str, str], str]) -> str:
    """For people: a head, and a line for each step."""
    wide = max(len(step.name) for step in found.steps)
    lines = [_head(found, style), ""]
    for step in found.steps:
        role = "head" if step.name == "total" else "bad" if step.name == "unrated" else "text"
        lines.append(f"{style(step.name.ljust(wide), 'place')}   {style(step.text, role)}")
    return "\n".join(lines)


def _head(found: Answer, style: Callable[[str, str], str]) -> str:
    fact = found.fact
    if fact.kind == CONFERENCE:
        what = f"in conference {fact.number}".rstrip()
        who = f"{fact.tenant} {what}" if fact.number else f"{fact.tenant} in a conference"
    elif fact.direction == "inbound":
        who = f"{fact.peer or 'outside'} → {fact.tenant} {fact.number}"
    else:
        who = f"{fact.tenant} → {fact.number}"
    size = counted_as(fact.pages, "fax") if fact.kind == FAX else f"{_seconds(fact)} s"
    return f"{style(f'{who}, {size}', 'head')}   {style(shown(_when(found)), 'dim')}"


def _when(found: Answer) -> datetime:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=found.fact.answered)
    return at.astimezone(ZoneInfo(found.terms.timezone))


def _seconds(fact: Fact) -> int:
    return (fact.ended - fact.answered) // 1_000_000


def as_data(found: Answer) -> dict[str, Any]:
    """For machines: always the same keys. Amounts are decimal texts, units are seconds or pages."""
    fact, charge, price = found.fact, found.charge, found.charge.price
    fax = fact.kind == FAX
    per = price and amount(price.price, _DIGITS)
    rated = charge.status == RATED
    return {
        "tenant": fact.tenant,
        "kind": fact.kind,
        "direction": fact.direction,
        "from": fact.peer or None,
        "to": fact.number or None,
        "at": _when(found).isoformat(),
        "period": charge.period,
        "seconds": None if fax else _seconds(fact),
        "pages": fact.pages if fax else None,
        "status": charge.status,
        "route": fact.route or None,
        "plan": (asked(fact, found.terms)[0] or None) if charge.service else None,
        "rate": price.name if price else None,
        "prefix": price.prefix if price else None,
        "from_day": (price.start or None) if price else None,
        "until_day": (price.until or None) if price else None,
        "per_minute": per if price and not fax else None,
        "per_page": per if price and fax else None,
        "first": price.first if price and not fax else None,
        "next": price.next if price and not fax else None,
        "connect": amount(price.connect, _DIGITS) if price else None,
        "minimum": amount(price.minimum, _DIGITS) if price else None,
        "free_rate": price.free if price else None,
        "resource": resource_of(fact) if rated else None,
        "included": charge.included if rated else None,
        "used": found.used,
        "units": charge.units,
        "free": charge.free,
        "billed": charge.billed,
        "amount": amount(charge.amount, _DIGITS),
        "currency": found.terms.currency,
        "steps": [{"step": step.name, "text": step.text} for step in found.steps],
    }
