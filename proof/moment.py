"""When a call is made: a day and a time of day, in the tenant's time zone unless an offset is written."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_WRITTEN = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?) ?(Z|[+-][0-9]{2}:?[0-9]{2})?\Z"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


class MomentError(ValueError):
    """A text that names no moment; the message says what is wrong, in one sentence."""


def moment(text: str, timezone: str) -> datetime:
    """The moment that a text names, aware. Raises MomentError."""
    found = _WRITTEN.match(text.strip())
    if not found:
        if _DAY.match(text.strip()):
            raise MomentError(
                f"'{text}' is a day without a time of day: write when, as in {text}T10:00."
            )
        raise MomentError(f"'{text}' is no moment: write a day and a time, as in 2026-12-24T10:00.")
    day, time, offset = found.groups()
    try:
        parsed = datetime.fromisoformat(f"{day}T{time}{(offset or '').replace('Z', '+00:00')}")
    except ValueError:
        raise MomentError(f"'{text}' is no moment: no calendar or clock has it.") from None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=ZoneInfo(timezone))


def at(text: str | None, timezone: str, now: datetime) -> datetime:
    """The moment of a test; `now` where it names none, in the tenant's zone. Raises MomentError."""
    if text is None:
        return now.astimezone(ZoneInfo(timezone)).replace(microsecond=0)
    return moment(text, timezone)


def shown(when: datetime) -> str:
    """A moment for people: `Thu 2026-12-24 10:00 EST`."""
    seconds = ":%S" if when.second else ""
    zone = when.tzname() or ("UTC" if when.tzinfo is UTC else "")
    return when.strftime(f"%a %Y-%m-%d %H:%M{seconds} ") + zone
