"""Digest authentication (RFC 2617, RFC 7616, RFC 3261 section 22)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from .sip import Message, SipError, token

HASHES: dict[str, Callable[[bytes], str]] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
}

# Challenge header by status, with the header that answers it.
CHALLENGES = {
    401: ("WWW-Authenticate", "Authorization"),
    407: ("Proxy-Authenticate", "Proxy-Authorization"),
}


@dataclass(frozen=True)
class Challenge:
    """What a server asks with 401 or 407."""

    realm: str
    nonce: str
    algorithm: str = "MD5"
    qop: str = ""
    opaque: str = ""
    stale: bool = False

    @classmethod
    def parse(cls, value: str) -> Challenge:
        scheme, _, rest = value.strip().partition(" ")
        if scheme.lower() != "digest":
            raise SipError(f"no digest challenge: {value!r}")
        found = {
            match[1].lower(): match[3] if match[2] is None else match[2]
            for match in re.finditer(r'(\w+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s,]+))', rest)
        }
        return cls(
            found["realm"],
            found["nonce"],
            found.get("algorithm", "MD5"),
            found.get("qop", ""),
            found.get("opaque", ""),
            found.get("stale", "").lower() == "true",
        )


def ha1(user: str, realm: str, password: str, algorithm: str = "MD5") -> str:
    """What a directory keeps as `a1-hash`."""
    return HASHES[algorithm](f"{user}:{realm}:{password}".encode())


def answer(
    challenge: Challenge,
    *,
    user: str,
    password: str,
    method: str,
    uri: str,
    nc: int = 1,
    cnonce: str = "",
) -> str:
    """The value of an Authorization header."""
    hashed = HASHES.get(challenge.algorithm.upper())
    if hashed is None:
        raise SipError(f"unknown digest algorithm {challenge.algorithm!r}")
    a1 = ha1(user, challenge.realm, password, challenge.algorithm.upper())
    a2 = hashed(f"{method}:{uri}".encode())
    fields = {"username": user, "realm": challenge.realm, "nonce": challenge.nonce, "uri": uri}
    bare = {"algorithm": challenge.algorithm}
    if "auth" in re.split(r"\s*,\s*", challenge.qop):
        cnonce = cnonce or token()
        bare |= {"qop": "auth", "nc": f"{nc:08x}"}
        fields["cnonce"] = cnonce
        parts = [a1, challenge.nonce, bare["nc"], cnonce, "auth", a2]
    else:
        parts = [a1, challenge.nonce, a2]
    fields["response"] = hashed(":".join(parts).encode())
    if challenge.opaque:
        fields["opaque"] = challenge.opaque
    listed = [f'{k}="{v}"' for k, v in fields.items()] + [f"{k}={v}" for k, v in bare.items()]
    return "Digest " + ", ".join(listed)


def credentials(
    refusal: Message, *, user: str, password: str, method: str, uri: str
) -> tuple[str, str]:
    """The header that answers a 401 or 407, as name and value."""
    asked, answered = CHALLENGES[refusal.status]
    challenge = Challenge.parse(refusal.get(asked))
    value = answer(challenge, user=user, password=password, method=method, uri=uri)
    return answered, value
