"""Waiting for a database that is away: what has to be written down is, as soon as it can be."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from dialform.billing.ledger.errors import LedgerError
from dialform.reconcile.times import Times

T = TypeVar("T")


class Insisting:
    """Says the same again until it is heard. `wrong` is told why it was not."""

    def __init__(self, times: Times, wrong: Callable[[str], None]) -> None:
        self._times, self._wrong = times, wrong

    async def ask(self, work: Callable[..., T], *given: Any) -> T:
        """What the database says to this, as soon as it says anything."""
        return await self.until(lambda: asyncio.to_thread(work, *given))

    async def until(self, work: Callable[[], Awaitable[T]]) -> T:
        """The same for anything that asks the database in its midst, and may be done again."""
        attempt = 0
        while True:
            try:
                return await work()
            except LedgerError as error:
                attempt += 1
                self._wrong(str(error))
                await self._times.sleep(self._times.pause(attempt))
