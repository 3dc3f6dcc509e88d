"""A statement as tables: what text, CSV, page and paper all show, in their order."""

from collections.abc import Iterable

from dialform.billing.statements.statement import Statement, Usage
from dialform.billing.statements.table import Column, Row, Table
from dialform.billing.statements.values import Moment, Money, Value, unit_of, units

SERVICES = {"voice": "Calls", "fax": "Fax pages", "conference": "Conferences"}
_ONE = {"voice": "Call", "fax": "Fax", "conference": "Conference"}
RESOURCES = {
    "voice_minutes": ("Voice minutes", "voice"),
    "fax_pages": ("Fax pages", "fax"),
    "conference_minutes": ("Conference minutes", "conference"),
}

_FIGURES = (
    Column("units", "Used", right=True), Column("free", "Free", right=True),
    Column("billed", "Billed", right=True), Column("unit"), Column("amount", "Amount", right=True),
)  # fmt: skip


def sections(statement: Statement) -> list[Table]:
    """All tables of a statement, the empty ones left out but for the balance and the usage."""
    made = [_balance(statement), _payments(statement), _usage(statement), _included(statement),
            _adjustments(statement), _calls(statement)]  # fmt: skip
    return [one for one in made if one is not None]


def named(service: str) -> str:
    """A service for people."""
    return SERVICES.get(service, service)


def figures(one: Usage, currency: str) -> Row:
    """Used, free, billed, in what; the amount."""
    counts = tuple(units(count, one.service) for count in (one.units, one.free, one.billed))
    return (*counts, unit_of(one.service), Money(one.amount, currency))


def _balance(statement: Statement) -> Table:
    currency = statement.party.currency
    rows: list[Row] = [
        ("Opening balance", Money(statement.opening, currency)),
        ("Payments", Money(statement.received, currency)),
        (f"Usage of {statement.period}", Money(-statement.charges, currency)),
    ]
    if statement.adjustments:
        rows.append(("Usage of earlier months, booked late", Money(-statement.adjusted, currency)))
    columns = (Column("what", "Account"), Column("amount", currency, right=True))
    total: Row = ("Closing balance", Money(statement.closing, currency))
    return Table("balance", "Balance", columns, rows, total)


def _payments(statement: Statement) -> Table | None:
    if not statement.payments:
        return None
    currency = statement.party.currency
    columns = (Column("date", "Date"), Column("id", "Payment"), Column("note", "Note"),
               Column("amount", currency, right=True))  # fmt: skip
    rows: list[Row] = [
        (one.date, one.id, one.note, Money(one.amount, currency)) for one in statement.payments
    ]
    total: Row = ("Total", "", "", Money(statement.received, currency))
    return Table("payments", "Payments", columns, rows, total)


def _usage(statement: Statement) -> Table:
    currency = statement.party.currency
    columns = (
        Column("service", "Service"), Column("direction", "Direction"), Column("route", "Route"),
        Column("rate", "Rate"), Column("legs", "Count", right=True), *_named(currency),
    )  # fmt: skip
    rows: list[Row] = [
        (named(one.service), one.direction, one.route, one.rate or _unpriced(one), one.legs,
         *figures(one, currency))
        for one in statement.usage
    ]  # fmt: skip
    total: Row = ("Total", "", "", "", sum(one.legs for one in statement.usage),
                  None, None, None, "", Money(statement.charges, currency))  # fmt: skip
    return Table("usage", "Usage", columns, rows, total, "nothing was used")


def _named(currency: str) -> tuple[Column, ...]:
    return (*_FIGURES[:-1], Column("amount", currency, right=True))


def _unpriced(one: Usage) -> str:
    return "no price yet" if one.unrated else ""


def _included(statement: Statement) -> Table | None:
    if not statement.included:
        return None
    columns = (Column("resource", "Included in the month"), Column("limit", "Limit", right=True),
               Column("used", "Used", right=True), Column("left", "Left", right=True))  # fmt: skip
    rows: list[Row] = []
    for one in statement.included:
        title, service = RESOURCES.get(one.resource, (one.resource, "fax"))
        left = max(0, one.limit - one.used)
        counts: Iterable[Value] = (units(count, service) for count in (one.limit, one.used, left))
        rows.append((title, *counts))
    return Table("included", "Included", columns, rows)


def _adjustments(statement: Statement) -> Table | None:
    if not statement.adjustments:
        return None
    currency = statement.party.currency
    columns = (Column("period", "Month"), Column("service", "Service"),
               Column("legs", "Count", right=True), *_named(currency))  # fmt: skip
    rows: list[Row] = [
        (one.period, named(one.service), one.legs, *figures(one, currency))
        for one in statement.adjustments
    ]
    total: Row = ("Total", "", None, None, None, None, "", Money(statement.adjusted, currency))
    title = "Earlier months, booked after their statements"
    return Table("adjustments", title, columns, rows, total)


def _calls(statement: Statement) -> Table | None:
    if statement.calls is None:
        return None
    zone, currency = statement.party.timezone, statement.party.currency
    columns = (
        Column("at", "Time"), Column("service", "Service"), Column("direction", "Direction"),
        Column("extension", "Extension"), Column("number", "Number"), Column("peer", "Other side"),
        *_named(currency),
    )  # fmt: skip
    rows: list[Row] = []
    for one in statement.calls:
        counts = tuple(units(count, one.service) for count in (one.units, one.free, one.billed))
        rows.append((Moment(one.at, zone), _ONE.get(one.service, one.service), one.direction, one.extension,
                     one.number, one.peer, *counts, unit_of(one.service),
                     Money(one.amount, currency)))  # fmt: skip
    total: Row = ("Total", "", "", "", "", "", None, None, None, "",
                  Money(sum(one.amount for one in statement.calls), currency))  # fmt: skip
    return Table("calls", "Calls", columns, rows, total, "no calls")
