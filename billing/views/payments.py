"""The payments of a tenant: those that are booked, those of the site that are not yet, and what is left."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from dialform.billing.ledger import reports
from dialform.billing.statements.table import Column, Row, Table
from dialform.billing.statements.values import Money
from dialform.billing.views.whose import Whose
from dialform.compiler.agreed import terms_of
from dialform.compiler.scope import Scope
from dialform.compiler.terms import Paid

if TYPE_CHECKING:
    from dialform.billing.ledger.ledger import Ledger

COLUMNS = (
    Column("tenant", "Tenant"), Column("payment", "Payment"), Column("date", "Date"),
    Column("amount", "Amount", right=True), Column("currency", "Currency"), Column("note", "Note"),
    Column("state", "State"), Column("written_date"), Column("written_amount"),
)  # fmt: skip
BALANCES = (
    Column("tenant", "Tenant"), Column("payments", "Payments", right=True),
    Column("charges", "Usage", right=True), Column("balance", "Balance", right=True),
    Column("currency", "Currency"),
)  # fmt: skip


def tables(found: Sequence[tuple[Sequence[Row], Sequence[Row]]]) -> list[Table]:
    """Payments and balances, of what `rows` gave of each tenant."""
    paid = [row for rows, _ in found for row in rows]
    held = [row for _, rows in found for row in rows]
    return [
        Table("payments", "Payments", COLUMNS, paid, None, "no payments"),
        Table("balances", "Balances", BALANCES, held),
    ]


def rows(books: "Ledger", scope: Scope | None, one: Whose) -> tuple[list[Row], list[Row]]:
    """The rows of both tables of one tenant. `scope` is the tenant in the site; None where there is none."""
    currency = one.terms.currency
    with books.reading() as connection:
        booked = reports.paid(connection, one.slug, currency)
        held = reports.balances_of(connection, one.slug)
    written = {each.id: each for each in terms_of(scope).payments} if scope else None
    balances: list[Row] = [
        (one.slug, Money(paid, each), Money(charges, each), Money(paid - charges, each), each)
        for each, (paid, charges) in sorted((held or {currency: (0, 0)}).items())
    ]
    return list(_payments(one.slug, currency, booked, written)), balances


def _payments(
    slug: str, currency: str, booked: Sequence[Paid], written: Mapping[str, Paid] | None
) -> Iterator[Row]:
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
