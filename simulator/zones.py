"""Time as the switch writes and reads it: zones of timezones.conf, dates in text."""

from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .configuration import Configuration
from .pattern import perform
from .words import integer

_DEFAULT = "%Y-%m-%d %T"
_LONGEST = 79
_TIME_ONLY = r"^(\d*):{0,1}(\d*):{0,1}(\d*)$"
_DATES = (
    r"^(\d+)-(\d+)-(\d+)\s*(\d*):{0,1}(\d*):{0,1}(\d*)",
    r"^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})",
)


def zone(configuration: Configuration, name: str) -> tzinfo | None:
    """A zone that timezones.conf lists; None where it does not."""
    found = configuration.configuration("timezones.conf")
    zones = found.first("timezones") if found else None
    listed = any(z.get("name") == name for z in zones.all("zone")) if zones else False
    if not listed:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def strftime(moment: datetime, layout: str = "") -> str:
    """A time as text; what does not fit into 80 bytes is not written at all."""
    written = moment.strftime(layout or _DEFAULT)
    return written if len(written) <= _LONGEST else ""


def parse_time(text: str, now: datetime) -> datetime | None:
    """`2026-12-24 10:00:00`, `20261224100000` or a time of today (`switch_str_time`).

    The zone is that of `now`. None where the text is none of these.
    """
    try:
        if found := perform(text, _TIME_ONLY):
            today = now.replace(hour=0, minute=0, second=0, microsecond=0)
            return today + _clock([integer(part) for part in (*found[1:], "", "", "")][:3])
        found = next((match for layout in _DATES if (match := perform(text, layout))), ())
        if not found:
            return None
        year, month, day, *clock = [integer(part) for part in (*found[1:], "", "", "")][:6]
        return datetime(year, month, day, tzinfo=now.tzinfo) + _clock(clock)
    except (ValueError, OverflowError):
        return None


def _clock(parts: list[int]) -> timedelta:
    hours, minutes, seconds = parts
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


UTC = timezone.utc  # noqa: UP017
