"""Pokes, rate-limited: the first goes at once, more of them become one a little later."""

import asyncio
from collections.abc import Callable


class Poker:
    """Calls `poke` at most once in `every` seconds, and once more for whatever came between.

    So a replayed webhook costs a fetch every few seconds at most, and none is lost: a push that comes
    right after another one is fetched too.
    """

    def __init__(self, poke: Callable[[], None], every: float = 5.0) -> None:
        self._poke = poke
        self._every = every
        self._timer: asyncio.TimerHandle | None = None
        self._again = False

    def __call__(self) -> None:
        """Poke now or soon. Needs a running loop."""
        if self._timer is not None:
            self._again = True
            return
        self._timer = asyncio.get_running_loop().call_later(self._every, self._over)
        self._poke()

    def _over(self) -> None:
        self._timer = None
        if self._again:
            self._again = False
            self()
