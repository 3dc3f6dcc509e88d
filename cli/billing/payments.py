"""`dialform billing payments`."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.cli.billing import common, output
from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from dialform.billing.statements.table import Row
    from dialform.compiler.terms import Paid


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
    from dialform.billing.ledger import reports
    from dialform.billing.statements.table import Column, Row, Table
    from dialform.billing.statements.values import Money

    where = common.place(site, state, secrets, ledger)
    rows: list[Row] = []
    balances: list[Row] = []
    with common.opened(where) as books:
        for one in common.whose(where, books, tenant, None):
            currency = one.terms.currency
            with books.reading() as connection:
                booked = reports.paid(connection, one.slug, currency)
                held = reports.balances_of(connection, one.slug)
            rows += _rows(one.slug, currency, booked, _written(where, one.slug))
            for each, (paid, charges) in sorted((held or {currency: (0, 0)}).items()):
                balances.append((one.slug, Money(paid, each), Money(charges, each),
                                 Money(paid - charges, each), each))  # fmt: skip
    columns = (
        Column("tenant", "Tenant"), Column("payment", "Payment"), Column("date", "Date"),
        Column("amount", "Amount", right=True), Column("currency", "Currency"), Column("note", "Note"),
        Column("state", "State"), Column("written_date"), Column("written_amount"),
    )  # fmt: skip
    sums = (
        Column("tenant", "Tenant"), Column("payments", "Payments", right=True),
        Column("charges", "Usage", right=True), Column("balance", "Balance", right=True),
        Column("currency", "Currency"),
    )  # fmt: skip
    tables = [Table("payments", "Payments", columns, rows, None, "no payments"),
              Table("balances", "Balances", sums, balances)]  # fmt: skip
    output.put(tables, output.form_of(form, file), file)
    return Exit.CLEAN


def _written(where: common.Place, slug: str) -> "dict[str, Paid] | None":
    """The payments as the site writes them; None where there is no site."""
    from dialform.compiler.agreed import terms_of

    scope = where.site.tenant(slug) if where.site else None
    return {one.id: one for one in terms_of(scope).payments} if scope else None


def _rows(
    slug: str, currency: str, booked: "list[Paid]", written: "dict[str, Paid] | None"
) -> "Iterator[Row]":
    from dialform.billing.statements.values import Money

    for one in booked:
        state, other = "booked", None
        if written is not None:
            other = written.get(one.id)
            if other is None:
                state = "booked, gone from the site"
            elif (other.date, other.amount) != (one.date, one.amount):
                at = Money(other.amount, currency).shown()
                state = f"changed: the site says {other.date}, {at}"
            else:
                other = None
        yield (slug, one.id, one.date, Money(one.amount, currency), currency, one.note, state,
               other.date if other else None, Money(other.amount, currency) if other else None)  # fmt: skip
    known = {one.id for one in booked}
    for id_, one in sorted((written or {}).items()):
        if id_ not in known:
            yield (slug, id_, one.date, Money(one.amount, currency), currency, one.note,
                   "not booked yet", one.date, Money(one.amount, currency))  # fmt: skip
