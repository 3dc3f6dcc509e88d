"""Keys of the portal: what is sealed in the database, what is signed in a cookie, digests of tokens."""

import base64
import hashlib
import hmac
import os
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from dialform.compiler.secrets import SecretStore

PURPOSE = "portal"
_FILE = "key"


class Keys:
    """Keys for one purpose each, all of one that only this host (and those with its master) knows."""

    def __init__(self, root: bytes, random: Callable[[int], bytes] = os.urandom) -> None:
        self._root, self._random = root, random

    def __repr__(self) -> str:
        return "<Keys>"

    def chance(self, count: int) -> bytes:
        """Bytes that nobody foresees."""
        return self._random(count)

    def token(self) -> str:
        """A new token of 256 bits, for a cookie or a link."""
        return base64.urlsafe_b64encode(self._random(32)).rstrip(b"=").decode()

    def name(self) -> str:
        """A new short name, which is no secret."""
        return self._random(8).hex()

    def sign(self, purpose: str, *words: str) -> str:
        """What only we can say of some words."""
        text = "\0".join((purpose, *words))
        return hmac.new(self._root, text.encode(), hashlib.sha256).hexdigest()

    def signed(self, given: str, purpose: str, *words: str) -> bool:
        """Whether we said it of them."""
        return hmac.compare_digest(given.encode(), self.sign(purpose, *words).encode())

    def seal(self, purpose: str, text: str) -> str:
        """A text that only we read again."""
        return self._fernet(purpose).encrypt(text.encode()).decode()

    def open(self, purpose: str, sealed: str) -> str | None:
        """The text; None where it was not sealed by us for this purpose."""
        try:
            return self._fernet(purpose).decrypt(sealed.encode()).decode()
        except (InvalidToken, ValueError):
            return None

    def _fernet(self, purpose: str) -> Fernet:
        key = hmac.new(self._root, f"seal\0{purpose}".encode(), hashlib.sha256).digest()
        return Fernet(base64.urlsafe_b64encode(key))


def digest_of(token: str) -> str:
    """What is kept of a token: it has 256 bits of chance, and needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def keys_of(store: SecretStore, state: Path, random: Callable[[int], bytes] = os.urandom) -> Keys:
    """The portal's keys: of the master secret; without one, of a file of its own.

    What is derived without a master secret everybody can compute, hence the file. Raises OSError.
    """
    if store.has_master:
        return Keys(store.key(PURPOSE), random)
    path = state / _FILE
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        return Keys(path.read_bytes(), random)
    with os.fdopen(descriptor, "wb") as file:
        found = random(32)
        file.write(found)
    return Keys(found, random)
