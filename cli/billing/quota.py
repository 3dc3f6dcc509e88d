"""`dialform billing quota`."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.cli.billing import common, output
from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from dialform.billing.ledger.ledger import Ledger
    from dialform.billing.statements.table import Row
    from dialform.billing.views.whose import Whose


@click.command("quota")
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
    """Show what tenants may have and what they have: the eleven resources, with their numbers 7 to 17.

    Objects are counted from the site; minutes and pages are those of the month, from the ledger. With
    --user it is what the slots of that user allow.
    """
    from dialform.billing.statements.table import Column, Table

    where = common.place(site, state, secrets, ledger)
    with common.if_there(where) as books:
        rows = [row for one in common.whose(where, books, tenant, user)
                for row in _rows(where, books, one, month)]  # fmt: skip
    columns = (
        Column("tenant", "" if tenant else "Tenant"), Column("user", "User" if user else ""),
        Column("number", "No.", right=True), Column("resource", "Resource"), Column("month", "Month"),
        Column("unit"), Column("limit", "Limit", right=True), Column("used", "Used", right=True),
        Column("left", "Left", right=True),
    )  # fmt: skip
    output.put([Table("quota", "Quota", columns, rows)], output.form_of(form, file), file)
    return Exit.CLEAN


def _rows(
    where: common.Place, books: "Ledger | None", one: "Whose", month: str | None
) -> "Iterator[Row]":
    from dialform.billing.statements.values import unit_of, units
    from dialform.billing.views.quota import haves

    period = common.month_of(month, one.terms.timezone)
    scope = where.site.tenant(one.slug) if where.site else None
    for have in haves(scope, books, one, period):
        counts = [
            count if count is None or not have.service else units(count, have.service)
            for count in (have.limit, have.used, have.left)
        ]
        yield (one.slug, one.user, have.number, have.resource, period if have.service else "",
               unit_of(have.service) if have.service else "object", *counts)  # fmt: skip
