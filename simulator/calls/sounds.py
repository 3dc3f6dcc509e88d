"""How long a sound plays. The simulator hears nothing; it only waits so long.

Files that the configuration brings are measured by their size (8 kHz, 16 bit, as the compiler writes
them); a prompt of the switch's own takes as long as a short sentence.
"""

import re
from pathlib import Path

PROMPT = 2.0
"""Seconds that a prompt of the switch takes."""
ENDLESS = 1_000_000.0
_TONE = re.compile(r"%\(([0-9.]+)\s*,\s*([0-9.]+)")
_LOOPS = re.compile(r"loops=(-?\d+)")
_RATE = 16_000
_HEAD = 44


def seconds(path: str) -> float:
    """The length of what `playback` takes: a file, a tone, silence, a stream."""
    if not path or (path.startswith("silence") and not path.startswith("silence_stream")):
        return 0.0
    if path.startswith("silence_stream://"):
        milliseconds = path.partition("://")[2].partition(",")[0]
        return int(milliseconds) / 1000 if milliseconds.isdigit() else ENDLESS
    if path.startswith(("tone_stream://", "%(")):
        return _tones(path)
    if path.startswith("local_stream://"):
        return ENDLESS
    if path.startswith("file_string://"):
        return sum(seconds(part) for part in path.partition("://")[2].split("!"))
    return _file(path)


def _tones(text: str) -> float:
    once = sum(float(on) + float(off) for on, off in _TONE.findall(text)) / 1000
    loops = _LOOPS.search(text)
    times = int(loops[1]) if loops else 1
    return ENDLESS if times < 0 else once * max(times, 1)


def _file(path: str) -> float:
    if path.startswith("/"):
        try:
            return max((Path(path).stat().st_size - _HEAD) / _RATE, 0.0)
        except OSError:
            return PROMPT
    return PROMPT
