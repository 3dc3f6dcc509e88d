"""`dialform billing usage`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.cli.billing import common, output
from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from dialform.billing.statements.table import Row


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
    from dialform.billing.views import usage

    where = common.place(site, state, secrets, ledger)
    rows: list[Row] = []
    sums: dict[str, int] = {}
    with common.opened(where) as books:
        for one in common.whose(where, books, tenant, user):
            period, currency = common.month_of(month, one.terms.timezone), one.terms.currency
            for row, amount in usage.rows(books, one, period):
                rows.append(row)
                sums[currency] = sums.get(currency, 0) + amount
    made = usage.table(rows, sums, one_tenant=tenant is not None)
    output.put([made], output.form_of(form, file), file)
    return Exit.CLEAN
