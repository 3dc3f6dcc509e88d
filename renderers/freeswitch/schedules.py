"""Open hours as time conditions of the dialplan."""

from dialform.compiler.resolved import Schedule
from dialform.schema.hours import MIDNIGHT, Day, Hours
from dialform.values import dataclass

Condition = tuple[tuple[str, str], ...]
"""The time attributes of one condition, in order."""


@dataclass(frozen=True, slots=True)
class Times:
    """When a schedule is closed for a day, and else open; any of the conditions is enough."""

    timezone: str
    closed: tuple[Condition, ...]
    open: tuple[Condition, ...]


def times(schedule: Schedule) -> Times:
    """The conditions of a schedule."""
    return Times(
        schedule.timezone,
        tuple(_day(day) for day in schedule.closed),
        tuple(condition for hours in schedule.open for condition in _hours(hours)),
    )


def _day(day: Day) -> Condition:
    year = (("year", str(day.year)),) if day.year else ()
    return (*year, ("mon", str(day.month)), ("mday", str(day.day)))


def _hours(hours: Hours) -> list[Condition]:
    """One condition, or two where the hours end on the next day.

    `minute-of-day` is 1 at midnight (switch_xml.c, switch_xml_std_datetime_check), so what is open
    from minute `start` until just before `end` is `start + 1` to `end`.
    """
    if hours.end > hours.start:
        return [_span(hours.days, hours.start, hours.end)]
    spans = [_span(hours.days, hours.start, MIDNIGHT)]
    if hours.end:
        spans.append(_span(sorted(day % 7 + 1 for day in hours.days), 0, hours.end))
    return spans


def _span(days: tuple[int, ...] | list[int], start: int, end: int) -> Condition:
    return (("wday", ",".join(map(str, days))), ("minute-of-day", f"{start + 1}-{end}"))
