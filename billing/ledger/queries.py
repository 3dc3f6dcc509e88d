"""What can be asked of a ledger about money. `with ledger.reading() as reading:` gives one moment's view.

Calls one by one stand in `lines`; statements in `issuing`.
"""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, func, select

from dialform.billing.ledger import notices as words
from dialform.billing.ledger.lines import standing
from dialform.billing.ledger.tables import (
    balances,
    counters,
    entries,
    notices,
    payments,
    quarantine,
    transactions,
    usage,
)
from dialform.billing.ledger.values import Notice
from dialform.values import dataclass

_PAGE = 500
_STREAMED = {"stream_results": True}


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


def booked_payments(reading: Connection) -> dict[tuple[str, str], tuple[str, int]]:
    """(tenant, id) → (date, amount) of all payments: against which a site's are held."""
    asked = select(payments.c.tenant, payments.c.id, payments.c.date, payments.c.amount)
    return {(row[0], row[1]): (row[2], row[3]) for row in reading.execute(asked)}


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
    streamed = reading.execute(asked, execution_options=_STREAMED)
    for row in streamed.mappings().yield_per(_PAGE):
        yield Entry(**row)


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
    unrated = select(func.count()).select_from(usage).where(usage.c.status == "unrated", standing())
    unsent = select(func.count()).select_from(notices).where(notices.c.sent == 0)
    quarantined = select(func.count()).select_from(quarantine)
    return {
        "unrated": reading.scalar(unrated) or 0,
        "quarantined": reading.scalar(quarantined) or 0,
        "unsent": reading.scalar(unsent) or 0,
    }
