"""Rows of usage with their facts: what calls came to, one by one."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, select

from dialform.billing.facts.fact import Fact
from dialform.billing.ledger.rows import FACT, USAGE, fact_of
from dialform.billing.ledger.tables import facts, usage
from dialform.values import dataclass

_PAGE = 500
_STREAMED = {"stream_results": True}


@dataclass(frozen=True, slots=True)
class Line:
    """What a fact came to, or (`seq` odd, numbers negative) what of it was taken back.

    `at` is the answer, else the start, in microseconds; `extension` whoever of the tenant made it cost;
    `prices` and `terms` the dated copies that it was rated by; `booked` when.
    """

    id: int
    seq: int
    fact: Fact
    tenant: str
    extension: str
    service: str
    resource: str
    status: str
    period: str
    day: str
    at: int
    included: int
    units: int
    free: int
    billed: int
    amount: int
    currency: str
    counted: int
    rate: str
    prefix: str
    price: int
    costless: int
    first: int
    next: int
    connect: int
    minimum: int
    prices: int
    terms: int
    booked: int

    @property
    def reversal(self) -> bool:
        """Whether it takes back what the one before charged."""
        return self.seq % 2 == 1


_VALUES = tuple(name for name in USAGE if name != "fact")


def calls(
    reading: Connection, tenant: str, start: int = 0, end: int | None = None, *,
    extension: str | None = None, since: int = 0,
) -> Iterator[Line]:  # fmt: skip
    """What stands of a tenant's legs that were answered (else began) from `start` to before `end`
    (microseconds), in their order: each once, as it is rated now. Of one extension alone, if it is named.

    With `since` those alone that were booked after that line (`Line.id`).
    """
    conditions = [*between(tenant, start, end), standing()]
    if extension is not None:
        conditions.append(usage.c.extension == extension)
    if since:
        conditions.append(usage.c.id > since)
    return _read(reading, and_(*conditions))


def legs(
    reading: Connection, tenant: str, start: int, end: int | None, ids: Collection[str] | None = None
) -> Iterator[tuple[Fact, int, str, str]]:  # fmt: skip
    """Of the same legs as `calls` what lists of calls need: the fact, its amount, its status, who pays.

    With `ids` (some hundred at most) only those of these calls.
    """
    some = [] if ids is None else [call_id().in_(ids)]
    asked = (
        select(*FACT, usage.c.amount, usage.c.status, usage.c.extension)
        .join(facts, facts.c.id == usage.c.fact)
        .where(*between(tenant, start, end), standing(), *some)
        .order_by(usage.c.at, usage.c.fact, usage.c.seq)
    )
    known = len(FACT)
    for row in reading.execute(asked, execution_options=_STREAMED).yield_per(_PAGE):
        yield fact_of(row[:known]), row[known], row[known + 1], row[known + 2]


def many(reading: Connection, tenant: str, start: int, end: int | None, most: int) -> bool:
    """Whether there are more legs in this time than `most`: it counts no further."""
    asked = select(usage.c.id).where(*between(tenant, start, end)).limit(most + 1).subquery()
    return (reading.scalar(select(func.count()).select_from(asked)) or 0) > most


def between(tenant: str, start: int, end: int | None) -> list[ColumnElement[bool]]:
    """The condition that a leg of a tenant was answered (else began) in a time: what an index can find."""
    found = [usage.c.tenant == tenant, usage.c.at >= start]
    return found if end is None else [*found, usage.c.at < end]


def month(reading: Connection, tenant: str, period: str) -> Iterator[Line]:
    """All lines of a tenant's month ("2026-11"), with what was taken back, in the order of the calls."""
    return _read(reading, and_(usage.c.tenant == tenant, around(period), usage.c.period == period))


def call_id() -> ColumnElement[str]:
    """The call that a fact's leg is of: that of its first leg, which may be itself."""
    return case((facts.c.call != "", facts.c.call), else_=facts.c.uuid)


def standing() -> ColumnElement[bool]:
    """The condition for a row of usage that holds now: neither taken back nor taking back."""
    later = usage.alias("later")
    return and_(
        usage.c.seq % 2 == 0,
        ~exists().where(later.c.fact == usage.c.fact, later.c.seq > usage.c.seq),
    )


def around(period: str) -> ColumnElement[bool]:
    """The condition that a moment may lie in a month, whatever the time zone: what an index can find."""
    from datetime import UTC, datetime

    year, number = int(period[:4]), int(period[5:7])
    first = datetime(year, number, 1, tzinfo=UTC).timestamp()
    following = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC).timestamp()
    slack = 86_400
    return and_(
        usage.c.at >= int(first - slack) * 1_000_000,
        usage.c.at < int(following + slack) * 1_000_000,
    )


def _read(reading: Connection, condition: ColumnElement[bool]) -> Iterator[Line]:
    columns = [usage.c[name].label(f"usage_{name}") for name in _VALUES]
    asked = (
        select(*FACT, *columns)
        .join(facts, facts.c.id == usage.c.fact)
        .where(condition)
        .order_by(usage.c.at, usage.c.fact, usage.c.seq)
    )
    for row in reading.execute(asked, execution_options=_STREAMED).yield_per(_PAGE):
        yield _line(row)


def _line(row: Any) -> Line:
    values = dict(zip(_VALUES, row[len(FACT) :], strict=True))
    return Line(fact=fact_of(row[: len(FACT)]), **values)
