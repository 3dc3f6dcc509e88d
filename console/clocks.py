"""Time and chance, which a test turns itself."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable

from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Clocks:
    """What the portal knows of time."""

    wall: Callable[[], float] = time.time
    """Seconds since 1970."""
    steady: Callable[[], float] = time.monotonic
    """Seconds, never back."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    random: Callable[[int], bytes] = os.urandom

    def micros(self) -> int:
        """Microseconds since 1970, as the tables keep them."""
        return int(self.wall() * 1_000_000)
