"""An HTTP server in the agent's own loop: it takes no signals and outlives nobody."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

Address = tuple[str, int]

CONNECTIONS = 256
"""At once. The next one gets 503."""

FIRST_WORD = 10.0
"""Seconds that a connection may take for the head of its first request."""


class ServingError(Exception):
    """The address cannot be listened on. The text is one sentence."""


@contextlib.asynccontextmanager
async def listening(app: ASGIApp, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[Address]:
    """Serve while the block runs; gives the address that it is. Raises ServingError."""
    listener = _bound(host, port)
    server = _Server(
        uvicorn.Config(
            app, http=_Protocol, ws="none", lifespan="off", log_config=None, access_log=False,
            server_header=False, proxy_headers=False, limit_concurrency=CONNECTIONS,
            timeout_keep_alive=5, timeout_graceful_shutdown=2, h11_max_incomplete_event_size=16384,
        )
    )  # fmt: skip
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started:
            if task.done():
                task.result()
                raise ServingError(f"the HTTP server at {host}:{port} ended as it began")
            await asyncio.sleep(0.001)
        name = listener.getsockname()
        yield name[0], name[1]
    finally:
        server.should_exit = True
        try:
            await asyncio.wait_for(asyncio.shield(task), 5)
        except TimeoutError:
            task.cancel()
        listener.close()


def _bound(host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
        except BaseException:
            listener.close()
            raise
    except OSError as error:
        raise ServingError(
            f"cannot listen on {host}:{port} ({error.strerror or error}): "
            "something else may be there; give another address"
        ) from None
    listener.setblocking(False)
    return listener


class _Server(uvicorn.Server):
    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        """None: signals are the agent's."""
        return _nothing()


@contextlib.contextmanager
def _nothing() -> Iterator[None]:
    yield


class _Protocol(H11Protocol):
    """Closes a connection that says nothing, or too slowly what it wants."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.loop.call_later(FIRST_WORD, self._too_slow)

    def _too_slow(self) -> None:
        request: object = self.cycle  # None until there is one, whatever its type says
        if request is None and not self.transport.is_closing():
            self.transport.abort()
