"""Credentials of HTTP: Basic (RFC 7617) and Digest (RFC 7616: MD5 and SHA-256, qop=auth).

The user is the phone's MAC. Whoever is not known is compared with somebody who nobody is, so that it takes as
long.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping

from dialform.provisioning.index import Device
from dialform.provisioning.nonces import Nonces
from dialform.values import dataclass

REALM = "dialform"
"""As the compiler has it (renderers/phones/index.py): it is part of the hashes."""

LONGEST = 4096
"""Bytes of an Authorization header."""

_PARAMETER = re.compile(r'([A-Za-z*]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))\s*(?:,|$)\s*')
_MAC = re.compile(r"[0-9a-f]{12}")
_ALGORITHMS: Mapping[str, Callable[[bytes], "hashlib._Hash"]] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False),
    "SHA-256": hashlib.sha256,
}

NOBODY = Device(
    "", "", "", "", "", "", "", {"MD5": "0" * 32, "SHA-256": "0" * 64}, (), {"": ("", "")}
)
"""Whom strangers are compared with. No password has these hashes, and a comparison with it never counts."""


@dataclass(frozen=True, slots=True)
class Login:
    """What came of credentials. `stale` is where they were right but the nonce is old."""

    by: str = ""
    device: Device | None = None
    tried: bool = False
    stale: bool = False


Find = Callable[[str], Device | None]
"""A phone by its MAC."""


def basic(header: bytes, find: Find) -> Login:
    """Who somebody is by `Authorization: Basic …`."""
    try:
        text = base64.b64decode(header[6:].strip(), validate=True).decode("utf-8")
    except ValueError:
        text = ""
    user, _, password = text.partition(":")
    mac = re.sub(r"[:.\-]", "", user).lower()
    found = find(mac) if _MAC.fullmatch(mac) else None
    given = hashlib.sha256(f"{mac}:{REALM}:{password}".encode()).hexdigest()
    right = hmac.compare_digest(given, (found or NOBODY).ha1.get("SHA-256", ""))
    return Login("basic", found if right else None, tried=True)


def digest(header: bytes, method: str, target: str, find: Find, nonces: Nonces) -> Login:
    """Who somebody is by `Authorization: Digest …`.

    Args:
        header: its value.
        method: of the request.
        target: its path and query, as they came.
        find: a phone by its MAC.
        nonces: ours.
    """
    said = parameters(header[7:])
    name = said.get("algorithm", "MD5").upper()
    count = said.get("nc", "")
    if (
        name not in _ALGORITHMS
        or said.get("realm") != REALM
        or said.get("qop", "").lower() != "auth"
        or not re.fullmatch(r"[0-9a-fA-F]{8}", count)
        or _path(said.get("uri", "")) != target
    ):
        return Login("digest", tried=True)
    user, nonce = said.get("username", ""), said.get("nonce", "")
    found = find(user) if _MAC.fullmatch(user) else None
    expected = _response(name, (found or NOBODY).ha1.get(name, ""), method, said)
    given = said.get("response", "").lower().encode("utf-8", "surrogateescape")
    right = hmac.compare_digest(expected.encode(), given)
    ours = nonces.made(nonce) is not None
    if found is None or not right or not ours:
        return Login("digest", tried=True)
    if not nonces.use(nonce, int(count, 16)):
        return Login("digest", tried=True, stale=True)
    return Login("digest", found, tried=True)


def parameters(text: bytes) -> dict[str, str]:
    """The parameters of a challenge or of credentials; none at all where they are broken or doubled."""
    found: dict[str, str] = {}
    rest = text.decode("latin-1").strip()
    at = 0
    while at < len(rest):
        match = _PARAMETER.match(rest, at)
        if match is None or match[1].lower() in found:
            return {}
        quoted = match[2]
        found[match[1].lower()] = match[3] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        at = match.end()
    return found


def challenges(nonces: Nonces, stale: bool = False) -> list[tuple[bytes, bytes]]:
    """The headers of a 401.

    MD5 stands before SHA-256, against the order of RFC 7616: many phones, and curl, read the first Digest
    alone, and know no other algorithm. It goes through TLS, and no password of ours can be guessed.
    """
    nonce, also = nonces.make(), ", stale=true" if stale else ""
    shared = f'realm="{REALM}", qop="auth", nonce="{nonce}"'
    texts = [f"Digest {shared}, algorithm={name}{also}" for name in _ALGORITHMS]
    texts.append(f'Basic realm="{REALM}", charset="UTF-8"')
    return [(b"www-authenticate", text.encode("ascii")) for text in texts]


def _response(name: str, ha1: str, method: str, said: Mapping[str, str]) -> str:
    """RFC 7616, section 3.4.1."""

    def hashed(*parts: str) -> str:
        return _ALGORITHMS[name](":".join(parts).encode("latin-1", "replace")).hexdigest()

    inner = hashed(method, said["uri"])
    return hashed(
        ha1, said.get("nonce", ""), said["nc"], said.get("cnonce", ""), said["qop"], inner
    )


def _path(uri: str) -> str:
    """Some clients say the whole address."""
    return re.sub(r"^https?://[^/]*", "", uri, flags=re.IGNORECASE)
