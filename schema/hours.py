"""The lines of a schedule: `Mon-Fri 09:00-17:00`, `2026-12-25`, `12-31`."""

import datetime
import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, InstanceOf, WithJsonSchema

from dialform.schema.rules import shape
from dialform.schema.types import as_written, refuse
from dialform.values import dataclass

DAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
"""Days in the switch's order: `wday` 1 is Sunday."""

_NAMES = {name.lower(): number for number, name in enumerate(DAYS, 1)}
_HOURS = re.compile(
    r"(?:(?P<days>[A-Za-z, -]+) )?(?P<from>[0-9]{1,2}:[0-9]{2})-(?P<to>[0-9]{1,2}:[0-9]{2})\Z"
)
MIDNIGHT = 24 * 60


@dataclass(frozen=True, slots=True)
class Hours:
    """Open on these days (1 is Sunday) from `start` until just before `end`, minutes of the day.

    An `end` at or before `start` is on the next day.
    """

    days: tuple[int, ...]
    start: int
    end: int

    def spans(self) -> Iterator[tuple[int, int]]:
        """From when until when it is open, in minutes since Sunday 00:00; none goes over the week."""
        length = (self.end - self.start) % MIDNIGHT or MIDNIGHT
        week = len(DAYS) * MIDNIGHT
        for day in self.days:
            begin = (day - 1) * MIDNIGHT + self.start
            yield begin, min(begin + length, week)
            if begin + length > week:
                yield 0, begin + length - week

    def __str__(self) -> str:
        """As it may be written: `Mon-Fri 09:00-17:00`."""
        hours = "-".join(f"{each // 60:02}:{each % 60:02}" for each in (self.start, self.end))
        if len(self.days) == len(DAYS):
            return hours
        whole = self.days[-1] - self.days[0] == len(self.days) - 1 and len(self.days) > 1
        shown = (self.days[0], self.days[-1]) if whole else self.days
        return f"{('-' if whole else ',').join(DAYS[day - 1] for day in shown)} {hours}"


@dataclass(frozen=True, slots=True)
class Day:
    """A closed day; without a year it is one of every year."""

    month: int
    day: int
    year: int | None = None

    def __str__(self) -> str:
        """As it is written: `2026-12-25`, `12-31`."""
        short = f"{self.month:02}-{self.day:02}"
        return short if self.year is None else f"{self.year}-{short}"


def _minutes(text: str) -> int:
    hour, minute = (int(part) for part in text.split(":"))
    total = hour * 60 + minute
    if minute > 59 or total > MIDNIGHT:
        refuse(shape.BadTime, what=f"'{text}' is no time of day")
    return total


def _days(text: str) -> tuple[int, ...]:
    days: set[int] = set()
    for part in re.split(r"[, ]+", text.strip(", ")):
        ends = [_NAMES.get(end.lower()[:3]) for end in part.split("-")]
        if None in ends or not 1 <= len(ends) <= 2:
            refuse(shape.BadTime, what=f"'{part}' is no day or range of days, as in Mon-Fri")
        first, last = ends[0] or 1, ends[-1] or 1
        days.update((first + step - 1) % 7 + 1 for step in range((last - first) % 7 + 1))
    return tuple(sorted(days))


def _hours(value: Any) -> Hours:
    text = as_written(value)
    found = _HOURS.match(text) if isinstance(text, str) else None
    if not found:
        refuse(shape.BadTime, what=f"'{text}' is no line of open hours")
    days = _days(found["days"]) if found["days"] else tuple(range(1, 8))
    start, end = _minutes(found["from"]), _minutes(found["to"])
    if start in (end, MIDNIGHT):
        refuse(shape.BadTime, what=f"'{text}' is never open")
    return Hours(days, start, end)


def _closed(value: Any) -> Day:
    text = as_written(value)
    found = (
        re.match(r"(?:([0-9]{4})-)?([0-9]{2})-([0-9]{2})\Z", text)
        if isinstance(text, str)
        else None
    )
    if not found:
        refuse(shape.BadTime, what=f"'{text}' is no closed day")
    year = int(found[1]) if found[1] else None
    try:
        # 2024 stands in for "every year": a leap year, so that 02-29 is a day.
        datetime.date(year or 2024, int(found[2]), int(found[3]))
    except ValueError:
        refuse(shape.BadTime, what=f"there is no day {text}")
    return Day(int(found[2]), int(found[3]), year)


OpenHours = Annotated[
    InstanceOf[Hours],
    BeforeValidator(_hours),
    WithJsonSchema({"title": "open hours", "type": "string"}),
]
ClosedDay = Annotated[
    InstanceOf[Day],
    BeforeValidator(_closed),
    WithJsonSchema({"title": "closed day", "type": "string"}),
]
