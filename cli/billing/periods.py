"""Times as people type them: a day, a moment, or how long ago; in the tenant's time zone."""

import re
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import click

SINCE = click.option(
    "--since", metavar="TIME", help="A day, a moment (2026-11-03T10:00), or how long ago (2h, 7d)."
)
UNTIL = click.option("--until", metavar="TIME", help="Up to this day's or moment's beginning.")

_AGO = re.compile(r"([0-9]{1,6})\s*(s|m|h|d|w)")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_MICRO = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(
    text: str, zone: str, option: str, *, end: bool = False, now: float | None = None
) -> int:
    """Microseconds since 1970 of a day, a moment or a time ago. With `end`, a day means its last moment.

    A moment without an offset is one of the time zone; of an hour that comes twice it is the first.
    Raises UsageError.
    """
    ago = _AGO.fullmatch(text.strip())
    if ago:
        present = time.time() if now is None else now
        return int(present * _MICRO) - int(ago[1]) * _UNITS[ago[2]] * _MICRO
    try:
        found = datetime.fromisoformat(text.strip())
        if end and len(text.strip()) == 10:
            found += timedelta(days=1)
        if found.tzinfo is None:
            found = found.replace(tzinfo=ZoneInfo(zone))
        return (found - _EPOCH) // timedelta(microseconds=1)
    except (ValueError, OverflowError):
        raise click.UsageError(
            f"{option}: '{text}' is no time; write 2026-11-03, 2026-11-03T10:00 or 2h."
        ) from None
