"""SIP over WebSocket: one message a frame (RFC 6455, RFC 7118)."""

from __future__ import annotations

import asyncio
import base64
import secrets
import struct
from collections.abc import Callable

from .sip import Address, Message

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class WebSocket(asyncio.Protocol):
    """A client's side of one connection, kept for everything in both directions."""

    reliable = True

    def __init__(self, receive: Callable[[Message, Address], None]) -> None:
        self._receive = receive
        self._data = b""
        self._transport: asyncio.Transport | None = None
        self.local: Address = ("", 0)
        self.peer: Address = ("", 0)
        self.closed = asyncio.Event()
        self.upgraded: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self.local = transport.get_extra_info("sockname")[:2]
        self.peer = transport.get_extra_info("peername")[:2]
        lines = [
            "GET / HTTP/1.1",
            f"Host: {self.peer[0]}:{self.peer[1]}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {base64.b64encode(secrets.token_bytes(16)).decode()}",
            "Sec-WebSocket-Protocol: sip",
            "Sec-WebSocket-Version: 13",
        ]
        transport.write("\r\n".join([*lines, "", ""]).encode())

    def data_received(self, data: bytes) -> None:
        self._data += data
        if not self.upgraded.done():
            head, end, rest = self._data.partition(b"\r\n\r\n")
            if not end:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self.upgraded.set_exception(ConnectionError(head.decode("utf-8", "replace")))
                return
            self._data = rest
            self.upgraded.set_result(None)
        while self._frame():
            pass

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed.set()
        if not self.upgraded.done():
            self.upgraded.set_exception(exc or ConnectionError("closed before the upgrade"))

    def _frame(self) -> bool:
        """Takes one whole frame from what came in; the switch neither masks nor splits."""
        data = self._data
        if len(data) < 2:
            return False
        size, start = data[1] & 0x7F, 2
        if size > 125:
            start = 4 if size == 126 else 10
            if len(data) < start:
                return False
            (size,) = struct.unpack("!H" if start == 4 else "!Q", data[2:start])
        if len(data) < start + size:
            return False
        payload, self._data = data[start : start + size], data[start + size :]
        kind = data[0] & 0x0F
        if kind == PING:
            self._write(PONG, payload)
        # Keep-alives are bare line ends.
        elif kind in (TEXT, BINARY) and payload.strip(b"\r\n\0"):
            self._receive(Message.parse(payload), self.peer)
        return True

    def _write(self, kind: int, payload: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        size, mask = len(payload), secrets.token_bytes(4)
        head = bytes([0x80 | kind])
        if size < 126:
            head += bytes([0x80 | size])
        else:
            head += struct.pack("!BH", 0x80 | 126, size)
        masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
        self._transport.write(head + mask + masked)

    def send(self, data: bytes, to: Address) -> None:
        self._write(TEXT, data)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
