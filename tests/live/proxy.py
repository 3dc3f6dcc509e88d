"""A network that breaks, between a client and the switch."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable


class Proxy:
    """Stands between clients and the event socket, and can cut what goes through it.

    `cut_after` are pieces of commands: when the first of them has gone to the switch everything is cut,
    before its reply comes back; then the next one waits for its turn.
    """

    def __init__(self, target: tuple[str, int], cut_after: Iterable[bytes] = ()) -> None:
        self._target = target
        self.cut_after = list(cut_after)
        self._writers: set[asyncio.StreamWriter] = set()
        self.address = ("", 0)

    async def __aenter__(self) -> Proxy:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.address = self._server.sockets[0].getsockname()[:2]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.cut()

    def cut(self) -> None:
        """Ends all connections, as a broken network does."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(*self._target)
        self._writers |= {writer, far_writer}
        await asyncio.gather(
            self._pass(reader, far_writer, self._told), self._pass(far_reader, writer)
        )

    async def _pass(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        passed: Callable[[bytes], None] = lambda data: None,
    ) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                passed(data)
        except ConnectionError:
            pass
        writer.close()

    def _told(self, data: bytes) -> None:
        if self.cut_after and self.cut_after[0] in data:
            del self.cut_after[0]
            self.cut()
