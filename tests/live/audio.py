"""G.711 and tones at 8,000 samples a second: what a test phone plays, and what it hears."""

from __future__ import annotations

import bisect
import math
from array import array
from collections.abc import Sequence

RATE = 8000
FRAME = 160  # samples in 20 ms
SILENT = 200.0  # root mean square below which a line counts as silent, of 32,767


def _ulaw_decode(code: int) -> int:
    code = ~code & 0xFF
    magnitude = (((code & 0x0F) << 3) + 0x84 << ((code & 0x70) >> 4)) - 0x84
    return -magnitude if code & 0x80 else magnitude


def _alaw_decode(code: int) -> int:
    code ^= 0x55
    step, segment = (code & 0x0F) << 4, (code & 0x70) >> 4
    magnitude = step + 8 if segment == 0 else (step + 0x108) << (segment - 1)
    return magnitude if code & 0x80 else -magnitude


ULAW = [_ulaw_decode(code) for code in range(256)]
ALAW = [_alaw_decode(code) for code in range(256)]
# RTP's static payload types (RFC 3551) with their decoding tables.
TABLES = {0: ULAW, 8: ALAW}
# The same, sorted for the way back: levels, and the code of each.
_LEVELS = {
    kind: (sorted(table), sorted(range(256), key=table.__getitem__))
    for kind, table in TABLES.items()
}


def decode(payload_type: int, data: bytes) -> array[int]:
    """Linear 16-bit samples of a G.711 payload."""
    table = TABLES[payload_type]
    return array("h", (table[code] for code in data))


def encode(payload_type: int, samples: Sequence[int]) -> bytes:
    """The nearest code for each sample."""
    levels, codes = _LEVELS[payload_type]
    found = bytearray()
    for sample in samples:
        above = min(bisect.bisect_left(levels, sample), 255)
        below = max(above - 1, 0)
        nearer = above if levels[above] - sample < sample - levels[below] else below
        found.append(codes[nearer])
    return bytes(found)


def tone(hertz: float, seconds: float = 1.0, level: int = 8000) -> list[int]:
    """A sine wave. A whole number of periods in `seconds` loops without a click."""
    return [
        round(level * math.sin(2 * math.pi * hertz * n / RATE)) for n in range(int(seconds * RATE))
    ]


def rms(samples: Sequence[int]) -> float:
    """Root mean square: 0 for digital silence."""
    return math.sqrt(sum(s * s for s in samples) / len(samples)) if samples else 0.0


def share(samples: Sequence[int], hertz: float) -> float:
    """How much of the energy lies at `hertz`: near 1 for a pure tone, near 0 without (Goertzel)."""
    total = sum(s * s for s in samples)
    if not total:
        return 0.0
    coefficient = 2 * math.cos(2 * math.pi * hertz / RATE)
    one = two = 0.0
    for sample in samples:
        one, two = sample + coefficient * one - two, one
    power = one * one + two * two - coefficient * one * two
    return 2 * power / (len(samples) * total)


def hears(samples: Sequence[int], hertz: float, window: int = 800, least: float = 0.5) -> bool:
    """Whether some window (100 ms) of audible sound is mostly that frequency."""
    return any(
        rms(part) > SILENT and share(part, hertz) > least
        for part in (samples[n : n + window] for n in range(0, len(samples) - window + 1, window))
    )
