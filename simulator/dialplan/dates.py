"""Dates in text, as the switch reads them everywhere (`switch_str_time` in src/switch_utils.c)."""

from datetime import date, datetime

from dialform.simulator.dialplan.pattern import perform
from dialform.simulator.reading.words import integer

_TIME_ONLY = r"^(\d*):{0,1}(\d*):{0,1}(\d*)$"
_DATES = (
    r"^(\d+)-(\d+)-(\d+)\s*(\d*):{0,1}(\d*):{0,1}(\d*)",
    r"^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})",
)
_EPOCH = date(1970, 1, 1).toordinal()


def epoch(text: str, now: datetime) -> int:
    """`2026-12-24 10:00:00` or a time of today, as seconds since 1970; 0 for anything else.

    The zone is that of `now`. Days and hours may run over: 31 November is 1 December. What is all
    digits is a time, its hours the whole of it.
    """
    if found := perform(text, _TIME_ONLY):
        day, clock = now.date(), found[1:]
    else:
        found = next((match for layout in _DATES if (match := perform(text, layout))), ())
        if not found:
            return 0
        year, month, days = (integer(part) for part in found[1:4])
        if year < 1970 or year > 9999 or not 1 <= month <= 12:
            return 0
        hours = (days - 1) * 24 + integer("".join(found[4:5]))
        day, clock = date(year, month, 1), (str(hours), *found[5:])
    hours, minutes, seconds = [integer(part) for part in (*clock, "", "", "")][:3]
    wall = (day.toordinal() - _EPOCH) * 86_400 + hours * 3600 + minutes * 60 + seconds
    return wall - _offset(wall, now) if wall >= 0 else 0


def _offset(wall: int, now: datetime) -> int:
    """How far the zone is from UTC at a time; the switch asks it as if the wall clock were UTC."""
    try:
        moment = datetime.fromtimestamp(wall, now.tzinfo)
    except (OverflowError, ValueError, OSError):
        moment = now
    offset = moment.utcoffset()
    return int(offset.total_seconds()) if offset else 0
