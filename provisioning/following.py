"""The released folder that is served: a link that is followed when it moves.

A new index counts once it is read whole. A broken one is said, and the one before goes on being served.
"""

import os
import re
import stat
import threading
from collections.abc import Callable
from pathlib import Path

from dialform.provisioning.errors import ProvisioningError, ReleaseError
from dialform.provisioning.index import EMPTY, FOLDER, Index, read_index
from dialform.provisioning.settings import SERVICE
from dialform.values import dataclass, field

FILES = "provisioning"
LARGEST = 8 * 1024 * 1024
"""Bytes of a phone's file."""

_HEAD = 65536
"""Bytes of a manifest in which what it says of the folder stands; a line each, before the files."""

_PLACEHOLDERS = re.compile(rb'^\s*"placeholders": true,?$', re.M)

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK

Mark = tuple[tuple[int, int, int], ...]
"""What tells a folder from another one, and from itself after a change."""


class Generation:
    """A folder and its index. The folder is held open: its files are those that the index speaks of, whatever
    the link points to by now. Once something in it changed (the compiler writes the folder before the last
    one anew) it is read no more: what was one phone's may have become another's.
    """

    def __init__(self, root: Path, descriptor: int, mark: Mark, index: Index) -> None:
        self.root, self.mark, self.index = root, mark, index
        self._descriptor = descriptor

    def read(self, mac: str, file: str) -> bytes:
        """A file of a phone. No link is followed on the way. Raises OSError, where the folder is another by
        now, too.
        """
        inner = os.open(FILES, _DIRECTORY | os.O_NOFOLLOW, dir_fd=self._descriptor)
        try:
            own = os.open(mac, _DIRECTORY | os.O_NOFOLLOW, dir_fd=inner)
        finally:
            os.close(inner)
        try:
            descriptor = os.open(file, _FILE, dir_fd=own)
        finally:
            os.close(own)
        with os.fdopen(descriptor, "rb", buffering=0) as opened:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST:
                raise OSError(0, "is no file, or too large")
            content: bytes = opened.read()
        if len(content) != found.st_size:
            raise OSError(0, "changed while it was read")
        # Afterwards: the index is what the compiler writes first.
        if _mark(Path(f"/proc/self/fd/{self._descriptor}")) != self.mark:
            raise OSError(0, "the folder was changed")
        return content

    def close(self) -> None:
        """Let go of the folder."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def __del__(self) -> None:
        self.close()


@dataclass(slots=True)
class Followed:
    """How following went. `trouble` is why a newer folder is not served; empty where the newest is."""

    loaded: float = 0.0
    """When the index was read, in the clock's seconds."""
    times: int = 0
    trouble: str = ""
    told: Mark | None = field(default=None, repr=False)
    """The folder whose trouble was said."""


class Releases:
    """What is served, of a folder or of a link to it.

    `current` is for any thread and costs nothing. `refresh` looks whether the folder moved and is for one
    thread at a time; what it finds broken it says once, by `tell`.
    """

    def __init__(
        self,
        root: Path,
        *,
        clock: Callable[[], float],
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Reads the folder. Raises ReleaseError."""
        self.root, self._clock, self.tell = root, clock, tell
        self.followed = Followed()
        self._lock = threading.Lock()
        self._current = self._load(EMPTY)

    @property
    def current(self) -> Generation:
        """What is served now."""
        return self._current

    def moved(self) -> bool:
        """Whether there is something that was not looked at yet. Three calls of the system, no more."""
        try:
            mark = _mark(self.root)
        except OSError:
            mark = ()
        return mark not in (self._current.mark, self.followed.told)

    def refresh(self) -> bool:
        """Serve what the link points to by now; whether it was another. Never raises."""
        with self._lock:
            if not self.moved():
                return False
            try:
                # Who is in the middle of a request has the old one still; it is closed with its last user.
                self._current = self._load(self._current.index)
            except ProvisioningError as error:
                self.followed.trouble = str(error)
                try:
                    self.followed.told = _mark(self.root)
                except OSError:
                    self.followed.told = ()
                self.tell(f"{error}; what was served before goes on being served")
                return False
            self.followed.trouble, self.followed.told = "", None
            return True

    def _load(self, before: Index) -> Generation:
        try:
            descriptor = os.open(self.root, _DIRECTORY)
        except OSError as error:
            raise ReleaseError(
                f"{self.root} cannot be opened ({error.strerror}): give the folder of a host, as in "
                "out/pbx1, or the agent's `current`"
            ) from None
        # By the descriptor, so that a link that moves meanwhile does not mix two folders.
        held = Path(f"/proc/self/fd/{descriptor}")
        try:
            mark = _mark(held)
            _no_placeholders(held)
            index = read_index(held, before)
            if _mark(held) != mark:
                raise ReleaseError(f"{self.root} changed while it was read")
            real = self.root.resolve()
        except OSError as error:
            os.close(descriptor)
            raise ReleaseError(f"{self.root} cannot be read: {error.strerror}") from None
        except ReleaseError as error:
            os.close(descriptor)
            raise ReleaseError(str(error).replace(str(held), str(self.root))) from None
        self.followed.loaded, self.followed.times = self._clock(), self.followed.times + 1
        return Generation(real, descriptor, mark, index)


def _no_placeholders(root: Path) -> None:
    """What was compiled without the master secret is nobody's secret. Raises ReleaseError, OSError."""
    try:
        with (root / "manifest.json").open("rb") as file:
            head, _, _ = file.read(_HEAD).partition(b'\n  "files":')
    except FileNotFoundError:
        return
    if _PLACEHOLDERS.search(head):
        raise ReleaseError(
            f"{root} was compiled without the master secret: anybody can work out the addresses and "
            "passwords of its phones. Compile it with --secrets DIR"
        )


def _mark(root: Path) -> Mark:
    found = []
    for path in (root, root / FOLDER, root / SERVICE):
        try:
            one = path.stat()
        except FileNotFoundError:
            found.append((0, 0, 0))
            if path == root:
                raise
            continue
        # The time of the folder itself changes with anything beside what is ours.
        found.append((one.st_dev, one.st_ino, 0 if path == root else one.st_mtime_ns))
    return tuple(found)
