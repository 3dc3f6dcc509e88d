"""Every step that is done to the files of a spool: renames within one file system, and short notes.

Nothing is synced: what a crash takes back is read again, and was booked already. Before and after each
step stands `checkpoint`, where a test kills the process or lets the disk be full.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

FULL = (errno.ENOSPC, errno.EDQUOT)
DENIED = (errno.EACCES, errno.EPERM)

hook: Callable[[str], None] | None = None
"""Called with the name of each checkpoint; None but in tests."""


def checkpoint(name: str) -> None:
    """A moment at which the process may die or the file system may fail."""
    if hook is not None:
        hook(name)


def explained(error: OSError) -> str:
    """What failed, in one sentence with the way out."""
    where = os.fsdecode(error.filename) if error.filename is not None else "the spool"
    if error.errno in FULL:
        return f"The disk is full: {where} cannot be written. Free space there (`df -h`)."
    if error.errno in DENIED:
        return (
            f"{where} may not be read or changed ({error.strerror}): let whoever runs dialform read and "
            "write the spool, say by the switch's group."
        )
    return f"{where}: {error.strerror or 'unknown error'}."


def make_folder(path: str) -> None:
    """Make a folder and what is above it; it may be there already. Raises OSError."""
    checkpoint("folder")
    os.makedirs(path, mode=0o770, exist_ok=True)  # noqa: PTH103 -- beside a thousand files
    checkpoint("folder.done")


def make_anew(path: Path, before: os.stat_result | None) -> None:
    """Make a folder that was removed, as it was: whoever wrote there writes there again. Raises OSError.

    Where nobody knows how it was, it is made like the folder that holds it.
    """
    make_folder(str(path))
    known = before or path.parent.stat()
    checkpoint("folder.owner")
    path.chmod(stat.S_IMODE(known.st_mode))
    with contextlib.suppress(PermissionError):  # only root may give it away
        os.chown(path, known.st_uid, known.st_gid)


def move(source: str, folder: str, name: str) -> str:
    """Move a file into a folder, which is made; the name that it got there. Raises OSError.

    What lies there under this name stays: the other one gets a number (`name.2`).
    """
    free = free_name(folder, name)
    checkpoint("move")
    try:
        os.rename(source, f"{folder}/{free}")  # noqa: PTH104 -- thousands of them
    except FileNotFoundError:
        if os.path.isdir(folder):  # noqa: PTH112
            raise  # it is the file that is gone
        make_folder(folder)
        os.rename(source, f"{folder}/{free}")  # noqa: PTH104
    checkpoint("moved")
    return free


def free_name(folder: str, name: str) -> str:
    """The name, or the first of `name.2`, `name.3`… that is free in the folder."""
    free, number = name, 1
    while os.path.lexists(f"{folder}/{free}"):
        number += 1
        free = f"{name}.{number}"
    return free


def note(path: Path, text: str) -> None:
    """Write a short text beside a file. Raises OSError."""
    checkpoint("note")
    path.write_text(text, "utf-8")
    checkpoint("noted")


def remove(path: str) -> None:
    """Remove a file that may be gone already. Raises OSError."""
    checkpoint("remove")
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)  # noqa: PTH108 -- thousands of them
    checkpoint("removed")


def remove_folder(path: str) -> None:
    """Remove a folder if nothing is left in it."""
    checkpoint("remove.folder")
    with contextlib.suppress(OSError):
        os.rmdir(path)  # noqa: PTH106
