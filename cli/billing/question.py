"""What `dialform billing rate` is asked, as a fact that could have been."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import click

from dialform.billing.facts.fact import CALL, CONFERENCE, FAX, Fact
from dialform.billing.rating.rate import INBOUND, OUTBOUND
from dialform.cli.billing.agreed import Agreed
from dialform.cli.proofs import nearest
from dialform.compiler import called as numbers
from dialform.compiler.called import called, urgent_route, way_out
from dialform.compiler.numbering import did_numbers
from dialform.compiler.numbers import NumberError, parse_e164
from dialform.compiler.terms import Terms
from dialform.proof.moment import MomentError, moment
from dialform.values import dataclass, replace

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_A_MINUTE = 60
_FIRST, _LAST = "1972-01-01", "9999-01-01"
"""Days between which days are counted (billing/rating/periods.py)."""


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, as typed."""

    to: str | None = None
    caller: str | None = None
    seconds: int | None = None
    pages: int | None = None
    conference: bool = False
    inbound: bool = False
    at: str | None = None
    route: str | None = None
    plan: str | None = None

    @property
    def kind(self) -> str:
        """What the fact is of."""
        if self.conference:
            return CONFERENCE
        return FAX if self.pages is not None else CALL


def asked(of: Agreed, question: Question, now: float) -> tuple[Fact, Terms]:
    """The fact, and the terms that it is rated by. What makes no sense is a usage error."""
    _coherent(question)
    terms = of.terms
    for name, text, known in (
        ("plan", question.plan, of.index.prices.plans),
        ("route", question.route, of.scope.view.routes),
    ):
        if text is not None and text not in known:
            raise click.UsageError(f"There is no {name} '{text}'.{nearest(text, known)}")
    answered = _moment(question.at, terms.timezone, now)
    seconds = _A_MINUTE if question.seconds is None else question.seconds
    fact = Fact(
        uuid="", kind=question.kind, host="", tenant=terms.slug, started=answered, answered=answered,
        ended=answered + seconds * 1_000_000, seconds=seconds if question.conference else 0,
        pages=question.pages or 0, total_pages=question.pages or 0, fax_ok=question.pages is not None,
    )  # fmt: skip
    fact = _towards(of, question, fact)
    if question.plan is None:
        return fact, terms
    return replace(fact, plan=""), replace(terms, plan=question.plan)


def _coherent(question: Question) -> None:
    if question.pages is not None and question.conference:
        raise click.UsageError("--pages is a fax, --conference a room: take one.")
    if question.pages is not None and question.seconds is not None:
        raise click.UsageError(
            "A fax costs by its pages, however long it takes: leave --seconds out."
        )
    if question.inbound and question.conference:
        raise click.UsageError(
            "Time in a room costs the same, whoever is there: leave --inbound out."
        )
    if question.caller is not None and not question.inbound:
        raise click.UsageError("--from is who calls from outside: say --inbound too.")
    if question.route is not None and (question.inbound or question.conference):
        raise click.UsageError("Only a call to the outside takes a route: leave --route out.")
    if question.to is None and not question.conference:
        raise click.UsageError("Say what is called: --to NUMBER.")


def _towards(of: Agreed, question: Question, fact: Fact) -> Fact:
    """The fact with what is called."""
    if question.conference:
        return replace(fact, number=question.to or "")
    if question.inbound:
        number = _own_number(of, question.to or "")
        return replace(
            fact, direction=INBOUND, trunk="any", number=number, peer=question.caller or ""
        )
    found = called(of.scope, question.to or "")
    if found.kind == numbers.NOBODY:
        raise click.UsageError(f"'{question.to}' is no number, and nothing of the tenant has it.")
    if found.kind == numbers.INSIDE:
        return replace(fact, number=found.number, object=found.object)
    return _outside(
        of, question, replace(fact, direction=OUTBOUND, number=found.number), found.kind
    )


def _outside(of: Agreed, question: Question, fact: Fact, kind: str) -> Fact:
    """The fact with its route and the first of that route's trunks."""
    view = of.scope.view
    service = "fax" if fact.kind == FAX else "voice"
    if kind == numbers.EMERGENCY:
        way = urgent_route(view, fact.number)
    elif question.route is not None:
        way = (question.route, view.routes[question.route])
    else:
        way = way_out(view, fact.number, service)
    if way is None:
        raise click.UsageError(
            f"No {service} route takes {fact.number}: such a call is refused. Name one with --route."
        )
    name, route = way
    return replace(
        fact, route=name, trunk=route.providers[0] if route.providers else "any",
        plan=route.plan or "", emergency=kind == numbers.EMERGENCY,
    )  # fmt: skip


def _own_number(of: Agreed, written: str) -> str:
    known = did_numbers(of.scope)
    try:
        number = parse_e164(written, of.scope.country).e164
    except NumberError as error:
        raise click.UsageError(f"--to: '{written}' is {error.reason}.") from None
    if number not in known:
        hint = nearest(number, known)
        raise click.UsageError(f"{number} is no number of tenant '{of.terms.slug}'.{hint}")
    return number


def _moment(text: str | None, zone: str, now: float) -> int:
    """Microseconds since 1970. A day alone is its first moment."""
    if text is None:
        when = datetime.fromtimestamp(int(now), ZoneInfo(zone))
    else:
        day = text.strip()
        try:
            when = moment(f"{day}T00:00" if len(day) == len(_FIRST) else day, zone)
        except MomentError as error:
            raise click.UsageError(f"--at: {error}") from None
    if not _FIRST < when.date().isoformat() < _LAST:
        raise click.UsageError(f"--at: no call is answered in {when.year}.")
    return (when - _EPOCH) // timedelta(microseconds=1)
