"""Calls as people look for them: those that began in a time, as tables of calls and of their legs."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from dialform.billing.ledger.finding import Wanted
from dialform.billing.ledger.lines import legs as legs_of
from dialform.billing.statements.calls import Call, Leg, caller, calls, disposition, seconds, share
from dialform.billing.statements.table import Column, Row, Table
from dialform.billing.statements.values import Moment, Money, Span
from dialform.billing.views.whose import Whose
from dialform.compiler.terms import Terms

if TYPE_CHECKING:
    from dialform.billing.ledger.ledger import Ledger

_DAY = 86_400_000_000
_MOST = 500
"""Calls that are asked for by their names; of more, all of that time are read."""


def wanted(one: Whose, first: int, last: int | None, **filters: str) -> Wanted:
    """The calls that began from `first` on and before `last` (microseconds); `filters` as in Wanted."""
    return Wanted(one.slug, first, last, one.extensions, **filters)


def calls_of(
    books: "Ledger", one: Whose, first: int, last: int | None, ids: Collection[str] | None = None
) -> Iterator[Call]:  # fmt: skip
    """The calls that began from `first` on and before `last` (microseconds), in their order; of a user, each
    as it concerns the user's extensions. With `ids` (some hundred at most) only these.

    All legs of that time are in memory at once: `finding` has calls without them. A leg is found by its
    answer, so the days around are read too.
    """
    with books.reading() as reading:
        read = legs_of(reading, one.slug, first - _DAY, None if last is None else last + _DAY, ids)
        found = calls(Leg(*leg) for leg in read)
    for call in found:
        if call.started >= first and (last is None or call.started < last):
            mine = call if one.extensions is None else share(call, one.extensions)
            if mine is not None:
                yield mine


def whole(books: "Ledger", one: Whose, some: Sequence[Call]) -> list[Call]:
    """The same calls with their legs."""
    if not some:
        return []
    times = [call.started for call in some]
    ids = {call.id for call in some}
    asked = ids if len(ids) <= _MOST else None
    found = calls_of(books, one, min(times), max(times) + 1, asked)
    held = {call.id: call for call in found if call.id in ids}
    return [held[call.id] for call in some if call.id in held]


def columns(terms: Terms) -> tuple[Column, ...]:
    """The columns of `row`."""
    return (
        Column("time", "Time"), Column("direction", "Direction"), Column("from", "From"),
        Column("to", "To"), Column("duration", "Duration", right=True),
        Column("disposition", "Disposition"), Column("cost", terms.currency, right=True),
        Column("currency"), Column("call"),
    )  # fmt: skip


def row(call: Call, terms: Terms) -> Row:
    """A call as a line, however many legs it had."""
    currency = terms.currency
    return (
        Moment(call.started, terms.timezone), call.direction, call.caller, call.number, Span(call.seconds),
        call.disposition, None if call.unrated else Money(call.amount, currency), currency, call.id,
    )  # fmt: skip


def table(found: Sequence[Call], terms: Terms) -> Table:
    """Calls, a line each."""
    currency = terms.currency
    total: Row = ("Total", "", "", "", Span(sum(call.seconds for call in found)), "",
                  Money(sum(call.amount for call in found), currency), currency, "")  # fmt: skip
    rows = [row(call, terms) for call in found]
    return Table("calls", "Calls", columns(terms), rows, total, "no calls")


def legs(found: Iterable[Call], terms: Terms) -> Table:
    """The legs of calls, a line each."""
    zone, currency = terms.timezone, terms.currency
    heads = (
        Column("time", "Time"), Column("call"), Column("leg", "Leg"), Column("kind", "Kind"),
        Column("direction", "Direction"), Column("from", "From"), Column("to", "To"),
        Column("extension", "Extension"), Column("object", "Object"), Column("trunk", "Trunk"),
        Column("duration", "Duration", right=True), Column("disposition", "Disposition"),
        Column("cause", "Cause"), Column("cost", currency, right=True), Column("currency"),
    )  # fmt: skip
    rows: list[Row] = []
    for call in found:
        for leg in call.legs:
            fact = leg.fact
            lasted = fact.seconds if fact.kind == "conference" else seconds(fact)
            cost = None if leg.status == "unrated" else Money(leg.amount, currency)
            rows.append((Moment(fact.started, zone), call.id, fact.uuid, fact.kind, fact.direction,
                         caller(fact), fact.number, fact.extension, fact.object, fact.trunk, Span(lasted),
                         disposition(fact), fact.cause, cost, currency))  # fmt: skip
    return Table("legs", "Legs", heads, rows, None, "no calls")
