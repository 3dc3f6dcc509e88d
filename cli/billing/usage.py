"""`dialform billing usage`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.cli.billing import common, output
from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from dialform.billing.statements.table import Row, Table


@click.command("usage")
@common.sources
@common.TENANT
@common.USER
@common.MONTH
@output.form_option()
@output.OUTPUT
def command(
    site: Path | None, secrets: Path | None, state: Path | None, ledger: str | None,
    tenant: str | None, user: str | None, month: str | None, form: str | None, file: Path | None,
) -> int:  # fmt: skip
    """Show what was used in a month, by service, direction, route, extension and object, and its cost."""
    from dialform.billing.ledger import reports
    from dialform.billing.statements.values import Money, unit_of, units

    where = common.place(site, state, secrets, ledger)
    rows: list[Row] = []
    sums: dict[str, int] = {}
    with common.opened(where) as books:
        for one in common.whose(where, books, tenant, user):
            period, currency = common.month_of(month, one.terms.timezone), one.terms.currency
            with books.reading() as connection:
                found = reports.sources(connection, one.slug, currency, period, one.extensions)
            for service, *kinds, legs, used, free, billed, amount, unrated in found:
                counts = (units(count, service) for count in (used, free, billed))
                rows.append((one.slug, period, service, *kinds, legs, *counts, unit_of(service),
                             Money(amount, currency), currency, unrated))  # fmt: skip
                sums[currency] = sums.get(currency, 0) + amount
    output.put([_table(rows, sums, tenant)], output.form_of(form, file), file)
    return Exit.CLEAN


def _table(rows: "list[Row]", sums: dict[str, int], tenant: str | None) -> "Table":
    """What is the same in all rows stands in the title, for people; machines have every column."""
    from dialform.billing.statements.table import Column, Row, Table
    from dialform.billing.statements.values import Money

    months, currencies = {row[1] for row in rows}, set(sums)
    columns = (
        Column("tenant", "" if tenant else "Tenant"),
        Column("month", "" if len(months) == 1 else "Month"), Column("service", "Service"),
        Column("direction", "Direction"), Column("route", "Route"), Column("extension", "Extension"),
        Column("object", "Object"), Column("count", "Count", right=True),
        Column("units", "Used", right=True), Column("free", "Free", right=True),
        Column("billed", "Billed", right=True), Column("unit"), Column("amount", "Cost", right=True),
        Column("currency", "" if len(currencies) == 1 else "Currency"),
        Column("unrated", "No price" if any(row[-1] for row in rows) else "", right=True),
    )  # fmt: skip
    title = f"Usage {rows[0][1]}" if len(months) == 1 else "Usage"
    total: Row | None = None
    if len(currencies) == 1:
        ((currency, amount),) = sums.items()
        title = f"{title}, {currency}"
        words = {
            "tenant": "Total",
            "service": "Total" if tenant else "",
            "amount": Money(amount, currency),
        }
        total = tuple(words.get(column.key) for column in columns)
    return Table("usage", title, columns, rows, total, "nothing was used")
