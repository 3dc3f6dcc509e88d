"""Where the usage of a month comes from, and what it cost."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from dialform.billing.ledger import reports
from dialform.billing.statements.table import Column, Row, Table
from dialform.billing.statements.values import Money, unit_of, units
from dialform.billing.views.whose import Whose

if TYPE_CHECKING:
    from dialform.billing.ledger.ledger import Ledger


def rows(books: "Ledger", one: Whose, period: str) -> Iterator[tuple[Row, int]]:
    """The rows of `table`, each with its cost in micro-units of the tenant's currency."""
    currency = one.terms.currency
    with books.reading() as connection:
        found = reports.sources(connection, one.slug, currency, period, one.extensions)
    for service, *kinds, legs, used, free, billed, amount, unrated in found:
        counts = (units(count, service) for count in (used, free, billed))
        yield (one.slug, period, service, *kinds, legs, *counts, unit_of(service),
               Money(amount, currency), currency, unrated), amount  # fmt: skip


def table(found: Sequence[Row], sums: Mapping[str, int], *, one_tenant: bool) -> Table:
    """What is the same in all rows stands in the title, for people; machines have every column.

    `sums` are the costs of all rows, by currency, in micro-units.
    """
    months, currencies = {row[1] for row in found}, set(sums)
    columns = (
        Column("tenant", "" if one_tenant else "Tenant"),
        Column("month", "" if len(months) == 1 else "Month"), Column("service", "Service"),
        Column("direction", "Direction"), Column("route", "Route"), Column("extension", "Extension"),
        Column("object", "Object"), Column("count", "Count", right=True),
        Column("units", "Used", right=True), Column("free", "Free", right=True),
        Column("billed", "Billed", right=True), Column("unit"), Column("amount", "Cost", right=True),
        Column("currency", "" if len(currencies) == 1 else "Currency"),
        Column("unrated", "No price" if any(row[-1] for row in found) else "", right=True),
    )  # fmt: skip
    title = f"Usage {found[0][1]}" if len(months) == 1 else "Usage"
    total: Row | None = None
    if len(currencies) == 1:
        ((currency, amount),) = sums.items()
        title = f"{title}, {currency}"
        words = {
            "tenant": "Total",
            "service": "Total" if one_tenant else "",
            "amount": Money(amount, currency),
        }
        total = tuple(words.get(column.key) for column in columns)
    return Table("usage", title, columns, found, total, "nothing was used")
