"""`dialform cdr`."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.cli.billing import common, output, periods
from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from dialform.billing.ledger.ledger import Ledger
    from dialform.billing.statements.calls import Call
    from dialform.billing.statements.table import Table

DIRECTIONS = ("inbound", "outbound", "internal")
_DAY = 86_400_000_000
_DEFAULT = "24h"


@click.command("cdr")
@common.sources
@common.TENANT
@common.USER
@click.option(
    "--from", "start", metavar="TIME", help="From this day or moment on, as in 2026-11-03."
)
@click.option("--to", "end", metavar="TIME", help="Up to and with this day, or up to this moment.")
@click.option("--since", metavar="AGO", help=f"How long ago, as in 2h or 7d. Default: {_DEFAULT}.")
@click.option("--direction", type=click.Choice(DIRECTIONS), help="Only calls of this direction.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Only the last N calls.")
@click.option("--legs", is_flag=True, help="Show each leg of the calls.")
@output.form_option()
@output.OUTPUT
def command(
    site: Path | None, secrets: Path | None, state: Path | None, ledger: str | None,
    tenant: str | None, user: str | None, start: str | None, end: str | None, since: str | None,
    direction: str | None, limit: int | None, legs: bool, form: str | None, file: Path | None,
) -> int:  # fmt: skip
    """Show the calls of a tenant: when, who called whom, for how long, how it ended, what it cost.

    Times are those of the tenant's time zone. A call is one line, however many legs it had.
    """
    if since and start:
        raise click.UsageError("Say either --from or --since.")
    where = common.place(site, state, secrets, ledger)
    with common.opened(where) as books:
        one = common.only(where, books, tenant, user)
        zone = one.terms.timezone
        first = periods.moment(start or since or _DEFAULT, zone, "--from" if start else "--since")
        last = periods.moment(end, zone, "--to", end=True) if end else None
        if last is not None and last <= first:
            raise click.UsageError("No time lies between --from and --to: one is after the other.")
        found = [
            call for call in _calls(books, one, first, last)
            if direction is None or call.direction == direction
        ]  # fmt: skip
    shown = found[-limit:] if limit else found
    made = _legs(shown, one) if legs else _table(shown, one)
    output.put([made], output.form_of(form, file), file)
    return Exit.CLEAN


def _calls(books: "Ledger", one: common.Whose, first: int, last: int | None) -> "Iterator[Call]":
    """The calls that began in a time. A leg is found by its answer, so the days around are read too."""
    from dialform.billing.ledger.lines import calls as lines
    from dialform.billing.statements.calls import Leg, calls, share

    with books.reading() as reading:
        read = lines(reading, one.slug, first - _DAY, None if last is None else last + _DAY)
        found = calls(Leg(line.fact, line.amount, line.status, line.extension) for line in read)
    for call in found:
        if call.started >= first and (last is None or call.started < last):
            mine = call if one.extensions is None else share(call, one.extensions)
            if mine is not None:
                yield mine


def _table(found: "list[Call]", one: common.Whose) -> "Table":
    from dialform.billing.statements.table import Column, Row, Table
    from dialform.billing.statements.values import Moment, Money, Span

    zone, currency = one.terms.timezone, one.terms.currency
    columns = (
        Column("time", "Time"), Column("direction", "Direction"), Column("from", "From"),
        Column("to", "To"), Column("duration", "Duration", right=True),
        Column("disposition", "Disposition"), Column("cost", currency, right=True),
        Column("currency"), Column("call"),
    )  # fmt: skip
    rows: list[Row] = [
        (Moment(call.started, zone), call.direction, call.caller, call.number, Span(call.seconds),
         call.disposition, None if call.unrated else Money(call.amount, currency), currency, call.id)
        for call in found
    ]  # fmt: skip
    total: Row = ("Total", "", "", "", Span(sum(call.seconds for call in found)), "",
                  Money(sum(call.amount for call in found), currency), currency, "")  # fmt: skip
    return Table("calls", "Calls", columns, rows, total, "no calls")


def _legs(found: "Iterable[Call]", one: common.Whose) -> "Table":
    from dialform.billing.statements.calls import caller, disposition, seconds
    from dialform.billing.statements.table import Column, Row, Table
    from dialform.billing.statements.values import Moment, Money, Span

    zone, currency = one.terms.timezone, one.terms.currency
    columns = (
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
    return Table("legs", "Legs", columns, rows, None, "no calls")
