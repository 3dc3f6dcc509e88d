"""When clocks really change: what phones' rules are held against."""

from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

YEAR = 2027
ZONES = (
    "Europe/Berlin", "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Chisinau",
    "America/New_York", "America/Chicago", "America/Los_Angeles", "America/St_Johns",
    "Australia/Sydney", "Australia/Adelaide", "Pacific/Auckland",
    "Pacific/Chatham", "America/Asuncion", "Asia/Beirut",
)  # fmt: skip
"""Zones whose clocks change on the day that their rule names. (Python 3.11 misreads Havana's, with its
midnight at the start alone.)
"""
STEADY = ("UTC", "Asia/Tokyo", "America/Phoenix", "Asia/Kolkata", "Asia/Kathmandu")
ODD = ("Asia/Gaza", "Asia/Jerusalem", "Africa/Cairo", "America/Nuuk", "America/Santiago")
"""Rules as `the Friday before the last Sunday`: the time lies before or behind the day that is named."""


@cache
def place_of(zone: str) -> ZoneInfo:
    """A zone of the tzdata package, not of this machine, which may be older."""
    folder, _, name = zone.rpartition("/")
    package = ".".join(("tzdata.zoneinfo", *folder.split("/"))) if folder else "tzdata.zoneinfo"
    with files(package).joinpath(name).open("rb") as file:
        return ZoneInfo.from_file(file, zone)


@cache
def changes(zone: str, year: int = YEAR) -> tuple[tuple[datetime, timedelta], ...]:
    """The clock's changes in a year: what it showed then, and by how much it was put forward."""
    found, place = [], place_of(zone)

    def ahead(moment: datetime) -> timedelta:
        return moment.astimezone(place).utcoffset() or timedelta()

    for day in range(366):
        moment = datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=day)
        if ahead(moment) == ahead(moment + timedelta(days=1)):
            continue
        for _ in range(48):
            before, moment = moment, moment + timedelta(minutes=30)
            if by := ahead(moment) - ahead(before):
                found.append(((moment + ahead(before)).replace(tzinfo=None), by))
    return tuple(found)


def offset(zone: str, year: int = YEAR) -> timedelta:
    """What a zone is ahead of UTC in winter."""
    return min(
        datetime(year, month, 15, tzinfo=place_of(zone)).utcoffset() or timedelta()
        for month in range(1, 13)
    )


def weekday_of(year: int, month: int, day: int, weekday: int) -> datetime:
    """The first such weekday (0 is Monday) on or after a day of a month; of day -1, its last one."""
    if day > 0:
        first = datetime(year, month, 1) + timedelta(days=day - 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7)
    last = datetime(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7)
