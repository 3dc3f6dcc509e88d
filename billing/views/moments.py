"""Times as people type them: a day, a moment, or how long ago; in the tenant's time zone."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_AGO = re.compile(r"([0-9]{1,6})\s*(s|m|h|d|w)")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_MICRO = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class MomentError(ValueError):
    """A text that is no time: what is wrong, to stand behind the text."""


def moment(text: str, zone: str, now: float, *, end: bool = False) -> int:
    """Microseconds since 1970 of a day, a moment or a time ago. With `end`, a day means its last moment.

    `now` is seconds since 1970. A moment without an offset is one of the time zone; of an hour that comes
    twice it is the first. Raises MomentError.
    """
    ago = _AGO.fullmatch(text.strip())
    if ago:
        return int(now * _MICRO) - int(ago[1]) * _UNITS[ago[2]] * _MICRO
    try:
        found = datetime.fromisoformat(text.strip())
        if end and len(text.strip()) == 10:
            found += timedelta(days=1)
        if found.tzinfo is None:
            found = found.replace(tzinfo=ZoneInfo(zone))
        return (found - _EPOCH) // timedelta(microseconds=1)
    except (ValueError, OverflowError):
        raise MomentError("is no time; write 2026-11-03, 2026-11-03T10:00 or 2h.") from None
