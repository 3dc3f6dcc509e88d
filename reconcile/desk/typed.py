"""What an operator types, checked before any of it comes near the switch."""

import re

from dialform.reconcile.desk.errors import Unusable

_EXTENSION = re.compile(r"[0-9]{4,6}")
_NUMBER = re.compile(r"[0-9+*#]{1,32}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MAC = re.compile(r"[0-9a-f]{12}")
_GAPS = str.maketrans("", "", " -()./")


def extension(text: str) -> str:
    """A number of an extension. Raises Unusable."""
    if not _EXTENSION.fullmatch(text):
        raise Unusable(f"{_shown(text)} is no extension: 4 to 6 digits are.")
    return text


def number(text: str) -> str:
    """What a phone can dial, without the gaps that people write. Raises Unusable."""
    dialled = text.translate(_GAPS)
    if not _NUMBER.fullmatch(dialled):
        raise Unusable(f"{_shown(text)} cannot be dialled: digits, `+`, `*` and `#` can.")
    return dialled


def uuid(text: str) -> str:
    """The UUID of a channel. Raises Unusable."""
    lower = text.lower()
    if not _UUID.fullmatch(lower):
        raise Unusable(f"{_shown(text)} is no UUID of a call: `dialform live channels` shows them.")
    return lower


def is_uuid(text: str) -> bool:
    """Whether it is written like a UUID."""
    return _UUID.fullmatch(text.lower()) is not None


def mac(text: str) -> str:
    """A MAC address in any usual spelling, as 12 lower-case hex digits. Raises Unusable."""
    bare = re.sub(r"[:.\-\s]", "", text).lower()
    if not _MAC.fullmatch(bare):
        raise Unusable(f"{_shown(text)} is no MAC address: 12 hex digits are.")
    return bare


def _shown(text: str) -> str:
    """As much of it as a message can bear."""
    short = text if len(text) <= 40 else f"{text[:39]}…"
    return repr(short)
