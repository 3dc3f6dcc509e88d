"""The line between two legs: packets go through, but for those that are lost."""

from __future__ import annotations

import asyncio
import random
import re

from .sip import Address


class Relay:
    """A port for each of two sides, `near` and `far`; what one sends to its port the other gets.

    `loss` is the share of packets that is lost, in each direction; a test may change it at any time.
    """

    def __init__(self, loss: float = 0.0, seed: int = 1) -> None:
        self.loss = loss
        self.passed = self.lost = 0
        self.near, self.far = Port(self), Port(self)
        self.near.other, self.far.other = self.far, self.near
        self._chance = random.Random(seed)

    async def open(self, host: str) -> None:
        """Takes the ports."""
        for port in (self.near, self.far):
            await port.open(host)

    def close(self) -> None:
        for port in (self.near, self.far):
            port.close()

    def loses(self) -> bool:
        """Whether the next packet is lost."""
        lost = self._chance.random() < self.loss
        self.lost += lost
        self.passed += not lost
        return lost


class Port(asyncio.DatagramProtocol):
    """One side's port."""

    other: Port

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._socket: asyncio.DatagramTransport | None = None
        self.side: Address | None = None
        """Where this side wants its packets."""

    async def open(self, host: str) -> None:
        loop = asyncio.get_running_loop()
        self._socket, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(host, 0))

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()

    def datagram_received(self, data: bytes, addr: Address) -> None:
        to, out = self.other.side, self.other._socket
        if to is not None and out is not None and not out.is_closing() and not self._relay.loses():
            out.sendto(data, to)

    def error_received(self, exc: Exception) -> None:
        """A side closed its port a moment before the other stopped."""

    def described(self, body: bytes) -> bytes:
        """A session description of the other side, with this port as its address.

        What it said before is remembered: that is where the other side wants its packets.
        """
        assert self._socket is not None
        host, port = self._socket.get_extra_info("sockname")[:2]
        text = body.decode()
        at = re.search(r"^c=IN IP4 (\S+)", text, re.MULTILINE)
        of = re.search(r"^m=\w+ ([1-9]\d*) ", text, re.MULTILINE)
        if at and of:
            self.other.side = (at[1], int(of[1]))
        text = re.sub(r"^a=rtcp:.*\r\n", "", text, flags=re.MULTILINE)
        text = re.sub(r"^c=IN IP4 \S+", f"c=IN IP4 {host}", text, flags=re.MULTILINE)
        return re.sub(r"^(m=\w+) [1-9]\d* ", rf"\1 {port} ", text, flags=re.MULTILINE).encode()
