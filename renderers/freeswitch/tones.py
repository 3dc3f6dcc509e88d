"""What a caller hears who has been answered by the switch and waits for a phone to be answered."""

import re
from itertools import cycle

_ITU = "%(1000,4000,425)"
_RINGBACK = {
    "AU": "%(400,200,383,417);%(400,2000,383,417)",
    "CA": "%(2000,4000,440,480)",
    "DE": "%(1000,4000,425)",
    "FR": "%(1500,3500,440)",
    "GB": "%(400,200,400,450);%(400,2000,400,450)",
    "IE": "%(400,200,400,450);%(400,2000,400,450)",
    "IT": "%(1000,4000,425)",
    "JP": "%(1000,2000,400)",
    "NZ": "%(400,200,400,450);%(400,2000,400,450)",
    "US": "%(2000,4000,440,480)",
}

_PART = re.compile(r"%\((?P<on>[0-9]+),(?P<off>[0-9]+),(?P<hertz>[0-9,]+)\)")

UNAVAILABLE = "tone_stream://%(330,15,950);%(330,15,1400);%(330,1000,1800)"
"""The special information tone before an announcement (ITU-T E.180)."""


def ringback(country: str) -> str:
    """The ringing tone of a country (ITU-T E.180, Supplement 2): ms on, ms off, Hz."""
    return _RINGBACK.get(country, _ITU)


def ring_for(country: str, milliseconds: int) -> str:
    """That tone, cut so that it lasts just so long."""
    parts, left = [], milliseconds
    for part in cycle(_PART.finditer(ringback(country))):
        if left <= 0:
            break
        on = min(int(part["on"]), left)
        off = min(int(part["off"]), left - on)
        left -= on + off
        parts.append(f"%({on},{off},{part['hertz']})")
    return ";".join(parts)


DIAL = "tone_stream://%(10000,0,350,440)"
"""The dial tone: a number is wanted. A tone, since every phone's user knows it in any language."""
