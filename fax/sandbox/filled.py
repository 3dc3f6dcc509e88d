"""How much of a disk a program in the sandbox has taken."""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

_BLOCK = 512
"""What `st_blocks` counts in, whatever the file system (stat(2))."""
_MOST = 100_000
"""Files that are looked at. More of them are as good as a full disk."""
_ENDLESS = 1 << 62


def filled(folder: Path, pid: int) -> int:
    """Bytes of a folder's files, and of those that a process has open and that have no name any more."""
    seen: dict[tuple[int, int], int] = {}
    try:
        for found in _stats(folder, pid):
            seen[found.st_dev, found.st_ino] = found.st_blocks * _BLOCK
            if len(seen) > _MOST:
                return _ENDLESS
    except RecursionError:  # folders in one another without an end: `os.walk` of Python 3.11
        return _ENDLESS
    return sum(seen.values())


def _stats(folder: Path, pid: int) -> Iterator[os.stat_result]:
    for path, folders, files in os.walk(folder):
        for name in (*folders, *files):
            with contextlib.suppress(OSError):  # gone meanwhile
                yield (Path(path) / name).lstat()
    with contextlib.suppress(OSError):
        for held in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                found = held.stat()
                if stat.S_ISREG(found.st_mode) and not found.st_nlink:
                    yield found
