"""The time attributes of a condition (`switch_xml_std_datetime_check` in src/switch_xml.c)."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dialform.simulator.dialplan.dates import epoch

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_TIME = re.compile(r"\s*(\d+):(\d+)(?::(\d+))?\s*-\s*(\d+):(\d+)(?::(\d+))?")
_NUMBER = re.compile(r"\s*[+-]?\d+")


def time_match(
    attributes: Mapping[str, str], now: datetime, zone: str = "", offset: int | None = None
) -> bool | None:
    """Whether the attributes hold now; None where there are none.

    `now` is aware. `zone` is the channel's `timezone`; `offset` its `tod_tz_offset`, hours from
    UTC, and wins over it.
    """
    if _ASKED.isdisjoint(attributes):
        return None
    local = local_time(now, zone, offset)
    matched: bool | None = None
    if "tz-offset" in attributes:
        own = math.trunc((local.utcoffset() or timedelta()).total_seconds() / 3600)
        own = own if offset is None else offset
        asked = attributes["tz-offset"]
        matched = not asked.lstrip("+-").isdigit() or int(asked) == own
    if attributes.get("dst") and matched is not False:
        # The switch compares with its own zone, and false is never met.
        summer = bool(now.astimezone().dst() if now.tzinfo is None else now.dst())
        matched = summer and attributes["dst"].lower() in _TRUE
    if matched is not False and "date-time" in attributes:
        matched = date_time_cmp(attributes["date-time"], now)
    for name, test in _TESTS.items():
        if matched is not False and name in attributes:
            matched = test(attributes[name], local)
    return matched


def local_time(now: datetime, zone: str = "", offset: int | None = None) -> datetime:
    """The wall clock that conditions see. A zone that the switch does not know is UTC."""
    if offset is not None:
        return now.astimezone(timezone(timedelta(hours=offset)))
    if not zone:
        return now
    try:
        return now.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return now.astimezone(timezone.utc)  # noqa: UP017 - one name for both


def number_cmp(expression: str, value: int) -> bool:
    """A list of numbers and ranges; `18-8` goes over the end (`switch_number_cmp`)."""
    at = 0
    while True:
        low, at = _strtol(expression, at)
        if expression[at : at + 1] != "-":
            if low == value:
                return True
        else:
            high, at = _strtol(expression, at + 1)
            if _within(low, value, high):
                return True
        if expression[at : at + 1] != ",":
            return False
        at += 1


def day_cmp(expression: str, value: int) -> bool:
    """A list of days and ranges; 1 or `sun` is Sunday (`switch_dow_cmp`)."""
    previous = start = 0
    at = 0
    while at < len(expression):
        day, at = _day(expression, at)
        if day is None:
            return False
        if day == 0:
            if expression[at - 1] == "-":
                start = previous
            previous = 0
            continue
        if (start and _within(start, value, day)) or (not start and day == value):
            return True
        start, previous = 0, day
    return False


def time_of_day_cmp(expression: str, seconds: int) -> bool:
    """A list of ranges `9:00-17:30[:59]`, both ends included (`switch_tod_cmp`)."""
    for part in expression.split(","):
        match = _TIME.match(part)
        if match:
            h1, m1, s1, h2, m2, s2 = (int(group or 0) for group in match.groups())
            if _within(h1 * 3600 + m1 * 60 + s1, seconds, h2 * 3600 + m2 * 60 + s2):
                return True
    return False


def date_time_cmp(expression: str, now: datetime) -> bool:
    """A list of `2026-12-24 10:00~2026-12-25 10:00`, the end excluded (`switch_fulldate_cmp`).

    The dates are those of the switch's own zone, which is that of `now`.
    """
    for part in expression.split(","):
        start, tilde, end = part.partition("~")
        if not tilde:
            continue
        first, last = epoch(start, now), epoch(end, now)
        if not first or not last:
            return False
        if first <= now.timestamp() < last:
            return True
    return False


def _strtol(text: str, at: int) -> tuple[int, int]:
    match = _NUMBER.match(text, at)
    return (int(match[0]), match.end()) if match else (0, at)


def _within(low: int, value: int, high: int) -> bool:
    return low <= value <= high if low <= high else value >= low or value <= high


def _day(text: str, at: int) -> tuple[int | None, int]:
    """A day's number, 0 for a comma or hyphen, None for anything else."""
    if text[at] in ",-":
        return 0, at + 1
    if text[at] in "1234567":
        return int(text[at]), at + 1
    name = text[at : at + 3].lower()
    return (_DAYS.index(name) + 1, at + 3) if name in _DAYS else (None, at)


def _week_of_month(local: datetime) -> int:
    weekday = local.isoweekday() % 7
    remainder = math.fmod(local.day - (weekday + 1), 7)
    first = int(7 - remainder) % 7
    return math.ceil((local.day + first) / 7)


def _seconds(local: datetime) -> int:
    return local.hour * 3600 + local.minute * 60 + local.second


def _number(value: Callable[[datetime], int]) -> Callable[[str, datetime], bool]:
    return lambda expression, local: number_cmp(expression, value(local))


_TESTS: dict[str, Callable[[str, datetime], bool]] = {
    "year": _number(lambda local: local.year),
    "yday": _number(lambda local: local.timetuple().tm_yday),
    "mon": _number(lambda local: local.month),
    "mday": _number(lambda local: local.day),
    "week": _number(lambda local: (local.timetuple().tm_yday - 1) // 7 + 1),
    "mweek": _number(_week_of_month),
    "wday": lambda expression, local: day_cmp(expression, local.isoweekday() % 7 + 1),
    "hour": _number(lambda local: local.hour),
    "minute": _number(lambda local: local.minute),
    "minute-of-day": _number(lambda local: local.hour * 60 + local.minute + 1),
    "time-of-day": lambda expression, local: time_of_day_cmp(expression, _seconds(local)),
}
"""In the switch's order: the first that fails ends the check."""
_ASKED = frozenset((*_TESTS, "date-time", "tz-offset", "dst"))
_TRUE = frozenset(("yes", "on", "true", "t", "enabled", "active", "allow", "1"))
