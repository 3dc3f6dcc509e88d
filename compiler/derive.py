"""Secrets that nobody writes: derived from the host's master secret by HMAC-SHA256 (RFC 2104)."""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

# Base58 as Bitcoin has it: no 0, O, I, l, which people confuse when they type a password.
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PAIRS = tuple(second + first for first in _ALPHABET for second in _ALPHABET)
_EIGHT = len(_ALPHABET) ** 8
_PASSWORD_LENGTH = 24
_PIN_LENGTH = 6
_BLOCK = 64
"""Bytes of a block of SHA-256."""

# Known to everybody, on purpose: what is derived from it is a placeholder and no secret.
PUBLIC_KEY = b"dialform: a placeholder, no secret"


def keyed(key: bytes, purpose: str, *parts: str | bytes) -> bytes:
    """HMAC-SHA256 over parts, each behind its length, so that no two lists read the same.

    `purpose` keeps uses of one key apart. 32 bytes.
    """
    message: list[bytes] = []
    for part in (f"dialform/1/{purpose}", *parts):
        raw = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        message += (len(raw).to_bytes(8, "big"), raw)
    inner, outer = (begun.copy() for begun in _begun(key))
    inner.update(b"".join(message))
    outer.update(inner.digest())
    return outer.digest()


@lru_cache(8)
def _begun(key: bytes) -> tuple["hashlib._Hash", "hashlib._Hash"]:
    """The two hashes of HMAC with the key in them: `hmac` prepares both for each message, which takes four
    times as long as a short message does.
    """
    padded = (key if len(key) <= _BLOCK else hashlib.sha256(key).digest()).ljust(_BLOCK, b"\0")
    inner, outer = (hashlib.sha256(bytes(byte ^ pad for byte in padded)) for pad in (0x36, 0x5C))
    return inner, outer


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
    for _ in range(_PASSWORD_LENGTH // 8):
        # Eight at a time, then two: a division of a long number costs more than some of short ones.
        number, eight = divmod(number, _EIGHT)
        for _ in range(4):
            eight, two = divmod(eight, len(_PAIRS))
            out += _PAIRS[two]
    return out


def _pin(digest: bytes) -> str:
    return f"{int.from_bytes(digest, 'big') % 10**_PIN_LENGTH:0{_PIN_LENGTH}}"


_SHAPES: dict[str, Callable[[bytes], str]] = {"pin": _pin}
