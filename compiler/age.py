"""Single values encrypted for hosts with age (age-encryption.org/v1), through pyrage."""

import base64
import binascii
import contextlib
import re
from collections.abc import Iterable, Sequence

import pyrage

from dialform.compiler.secret_errors import AgeError

Identity = pyrage.x25519.Identity

_ARMOUR = re.compile(r"-----(?:BEGIN|END) AGE ENCRYPTED FILE-----")


def encrypt(text: str, recipients: Sequence[str]) -> str:
    """A text for `{age: …}`: one line of base64 that the identities of the recipients can read.

    Recipients are `age1…` or SSH public keys. Raises AgeError for none, and for what is neither.
    """
    keys = [_recipient(r.strip()) for r in recipients]
    if not keys:
        raise AgeError("there is no recipient to encrypt for", "name the hosts' age1… keys")
    return base64.b64encode(pyrage.encrypt(text.encode(), keys)).decode("ascii")


def sealed(text: str) -> bytes:
    """The age file behind an armoured text, whose lines may be folded into one, or plain base64.

    Raises AgeError for what is neither.
    """
    body = "".join(_ARMOUR.sub("", text).split())
    raw = b""
    with contextlib.suppress(binascii.Error, ValueError):
        raw = base64.b64decode(body, validate=True)
    if not raw:
        raise AgeError(
            "this is no age value: neither armoured nor base64", "make one with dialform secret set"
        )
    return raw


def decrypt(raw: bytes, identities: Sequence[Identity]) -> bytes:
    """What an age file holds. Raises AgeError where no identity opens it."""
    try:
        return pyrage.decrypt(raw, identities)
    except pyrage.DecryptError:
        raise AgeError(
            "this host's age identity does not open this value",
            "encrypt it for the host's recipient too, with dialform secret set",
        ) from None


def read_identities(lines: Iterable[str]) -> list[Identity]:
    """The identities of an identity file: AGE-SECRET-KEY-… lines, blank lines and # comments.

    Raises AgeError for any other line, and for a file without identities.
    """
    found = []
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        try:
            found.append(Identity.from_str(line.strip()))
        except pyrage.IdentityError:
            raise AgeError("the age identity file holds a line that is no identity") from None
    if not found:
        raise AgeError("the age identity file holds no AGE-SECRET-KEY-…")
    return found


def _recipient(text: str) -> pyrage.x25519.Recipient | pyrage.ssh.Recipient:
    kind = pyrage.ssh.Recipient if text.startswith("ssh-") else pyrage.x25519.Recipient
    try:
        return kind.from_str(text)
    except pyrage.RecipientError:
        # Not repeated: a secret key in the wrong place must not be printed.
        raise AgeError("this is no age recipient", "age1… or an SSH public key") from None
