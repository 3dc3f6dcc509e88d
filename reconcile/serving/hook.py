"""Whose word a webhook is: the signature under its body, and whether it speaks of our branch."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from dialform.values import dataclass

LARGEST = 1024 * 1024
"""Bytes of a webhook's body that are read."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A header that proves who sent a body: what it must be is made of the secret and the body."""

    header: str
    expected: Callable[[bytes, bytes], str]


def _hmac(prefix: str) -> Callable[[bytes, bytes], str]:
    return lambda secret, body: prefix + hmac.digest(secret, body, hashlib.sha256).hex()


PROOFS = (
    Proof("x-hub-signature-256", _hmac("sha256=")),  # GitHub, Forgejo, Gitea
    Proof("x-dialform-signature", _hmac("sha256=")),  # whatever else can sign
    Proof("x-gitlab-token", lambda secret, _: secret.decode("utf-8", "surrogateescape")),
)
"""One of them must hold. GitLab does not sign: it sends the secret itself, so it needs https."""


def signed(headers: Mapping[str, str], body: bytes, secret: bytes) -> bool:
    """Whether one of the headers proves the body. Takes the same time whatever was sent."""
    good = False
    for proof in PROOFS:
        given = headers.get(proof.header, "").encode("utf-8", "surrogateescape")
        wanted = proof.expected(secret, body).encode("utf-8", "surrogateescape")
        # Digests of both: else the time would tell how long the secret is.
        same = hmac.compare_digest(hashlib.sha256(given).digest(), hashlib.sha256(wanted).digest())
        good |= same and bool(secret)
    return good


def concerns(headers: Mapping[str, str], body: bytes, branch: str) -> bool:
    """Whether a fetch is worth it: not after a ping, nor after a push to another branch."""
    if headers.get("x-github-event", headers.get("x-gitea-event", "")).lower() == "ping":
        return False
    ref = _ref(headers.get("content-type", ""), body)
    if not branch or not isinstance(ref, str) or not ref:
        return True
    return ref.removeprefix("refs/heads/") == branch


def _ref(kind: str, body: bytes) -> Any:
    """The ref that a body names, in JSON or (GitHub's other way) in a form's field `payload`."""
    try:
        text = body.decode()
        if kind.startswith("application/x-www-form-urlencoded"):
            text = parse_qs(text, max_num_fields=20).get("payload", [""])[0]
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return told.get("ref") if isinstance(told, dict) else None
