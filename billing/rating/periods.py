"""Days and months as a tenant's people count them: in its time zone."""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_MINUTE = 60_000_000
"""Microseconds. Since 1972 all clocks are whole minutes from UTC, and turned at whole minutes."""


def day_of(at: int, zone: str) -> str:
    """The day of a moment (microseconds since 1970) in a time zone, as "2026-11-28".

    Raises ZoneInfoNotFoundError for a zone that does not exist.
    """
    return _day(at // _MINUTE, zone)


def period_of(at: int, zone: str) -> str:
    """The month of a moment (microseconds since 1970) in a time zone, as "2026-11". Raises as `day_of`."""
    return _day(at // _MINUTE, zone)[:7]


@lru_cache(maxsize=1 << 16)
def _day(minute: int, zone: str) -> str:
    try:
        found = ZoneInfo(zone)
    except (OSError, ValueError):  # a folder of zones, or no name at all
        raise ZoneInfoNotFoundError(f"there is no time zone '{zone}'") from None
    return datetime.fromtimestamp(minute * 60, UTC).astimezone(found).date().isoformat()
