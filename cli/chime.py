"""A short sound for a new site's first greeting, so that it can be heard before one is recorded."""

import io
import math
import struct
import wave

RATE = 16000
"""Samples a second; mono, 16 bits, which the switch plays as it is."""

_NOTES = (659.26, 783.99, 1046.50)  # E5, G5, C6, in Hz
_STEP, _RING = 0.22, 0.9  # seconds between two notes, and until one has died away


def chime() -> bytes:
    """Three notes as a WAV file."""
    length = int(RATE * (_STEP * (len(_NOTES) - 1) + _RING))
    samples = [0.0] * length
    for index, note in enumerate(_NOTES):
        first = int(index * _STEP * RATE)
        for position in range(first, min(first + int(_RING * RATE), length)):
            seconds = (position - first) / RATE
            attack = min(seconds / 0.01, 1.0)
            samples[position] += (
                attack * math.exp(-5 * seconds) * math.sin(math.tau * note * seconds)
            )
    data = b"".join(struct.pack("<h", int(one * 9000)) for one in samples)
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(data)
    return file.getvalue()
