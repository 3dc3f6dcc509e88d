"""A store that is not asked to keep the same again and again."""

import time
from collections.abc import Callable, Collection
from typing import Any

from dialform.reconcile.waves.blocking import FRESH
from dialform.reconcile.waves.record import Record, record
from dialform.reconcile.waves.store import StatusStore

RENEWED = FRESH / 3
"""Seconds after which a record is published though nothing but its time changed: it would get old."""


class Sparing:
    """Publishes what is new at once, and what is not every five minutes. Reads as its store does.

    An agent makes a pass a minute; a push to the site's repository each time would be 1,440 a day.
    """

    def __init__(
        self, store: StatusStore, *, renewed: float = RENEWED,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self.store, self._renewed, self._clock = store, renewed, clock
        self._last: tuple[Record, float] | None = None

    def __repr__(self) -> str:
        return f"<Sparing {self.store!r}>"

    async def publish(self, host: str, status: dict[str, Any]) -> None:
        """Leave this host's record, where it says something. Raises StoreError."""
        said = {**record({**status, "host": host}), "at": None}
        now = self._clock()
        if self._last is not None:
            last, at = self._last
            if last == said and now - at < self._renewed:
                return
        self._last = None
        await self.store.publish(host, status)
        self._last = said, now

    async def read(self, hosts: Collection[str] = ()) -> dict[str, Record]:
        """The records of the hosts. Raises StoreError."""
        return await self.store.read(hosts)
