"""How a tenant stands at a moment: what it has left, and how many transactions it has made."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlalchemy import Connection, exists, select, text

from dialform.billing.facts.fact import CONFERENCE
from dialform.billing.ledger import pricing
from dialform.billing.ledger.database import Database
from dialform.billing.ledger.tables import balances, facts, live, transactions
from dialform.compiler.terms import Terms
from dialform.values import dataclass


def version(database: Database) -> tuple[object, ...]:
    """Cheap to ask, and another one whenever anything was written to a ledger. Raises LedgerError.

    Of PostgreSQL its snapshot: which transactions are seen. SQLite appends what is committed to a file
    (in rare cases it looks as before: whoever relies on this looks by itself now and then).
    """
    if database.dialect == "postgresql":
        with database.reading() as connection:
            return (connection.execute(text("SELECT pg_current_snapshot()::text")).scalar(),)
    path = database.engine.url.database or ""
    found = []
    for name in (path, f"{path}-wal"):
        try:
            seen = Path(name).stat()
        except OSError:
            continue
        found += [seen.st_ino, seen.st_size, seen.st_mtime_ns]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Standing:
    """`balance` is in micro-units; `day` and `month` are this day's and month's transactions, those included
    that were answered and go on.
    """

    balance: int = 0
    day: int = 0
    month: int = 0


def standings(connection: Connection, tenants: Iterable[Terms], now: int) -> Mapping[str, Standing]:
    """Of each of these tenants, at `now` (microseconds since 1970)."""
    found = list(tenants)
    dates = {one.slug: pricing.day(now, one.timezone) for one in found}
    wanted = {*dates.values(), *(day[:7] for day in dates.values())}
    asked = select(transactions.c.tenant, transactions.c.period, transactions.c["count"])
    rows = connection.execute(asked.where(transactions.c.period.in_(sorted(wanted)))).all()
    counted: dict[tuple[str, str], int] = {
        (tenant, period): count for tenant, period, count in rows
    }
    going = _going_on(connection, {one.slug: one.timezone for one in found})
    held = connection.execute(
        select(balances.c.tenant, balances.c.currency, balances.c.balance)
    ).all()
    money: dict[tuple[str, str], int] = {
        (tenant, currency): left for tenant, currency, left in held
    }

    def made(slug: str, period: str) -> int:
        return counted.get((slug, period), 0) + going.get((slug, period), 0)

    return {
        one.slug: Standing(
            money.get((one.slug, one.currency), 0),
            made(one.slug, dates[one.slug]),
            made(one.slug, dates[one.slug][:7]),
        )
        for one in found
    }


def _going_on(connection: Connection, zones: Mapping[str, str]) -> dict[tuple[str, str], int]:
    """Legs on trunks that were answered and are not booked yet, by tenant and by day and month."""
    booked = exists().where(facts.c.uuid == live.c.uuid)
    asked = select(live.c.tenant, live.c.answered, live.c.fact).where(~booked, live.c.answered > 0)
    found: dict[tuple[str, str], int] = {}
    for tenant, answered, fact in connection.execute(asked).all():
        if tenant in zones and _counts(json.loads(fact)):
            day = pricing.day(answered, zones[tenant])
            for key in ((tenant, day), (tenant, day[:7])):
                found[key] = found.get(key, 0) + 1
    return found


def _counts(fact: Mapping[str, object]) -> bool:
    return bool(fact.get("trunk")) and fact.get("kind") != CONFERENCE and not fact.get("emergency")
