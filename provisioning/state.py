"""The service's own folder: windows, fetches, the key of its nonces. Nobody else's business (mode 0700)."""

import contextlib
import os
from pathlib import Path

from dialform.provisioning.enrolment import Enrolments, give, make_folder
from dialform.provisioning.errors import StateError
from dialform.provisioning.fetches import Fetches

DEFAULT = Path("/var/lib/dialform/provisioning")
KEY = "nonce.key"
_BYTES = 32


class State:
    """An opened state folder."""

    def __init__(self, folder: Path) -> None:
        """Makes what is missing. Raises StateError."""
        self.folder = folder
        try:
            make_folder(folder)
            self.nonce_key = _key(folder / KEY)
        except OSError as error:
            raise StateError(
                f"{folder} cannot be read or written ({error.strerror or error}): "
                "see to its owner, or name another folder with --state"
            ) from None
        self.enrolments = Enrolments(folder)
        self.fetches = Fetches(folder)


def _key(path: Path) -> bytes:
    """The key; made where there is none, the same for all who make one at once."""
    for _ in range(3):
        with contextlib.suppress(FileNotFoundError):
            found = path.read_bytes()
            if len(found) == _BYTES:
                return found
            path.unlink()  # cut off by a full disk; what it signed is stale, no more
        temporary = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(temporary, flags, 0o600), "wb") as file:
            file.write(os.urandom(_BYTES))
        give(temporary, path.parent)
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(temporary)
        temporary.unlink()
    raise StateError(f"{path} is damaged and cannot be made anew: remove it")
