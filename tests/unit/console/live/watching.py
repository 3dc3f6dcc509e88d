"""A browser that watches: a request for the stream, and the events that came."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from ..stage import SUBJECTS, Stage

QUEUE = Callable[[], bool]


class Watcher:
    """What came, by event's name, the newest last. `takes` cleared: it does not read any more."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.events: list[tuple[str, str, str]] = []
        self.takes = asyncio.Event()
        self.takes.set()
        self.leave = asyncio.Event()
        self._rest = ""

    async def receive(self) -> dict[str, Any]:
        await self.leave.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {k.decode(): v.decode() for k, v in message["headers"]}
            return
        await self.takes.wait()
        if not self.headers.get("content-type", "").startswith("text/event-stream"):
            return  # a page that says no
        self._rest += message.get("body", b"").decode()
        *whole, self._rest = self._rest.split("\n\n")
        for block in whole:
            lines = block.split("\n")
            fields = [line.partition(": ") for line in lines]
            name = next((value for key, _, value in fields if key == "event"), "")
            id_ = next((value for key, _, value in fields if key == "id"), "")
            data = "\n".join(value for key, _, value in fields if key == "data")
            self.events.append((name, data, id_))

    def of(self, view: str) -> list[str]:
        """What a view looked like, the newest last."""
        return [data for name, data, _ in self.events if name == view]

    @property
    def last_id(self) -> str:
        return next((id_ for _, _, id_ in reversed(self.events) if id_), "")

    async def sees(self, view: str, text: str) -> str:
        """Waits until the view, as it stands now, holds a text."""
        while not (self.of(view) and text in self.of(view)[-1]):
            await asyncio.sleep(0.01)
        return self.of(view)[-1]


@contextlib.asynccontextmanager
async def watching(
    stage: Stage, role: str, path: str, headers: dict[str, str] | None = None
) -> AsyncIterator[Watcher]:
    """Somebody watches a stream while the block runs."""
    path, _, query = path.partition("?")
    watcher = Watcher()
    said = {"x-test-as": SUBJECTS.get(role, role), "host": "portal.example.com", **(headers or {})}
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1",
        "method": "GET", "scheme": "https", "path": path, "raw_path": path.encode(), "root_path": "",
        "query_string": query.encode(), "headers": [(k.encode(), v.encode()) for k, v in said.items()],
        "client": ("127.0.0.1", 1), "server": ("portal.example.com", 443),
    }  # fmt: skip
    task = asyncio.create_task(stage.app(scope, watcher.receive, watcher.send))
    try:
        yield watcher
    finally:
        watcher.leave.set()
        watcher.takes.set()
        await task


@contextlib.asynccontextmanager
async def beside(stage: Stage) -> AsyncIterator[None]:
    """What runs beside the server runs while the block does."""
    from dialform.console.live import hub_of

    task = asyncio.create_task(hub_of(stage.ground).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
