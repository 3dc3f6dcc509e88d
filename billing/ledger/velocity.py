"""What one extension spends within a rolling hour: a stolen phone, or a forgotten call."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from dialform.billing.ledger.copies import Copies
from dialform.billing.ledger.notices import Word
from dialform.billing.ledger.rows import AT
from dialform.billing.ledger.sql import Row, Sql
from dialform.billing.ledger.values import VELOCITY

HOUR = 3_600_000_000
"""Microseconds."""

_TENANT, _EXTENSION, _AMOUNT, _MOMENT = (
    AT[name] for name in ("tenant", "extension", "amount", "at")
)


def spent_fast(
    words: Sql, copies: Copies, tenants: Iterable[str], rows: Iterable[Row], now: int
) -> list[Word]:
    """A word for each extension whose new charges (rows of usage that are in the database) make more than
    its tenant's `hourly_spend_alert` within an hour; but not where one was left in the last hour."""
    watched: dict[str, tuple[int, str]] = {}
    for tenant in tenants:
        terms = copies.newest_terms(words, tenant)
        if terms is not None and terms.value.hourly_spend_alert is not None:
            watched[tenant] = (terms.value.hourly_spend_alert, terms.value.currency)
    if not watched:
        return []
    whose = sorted(
        (row[_TENANT], row[_EXTENSION], row[_MOMENT])
        for row in rows
        if row[_TENANT] in watched and row[_AMOUNT] > 0 and row[_EXTENSION]
    )
    left = []
    for (tenant, extension), each in groupby(whose, lambda one: one[:2]):
        alert, currency = watched[tenant]
        moments = {moment for _, _, moment in each}
        spent, since = max(_windows(words, tenant, extension, moments), default=(0, 0))
        if spent > alert and not _told(words, tenant, extension, now):
            body = {"spent": spent, "alert": alert, "currency": currency, "since": since}
            left.append(Word(VELOCITY, tenant, extension, body))
    return left


def _windows(
    words: Sql, tenant: str, extension: str, moments: set[int]
) -> Iterator[tuple[int, int]]:
    """The sum of each hour with a new charge in it, and when that hour began."""
    charges = words.ask(
        "SELECT at, amount FROM usage WHERE tenant = ? AND extension = ? AND amount <> 0 "
        "AND at > ? AND at < ? ORDER BY at",
        tenant, extension, min(moments) - HOUR, max(moments) + HOUR,
    )  # fmt: skip
    first, total = 0, 0
    fresh = sorted(moments)
    for moment, amount in charges:
        total += amount
        while charges[first][0] <= moment - HOUR:
            total -= charges[first][1]
            first += 1
        while fresh and fresh[0] < charges[first][0]:
            fresh.pop(0)
        if fresh and fresh[0] <= moment:
            yield total, charges[first][0]


def _told(words: Sql, tenant: str, extension: str, now: int) -> bool:
    return bool(
        words.ask(
            "SELECT 1 FROM notices WHERE tenant = ? AND kind = ? AND about = ? AND at > ? AND at < ? LIMIT 1",
            tenant, VELOCITY, extension, now - HOUR, now + HOUR,  # a clock may have gone back since
        )
    )  # fmt: skip
