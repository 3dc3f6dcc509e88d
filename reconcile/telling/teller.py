"""Tells whoever wants to know: each at its own pace, never in the agent's way."""

import asyncio
import random
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Protocol

import httpx

from dialform.reconcile.telling.errors import NotDeliveredError
from dialform.reconcile.telling.logs import logger
from dialform.reconcile.telling.masking import SHARED, Masker
from dialform.reconcile.telling.sending import new_client
from dialform.reconcile.telling.told import KINDS, Told, told
from dialform.reconcile.telling.webhooks import Target
from dialform.switch.backoff import Backoff

TRIES = 3
QUEUED = 100
"""Messages that wait for one target. Then the oldest is dropped."""

_PAUSE = Backoff(first=1.0, factor=4.0)


class Teller(Protocol):
    """Whoever can be told."""

    async def tell(self, kind: str, status: Mapping[str, Any], message: str) -> None:
        """Say that something happened. Never raises, never waits for the network."""
        ...


class Messenger:
    """A Teller with targets. The same news of a kind is told once, until it was over.

    `outcomes` counts: delivered, failed, dropped (a queue was full), repeated (not told again).
    """

    def __init__(
        self, targets: Iterable[Target] = (), *, masker: Masker = SHARED,
        client: Callable[[], httpx.AsyncClient] = new_client,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random, clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self.outcomes: Counter[str] = Counter(delivered=0, failed=0, dropped=0, repeated=0)
        self._ways = [_Way(target, self.outcomes, sleep, chance) for target in targets]
        self._masker, self._new_client, self._clock = masker, client, clock
        self._client: httpx.AsyncClient | None = None
        self._last: dict[str, tuple[tuple[str, str, str], float]] = {}

    async def tell(self, kind: str, status: Mapping[str, Any], message: str) -> None:
        """Say that something happened. Never raises, never waits for the network."""
        try:
            news = told(kind, status, message, self._masker)
            if self._is_old(news):
                self.outcomes["repeated"] += 1
                return
            if self._client is None and self._ways:
                self._client = self._new_client()
            for way in self._ways:
                if way.target.takes(news):
                    way.put(self._client, news)
        except Exception:
            # Telling is never worth a pass of the agent; a fault of ours shows in its log.
            logger().exception("telling failed", kind=kind)

    async def close(self, within: float = 5.0) -> None:
        """Give what waits a last chance, `within` seconds, then stop."""
        tasks = [way.task for way in self._ways if way.task is not None and not way.task.done()]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=within)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def _is_old(self, news: Told) -> bool:
        now = self._clock()
        same, at = self._last.get(news.kind, (None, 0.0))
        remind = news.means.remind
        if same == news.same and not (remind and now - at >= remind):
            return True
        self._last[news.kind] = news.same, now
        for ended in news.means.ends:
            self._last.pop(ended, None)
        if len(self._last) > 4 * len(KINDS):
            self._last.pop(next(iter(self._last)))
        return False


class _Way:
    """What waits for one target, and the task that sends it while there is any."""

    def __init__(
        self, target: Target, outcomes: Counter[str],
        sleep: Callable[[float], Awaitable[None]], chance: Callable[[], float],
    ) -> None:  # fmt: skip
        self.target, self.outcomes = target, outcomes
        self.sleep, self.chance = sleep, chance
        self.waiting: deque[Told] = deque()
        self.task: asyncio.Task[None] | None = None

    def put(self, client: httpx.AsyncClient | None, news: Told) -> None:
        assert client is not None
        if len(self.waiting) >= QUEUED:
            self.waiting.popleft()
            self.outcomes["dropped"] += 1
        self.waiting.append(news)
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._send_all(client))

    async def _send_all(self, client: httpx.AsyncClient) -> None:
        while self.waiting:
            news = self.waiting.popleft()
            try:
                await self._send(client, news)
                self.outcomes["delivered"] += 1
            except NotDeliveredError as error:
                self._failed(news, str(error))
            except Exception as error:  # a target's fault stops neither the next message nor others
                self._failed(news, f"{type(error).__name__}: {error}")

    async def _send(self, client: httpx.AsyncClient, news: Told) -> None:
        for attempt in range(1, TRIES + 1):
            try:
                await self.target.deliver(client, news)
                return
            except NotDeliveredError as error:
                if attempt == TRIES or not error.again:
                    raise
                await self.sleep(max(error.wait, _PAUSE.wait(attempt, self.chance())))

    def _failed(self, news: Told, why: str) -> None:
        self.outcomes["failed"] += 1
        logger().warning("not delivered", to=self.target.name, kind=news.kind, why=why)
