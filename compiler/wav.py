"""WAV files: which format one has, and several of the same format made one.

The format is Microsoft's RIFF WAVE: chunks of a name, a length and data, padded to an even length.
"""

import struct
from collections.abc import Iterator, Sequence

from dialform.values import dataclass

_ALIKE = (1, 6, 7)
"""PCM, A-law, µ-law: codings in which sound can simply follow sound."""


@dataclass(frozen=True, slots=True)
class Format:
    """`coding` is the number of the `fmt ` chunk; `rate` is in hertz, `bits` are those of a sample."""

    coding: int
    channels: int
    rate: int
    bits: int

    def __str__(self) -> str:
        coding = {1: "PCM", 6: "A-law", 7: "µ-law"}.get(self.coding, f"coding {self.coding}")
        sides = {1: "mono", 2: "stereo"}.get(self.channels, f"{self.channels} channels")
        return f"{coding}, {self.bits} bits, {sides}, {self.rate} Hz"


def format_of(start: bytes) -> Format | None:
    """The format by a file's first 64 bytes; None where sound cannot simply follow sound."""
    if start[:4] != b"RIFF" or start[8:12] != b"WAVE":
        return None
    for name, body in _chunks(start):
        if name == b"fmt " and len(body) >= 16:
            coding, channels, rate, _, _, bits = struct.unpack("<HHIIHH", body[:16])
            return Format(coding, channels, rate, bits) if coding in _ALIKE else None
    return None


def join(files: Sequence[bytes]) -> bytes:
    """One file with the sound of all, one after the other. They have the format of the first."""
    sound = b"".join(_sound(file) for file in files)
    head = next(body for name, body in _chunks(files[0]) if name == b"fmt ")
    chunks = b"WAVE" + _chunk(b"fmt ", head) + _chunk(b"data", sound)
    return _chunk(b"RIFF", chunks)


def _sound(file: bytes) -> bytes:
    return next((body for name, body in _chunks(file) if name == b"data"), b"")


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _chunks(file: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a file. A length that goes past the end, as of a live stream, ends there."""
    place = 12
    while place + 8 <= len(file):
        name, length = file[place : place + 4], struct.unpack_from("<I", file, place + 4)[0]
        yield name, file[place + 8 : place + 8 + length]
        place += 8 + length + length % 2
