"""Passwords: how they are kept (argon2id), and which are too easy."""

import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from dialform.console.errors import Refused
from dialform.values import dataclass

SHORTEST, LONGEST = 10, 200
"""Characters. Longer ones would only cost time."""

_COMMON = frozenset(
    [
        "1234567890", "0123456789", "12345678910", "123456789a", "123123123123", "1q2w3e4r5t",
        "1q2w3e4r5t6y", "1qaz2wsx3edc", "qwertyuiop", "qwerty12345", "qwerty123456",
        "qwertz1234", "asdfghjkl1", "password12", "password123", "password1234",
        "password12345", "passwort123", "passwort1234", "passw0rd123", "p@ssword123",
        "iloveyou123", "letmein123", "welcome123", "welcome1234", "changeme123", "changeme1234",
        "administrator", "admin12345", "admin123456", "telephone1", "telephone123",
        "dialform12", "dialform123", "freeswitch", "sunshine123", "football123", "baseball123",
        "abcdefghij", "abcd1234567", "correcthorsebatterystaple",
    ]
)  # fmt: skip
"""Of those that are long enough, the ones that are tried first."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a guess costs: rounds, KiB of memory, lanes (RFC 9106, section 4, second choice)."""

    rounds: int = 3
    memory: int = 65536
    lanes: int = 4


class Passwords:
    """Hashes and checks. It blocks for as long as the cost wants."""

    def __init__(self, cost: Cost | None = None) -> None:
        cost = cost or Cost()
        self._hasher = PasswordHasher(
            time_cost=cost.rounds, memory_cost=cost.memory, parallelism=cost.lanes, type=Type.ID
        )
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """What is kept of it."""
        return self._hasher.hash(_plain(password))

    def right(self, kept: str, password: str) -> bool:
        """Whether it is the one. Where nothing is kept (no account, no password) it costs the same."""
        try:
            self._hasher.verify(kept or self._nobody, _plain(password)[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
        return bool(kept)

    def old(self, kept: str) -> bool:
        """Whether it was kept at another cost, and should be kept anew."""
        return self._hasher.check_needs_rehash(kept)


def check(password: str, names: Iterable[str] = ()) -> None:
    """Raise Refused where a password is too easy for somebody of these names."""
    plain = _plain(password)
    if len(plain) < SHORTEST:
        raise Refused(
            f"A password has at least {SHORTEST} characters: three or four words are good."
        )
    if len(plain) > LONGEST:
        raise Refused(f"A password has at most {LONGEST} characters.")
    folded = plain.casefold()
    if folded in _COMMON or len(set(folded)) < 5:
        raise Refused("This password is one of the first that are tried: take another one.")
    for name in names:
        if len(name) > 3 and folded.replace(name.casefold(), "").strip("0123456789!?.-_") == "":
            raise Refused("This password is little more than a name: take another one.")


def _plain(password: str) -> str:
    """One spelling for what looks the same, whatever the keyboard sent."""
    return unicodedata.normalize("NFKC", password)
