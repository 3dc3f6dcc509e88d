"""What a caller hears who has been answered by the switch and waits for a phone to be answered."""

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

UNAVAILABLE = "tone_stream://%(330,15,950);%(330,15,1400);%(330,1000,1800)"
"""The special information tone before an announcement (ITU-T E.180)."""


def ringback(country: str) -> str:
    """The ringing tone of a country (ITU-T E.180, Supplement 2): ms on, ms off, Hz."""
    return _RINGBACK.get(country, _ITU)


DIAL = "tone_stream://%(10000,0,350,440)"
"""The dial tone: a number is wanted. A tone, since every phone's user knows it in any language."""
