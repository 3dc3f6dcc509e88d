"""What a booking means for a tenant's credit and limits: the moments that are told, once each."""

from collections.abc import Iterable, Iterator

from dialform.billing.ledger.copies import Copies
from dialform.billing.ledger.notices import Word
from dialform.billing.ledger.sql import Sql
from dialform.billing.ledger.tables import standing
from dialform.billing.ledger.totals import Totals
from dialform.billing.ledger.values import CREDIT_BACK, LIMIT, LOW_CREDIT, ZERO_CREDIT
from dialform.compiler.terms import Terms

_UNKNOWN = -1
_MONTH = len("2026-11")


def crossed(
    words: Sql, copies: Copies, totals: Totals, tenants: Iterable[str], *, first_after: bool = False
) -> list[Word]:
    """The words for the marks of their credit that tenants crossed, and for the limits that they reached.

    Which side a tenant is on is kept. Of one of whom nothing is kept yet, the side is that before this
    transaction; with `first_after` the one after it, for what a site begins with is no news.
    """
    whose = sorted(set(tenants))  # once: it may be an iterator
    held = {
        tenant: (low, zero)
        for tenant, low, zero in words.ask(
            f"SELECT tenant, low, zero FROM standing WHERE {words.among('tenant')}",  # noqa: S608
            words.many(whose),
        )
    }
    reached: dict[str, list[tuple[str, int, int]]] = {}
    for tenant, period, earlier, count in totals.counted():
        reached.setdefault(tenant, []).append((period, earlier, count))
    left: list[Word] = []
    rows = []
    for tenant in whose:
        terms = copies.newest_terms(words, tenant)
        if terms is None:
            continue
        if tenant in reached:
            left += _limits(terms.value, reached[tenant])
        before = totals.balance(tenant, terms.value.currency, before=True)
        after = totals.balance(tenant, terms.value.currency)
        was = held.get(tenant, (_UNKNOWN, _UNKNOWN))
        if was[0] == _UNKNOWN:
            side = _side(terms.value, after if first_after else before)
        else:
            side = (bool(was[0]), bool(was[1]))
        now = _side(terms.value, after)
        left += _credit(terms.value, side, now, after)
        if was != (int(now[0]), int(now[1])):
            rows.append((tenant, int(now[0]), int(now[1])))
    words.put(standing, rows)
    return left


def _side(terms: Terms, balance: int) -> tuple[bool, bool]:
    """Whether the credit is below its mark, and whether there is none."""
    alert = terms.low_credit_alert
    return (alert is not None and balance < alert, balance <= 0)


def _credit(
    terms: Terms, was: tuple[bool, bool], now: tuple[bool, bool], balance: int
) -> Iterator[Word]:
    body = {"balance": balance, "currency": terms.currency}
    if now[0] and not was[0]:
        yield Word(LOW_CREDIT, terms.slug, "", {**body, "alert": terms.low_credit_alert})
    if now[1] != was[1]:
        kind = ZERO_CREDIT if now[1] else CREDIT_BACK
        yield Word(kind, terms.slug, "", {**body, "block": terms.block_on_zero})


def _limits(terms: Terms, moved: Iterable[tuple[str, int, int]]) -> Iterator[Word]:
    for period, before, count in moved:
        name, limit = ("daily", terms.daily) if len(period) > _MONTH else ("monthly", terms.monthly)
        if before < limit <= count:
            body = {"period": period, "used": count, "limit": limit}
            key = f"{LIMIT}|{terms.slug}|{period}|{limit}"
            yield Word(LIMIT, terms.slug, name, body, key)
