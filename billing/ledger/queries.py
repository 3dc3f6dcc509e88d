"""What can be asked of a ledger about money. `with ledger.reading() as reading:` gives one moment's view.

Calls one by one stand in `lines`; what was issued in `statements`.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from dialform.billing.ledger import notices as words
from dialform.billing.ledger.lines import around
from dialform.billing.ledger.tables import (
    balances,
    counters,
    entries,
    notices,
    payments,
    quarantine,
    standing,
    transactions,
    usage,
)
from dialform.billing.ledger.values import Notice
from dialform.values import dataclass

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Balance:
    """A tenant's account in a currency, in micro-units: `balance` = `payments` - `charges`."""

    tenant: str
    currency: str
    payments: int = 0
    charges: int = 0
    balance: int = 0


@dataclass(frozen=True, slots=True)
class Counter:
    """What a month used of a resource: seconds or pages, of which `free` were of the package."""

    units: int = 0
    free: int = 0
    billed: int = 0
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment as it was booked."""

    tenant: str
    id: str
    date: str
    amount: int
    currency: str
    note: str
    booked: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A transfer out of `debit` into `credit`. `what` is charge, reversal or payment; of a charge or
    reversal `usage` is the line, of a payment `payment` its id."""

    id: str
    at: int
    what: str
    tenant: str
    debit: str
    credit: str
    currency: str
    amount: int
    usage: int | None
    payment: str | None


@dataclass(frozen=True, slots=True)
class Sum:
    """What lines of a kind come to. `key` is what they were put together by; `calls` how many stand."""

    key: tuple[Any, ...]
    calls: int
    units: int
    free: int
    billed: int
    amount: int


def balance(reading: Connection, tenant: str, currency: str) -> Balance:
    """A tenant's account in a currency: empty where nothing was ever booked."""
    found = [each for each in accounts(reading, tenant) if each.currency == currency]
    return found[0] if found else Balance(tenant, currency)


def accounts(reading: Connection, tenant: str | None = None) -> list[Balance]:
    """The accounts of a tenant, or of all, by tenant and currency."""
    asked = select(balances).order_by(balances.c.tenant, balances.c.currency)
    if tenant is not None:
        asked = asked.where(balances.c.tenant == tenant)
    return [Balance(**row) for row in reading.execute(asked).mappings()]


def counted(reading: Connection, tenant: str, period: str) -> dict[str, Counter]:
    """What a tenant's month ("2026-11") used, by resource: voice_minutes (seconds), fax_pages, …"""
    asked = select(
        counters.c.resource, counters.c.units, counters.c.free, counters.c.billed, counters.c.amount
    ).where(counters.c.tenant == tenant, counters.c.period == period)
    return {resource: Counter(*numbers) for resource, *numbers in reading.execute(asked)}


def transactions_of(reading: Connection, tenant: str, *periods: str) -> dict[str, int]:
    """How many transactions there were on days ("2026-11-28") and in months ("2026-11")."""
    asked = select(transactions.c.period, transactions.c.count).where(
        transactions.c.tenant == tenant, transactions.c.period.in_(periods)
    )
    found = {row[0]: row[1] for row in reading.execute(asked)}
    return {period: found.get(period, 0) for period in periods}


def sums(
    reading: Connection, tenant: str, period: str, *by: str, extension: str | None = None
) -> list[Sum]:
    """A tenant's month put together by columns of usage, such as "service", "day", "extension", "rate",
    "prefix", "status"; what was taken back is not in it. Of one extension alone, if it is named."""
    columns = [usage.c[name] for name in by]
    asked = select(
        *columns,
        # A reversal takes one away from what it takes back.
        func.sum(1 - 2 * (usage.c.seq % 2)),
        *(func.sum(usage.c[name]) for name in ("units", "free", "billed", "amount")),
    ).where(usage.c.tenant == tenant, around(period), usage.c.period == period)
    if extension is not None:
        asked = asked.where(usage.c.extension == extension)
    asked = asked.group_by(*columns).order_by(*columns)
    found = []
    for row in reading.execute(asked):
        *key, calls, units, free, billed, amount = row
        if calls or amount or units:
            found.append(
                Sum(tuple(key), *(int(each) for each in (calls, units, free, billed, amount)))
            )
    return found


def booked_payments(reading: Connection) -> dict[tuple[str, str], tuple[str, int]]:
    """(tenant, id) → (date, amount) of all payments: against which a site's are held."""
    asked = select(payments.c.tenant, payments.c.id, payments.c.date, payments.c.amount)
    return {(row[0], row[1]): (row[2], row[3]) for row in reading.execute(asked)}


def payments_of(reading: Connection, tenant: str | None = None) -> list[Payment]:
    """The payments of a tenant, or of all, by their dates."""
    asked = select(payments).order_by(payments.c.date, payments.c.tenant, payments.c.id)
    if tenant is not None:
        asked = asked.where(payments.c.tenant == tenant)
    return [Payment(**row) for row in reading.execute(asked).mappings()]


def entries_of(
    reading: Connection, tenant: str | None = None, start: int = 0, end: int | None = None
) -> Iterator[Entry]:
    """The entries that were booked from `start` to before `end` (microseconds), in that order."""
    conditions: list[ColumnElement[bool]] = [entries.c.at >= start]
    if tenant is not None:
        conditions.append(entries.c.tenant == tenant)
    if end is not None:
        conditions.append(entries.c.at < end)
    asked = select(entries).where(*conditions).order_by(entries.c.at, entries.c.id)
    streamed = reading.execution_options(stream_results=True).execute(asked)
    for row in streamed.mappings().yield_per(_PAGE):
        yield Entry(**row)


def sides(
    reading: Connection, tenants: Iterable[str] | None = None
) -> dict[str, tuple[bool, bool]]:
    """Of each tenant whether its credit was below its mark, and at zero, when it was last looked at."""
    asked = select(standing.c.tenant, standing.c.low, standing.c.zero).where(standing.c.zero >= 0)
    if tenants is not None:
        asked = asked.where(standing.c.tenant.in_(list(tenants)))
    return {tenant: (bool(low), bool(zero)) for tenant, low, zero in reading.execute(asked)}


def notices_of(
    reading: Connection, tenant: str | None = None, kind: str | None = None, most: int = 100
) -> list[Notice]:
    """Notices, the newest first."""
    asked = select(notices).order_by(notices.c.id.desc()).limit(most)
    if tenant is not None:
        asked = asked.where(notices.c.tenant == tenant)
    if kind is not None:
        asked = asked.where(notices.c.kind == kind)
    return [words.notice(row) for row in reading.execute(asked)]


def waiting(reading: Connection) -> dict[str, int]:
    """How much waits for somebody: `unrated` calls, `quarantined` facts, `unsent` notices."""
    from dialform.billing.ledger.lines import standing as holds

    unrated = select(func.count()).select_from(usage).where(usage.c.status == "unrated", holds())
    unsent = select(func.count()).select_from(notices).where(notices.c.sent == 0)
    quarantined = select(func.count()).select_from(quarantine)
    return {
        "unrated": reading.scalar(unrated) or 0,
        "quarantined": reading.scalar(quarantined) or 0,
        "unsent": reading.scalar(unsent) or 0,
    }
