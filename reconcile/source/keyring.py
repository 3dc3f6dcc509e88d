"""A throw-away keyring with the trusted signers in it and nobody else, for as long as git asks it."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from dialform.reconcile.source.keys import BadKeyError, Keys
from dialform.schema.rule import printable
from dialform.values import dataclass, field

_GPG = (
    "batch", "no-tty", "no-autostart", "no-greeting", "trust-model always", "no-auto-key-retrieve",
    "no-auto-key-locate", "no-auto-check-trustdb", "lock-never",
)  # fmt: skip
"""What is in the ring is trusted, and nothing comes to it from elsewhere."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """What git is told so that it asks this ring. `missing` names the programs that are not here."""

    config: tuple[tuple[str, str], ...]
    environ: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


@contextlib.contextmanager
def keyring(keys: Keys) -> Iterator[Keyring]:
    """Make one of these keys, and remove it in the end. Raises BadKeyError, OSError."""
    with tempfile.TemporaryDirectory(prefix="dialform-keys-") as made:
        folder = Path(made)
        allowed = folder / "allowed_signers"
        # A name for each key, so that a good signature tells whose it is.
        allowed.write_text(
            "".join(
                f'signer-{at} namespaces="git" {line}\n' for at, (_, line) in enumerate(keys.ssh)
            )
        )
        home = folder / "gnupg"
        home.mkdir(mode=0o700)
        (home / "gpg.conf").write_text("".join(f"{line}\n" for line in _GPG))
        missing = [
            name
            for name, wanted in (("ssh-keygen", keys.ssh), ("gpg", keys.pgp))
            if wanted and shutil.which(name) is None
        ]
        for path, text in keys.pgp if "gpg" not in missing else ():
            _take_in(home, path, text)
        config = (
            ("gpg.ssh.allowedSignersFile", str(allowed)), ("gpg.ssh.program", "ssh-keygen"),
            ("gpg.program", "gpg"), ("gpg.openpgp.program", "gpg"), ("gpg.x509.program", "false"),
            ("gpg.minTrustLevel", "undefined"),
        )  # fmt: skip
        yield Keyring(config, {"GNUPGHOME": str(home)}, tuple(missing))


def _take_in(home: Path, path: str, text: str) -> None:
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C",
        "GNUPGHOME": str(home),
    }
    try:
        done = subprocess.run(
            ["gpg", "--batch", "--status-fd", "1", "--import"], input=text.encode(), timeout=60,
            capture_output=True, check=False, env=environment, start_new_session=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise BadKeyError(f"gpg does not end with {printable(path)}") from None
    if b"IMPORT_OK" not in done.stdout:
        raise BadKeyError(f"gpg finds no public key in {printable(path)}")
