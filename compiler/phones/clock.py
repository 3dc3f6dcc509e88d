"""A time zone as phones take it: an offset and two days of the year.

The rules are those in force now, read from the tzdata package (never from the machine, whose own may
differ): the last line of each of its files is a rule in the form of POSIX TZ (RFC 9636, section 3.3).
"""

import re
from functools import cache
from importlib.resources import files

from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Turn:
    """When the clock is changed: in `month` (1 to 12) on the `week`th `weekday` (0 is Sunday; week 5 is the
    last one), at `minute` after midnight by the clock that is changed (may be below 0, or above 1439).
    """

    month: int
    week: int
    weekday: int
    minute: int


@dataclass(frozen=True, slots=True)
class Clock:
    """A zone: `offset` and `saving` are minutes (east of UTC; added in summer, 0 where there is none)."""

    zone: str
    offset: int
    posix: str
    saving: int = 0
    start: Turn | None = None
    end: Turn | None = None


_NAME = r"(?:[A-Za-z]{3,}|<[^>]+>)"
_TIME = r"[+-]?\d{1,3}(?::\d{2}){0,2}"
_TURN = rf",M(\d+)\.(\d)\.(\d)(?:/({_TIME}))?"
_RULE = re.compile(rf"{_NAME}({_TIME})(?:{_NAME}({_TIME})?{_TURN}{_TURN})?")


@cache
def clock_of(zone: str) -> Clock:
    """The clock of an IANA zone. Raises ValueError for one that is none, or whose rule has another form."""
    folder, _, name = zone.rpartition("/")
    package = ".".join(("tzdata.zoneinfo", *folder.split("/"))) if folder else "tzdata.zoneinfo"
    try:
        raw = files(package).joinpath(name).read_bytes()
    except (ModuleNotFoundError, OSError):
        raise ValueError(f"{zone} is no time zone") from None
    posix = raw.rstrip(b"\n").rpartition(b"\n")[2].decode("ascii")
    found = _RULE.fullmatch(posix)
    if found is None:
        raise ValueError(f"the rule of {zone} is of another form: {posix}")
    offset = -_minutes(found[1])
    if found[3] is None:
        return Clock(zone, offset, posix)
    saving = (-_minutes(found[2]) if found[2] else offset + 60) - offset
    start, end = (_turn(found.groups()[at : at + 4]) for at in (2, 6))
    if saving < 0:  # Ireland's law: summer is the standard time, and winter takes an hour away
        offset, saving, start, end = offset + saving, -saving, end, start
    return Clock(zone, offset, posix, saving, start, end)


def _turn(parts: tuple[str | None, ...]) -> Turn:
    month, week, weekday, time = parts
    minute = _minutes(time) if time else 120
    return Turn(int(month or 0), int(week or 0), int(weekday or 0), minute)


def _minutes(text: str) -> int:
    hours, _, rest = text.lstrip("+-").partition(":")
    minutes = int(hours) * 60 + int(rest[:2] or 0)
    return -minutes if text.startswith("-") else minutes
