"""The stream of server-sent events (HTML, "Server-sent events"): one to each page that is open.

What a slow browser did not take in time is not kept for it: it gets what is so now.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from dialform.console.live.feed import Feed
from dialform.console.live.hub import Hub

BEAT = 15.0
"""Seconds after which a browser hears something at least, and its session is looked at."""

STUCK = 60.0
"""Seconds that a browser may take for what it was sent."""

AGAIN = 2000
"""Milliseconds until a browser comes back."""


class Stream(Response):
    """Sends the views of a feed as they change. `still` says whether the session goes on."""

    media_type = "text/event-stream"

    def __init__(self, hub: Hub, feed: Feed, still: Callable[[], Awaitable[bool]]) -> None:
        super().__init__(headers={"cache-control": "no-store", "x-accel-buffering": "no"})
        del self.headers["content-length"]
        self._hub, self._feed, self._still = hub, feed, still

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        gone = asyncio.create_task(self._gone(receive))
        try:
            await self._send(send, f"retry: {AGAIN}\n\n")
            async with self._hub.joined(self._feed):
                await self._all(send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except (TimeoutError, OSError):
            pass  # it takes nothing any more
        finally:
            gone.cancel()

    async def _gone(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._feed.end()

    async def _all(self, send: Send) -> None:
        feed, clock = self._feed, self._hub.ground.clocks.steady
        beat = clock() + BEAT
        while not feed.ended:
            feed.awake.clear()
            for view in feed.views:
                drawn = self._hub.drawn(view, feed)
                if drawn is not None and drawn.digest != feed.has[view.name]:
                    feed.has[view.name] = drawn.digest
                    await self._send(send, event(view.name, drawn.html, feed.id))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(beat - clock(), 0.0)):
                    await feed.awake.wait()
            if clock() >= beat:
                beat = clock() + BEAT
                await self._beat(send)

    async def _beat(self, send: Send) -> None:
        if await self._still():
            await self._send(send, event("beat", f"{self._hub.ground.clocks.wall():.0f}", ""))
        else:
            self._feed.end()

    async def _send(self, send: Send, text: str) -> None:
        async with asyncio.timeout(STUCK):
            await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


def event(name: str, data: str, id_: str) -> str:
    """One event as it is sent."""
    lines = "".join(f"data: {line}\n" for line in data.splitlines() or [""])
    return f"event: {name}\n" + (f"id: {id_}\n" if id_ else "") + lines + "\n"
