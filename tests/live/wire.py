"""The sockets that carry SIP: UDP, TCP, TLS and WebSocket."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import Protocol

from .sip import Address, Framer, Message
from .websocket import WebSocket

Receive = Callable[[Message, Address], None]


class Wire(Protocol):
    """What an endpoint needs of a socket."""

    local: Address
    reliable: bool

    def send(self, data: bytes, to: Address) -> None: ...

    def close(self) -> None: ...


class Udp(asyncio.DatagramProtocol):
    """One bound datagram socket."""

    reliable = False

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._socket: asyncio.DatagramTransport | None = None
        self.local: Address = ("", 0)

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._socket = transport
        self.local = transport.get_extra_info("sockname")[:2]

    def datagram_received(self, data: bytes, addr: Address) -> None:
        # Keep-alives are empty or bare line ends.
        if data.strip(b"\r\n\0"):
            self._receive(Message.parse(data), addr)

    def error_received(self, exc: Exception) -> None:
        """A refused datagram shows as a missing answer, which the test will name."""

    def send(self, data: bytes, to: Address) -> None:
        if self._socket is not None and not self._socket.is_closing():
            self._socket.sendto(data, to)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()


class Stream(asyncio.Protocol):
    """One connection, kept for everything in both directions, as phones behind NAT do."""

    reliable = True

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._framer = Framer()
        self._transport: asyncio.Transport | None = None
        self.local: Address = ("", 0)
        self.peer: Address = ("", 0)
        self.closed = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self.local = transport.get_extra_info("sockname")[:2]
        self.peer = transport.get_extra_info("peername")[:2]

    def data_received(self, data: bytes) -> None:
        for message in self._framer.feed(data):
            self._receive(message, self.peer)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed.set()

    def send(self, data: bytes, to: Address) -> None:
        # `to` is where a datagram would go: a stream has one other end.
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


def trusting() -> ssl.SSLContext:
    """TLS without a check of the certificate: a test's switch signs its own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def open_wire(
    transport: str,
    local: Address,
    peer: Address,
    receive: Receive,
    tls: ssl.SSLContext | None = None,
) -> Wire:
    """Opens `udp`, `tcp`, `tls`, `ws` or `wss` from a local address; streams connect to the peer."""
    loop = asyncio.get_running_loop()
    if transport == "udp":
        _, udp = await loop.create_datagram_endpoint(lambda: Udp(receive), local_addr=local)
        return udp
    if transport in ("ws", "wss"):
        _, web = await loop.create_connection(
            lambda: WebSocket(receive),
            *peer,
            local_addr=local,
            ssl=(tls or trusting()) if transport == "wss" else None,
        )
        await web.upgraded
        return web
    if transport not in ("tcp", "tls"):
        raise ValueError(f"unknown transport {transport!r}")
    _, stream = await loop.create_connection(
        lambda: Stream(receive),
        *peer,
        local_addr=local,
        ssl=(tls or trusting()) if transport == "tls" else None,
    )
    return stream
