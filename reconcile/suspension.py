"""Suspension: somebody said that nothing is to be changed, why, and perhaps until when."""

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dialform.reconcile import durable, times
from dialform.reconcile.layout import Layout
from dialform.values import dataclass

_SPAN = re.compile(r"(\d+)\s*(m|min|h|d)")
_SECONDS = {"m": 60, "min": 60, "h": 3600, "d": 86400}
_LONGEST = 10 * 366 * 86400
"""Seconds: what ends later than in ten years has no end that anybody meant."""


@dataclass(frozen=True, slots=True)
class Suspension:
    """What was said. `until` is seconds since the epoch, None where nobody said."""

    reason: str
    by: str = ""
    since: float = 0.0
    until: float | None = None

    def over(self, now: float) -> bool:
        """Whether its time has passed."""
        return self.until is not None and now >= self.until


class UntilError(Exception):
    """A time that cannot be read: one sentence."""


def read(layout: Layout, now: float) -> Suspension | None:
    """What is in force. One that is over is none; a file that cannot be read suspends, to be safe."""
    if not layout.suspended.exists():
        return None
    try:
        data: Any = durable.read_json(layout.suspended)
    except OSError:
        data = None
    if not isinstance(data, dict):
        return Suspension(f"{layout.suspended.name} cannot be read")
    until = times.moment(str(data.get("until") or ""))
    since = times.moment(str(data.get("since") or "")) or 0.0
    found = Suspension(str(data.get("reason", "")), str(data.get("by", "")), since, until)
    return None if found.over(now) else found


def write(layout: Layout, suspension: Suspension) -> None:
    """Suspend. Raises OSError."""
    durable.write_json(layout.suspended, told(suspension), 0o640)


def told(suspension: Suspension) -> dict[str, str | None]:
    """A suspension as plain data."""
    return {
        "reason": suspension.reason,
        "by": suspension.by,
        "since": times.written(suspension.since),
        "until": None if suspension.until is None else times.written(suspension.until),
    }


def end(layout: Layout) -> bool:
    """Go on. False: it was not suspended. Raises OSError."""
    if not layout.suspended.exists():
        return False
    durable.remove(layout.suspended)
    return True


def until(text: str, now: datetime, zone: str = "UTC") -> float:
    """A moment as people write it: `2h`, `30m`, `18:00` (the next one), `2026-11-30T08:00`.

    Without a zone of its own it is in `zone`. Raises UntilError.
    """
    here = now.astimezone(ZoneInfo(zone))
    if span := _SPAN.fullmatch(text.strip()):
        seconds = int(span[1]) * _SECONDS[span[2]] if len(span[1]) < 10 else _LONGEST + 1
        if seconds > _LONGEST:
            raise UntilError(
                f"'{text}' is too far off: leave --until away, and say when it is over."
            )
        return now.timestamp() + seconds
    if re.fullmatch(r"\d\d?:\d\d", text):
        hour, minute = (int(part) for part in text.split(":"))
        if hour > 23 or minute > 59:
            raise UntilError(f"'{text}' is no time of day.")
        found = here.replace(hour=hour, minute=minute, second=0, microsecond=0)
        return (found if found > here else found + timedelta(days=1)).timestamp()
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise UntilError(f"'{text}' is no time: say it as 2h, 18:00 or 2026-11-30T08:00.") from None
    found = read if read.tzinfo else read.replace(tzinfo=ZoneInfo(zone))
    if found <= now:
        raise UntilError(f"'{text}' has passed.")
    if (found - now).total_seconds() > _LONGEST:
        raise UntilError(f"'{text}' is too far off: leave --until away, and say when it is over.")
    return found.timestamp()
