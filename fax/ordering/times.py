"""When a fax is to go: `18:30`, `tomorrow 09:00`, `2h`, or a moment; in the tenant's time zone."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MICRO = 1_000_000
FARTHEST = timedelta(days=366)
"""How far ahead a fax may be ordered: beyond it somebody mistyped the year."""

_MINUTE = 60 * MICRO
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_IN = re.compile(r"\+?([0-9]{1,4})\s*(m|min|h|d)")
_UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days"}
_CLOCK = re.compile(r"(?:(today|tomorrow)[ T]+)?([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")


class TimeError(ValueError):
    """A text that is no time at which a fax could go: what is wrong, to stand behind the text."""


def moment(text: str, zone: str, now: int) -> int:
    """Microseconds since 1970 of a time that is still to come; `now` are such, too.

    A time of the day alone is the next such time, this minute included. Without an offset times are those of
    the zone; of an hour that comes twice it is the first. Raises TimeError.
    """
    typed = " ".join(text.split()).lower()
    if typed == "now":
        return now
    here = (_EPOCH + timedelta(microseconds=now)).astimezone(ZoneInfo(zone))
    found = _read(typed, here)
    at = (found - _EPOCH) // timedelta(microseconds=1)
    if at + _MINUTE <= now:
        raise TimeError(f"is past: it is {here:%Y-%m-%d %H:%M} ({zone})")
    if found - here > FARTHEST:
        raise TimeError("is more than a year ahead")
    return max(at, now)


def _read(typed: str, here: datetime) -> datetime:
    if ahead := _IN.fullmatch(typed):
        # In UTC: two hours are two hours, whatever clocks do meanwhile.
        return here.astimezone(UTC) + timedelta(**{_UNITS[ahead[2]]: int(ahead[1])})
    if typed == "tomorrow":
        return here + timedelta(days=1)
    if clock := _CLOCK.fullmatch(typed):
        at = here.replace(hour=int(clock[2]), minute=int(clock[3]), second=0, microsecond=0, fold=0)
        gone = at + timedelta(minutes=1) <= here
        if clock[1] == "tomorrow" or (gone and not clock[1]):
            at += timedelta(days=1)
        return at
    try:
        found = datetime.fromisoformat(typed.upper())
        if found.tzinfo is None:
            found = found.replace(tzinfo=here.tzinfo)
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise TimeError("is no time: write 18:30, tomorrow 09:00, 2h or 2026-12-24T18:30") from None
