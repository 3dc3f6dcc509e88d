"""Browsers that watch a portal, what they cost its server, and the calls that they see."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from dialform.switch import Client
from tests.bench.phones_service import cpu, memory

SETTLE = 3.0
"""Seconds after the last one has come: all have been sent what there is by then."""
COMING = 120.0
"""Seconds until all have to have come: the first one of a tenant has its files read."""


@dataclass
class Crowd:
    """Browsers that watch, and what they got. Each is one of `subjects`, in turn."""

    port: int
    path: str
    subjects: Sequence[str]
    there: int = 0
    events: int = 0
    bytes: int = 0
    last: bytes = b""
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def come(self, count: int) -> None:
        """So many more."""
        self._tasks += [asyncio.create_task(self._one(at)) for at in range(count)]
        async with asyncio.timeout(COMING):
            while self.there < len(self._tasks) and not any(task.done() for task in self._tasks):
                await asyncio.sleep(0.1)

    async def go(self) -> None:
        """All leave. Raises what went wrong with one of them."""
        wrong = [task.exception() for task in self._tasks if task.done() and not task.cancelled()]
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        if wrong:
            raise RuntimeError(f"{len(wrong)} browsers were sent away: {wrong[0]}")

    async def _one(self, account: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        lines = (
            f"GET {self.path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}",
            f"X-As: {self.subjects[account % len(self.subjects)]}", f"X-Account: {account}", "", "",
        )  # fmt: skip
        writer.write("\r\n".join(lines).encode())
        try:
            said = await reader.readuntil(b"\r\n\r\n")
            if not said.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"{self.path}: {said[:80]!r}")
            self.there += 1
            while data := await reader.read(65536):
                self.events += data.count(b"event: ")
                self.bytes += len(data)
                self.last = data
            raise RuntimeError(f"{self.path}: the stream ended")
        finally:
            writer.transport.abort()


@dataclass(frozen=True)
class Cost:
    """Of one server with its browsers. `each` is milliseconds of its processor for an event, `share` percent
    of one core, memory MB: when they had come, at the end, and when they had gone."""

    events: int
    rate: float
    each: float
    share: float
    before: float
    after: float
    gone: float


async def watched(pid: int, crowd: Crowd, browsers: int, seconds: float) -> Cost:
    """Browsers watch for a while."""
    await crowd.come(browsers)
    await asyncio.sleep(SETTLE)
    before, events, used = memory(pid), crowd.events, cpu(pid)
    began = time.monotonic()
    await asyncio.sleep(seconds)
    passed, spent, got = time.monotonic() - began, cpu(pid) - used, crowd.events - events
    after = memory(pid)
    await crowd.go()
    await asyncio.sleep(1.0)
    return Cost(
        got, got / passed, spent / max(got, 1), spent / 10 / passed, before, after, memory(pid)
    )


@dataclass(frozen=True)
class Caller:
    """Somebody who calls: an extension of a tenant, and the tenant's domain."""

    tenant: str
    number: str
    domain: str


async def busy(client: Client, callers: Sequence[Caller], pause: float = 1.0) -> None:
    """Each second (or `pause`) a call comes or goes; ten are up."""
    up: list[str] = []
    at = 0
    while True:
        one = callers[at % len(callers)]
        at += 1
        if len(up) < 10:
            said = await client.api(
                f"originate {{dialform_tenant={one.tenant},dialform_extension={one.number}}}"
                f"user/{one.number}@{one.domain} &park"
            )
            up.append(said.removeprefix("+OK ").strip())
        else:
            await client.api(f"uuid_kill {up.pop(0)}")
        await asyncio.sleep(pause)
