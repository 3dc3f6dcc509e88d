"""Secrets that were just typed: carried from page to page closed, and written for the hosts alone."""

import base64
import hashlib
import secrets
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dialform.compiler.secrets import encrypt
from dialform.console.ground import Ground
from dialform.console.objects.where import Where

PART = "objects.keeper"
_NONCE = 12
KEPT = 6 * 3600.0
"""Seconds for which a file waits to be saved."""
MOST = 12
"""Files of one visitor that wait: for one more the oldest goes."""


class Keeper:
    """Closes texts for one visitor; the key is of this process alone, so that no token outlives it."""

    def __init__(self, key: bytes, whose: str, folder: Path, now: float) -> None:
        self._cipher, self._whose, self._folder, self._now = (
            AESGCM(key),
            whose.encode(),
            folder,
            now,
        )

    @classmethod
    def of(cls, ground: Ground, whose: str) -> "Keeper":
        """The one of a visitor."""
        key: bytes = ground.parts.setdefault(PART, secrets.token_bytes(32))
        return cls(key, whose, ground.state / "uploads", ground.clocks.wall())

    def close(self, text: str) -> str:
        """A token that only this process opens, for the same visitor."""
        nonce = secrets.token_bytes(_NONCE)
        return base64.urlsafe_b64encode(
            nonce + self._cipher.encrypt(nonce, text.encode(), self._whose)
        ).decode()

    def open(self, token: str) -> str | None:
        """What was closed; None for anything else."""
        try:
            raw = base64.urlsafe_b64decode(token.encode())
            return self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], self._whose).decode()
        except (ValueError, InvalidTag):
            return None

    def hold(self, name: str, content: bytes) -> str:
        """Keep a file that was sent; the token that gets it back. Old ones go."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        mine = f"{hashlib.sha256(self._whose).hexdigest()[:16]}-"
        ages = {one: _age(one) for one in self._folder.iterdir()}
        own = sorted((one for one in ages if one.name.startswith(mine)), key=ages.__getitem__)
        for old in {*(one for one in ages if ages[one] < self._now - KEPT), *own[: 1 - MOST]}:
            old.unlink(missing_ok=True)
        token = mine + secrets.token_urlsafe(18)
        (self._folder / token).write_bytes(content)
        return self.close(f"{token}/{name}")

    def held(self, token: str) -> tuple[str, bytes] | None:
        """A file that is kept; None for what is not (any more)."""
        file, _, name = (self.open(token) or "").partition("/")
        try:
            return (name, (self._folder / file).read_bytes()) if file else None
        except OSError:
            return None


def _age(file: Path) -> float:
    """When a file came; 0 for one that went meanwhile."""
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0


def seal(place: Where, text: str) -> Any:
    """A secret as it is written: encrypted for the hosts where they have age keys, else as it was typed."""
    view = place.site.view
    hosts = view.platform.hosts.values() if view else ()
    keys = sorted({host.age for host in hosts if host.age})
    if not keys or any(host.age is None for host in hosts):
        return text
    return {"age": encrypt(text, keys)}
