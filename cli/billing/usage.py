"""`dialform billing usage`."""

from pathlib import Path

import click

from dialform.cli.billing import common, output
from dialform.cli.exits import Exit


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
    from dialform.billing.statements.table import Column, Row, Table
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
    total: Row | None = None
    if len(sums) == 1:
        ((currency, amount),) = sums.items()
        total = ("Total", *[""] * 6, *[None] * 4, "", Money(amount, currency), currency, "")
    columns = (
        Column("tenant", "Tenant"), Column("month", "Month"), Column("service", "Service"),
        Column("direction", "Direction"), Column("route", "Route"), Column("extension", "Extension"),
        Column("object", "Object"), Column("count", "Count", right=True),
        Column("units", "Used", right=True), Column("free", "Free", right=True),
        Column("billed", "Billed", right=True), Column("unit"), Column("amount", "Cost", right=True),
        Column("currency", "" if len(sums) == 1 else "Currency"),
        Column("unrated", "No price" if any(row[-1] for row in rows) else "", right=True),
    )  # fmt: skip
    title = "Usage" if len(sums) != 1 else f"Usage, {next(iter(sums))}"
    table = Table("usage", title, columns, rows, total, "nothing was used")
    output.put([table], output.form_of(form, file), file)
    return Exit.CLEAN
