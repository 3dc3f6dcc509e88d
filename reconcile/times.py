"""What the agent takes from outside of itself: the time, waiting, and chance. A test brings its own."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Times:
    """The clocks. `now` is seconds since the epoch and may jump; `steady` never goes back."""

    now: Callable[[], float] = time.time
    steady: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Callable[[], float] = random.random

    def utc(self) -> datetime:
        """The time of day, aware."""
        return datetime.fromtimestamp(self.now(), UTC)

    def text(self) -> str:
        """The time of day as status and records write it: `2026-11-28T05:10:00Z`."""
        return written(self.now())

    def pause(self, attempt: int, first: float = 1.0, most: float = 60.0) -> float:
        """Seconds before attempt number `attempt` (from 1): twice as long each time, with jitter."""
        longest: float = min(most, first * 2 ** min(attempt - 1, 16))
        return longest * (0.5 + self.chance() / 2)


def written(moment: float) -> str:
    """Seconds since the epoch as RFC 3339 in UTC, to the second."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> float | None:
    """The other way; None for what is no such time."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
