"""What a meter takes from outside of itself: the time, waiting, and chance. A test brings its own."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable

from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Clocks:
    """`now` is seconds since 1970 and may jump; `steady` never goes back."""

    now: Callable[[], float] = time.time
    steady: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Callable[[], float] = random.random

    def micro(self) -> int:
        """Microseconds since 1970."""
        return int(self.now() * 1_000_000)
