"""One agent a host: a lock that the system gives back when its holder dies, and a token that fences.

`flock` says who is the holder; it is bound to the file's inode, so the file is never removed. The token
in the file is raised by each holder: one that was stopped (SIGSTOP, a suspended machine) while somebody
took its place by hand sees another token at its next check, and writes and sends nothing more.
"""

import errno
import fcntl
import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from dialform.reconcile import durable
from dialform.reconcile.layout import Layout


class LockError(Exception):
    """The lock is not ours: one sentence, with the way out."""


class LockedError(LockError):
    """Another agent holds the lock: its process, and since when (UTC, empty where not known)."""

    def __init__(self, pid: int, since: str) -> None:
        who = f"process {pid}" if pid else "another process"
        when = f" since {since}" if since else ""
        super().__init__(
            f"An agent works on this host already ({who}{when}): let it, or stop it first "
            "(`systemctl stop dialform-agent`)."
        )
        self.pid, self.since = pid, since


class FencedError(LockError):
    """The lock was lost to another agent while this one stood still."""


class Lock:
    """The lock of a state folder, and a context manager that takes and returns it."""

    def __init__(self, layout: Layout, now: Callable[[], float] = time.time) -> None:
        self.path = layout.lock
        self.token = 0
        self._now = now
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object has taken the lock."""
        return self._descriptor is not None

    def take(self) -> None:
        """Take the lock. Raises LockedError where another one has it, OSError."""
        durable.make_folder(self.path.parent, 0o750)
        descriptor = os.open(
            self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600
        )
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                    raise
                holder = _read(descriptor)
                raise LockedError(_whole(holder.get("pid")), str(holder.get("since", ""))) from None
            self._raise_token(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    def _raise_token(self, descriptor: int) -> None:
        """In place: another file would be another lock. What is half counts as the moment's own token."""
        before = _whole(_read(descriptor).get("token"))
        # Never lower than the clock: a torn file cannot bring an old token back.
        self.token = max(before + 1, int(self._now() * 1000))
        since = datetime.fromtimestamp(self._now(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        content = json.dumps({"token": self.token, "pid": os.getpid(), "since": since}) + "\n"
        durable.checkpoint("lock.token")
        os.pwrite(descriptor, content.encode().ljust(_SIZE), 0)
        os.ftruncate(descriptor, _SIZE)
        os.fsync(descriptor)
        durable.checkpoint("lock.taken")

    def check(self) -> None:
        """Make sure that the lock is still ours: before each flip, each send. Raises FencedError."""
        if self._descriptor is None:
            raise FencedError("The lock of the state folder is not held.")
        try:
            same = os.path.samestat(self.path.stat(), os.fstat(self._descriptor))
        except OSError:
            same = False
        if not same or _whole(_read(self._descriptor).get("token")) != self.token:
            raise FencedError(
                "Another agent took this one's place while it stood still: it writes and sends nothing "
                "more. Look which one is to run (`dialform status`)."
            )

    def release(self) -> None:
        """Give the lock back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> "Lock":
        self.take()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


_SIZE = 128
"""Bytes of the file: always written whole, so that a shorter text leaves nothing of a longer one."""


def _read(descriptor: int) -> dict[str, Any]:
    try:
        found = json.loads(os.pread(descriptor, 4096, 0))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
