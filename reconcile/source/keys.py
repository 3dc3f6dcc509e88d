"""Public keys of signers, as they stand in a site's `keys/`: SSH or OpenPGP, told apart by their text."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping

from dialform.schema.rule import printable
from dialform.values import dataclass

_PGP = "-----BEGIN PGP PUBLIC KEY BLOCK-----"
_SSH = re.compile(
    r"(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)|sk-ssh-ed25519@openssh\.com"
    r"|sk-ecdsa-sha2-nistp256@openssh\.com)\Z"
)
_LEAST_BITS = 2048
"""Of an RSA key: NIST SP 800-131A."""


class BadKeyError(Exception):
    """A file of trusted_signers holds no key that can be used. The text is one clause."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What signatures are held against: lines of SSH keys (type and base64), texts of OpenPGP keys.

    Each with the file that it comes from.
    """

    ssh: tuple[tuple[str, str], ...] = ()
    pgp: tuple[tuple[str, str], ...] = ()


def read(signers: Mapping[str, str]) -> Keys:
    """The keys of these files (path → text). Raises BadKeyError."""
    ssh: list[tuple[str, str]] = []
    pgp: list[tuple[str, str]] = []
    for path, text in sorted(signers.items()):
        if "PRIVATE KEY" in text:
            raise BadKeyError(
                f"{printable(path)} holds a private key; it is no secret any more, make a new pair"
            )
        if _PGP in text:
            pgp.append((path, text))
        else:
            ssh += [(path, line) for line in _lines(path, text)]
    return Keys(tuple(ssh), tuple(pgp))


def _lines(path: str, text: str) -> Iterator[str]:
    found = False
    for line in text.splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) < 2 or not _SSH.match(words[0]):
            raise BadKeyError(
                f"{printable(path)} holds no public key: `ssh-ed25519 AAAA…` or an OpenPGP block "
                "(gpg --armor --export) is looked for"
            )
        if reason := _why_bad(words[0], words[1]):
            raise BadKeyError(f"{printable(path)} holds {reason}")
        found = True
        yield f"{words[0]} {words[1]}"
    if not found:
        raise BadKeyError(f"{printable(path)} is empty")


def _why_bad(kind: str, encoded: str) -> str:
    """What is wrong with an SSH key (RFC 4253, section 6.6), empty where nothing is."""
    try:
        fields = list(_fields(base64.b64decode(encoded, validate=True)))
    except (binascii.Error, ValueError):
        return "half an SSH key"
    if len(fields) < 2 or fields[0] != kind.encode():
        return "half an SSH key"
    if kind == "ssh-rsa" and int.from_bytes(fields[-1]).bit_length() < _LEAST_BITS:
        return f"an RSA key of less than {_LEAST_BITS} bits"
    return ""


def _fields(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        end = at + 4 + int.from_bytes(data[at : at + 4])
        if end > len(data) or at + 4 > len(data):
            raise ValueError("too short")
        yield data[at + 4 : end]
        at = end
