"""Payments of the site: each is booked once, under its tenant and id."""

from collections.abc import Iterable, Sequence

from dialform.billing.ledger.notices import Word
from dialform.billing.ledger.rows import plain
from dialform.billing.ledger.sql import Row, Sql
from dialform.billing.ledger.tables import entries, payments
from dialform.billing.ledger.totals import Totals
from dialform.billing.ledger.values import PAYMENT_CHANGED, Changed
from dialform.billing.ledger.writing import book_accounts
from dialform.billing.rating.rate import MOST
from dialform.compiler.terms import Paid, Terms


def new_and_changed(
    words: Sql, tenants: Iterable[Terms]
) -> tuple[list[tuple[Terms, Paid]], list[Changed]]:
    """Of the payments that tenants have in their files: those that are not booked, and those that are, with
    another amount or date."""
    having = {one.slug: one for one in tenants if one.payments}
    there = {
        (tenant, id_): Paid(id_, date, amount, note)
        for tenant, id_, date, amount, note in words.ask(
            f"SELECT tenant, id, date, amount, note FROM payments WHERE {words.among('tenant')}",  # noqa: S608
            words.many(having),
        )
    }
    new, changed = [], []
    for slug, terms in sorted(having.items()):
        for paid in terms.payments:
            booked = there.get((slug, paid.id))
            if booked is None:
                new.append((terms, paid))
            elif (booked.date, booked.amount) != (paid.date, paid.amount):
                changed.append(Changed(slug, paid.id, booked, paid))
    return new, changed


def pay(words: Sql, totals: Totals, new: Sequence[tuple[Terms, Paid]], now: int) -> None:
    """Book payments that are not booked yet."""
    made: list[Row] = []
    moved: list[Row] = []
    for terms, paid in new:
        slug, currency = terms.slug, terms.currency
        made.append((slug, paid.id, paid.date, paid.amount, currency, plain(paid.note), now))
        if paid.amount:
            totals.pay(slug, currency, paid.amount)
            tenant = f"tenant:{slug}"
            sides = ("cash", tenant) if paid.amount > 0 else (tenant, "cash")
            moved.append((f"payment:{slug}:{paid.id}", now, "payment", slug, *sides, currency,
                          abs(paid.amount), None, paid.id))  # fmt: skip
    words.load(payments, made)
    book_accounts(words, moved)
    words.load(entries, moved)


def too_much(new: Iterable[tuple[Terms, Paid]]) -> list[str]:
    """The ids of payments that no ledger can hold."""
    return [paid.id for _, paid in new if abs(paid.amount) > MOST]


def word(change: Changed) -> Word:
    """That a payment in the site is not what was booked: once for each that it is changed to."""
    booked, now = change.booked, change.now
    body = {
        "booked": {"date": booked.date, "amount": booked.amount},
        "now": {"date": now.date, "amount": now.amount},
    }
    key = f"{PAYMENT_CHANGED}|{change.tenant}|{change.id}|{now.date}|{now.amount}"
    return Word(PAYMENT_CHANGED, change.tenant, change.id, body, key)
