"""Calls of the last days, counted from the ledger: for the plot on the first page."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, func, or_, select

from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.tables import facts, usage
from dialform.values import dataclass

DAYS = 14
"""How many days the plot has; today is the last."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day in the tenant's time zone: calls that somebody answered, and all others."""

    day: date
    answered: int
    missed: int


def last_days(
    ledger: Ledger, tenants: Collection[str], extensions: Collection[str] | None, zone: str, now: float
) -> list[Day]:  # fmt: skip
    """The last days up to `now` (seconds since 1970), those without calls too; of these tenants, or of
    some extensions alone. All legs of a call are one. It asks the ledger: off the loop.
    """
    today = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(zone)).date()
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    since = int((now - (DAYS + 1) * 86_400) * 1_000_000)
    call = case((facts.c.call != "", facts.c.call), else_=facts.c.uuid)
    where = [usage.c.tenant.in_(sorted(tenants)), usage.c.at >= since, usage.c.seq == 0]
    if extensions is not None:
        own = sorted(extensions)
        rung = and_(facts.c.direction == "internal", facts.c.number.in_(own))
        where.append(or_(usage.c.extension.in_(own), facts.c.extension.in_(own), rung))
    calls = (
        select(func.min(usage.c.day).label("day"), func.max(facts.c.answered).label("answered"))
        .join(facts, facts.c.id == usage.c.fact)
        .where(*where)
        .group_by(usage.c.tenant, call)
        .subquery()
    )
    asked = select(
        calls.c.day, func.count(), func.sum(case((calls.c.answered > 0, 1), else_=0))
    ).group_by(calls.c.day)
    with ledger.reading() as reading:
        found = {row[0]: (int(row[1]), int(row[2] or 0)) for row in reading.execute(asked)}
    return [_day(day, *found.get(day.isoformat(), (0, 0))) for day in days]


def _day(day: date, all_: int, answered: int) -> Day:
    return Day(day, answered, all_ - answered)


def labels(days: Sequence[Day]) -> list[str]:
    """The days as they stand below the plot: `Sat 28`."""
    return [f"{one.day:%a} {one.day.day}" for one in days]
