"""When a phone fetches by itself: at night, and not all at the same moment."""

import zlib

FIRST, MINUTES = 2 * 60, 180
"""The night: from 02:00 on, for so many minutes."""


def nightly(mac: str) -> str:
    """The time of day (HH:MM) at which this phone asks. It never changes, or every file would each day."""
    minute = FIRST + zlib.crc32(mac.encode()) % MINUTES
    return f"{minute // 60:02}:{minute % 60:02}"
