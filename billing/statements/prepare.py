"""Draws up a statement from what is booked and from the statement that was issued last.

A record may come late, to a month whose statement is issued. That statement stays as it is. The month after
the last issued one says what was added since: what is booked now to the months that were settled, less what
was settled.
"""

from collections.abc import Iterable, Sequence

from dialform.billing.statements.statement import Day, Included, Paid, Party, Statement, Usage
from dialform.values import dataclass, replace

_FIGURES = ("legs", "units", "free", "billed", "amount", "unrated")


@dataclass(frozen=True, slots=True)
class Booked:
    """What a ledger has of a tenant. `usage` and `payments` may be of any month."""

    party: Party
    usage: Sequence[Usage] = ()
    payments: Sequence[Paid] = ()
    included: Sequence[Included] = ()
    days: Sequence[Day] = ()


def prepare(booked: Booked, period: str, last: Statement | None = None) -> Statement:
    """The statement of a month, as in "2026-11". `last` was issued last, for an earlier month.

    Raises ValueError where `last` is not earlier.
    """
    if last is not None and last.period >= period:
        raise ValueError(f"{last.period} is not before {period}")
    until = [one for one in booked.usage if one.period <= period]
    payments = [one for one in booked.payments if one.date[:7] <= period]
    mine = [one for one in until if one.period == period]
    if last is not None and following(last.period) == period:
        opening = last.closing
        shown = [one for one in payments if one.id not in set(last.paid)]
        adjustments = _added(until, last)
    else:
        shown = [one for one in payments if one.date[:7] == period]
        opening = sum(one.amount for one in payments if one.date[:7] < period)
        opening -= sum(one.amount for one in until if one.period < period)
        adjustments = []
    return Statement(
        party=booked.party,
        period=period,
        opening=opening,
        payments=tuple(sorted(shown, key=lambda one: (one.date, one.id))),
        usage=tuple(summed(mine, ("period", "service", "direction", "route", "rate"))),
        adjustments=tuple(adjustments),
        included=tuple(booked.included),
        days=tuple(booked.days),
        settled=tuple(summed(until, ("period", "service"))),
        paid=tuple(sorted(one.id for one in payments)),
    )


def following(period: str) -> str:
    """The month after one."""
    year, month = int(period[:4]), int(period[5:])
    return f"{year + month // 12:04}-{month % 12 + 1:02}"


def summed(rows: Iterable[Usage], by: tuple[str, ...]) -> list[Usage]:
    """Rows put together that say the same in the fields `by`, in the order of those."""
    found: dict[tuple[str, ...], Usage] = {}
    for row in rows:
        key = tuple(getattr(row, name) for name in by)
        have = found.get(key)
        if have is None:
            have = Usage(**{"period": "", "service": "", **dict(zip(by, key, strict=True))})
        found[key] = replace(
            have, **{name: getattr(have, name) + getattr(row, name) for name in _FIGURES}
        )
    return [found[key] for key in sorted(found)]


def _added(until: Iterable[Usage], last: Statement) -> list[Usage]:
    """What months that `last` settled have now and had not then."""
    taken = [
        replace(one, **{name: -getattr(one, name) for name in _FIGURES}) for one in last.settled
    ]
    late = [one for one in until if one.period <= last.period]
    changed = summed([*late, *taken], ("period", "service"))
    return [one for one in changed if any(getattr(one, name) for name in _FIGURES)]
