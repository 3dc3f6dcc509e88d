"""DTMF as telephone events (RFC 2833, RFC 4733)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

DIGITS = "0123456789*#ABCD"
VOLUME = 10  # dBm0, negated


@dataclass(frozen=True)
class Event:
    """One packet's payload. Duration in samples since the start of the event."""

    digit: str
    end: bool
    duration: int

    def encode(self) -> bytes:
        flags = (0x80 if self.end else 0) | VOLUME
        return struct.pack("!BBH", DIGITS.index(self.digit), flags, self.duration)

    @classmethod
    def decode(cls, data: bytes) -> Event:
        code, flags, duration = struct.unpack("!BBH", data[:4])
        # Beyond ABCD stand flash and fax tones: kept visible, never dropped.
        return cls(DIGITS[code] if code < len(DIGITS) else "?", bool(flags & 0x80), duration)


def burst(digit: str, milliseconds: int = 100) -> list[Event]:
    """The packets of one key press, one every 20 ms, the last three with the end bit."""
    steps = max(1, milliseconds // 20)
    rising = [Event(digit, False, step * 160) for step in range(1, steps)]
    return rising + [Event(digit, True, steps * 160)] * 3


@dataclass
class Keys:
    """Collects the packets of received events into digits."""

    digits: str = ""
    packets: list[Event] = field(default_factory=list)
    _seen: set[tuple[int, int]] = field(default_factory=set)

    def take(self, ssrc: int, timestamp: int, payload: bytes) -> None:
        event = Event.decode(payload)
        self.packets.append(event)
        # All packets of one press share their timestamp: the first one counts.
        if (ssrc, timestamp) not in self._seen:
            self._seen.add((ssrc, timestamp))
            self.digits += event.digit
