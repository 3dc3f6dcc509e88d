"""A phone's audio: sends a frame every 20 ms, keeps what it receives (RFC 3550)."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import struct
from array import array
from collections import deque
from collections.abc import Callable

from . import audio, dtmf
from .sdp import CODECS, Audio
from .sip import Address

PACE = 0.02  # seconds between packets
GAP = 3  # silent frames between two digits


class Rtp(asyncio.DatagramProtocol):
    """One stream in each direction, from a port of its own.

    `heard` holds all decoded samples since the start, `keys` the received DTMF.
    """

    def __init__(self) -> None:
        self.heard: array[int] = array("h")
        self.keys = dtmf.Keys()
        self.packets = 0
        self.remote: Address | None = None
        self.muted = False
        self._socket: asyncio.DatagramTransport | None = None
        self._pacer: asyncio.Task[None] | None = None
        self._codec = 0
        self._event: int | None = None
        self._frames: list[bytes] = []
        self._pressed: deque[dtmf.Event | None] = deque()
        self._sequence = secrets.randbelow(1 << 15)
        self._timestamp = self._event_start = secrets.randbelow(1 << 30)
        self._ssrc = secrets.randbits(32)
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._hertz = 0.0
        self._arrived = asyncio.Event()

    async def open(self, host: str) -> Address:
        """Takes a port; what to send, and where to, comes with `connect`."""
        loop = asyncio.get_running_loop()
        self._socket, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(host, 0))
        name: Address = self._socket.get_extra_info("sockname")[:2]
        return name

    def connect(self, theirs: Audio, agreed: Audio) -> None:
        """Starts, or redirects, the stream to what both sides agreed on."""
        codec = CODECS[agreed.codecs[0]]
        changed, self._codec = codec != self._codec or not self._frames, codec
        self._event = theirs.event
        # Held (RFC 3264, 8.4): nobody wants our packets.
        self.muted = agreed.direction in ("recvonly", "inactive") or theirs.address[1] == 0
        self.remote = theirs.address
        if changed:
            self.play(self._hertz)
        if self._pacer is None:
            self._pacer = asyncio.create_task(self._run())

    def play(self, hertz: float) -> None:
        """What to send from now on: a tone, or silence with 0."""
        self._hertz = hertz
        samples = audio.tone(hertz) if hertz else [0] * audio.FRAME
        data = audio.encode(self._codec, samples)
        self._frames = [data[n : n + audio.FRAME] for n in range(0, len(data), audio.FRAME)]

    async def press(self, digits: str, milliseconds: int = 100) -> None:
        """Sends DTMF and returns when the last packet is out."""
        if self._event is None:
            raise AssertionError("the other side takes no telephone-event")
        if self._socket is None or self._socket.is_closing():
            return  # the call is over
        for digit in digits:
            self._pressed.extend([*dtmf.burst(digit.upper(), milliseconds), *[None] * GAP])
        self._quiet.clear()
        await self._quiet.wait()

    async def hears(self, hertz: float, within: float = 3.0, least: float = 0.5) -> bool:
        """Whether that tone arrives from now on, within so many seconds.

        `least` is its share of the energy: a tone of two frequencies has half for each.
        """
        start = len(self.heard)
        return await self._until(
            lambda: audio.hears(self.heard[start:], hertz, least=least), within
        )

    async def hears_sound(self, within: float = 3.0) -> bool:
        """Whether anything audible arrives from now on."""
        start = len(self.heard)
        return await self._until(lambda: audio.rms(self.heard[start:]) > audio.SILENT, within)

    async def receives(self, digits: str, within: float = 3.0) -> bool:
        """Whether the received DTMF, from the start of the call, ends with these digits."""
        return await self._until(lambda: self.keys.digits.endswith(digits), within)

    async def _until(self, met: Callable[[], bool], within: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while not met():
                    self._arrived.clear()
                    await self._arrived.wait()
                    # A packet comes every 20 ms: looking at each would cost more than it tells.
                    await asyncio.sleep(0.1)
                return True
        return met()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            self._tick()
            due += PACE
            await asyncio.sleep(max(0.0, due - loop.time()))

    def _tick(self) -> None:
        pressed = self._pressed.popleft() if self._pressed else None
        if pressed is not None and self._event is not None:
            # The first packet of an event is marked and gives all of them its timestamp.
            first = pressed.duration == audio.FRAME and not pressed.end
            if first:
                self._event_start = self._timestamp
            self._send(self._event, self._event_start, pressed.encode(), first)
        elif self._frames and not self.muted:
            frame = self._frames[self._timestamp // audio.FRAME % len(self._frames)]
            self._send(self._codec, self._timestamp, frame)
        if not self._pressed:
            self._quiet.set()
        self._timestamp = (self._timestamp + audio.FRAME) & 0xFFFFFFFF

    def _send(self, kind: int, timestamp: int, payload: bytes, marker: bool = False) -> None:
        if self._socket is None or self._socket.is_closing() or self.remote is None:
            return
        self._sequence = (self._sequence + 1) & 0xFFFF
        second = kind | (0x80 if marker else 0)
        head = struct.pack("!BBHII", 0x80, second, self._sequence, timestamp, self._ssrc)
        self._socket.sendto(head + payload, self.remote)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        if len(data) < 12 or data[0] >> 6 != 2:
            return
        kind, timestamp, ssrc = data[1] & 0x7F, *struct.unpack("!II", data[4:12])
        payload = data[12 + 4 * (data[0] & 0x0F) :]
        self.packets += 1
        if kind in audio.TABLES:
            self.heard.extend(audio.decode(kind, payload))
        elif kind == self._event and len(payload) >= 4:
            self.keys.take(ssrc, timestamp, payload)
        self._arrived.set()

    def error_received(self, exc: Exception) -> None:
        """The other side closed its port before we stopped: no fault of the test."""

    def close(self) -> None:
        # Who still presses keys into a call that is over must not wait for ever.
        self._pressed.clear()
        self._quiet.set()
        if self._pacer is not None:
            self._pacer.cancel()
        if self._socket is not None:
            self._socket.close()
