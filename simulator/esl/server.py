"""The event socket: a TCP server on loopback, a task for each client."""

import asyncio
import contextlib
import ipaddress

from dialform.simulator.esl.client import Client
from dialform.simulator.esl.framing import Reader, TooLongError
from dialform.simulator.esl.host import Host
from dialform.simulator.esl.serial import Stamped, answer
from dialform.simulator.events import Event

BACKLOG = 64 * 1024 * 1024
"""Bytes that may wait for a client that does not read; then it is let go, as the switch does."""
_DENIED = "Access Denied, go away.\n"
_CHUNK = 65536


class NotLoopbackError(Exception):
    """The simulator's password stands in the configuration: it listens to this machine alone."""


class Server:
    """Serves one switch. `start` listens, `close` ends all conversations."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._server: asyncio.Server | None = None
        self._links: set[_Link] = set()
        self._unsubscribe = host.events.subscribe(self._hear)

    async def start(self, address: tuple[str, int]) -> tuple[str, int]:
        """Listens at (host, port) and tells where. Port 0 takes a free one.

        Raises NotLoopbackError, and OSError where the port is taken.
        """
        name, port = address
        if not _is_loopback(name):
            raise NotLoopbackError(f"{name} is not an address of loopback")
        self._server = await asyncio.start_server(self._serve, name, port)
        found = self._server.sockets[0].getsockname()
        return found[0], found[1]

    async def close(self) -> None:
        """Lets everybody go and listens no more."""
        self._unsubscribe()
        if self._server is not None:
            self._server.close()
        await self.drop_all()

    async def drop_all(self) -> None:
        """Ends every connection at once, as a crash does."""
        links = tuple(self._links)
        for link in links:
            link.cut()
        for link in links:
            await link.done.wait()

    def publish(self, event: Stamped) -> None:
        """Gives an event to all who want it."""
        for link in tuple(self._links):
            link.client.tell(event)

    def _hear(self, event: Event) -> None:
        self.publish(self._host.stamp(event))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = _Link(self._host, reader, writer)
        self._links.add(link)
        try:
            await link.run()
        finally:
            self._links.discard(link)


class _Link:
    """One connection: bytes to requests, replies to bytes."""

    def __init__(
        self, host: Host, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._host, self._reader, self._writer = host, reader, writer
        self.client = Client(host, self._send)
        self.done = asyncio.Event()
        self._task = asyncio.current_task()

    async def run(self) -> None:
        """Serves until either side has enough."""
        try:
            if self._host.faults.refuse:
                return
            peer = self._writer.get_extra_info("peername")
            if not _is_loopback(peer[0]):
                self._send(answer("text/rude-rejection", body=_DENIED))
                return
            self.client.greet()
            with contextlib.suppress(ConnectionError, TooLongError):
                await self._converse()
            self.client.part()
            await self._writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            self.client.running = False
        finally:
            self._writer.close()
            self.done.set()

    async def _converse(self) -> None:
        requests = Reader()
        while data := await self._reader.read(_CHUNK):
            for request in requests.feed(data):
                if self._host.faults.drops(request.command.partition(" ")[2]):
                    self.cut()
                    return
                await self.client.take(request)
                await self._writer.drain()
                if not self.client.running:
                    return

    def cut(self) -> None:
        """Ends the connection without a word."""
        self.client.running = False
        self._writer.transport.abort()
        if self._task is not None:
            self._task.cancel()

    def _send(self, data: bytes) -> None:
        faults, transport = self._host.faults, self._writer.transport
        if transport.is_closing():
            return
        data = faults.garbage or data
        if faults.drop_after is not None:
            data = data[: faults.drop_after]
            faults.drop_after -= len(data)
        self._writer.write(data)
        if faults.drop_after == 0:
            faults.drop_after = None
            self.client.running = False
            self._writer.close()
        elif transport.get_write_buffer_size() > BACKLOG:
            self.cut()


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
