"""What views ask of a ledger: sums of a tenant's usage, its payments, its days, all rows one by one.

Every question names the tenant (None only in `rows`, for whoever may see all), so nothing of another one
can come in. A user's share is what the extensions of that user made or forwarded.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, select

from dialform.billing.ledger.lines import around, standing
from dialform.billing.ledger.tables import balances, facts, payments, terms, usage
from dialform.billing.statements.statement import Called, Day, Paid, Usage
from dialform.compiler.terms import RESOURCE_OF

_SIGN = 1 - 2 * (usage.c.seq % 2)
"""A row that takes back counts as one less."""

_LEGS = func.sum(_SIGN).label("legs")
_UNRATED = func.sum(case((usage.c.status == "unrated", _SIGN), else_=0)).label("unrated")
_SUMS = (
    _LEGS, *(func.sum(usage.c[name]).label(name) for name in ("units", "free", "billed", "amount")),
    _UNRATED,
)  # fmt: skip

_JOINED = usage.join(facts, usage.c.fact == facts.c.id)
_BATCH = 500
"""Rows that are in memory at once where all are read."""

KINDS = ("service", "direction", "route", "extension", "object")
"""What usage is put together by, for people who want to know where it comes from."""


def months(connection: Connection, tenant: str, currency: str, until: str) -> list[Usage]:
    """What each month up to `until` ("2026-11") came to, by service."""
    by = (usage.c.period, usage.c.service)
    query = select(*by, *_SUMS).where(
        *_of(tenant, currency), usage.c.period <= until
    ).group_by(*by).order_by(*by)  # fmt: skip
    return [_usage(row, row.period) for row in connection.execute(query) if _counts(row)]


def month(connection: Connection, tenant: str, currency: str, period: str) -> list[Usage]:
    """What a month came to, by service, direction, route and rate."""
    by = (usage.c.service, facts.c.direction, facts.c.route, usage.c.status, usage.c.rate,
          usage.c.prefix)  # fmt: skip
    query = select(*by, *_SUMS).select_from(_JOINED).where(
        *_of(tenant, currency), *_in(period)
    ).group_by(*by).order_by(*by)  # fmt: skip
    return [
        _usage(row, period, row.direction, row.route, rate_of(row))
        for row in connection.execute(query)
        if _counts(row)
    ]


def sources(
    connection: Connection, tenant: str, currency: str, period: str,
    extensions: Sequence[str] | None = None,
) -> list[tuple[Any, ...]]:  # fmt: skip
    """Where the usage of a month comes from: `KINDS`, then legs, units, free, billed, amount, unrated."""
    by = (usage.c.service, facts.c.direction, facts.c.route, usage.c.extension, facts.c.object)
    query = select(*by, *_SUMS).select_from(_JOINED).where(
        *_of(tenant, currency), *_in(period), *_share(extensions)
    ).group_by(*by).order_by(*by)  # fmt: skip
    return [
        (*row[: len(by)], *(int(count) for count in row[len(by) :]))
        for row in connection.execute(query)
        if _counts(row)
    ]


def used(
    connection: Connection, tenant: str, period: str, extensions: Sequence[str] | None = None
) -> dict[str, tuple[int, int]]:
    """Resource → units and free units of a month."""
    query = select(
        usage.c.service, func.sum(usage.c.units).label("units"), func.sum(usage.c.free).label("free")
    ).select_from(_JOINED).where(
        usage.c.tenant == tenant, usage.c.service != "", *_in(period), *_share(extensions)
    ).group_by(usage.c.service)  # fmt: skip
    return {
        RESOURCE_OF[row.service]: (int(row.units), int(row.free))
        for row in connection.execute(query)
        if row.service in RESOURCE_OF
    }


def paid(connection: Connection, tenant: str, currency: str) -> list[Paid]:
    """All payments that are booked, by their day."""
    query = select(payments).where(
        payments.c.tenant == tenant, payments.c.currency == currency
    ).order_by(payments.c.date, payments.c.id)  # fmt: skip
    return [Paid(row.id, row.date, row.amount, row.note) for row in connection.execute(query)]


def balances_of(connection: Connection, tenant: str) -> dict[str, tuple[int, int]]:
    """Currency → payments and charges, in micro-units."""
    query = select(balances).where(balances.c.tenant == tenant)
    return {row.currency: (row.payments, row.charges) for row in connection.execute(query)}


def days(connection: Connection, tenant: str, currency: str, period: str) -> list[Day]:
    """What each day of a month cost, by service."""
    by = (usage.c.day, usage.c.service)
    query = select(
        *by, func.sum(usage.c.amount).label("amount"), func.sum(usage.c.units).label("units")
    ).where(*_of(tenant, currency), *_in(period)).group_by(*by).order_by(*by)  # fmt: skip
    return [
        Day(int(row.day[8:]), row.service, int(row.amount), 0 if row.service == "fax" else int(row.units))
        for row in connection.execute(query)
        if row.amount or row.units
    ]  # fmt: skip


def called(connection: Connection, tenant: str, currency: str, period: str) -> list[Called]:
    """The legs of a month that were rated, by their time."""
    query = select(
        usage.c.at, usage.c.service, facts.c.direction, usage.c.extension, facts.c.number,
        facts.c.peer, usage.c.units, usage.c.free, usage.c.billed, usage.c.amount,
    ).select_from(_JOINED).where(
        *_of(tenant, currency), *_in(period), standing()
    ).order_by(usage.c.at, usage.c.id)  # fmt: skip
    return [Called(**row) for row in connection.execute(query).mappings()]


ROWS = (
    "id", "tenant", "at", "period", "uuid", "kind", "seq", "call", "host", "service", "status",
    "direction", "trunk", "route", "plan", "rate", "prefix", "number", "peer", "extension", "forwarder",
    "object", "resource", "included", "units", "free", "billed", "amount", "currency", "price",
    "first", "next", "connect", "minimum", "booked",
)  # fmt: skip
"""The columns of `rows`. `seq` 0 is the first charge; an odd one takes back the one before."""


def rows(
    connection: Connection, tenant: str | None, *, period: str = "", since: int = 0, until: int = 0,
    extensions: Sequence[str] | None = None, every: bool = False,
) -> Iterator[tuple[Any, ...]]:  # fmt: skip
    """All rows of usage with what is known of their legs, by their number, a few in memory at once.

    `since` (with it) and `until` (without it) are microseconds of the answer, 0 for no bound. `every` has
    also the legs that there was nothing to charge for.
    """
    names = {**{c.name: c for c in facts.c}, **{c.name: c for c in usage.c}, "uuid": facts.c.uuid}
    columns = [names[name] for name in ROWS]
    query = select(*columns).select_from(_JOINED).where(*_share(extensions)).order_by(usage.c.id)
    for wanted, condition in (
        (tenant is not None, usage.c.tenant == tenant), (period, usage.c.period == period),
        (since, usage.c.at >= since), (until, usage.c.at < until), (not every, usage.c.service != ""),
    ):  # fmt: skip
        if wanted:
            query = query.where(condition)
    for part in connection.execution_options(yield_per=_BATCH).execute(query).partitions():
        for row in part:
            yield tuple(row)


def host_of(connection: Connection, tenant: str) -> str:
    """The host that was given the newest terms of a tenant; empty where none was given any."""
    query = select(terms.c.host).where(terms.c.scope == tenant)
    newest = query.order_by(terms.c.effective.desc(), terms.c.id.desc()).limit(1)
    return connection.execute(newest).scalar() or ""


def given(connection: Connection, host: str) -> int | None:
    """From when on (microseconds) what a host was given last holds; None where it was given nothing."""
    query = select(func.max(terms.c.effective)).where(terms.c.host == host)
    return connection.execute(query).scalar()


def rate_of(row: Any) -> str:
    """The rate that priced a row, for people: its name, and what it matched."""
    if row.status == "emergency":
        return "emergency"
    # A row of a file is named "world:3"; which line it was is for whoever looks for it.
    return f"{row.rate.partition(':')[0]} {row.prefix}".strip()


def _of(tenant: str, currency: str) -> tuple[ColumnElement[bool], ...]:
    """A tenant's usage in a currency; what there was nothing to charge for has no service."""
    return (usage.c.tenant == tenant, usage.c.service != "", usage.c.currency == currency)


def _in(period: str) -> tuple[ColumnElement[bool], ...]:
    """In a month; what an index can find first."""
    return (around(period), usage.c.period == period)


def _share(extensions: Sequence[str] | None) -> tuple[ColumnElement[bool], ...]:
    return () if extensions is None else (usage.c.extension.in_(extensions),)


def _usage(row: Any, period: str, direction: str = "", route: str = "", rate: str = "") -> Usage:
    # PostgreSQL gives sums of whole numbers as decimals.
    names = ("legs", "units", "free", "billed", "amount", "unrated")
    return Usage(
        period, row.service, direction, route, rate, *(int(getattr(row, name)) for name in names)
    )


def _counts(row: Any) -> bool:
    return any(int(row[-i]) for i in range(1, 7))
