"""Nonces of HTTP digest (RFC 7616) without a memory of what was given out.

A nonce is its time and random bytes, signed with a key of the state folder: nobody makes one up, one that is
old is known to be, and a flood of questions fills nothing. What is remembered is which nonces were used
rightly and how often, so that nothing is accepted twice; of that, the oldest goes first, and whatever is as
old is stale from then on.
"""

import base64
import hashlib
import hmac
import os
from collections import OrderedDict
from collections.abc import Callable

LIFE = 300.0
"""Seconds that a nonce is good."""

MOST = 16_384
"""Nonces in use that are remembered."""

_SIGNED = 16
_RANDOM = 12


class Nonces:
    """Of one service. `clock` is in seconds since 1970; `random` gives so many bytes."""

    def __init__(
        self, key: bytes, clock: Callable[[], float], random: Callable[[int], bytes] = os.urandom
    ) -> None:
        self._key, self._clock, self._random = key, clock, random
        self._used: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._floor = 0.0

    def make(self) -> str:
        """A new one."""
        body = int(self._clock() * 1000).to_bytes(8, "big") + self._random(_RANDOM)
        return base64.urlsafe_b64encode(body + self._sign(body)).decode("ascii")

    def made(self, nonce: str) -> float | None:
        """When one of ours was made, in seconds since 1970; None for one that is not ours."""
        try:
            raw = base64.b64decode(nonce, altchars=b"-_", validate=True)
        except ValueError:
            return None
        body, signature = raw[:-_SIGNED], raw[-_SIGNED:]
        if base64.urlsafe_b64encode(raw).decode("ascii") != nonce:
            return None  # another spelling of the same bytes
        if len(raw) != 8 + _RANDOM + _SIGNED or not hmac.compare_digest(
            self._sign(body), signature
        ):
            return None
        return int.from_bytes(body[:8], "big") / 1000

    def fresh(self, nonce: str) -> bool:
        """Whether it is ours and still good."""
        made = self.made(nonce)
        return made is not None and self._floor < made and 0 <= self._clock() - made < LIFE

    def use(self, nonce: str, count: int) -> bool:
        """Use one for the `count`-th time, after all else was right; false where that was already."""
        made = self.made(nonce)
        if made is None or not self.fresh(nonce):
            return False
        known = self._used.get(nonce)
        if known is not None and count <= known[1]:
            return False
        self._used[nonce] = (made, count)
        while self._used and (len(self._used) > MOST or self._is_over()):
            _, (gone, _) = self._used.popitem(last=False)
            if self._clock() - gone < LIFE:
                self._floor = max(self._floor, gone)
        return True

    def _is_over(self) -> bool:
        made, _ = next(iter(self._used.values()))
        return self._clock() - made >= LIFE

    def __len__(self) -> int:
        return len(self._used)

    def _sign(self, body: bytes) -> bytes:
        return hmac.digest(self._key, b"dialform nonce\0" + body, hashlib.sha256)[:_SIGNED]
