"""Payments that were booked: they stay as they were, by their id, whatever the files say later."""

from collections.abc import Iterator, Mapping

from dialform.compiler.micro import amount, micro
from dialform.compiler.terms import Terms
from dialform.schema.account import Payment
from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import billing as rules

Money = tuple[str, int]
"""The date and the amount (micro-units) of a payment."""
Booked = Mapping[tuple[str, str], Money]
"""By tenant and id."""


def money_of(payments: Mapping[str, Payment]) -> dict[str, Money]:
    """The payments of a tenant's files by their id, as they are booked."""
    return {id_: (one.date, micro(one.amount)) for id_, one in payments.items()}


def said(was: Money, is_: Money | None) -> str:
    """What became of a payment: "was booked with 200.00 on 2026-11-03, and is gone"."""
    now = "is gone" if is_ is None else f"is {amount(is_[1])} on {is_[0]} now"
    return f"was booked with {amount(was[1])} on {was[0]}, and {now}"


def changed(slug: str, booked: Mapping[str, Money], now: Mapping[str, Money]) -> Iterator[Flaw]:
    """The payments of a tenant that are not as they were booked."""
    document = f"tenants.d/{slug}"
    for id_, was in sorted(booked.items()):
        is_ = now.get(id_)
        if is_ == was:
            continue
        what = said(was, is_)
        path: Path = ("payments",)
        way, on = "write it as it was", "key"
        if is_ is not None:
            path = (*path, id_, "date" if is_[0] != was[0] else "amount")
            way, on = f"{way}, and what differs as another payment", "value"
        yield rules.PaymentChanged.flaw(document, path, on=on, id=id_, what=what, way=way)


def check_payments(booked: Booked, terms: Mapping[str, Terms]) -> Iterator[tuple[str, Flaw]]:
    """The payments that are not as a ledger has them, with whose they are. Who is no tenant any more is
    not looked at.
    """
    by_tenant: dict[str, dict[str, Money]] = {}
    for (slug, id_), money in booked.items():
        by_tenant.setdefault(slug, {})[id_] = money
    for slug, one in sorted(terms.items()):
        now = {paid.id: (paid.date, paid.amount) for paid in one.payments}
        for flaw in changed(slug, by_tenant.get(slug, {}), now):
            yield slug, flaw
