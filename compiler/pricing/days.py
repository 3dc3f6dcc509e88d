"""Spans of days, as prices hold: ISO days, an empty text where there is no bound."""

import datetime
from collections.abc import Iterable

Days = tuple[str, str]
"""The first and the last day."""

_EVER = "9999-12-31"


def meet(one: Days, other: Days) -> bool:
    """Whether two spans have a day in common."""
    return one[0] <= (other[1] or _EVER) and other[0] <= (one[1] or _EVER)


def gap(spans: Iterable[Days]) -> Days | None:
    """The first days after the first of these spans that none of them has; None where there are none.

    Without an end it is an empty text. There must be a span.
    """
    order = sorted(spans)
    last = order[0][1]
    for start, until in order[1:]:
        if not last:
            return None
        if start > (after := day_after(last)):
            return after, day_before(start)
        last = max(last, until) if until else ""
    return (day_after(last), "") if last and last < _EVER else None


def day_after(day: str) -> str:
    """The day after an ISO day; the last day that there is, after itself."""
    if day >= _EVER:
        return _EVER
    return (datetime.date.fromisoformat(day) + datetime.timedelta(1)).isoformat()


def day_before(day: str) -> str:
    """The day before an ISO day."""
    return (datetime.date.fromisoformat(day) - datetime.timedelta(1)).isoformat()


def words(days: Days) -> str:
    """A span for people: "from 2027-01-01 on"."""
    start, until = days
    if start and until:
        return f"on {start}" if start == until else f"from {start} until {until}"
    if start:
        return f"from {start} on"
    return f"until {until}" if until else "on every day"


def common(one: Days, other: Days) -> Days:
    """The days that two spans have in common, which must be some."""
    ends = [end for end in (one[1], other[1]) if end]
    return max(one[0], other[0]), min(ends, default="")
