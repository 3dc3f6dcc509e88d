"""What a meter takes from outside of itself: the time, and chance. A test brings its own."""

import random
import time
from collections.abc import Callable

from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Clocks:
    """`now` is seconds since 1970 and may jump; `steady` never goes back."""

    now: Callable[[], float] = time.time
    steady: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random

    def micro(self) -> int:
        """Microseconds since 1970."""
        return int(self.now() * 1_000_000)


class Times:
    """When what is to be done now and then is due, by the steady clock."""

    def __init__(self, clocks: Clocks) -> None:
        self.clocks = clocks
        self._next: dict[str, float] = {}

    def due(self, what: str, every: float) -> bool:
        """Whether so many seconds went by since it was due last; then it is due again after as many."""
        now = self.clocks.steady()
        if now < self._next.get(what, 0.0):
            return False
        self._next[what] = now + every
        return True

    def put_off(self, what: str, seconds: float) -> None:
        """It is due in so many seconds, whatever was said before."""
        self._next[what] = self.clocks.steady() + seconds
