"""A statement as one table, for a spreadsheet: each line says what kind of line it is."""

from collections.abc import Iterator

from dialform.billing.statements.statement import Statement, Usage
from dialform.billing.statements.table import Column, Row
from dialform.billing.statements.values import Moment, Money, unit_of

COLUMNS = tuple(
    Column(name)
    for name in (
        "line", "tenant", "period", "date", "id", "service", "direction", "route", "rate", "extension",
        "number", "peer", "count", "unit", "units", "free", "billed", "amount", "currency", "note",
    )
)  # fmt: skip
"""`amount` of the lines opening, payment, usage and adjustment add up to that of closing."""


def rows(statement: Statement) -> Iterator[Row]:
    """Opening balance, payments, usage, late usage, closing balance; then the calls, if they are listed.

    What costs is negative here, so that the column can be summed; a call's amount is part of its usage line.
    """
    party = statement.party

    def row(line: str, amount: int, **more: object) -> Row:
        values = {"line": line, "tenant": party.tenant, "period": statement.period,
                  "amount": Money(amount, party.currency), "currency": party.currency, **more}  # fmt: skip
        return tuple(values.get(one.key) for one in COLUMNS)  # type: ignore[misc]

    def usage(line: str, one: Usage) -> Row:
        return row(line, -one.amount, period=one.period, service=one.service, direction=one.direction,
                   route=one.route, rate=one.rate, count=one.legs, unit=unit_of(one.service),
                   units=one.units, free=one.free, billed=one.billed)  # fmt: skip

    yield row("opening", statement.opening)
    for paid in statement.payments:
        yield row("payment", paid.amount, date=paid.date, id=paid.id, note=paid.note)
    for one in statement.usage:
        yield usage("usage", one)
    for one in statement.adjustments:
        yield usage("adjustment", one)
    yield row("closing", statement.closing)
    for call in statement.calls or ():
        yield row("call", -call.amount, date=Moment(call.at, party.timezone), service=call.service,
                  direction=call.direction, extension=call.extension, number=call.number, peer=call.peer,
                  count=1, unit=unit_of(call.service), units=call.units, free=call.free,
                  billed=call.billed)  # fmt: skip
