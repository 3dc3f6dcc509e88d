"""The folder that the switch writes received faxes to: `<storage>/fax/<tenant>/<account>/<uuid>.tif`.

Nothing else is ever looked at. Folders are opened one below the other and never through a symbolic link, and
files neither: whatever somebody put there, nothing from elsewhere is taken for a fax, mailed, or removed.
"""

import contextlib
import errno
import os
import re
import stat
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from dialform.reconcile.durable import checkpoint
from dialform.values import dataclass

FOLDER = "fax"
"""Below the switch's folder of what it stores (`storage_dir`)."""
LARGEST = 256 << 20
"""Bytes of the largest fax that is taken: 500 pages of noise have less."""

_DIR = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*\Z")
_ACCOUNT = re.compile(r"[0-9]{2,10}\Z", re.ASCII)
_NAME = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.tif\Z")
_MOST = 100_000
"""Files of an account that are looked at in one round: those that cannot be removed must hide no new ones."""
_SHARED = 0o007
"""The umask of folders that both write to."""

Stamp = tuple[int, int, int]
"""When a file changed last (ns), its inode, its size."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file of the spool. `stamp` says which one it was when it was seen."""

    tenant: str
    account: str
    uuid: str
    stamp: Stamp

    @property
    def changed(self) -> float:
        """When it was last written to, in seconds since 1970."""
        return self.stamp[0] / 1e9

    @property
    def path(self) -> str:
        """Below the spool."""
        return f"{self.tenant}/{self.account}/{self.uuid}.tif"


class TooLargeError(Exception):
    """It is larger than any fax."""


class Spool:
    """A host's spool of received faxes. All that it does blocks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def arrived(self) -> list[Arrived]:
        """What lies there, the oldest first. Raises OSError; a spool that is not there is empty."""
        found = []
        for tenant, account, here in self._shelves():
            with os.scandir(here) as entries:
                for entry in islice(entries, _MOST):
                    name = _NAME.match(entry.name)
                    if name is None:
                        continue
                    with contextlib.suppress(FileNotFoundError):
                        seen = entry.stat(follow_symlinks=False)
                        if stat.S_ISREG(seen.st_mode):
                            found.append(Arrived(tenant, account, name[1], _stamp(seen)))
        return sorted(found, key=lambda one: one.stamp)

    def content(self, one: Arrived) -> bytes:
        """What a file holds. Raises FileNotFoundError, TooLargeError, OSError."""
        with self._shelf(one) as here:
            descriptor = os.open(f"{one.uuid}.tif", _FILE, dir_fd=here)
            with os.fdopen(descriptor, "rb") as file:
                seen = os.fstat(descriptor)
                if not stat.S_ISREG(seen.st_mode):
                    raise FileNotFoundError(errno.ENOENT, "it is no file", one.path)
                if seen.st_size > LARGEST:
                    raise TooLargeError(one.path)
                return file.read(LARGEST + 1)

    def remove(self, one: Arrived) -> bool:
        """Remove a file, if it is still the one that was seen; whether it is gone. Raises OSError."""
        name = f"{one.uuid}.tif"
        try:
            with self._shelf(one) as here:
                checkpoint("spool.remove")
                if _stamp(os.stat(name, dir_fd=here, follow_symlinks=False)) != one.stamp:
                    return False
                os.unlink(name, dir_fd=here)
                checkpoint("spool.removed")
        except FileNotFoundError:
            pass
        return True

    def make(self, tenant: str, accounts: Iterable[str]) -> bool:
        """Make the folders of a tenant's accounts, for the switch to write and for us to remove from.

        The switch would make them itself, but then only it could remove what lies in them: its folders are
        0750 (SWITCH_DEFAULT_DIR_PERMS). False: the spool itself is not there. Raises OSError.
        """
        for account in accounts:
            path = self.folder / tenant / account
            if not path.is_dir():
                if not self.folder.is_dir() and not os.access(self.folder.parent, os.W_OK):
                    return False
                _make_shared(path)
        return True

    @contextmanager
    def _shelf(self, one: Arrived) -> Iterator[int]:
        with (
            _opened(self.folder) as root,
            _opened(one.tenant, root) as tenant,
            _opened(one.account, tenant) as account,
        ):
            yield account

    def _shelves(self) -> Iterator[tuple[str, str, int]]:
        try:
            root = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:
            return
        try:
            for slug in _names(root, _SLUG):
                with _below(slug, root) as tenant:
                    for number in _names(tenant, _ACCOUNT) if tenant is not None else ():
                        assert tenant is not None
                        with _below(number, tenant) as account:
                            if account is not None:
                                yield slug, number, account
        finally:
            os.close(root)


def _make_shared(path: Path) -> None:
    """A folder that the group may write to, and that keeps its group.

    By another program, since a process has one umask for all its threads, and since the agent's unit lets
    nobody set the bit by which a folder hands its group down (`RestrictSUIDSGID`): a new one takes it over.
    """
    checkpoint("spool.folder")
    made = subprocess.run(
        ["/bin/mkdir", "-p", "--", str(path)],
        umask=_SHARED, check=False, capture_output=True, env={}, timeout=30,
    )  # fmt: skip
    if made.returncode:
        raise OSError(errno.EACCES, "it cannot be made", str(path))
    checkpoint("spool.folder.done")


def _stamp(seen: os.stat_result) -> Stamp:
    return (seen.st_mtime_ns, seen.st_ino, seen.st_size)


def _names(descriptor: int, pattern: re.Pattern[str]) -> list[str]:
    with os.scandir(descriptor) as entries:
        return sorted(entry.name for entry in entries if pattern.match(entry.name))


@contextmanager
def _opened(name: str | Path, above: int | None = None) -> Iterator[int]:
    """A folder; of the first one a link is followed, since an operator may have made it. Raises OSError."""
    flags = _DIR if above is not None else _DIR & ~os.O_NOFOLLOW
    descriptor = os.open(name, flags, dir_fd=above)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _below(name: str, above: int) -> Iterator[int | None]:
    """The same; None where it is a link, no folder, or gone."""
    try:
        descriptor = os.open(name, _DIR, dir_fd=above)
    except (FileNotFoundError, NotADirectoryError):
        descriptor = -1
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        descriptor = -1
    try:
        yield None if descriptor < 0 else descriptor
    finally:
        if descriptor >= 0:
            os.close(descriptor)
