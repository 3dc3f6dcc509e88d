"""Windows in which a new phone may fetch without a secret: a small file each, shared by all who ask.

`dialform device enroll` writes them, the service consumes them, each under the folder's lock. A phone takes
each of its files once in a window, by whichever of its names.
"""

import contextlib
import errno
import fcntl
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from dialform.provisioning.errors import StateError
from dialform.values import dataclass, replace

FOLDER = "enrolments"
LONGEST = 24 * 60
"""Minutes of a window."""

MOST_FILES = 64
"""Of one window. No phone has as many."""

_MAC = re.compile(r"[0-9a-f]{12}")
_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class Window:
    """A phone that may fetch. `until` is in seconds since 1970, `by` who opened it, `taken` the files that it
    has.
    """

    mac: str
    until: float
    by: str = ""
    taken: tuple[str, ...] = ()


class Enrolments:
    """The windows of a service's state folder."""

    def __init__(self, state: Path) -> None:
        self.folder = state / FOLDER

    def open_window(self, mac: str, minutes: float, by: str, now: float) -> Window:
        """Let a phone fetch from now on; one that has a window gets a new one.

        Args:
            mac: 12 lower-case hex digits.
            minutes: how long; more than LONGEST is refused.
            by: who says so, for those who look.
            now: seconds since 1970.

        Raises:
            StateError: the folder cannot be written.
            ValueError: that is no MAC, or not so long.
        """
        if not _MAC.fullmatch(mac) or not 0 < minutes <= LONGEST:
            raise ValueError(f"{mac} for {minutes} minutes")
        window = Window(mac, now + minutes * 60, by[:100])
        with self._told(), self._locked():
            self._sweep(now)
            self._write(window)
        return window

    def close_window(self, mac: str) -> bool:
        """Let it fetch no more; whether it could. Raises StateError."""
        with self._told(), self._locked():
            there = self._read(mac) is not None
            self._path(mac).unlink(missing_ok=True)
        return there

    def windows(self, now: float) -> tuple[Window, ...]:
        """Those that are open, by MAC. Raises StateError."""
        with self._told():
            found = [self._read(mac) for mac in self._macs()]
        return tuple(one for one in found if one is not None and one.until > now)

    def may(self, mac: str, file: str, now: float) -> bool:
        """Whether a phone could take a file, as things are. Costs a call of the system. Never raises."""
        try:
            return _lets(self._read(mac), file, now)
        except OSError:
            return False

    def take(self, mac: str, file: str, now: float) -> bool:
        """Take a file: true for exactly one of all who ask, in any process. Raises StateError."""
        with self._told(), self._locked():
            window = self._read(mac)
            if window is None or not _lets(window, file, now):
                return False
            self._write(replace(window, taken=(*window.taken, file)))
        return True

    def _macs(self) -> list[str]:
        if not self.folder.is_dir():
            return []
        names = (entry.name for entry in os.scandir(self.folder))
        return sorted(name[:-5] for name in names if name[-5:] == ".json" and _MAC.match(name))

    def _sweep(self, now: float) -> None:
        """What is over goes; nobody asks for it any more."""
        for mac in self._macs():
            window = self._read(mac)
            if window is None or window.until <= now:
                self._path(mac).unlink(missing_ok=True)

    def _path(self, mac: str) -> Path:
        return self.folder / f"{mac}.json"

    def _read(self, mac: str) -> Window | None:
        """A window, open or over; None for none, and for one that is damaged. Raises OSError."""
        try:
            descriptor = os.open(self._path(mac), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        with os.fdopen(descriptor, "rb") as file:
            content = file.read(65536)
        try:
            data = json.loads(content)
            taken = tuple(str(name) for name in data["taken"])
            return Window(mac, float(data["until"]), str(data["by"]), taken)
        except (ValueError, KeyError, TypeError, RecursionError):
            return None

    def _write(self, window: Window) -> None:
        """Whole or not at all, and on the disk: what was taken stays taken over a crash."""
        temporary = self.folder / f".{window.mac}.new"
        data = {"until": window.until, "by": window.by, "taken": window.taken}
        temporary.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(temporary, flags, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(json.dumps(data).encode() + b"\n")
            file.flush()
            give(descriptor, self.folder)
            os.fsync(descriptor)
        temporary.replace(self._path(window.mac))
        _sync(self.folder)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Alone in the folder, of all processes and threads."""
        make_folder(self.folder.parent)
        make_folder(self.folder)
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(self.folder / ".lock", flags, 0o600)
        try:
            give(descriptor, self.folder)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            way = "see to its owner, who is the user that the service runs as"
            if error.errno in _FULL:
                way = "make room there"
            why = error.strerror or error
            raise StateError(f"{self.folder} cannot be read or written ({why}): {way}") from None


def _lets(window: Window | None, file: str, now: float) -> bool:
    return (
        window is not None
        and now < window.until
        and file not in window.taken
        and len(window.taken) < MOST_FILES
    )


def make_folder(folder: Path) -> None:
    """Make a folder of the service's own, if there is none. Raises OSError."""
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        give(folder, folder.parent)


def give(what: int | Path, like: Path) -> None:
    """What root makes belongs to whoever has the folder: the service is not root. Raises OSError."""
    if os.geteuid() == 0:
        owner = like.stat()
        os.chown(what, owner.st_uid, owner.st_gid)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
