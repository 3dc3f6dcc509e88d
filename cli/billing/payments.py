"""`dialform billing payments`."""

from pathlib import Path

import click

from dialform.cli.billing import common, output
from dialform.cli.exits import Exit


@click.command("payments")
@common.sources
@common.TENANT
@output.form_option()
@output.OUTPUT
def command(
    site: Path | None, secrets: Path | None, state: Path | None, ledger: str | None,
    tenant: str | None, form: str | None, file: Path | None,
) -> int:  # fmt: skip
    """Show the payments that are booked, those of the site that are not yet, and what is left.

    `changed` is said of one that the site writes otherwise than it was booked: what is booked stands.
    """
    from dialform.billing.views import payments

    where = common.place(site, state, secrets, ledger)
    with common.opened(where) as books:
        found = [
            payments.rows(books, where.site.tenant(one.slug) if where.site else None, one)
            for one in common.whose(where, books, tenant, None)
        ]
    output.put(payments.tables(found), output.form_of(form, file), file)
    return Exit.CLEAN
