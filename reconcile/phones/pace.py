"""So many a second, evenly: whoever is told fetches at once, and all fetch from one place."""

from dialform.reconcile.times import Times


class Pace:
    """Lets one after the other pass, `rate` of them a second."""

    def __init__(self, rate: float, times: Times) -> None:
        self._every, self._times = 1 / rate, times
        self._next = times.steady()

    async def turn(self) -> None:
        """Waits until it is one's turn. Who is late does not make the next ones hurry."""
        now = self._times.steady()
        if self._next > now:
            await self._times.sleep(self._next - now)
        self._next = max(self._next, now) + self._every
