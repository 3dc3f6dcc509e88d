"""`dialform billing export`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialform.cli.billing import common, output, periods
from dialform.cli.exits import Exit
from dialform.values import dataclass

if TYPE_CHECKING:
    from dialform.billing.ledger.ledger import Ledger
    from dialform.billing.statements.table import Row

FORMATS = ("csv", "jsonl")
_MONEY = ("amount", "price", "connect", "minimum")
_TIMES = ("at", "booked")


@click.command("export")
@common.sources
@common.TENANT
@common.USER
@click.option("--month", metavar="YYYY-MM", help="Only this month, in each tenant's time zone.")
@periods.SINCE
@periods.UNTIL
@click.option("--all", "every", is_flag=True,
              help="Also the legs that cost nothing: not answered, or no trunk's.")  # fmt: skip
@output.form_option(FORMATS)
@output.OUTPUT
def command(
    site: Path | None, secrets: Path | None, state: Path | None, ledger: str | None,
    tenant: str | None, user: str | None, month: str | None, since: str | None, until: str | None,
    every: bool, form: str | None, file: Path | None,
) -> int:  # fmt: skip
    """Write every row of rated usage, one by one, as CSV or as JSON, an object a line.

    Rows are never changed: an odd `seq` takes back the row before it, so all sums over all rows are right.
    """
    from dialform.billing.ledger import reports
    from dialform.billing.statements.spreadsheet import lines
    from dialform.billing.statements.table import Column

    where = common.place(site, state, secrets, ledger)
    form = output.form_of(form, file, FORMATS)
    with common.opened(where) as books:
        everybody = common.whose(where, books, tenant, user)
        one = everybody[0] if tenant else None
        zone = one.terms.timezone if one else "UTC"
        span = _Span(
            tenant,
            common.month_of(month, zone) if month else "",
            periods.moment(since, zone, "--since") if since else 0,
            periods.moment(until, zone, "--until") if until else 0,
            one.extensions if one else None,
            every,
        )
        rows = _rows(books, span, {each.slug: each.terms.timezone for each in everybody})
        columns = tuple(Column(name) for name in reports.ROWS)
        parts = lines(columns, rows) if form == "csv" else _objects(reports.ROWS, rows)
        output.save(parts, file)
    return Exit.CLEAN


@dataclass(frozen=True, slots=True)
class _Span:
    """Which rows: whose, of which month, from when to before when (microseconds, 0 for no bound)."""

    tenant: str | None
    period: str
    since: int
    until: int
    extensions: tuple[str, ...] | None
    every: bool


def _rows(books: "Ledger", span: _Span, zones: dict[str, str]) -> "Iterator[Row]":
    """All rows, a few at a time, as they stand in the ledger at one moment."""
    from dialform.billing.ledger import reports

    with books.reading() as reading:
        for row in reports.rows(
            reading, span.tenant, period=span.period, since=span.since, until=span.until,
            extensions=span.extensions, every=span.every,
        ):  # fmt: skip
            yield _typed(dict(zip(reports.ROWS, row, strict=True)), zones)


def _typed(row: dict[str, Any], zones: dict[str, str]) -> "Row":
    from dialform.billing.statements.values import Moment, Money

    zone, currency = zones.get(row["tenant"], "UTC"), row["currency"]
    for name in _MONEY:
        row[name] = Money(row[name], currency)
    for name in _TIMES:
        row[name] = Moment(row[name], zone)
    return tuple(row.values())


def _objects(names: tuple[str, ...], rows: "Iterator[Row]") -> Iterator[str]:
    from dialform.billing.statements.values import data

    for row in rows:
        made = {name: data(value) for name, value in zip(names, row, strict=True)}
        yield json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n"
