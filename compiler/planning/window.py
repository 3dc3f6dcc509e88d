"""The window in which changes that drop calls may be applied: `Sun 02:00-04:00`."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY = 24 * 60


def is_open(window: str, timezone: str, now: datetime) -> bool:
    """Whether a moment (aware) lies in a window of the platform's time zone.

    A window may go over midnight; its days are those on which it begins. Its end is not in it.
    """
    days, hours = window.split(" ") if " " in window else ("Mon-Sun", window)
    start, end = (_minutes(part) for part in hours.split("-"))
    here = now.astimezone(ZoneInfo(timezone))
    minute, today = here.hour * 60 + here.minute, here.weekday()
    wanted = _wanted(days)
    if start < end:
        return today in wanted and start <= minute < end
    yesterday = (today - 1) % 7
    return (today in wanted and minute >= start) or (yesterday in wanted and minute < end)


def next_opening(window: str, timezone: str, now: datetime) -> datetime:
    """When a window that is not open opens next, to the minute (`now` itself where it is open)."""
    moment = now
    for _ in range(8 * _DAY + 120):  # a week, and whatever daylight saving takes away
        if is_open(window, timezone, moment):
            return moment
        moment = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return moment


def _wanted(days: str) -> set[int]:
    first, _, last = days.partition("-")
    begin, end = _DAYS.index(first), _DAYS.index(last or first)
    return {(begin + more) % 7 for more in range((end - begin) % 7 + 1)}


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return min(int(hours) * 60 + int(minutes), _DAY)
