"""Secrets that nobody writes: derived from the host's master secret by HMAC-SHA256 (RFC 2104)."""

import hashlib
import hmac
from collections.abc import Callable
from itertools import pairwise

# Base58 as Bitcoin has it: no 0, O, I, l, which people confuse when they type a password.
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PASSWORD_LENGTH = 24
_PIN_LENGTH = 6

# Known to everybody, on purpose: what is derived from it is a placeholder and no secret.
PUBLIC_KEY = b"dialform: a placeholder, no secret"


def keyed(key: bytes, purpose: str, *parts: str | bytes) -> bytes:
    """HMAC-SHA256 over parts, each behind its length, so that no two lists read the same.

    `purpose` keeps uses of one key apart. 32 bytes.
    """
    message = bytearray()
    for part in (f"dialform/1/{purpose}", *parts):
        raw = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        message += len(raw).to_bytes(8, "big")
        message += raw
    return hmac.digest(key, message, "sha256")


def derive(key: bytes, tenant: str, object_: str, kind: str, rotate: int = 1) -> str:
    """The secret of a kind of a tenant's object: 6 digits for `pin`, else 24 characters of base58.

    A PIN is never one that people try first: one digit six times, or a run up or down. A phone's `admin` has
    capitals, small letters and digits: some vendors' phones take no other, and would keep the one that
    everybody knows.
    """
    make = _SHAPES.get(kind, _password)
    for attempt in range(1_000):
        text = make(keyed(key, "derive", tenant, object_, kind, str(rotate), str(attempt)))
        if not is_trivial(text) and (kind != "admin" or is_mixed(text)):
            return text
    raise AssertionError("a thousand trivial PINs in a row")


def is_mixed(text: str) -> bool:
    """Whether there are capitals, small letters and digits in a text."""
    return all(any(map(test, text)) for test in (str.isupper, str.islower, str.isdigit))


def is_trivial(text: str) -> bool:
    """Whether digits are all the same, or a run up or down (past 9 comes 0: 890123)."""
    if not text.isdecimal():
        return False
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(text)}
    return steps in ({0}, {1}, {9})


def htdigest(user: str, realm: str, password: str) -> str:
    """md5(user:realm:password), the HA1 of RFC 2617 that FreeSWITCH takes as `a1-hash`.

    As good as the password itself to whoever reads it.
    """
    text = f"{user}:{realm}:{password}".encode()
    return hashlib.md5(text, usedforsecurity=False).hexdigest()


def _password(digest: bytes) -> str:
    number, out = int.from_bytes(digest, "big"), ""
    for _ in range(_PASSWORD_LENGTH):
        number, rest = divmod(number, len(_ALPHABET))
        out += _ALPHABET[rest]
    return out


def _pin(digest: bytes) -> str:
    return f"{int.from_bytes(digest, 'big') % 10**_PIN_LENGTH:0{_PIN_LENGTH}}"


_SHAPES: dict[str, Callable[[bytes], str]] = {"pin": _pin}
