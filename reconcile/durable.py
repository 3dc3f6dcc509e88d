"""Every write of the agent: the old or the new, never half, and on the disk when it is said to be done.

A write makes a hidden file or folder beside, syncs it, renames it over and syncs the folder. Before and
after each step stands `checkpoint`, where a test kills the process or lets the disk be full.
"""

import contextlib
import ctypes
import errno
import functools
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

FULL = (errno.ENOSPC, errno.EDQUOT)
"""What the system says where a disk, or somebody's share of it, is full."""

NEW = ".new"
"""The end of the hidden name of what is not complete."""

hook: Callable[[str], None] | None = None
"""Called with the name of each checkpoint; None but in tests."""


def checkpoint(name: str) -> None:
    """A moment at which the agent may die or a write may fail."""
    if hook is not None:
        hook(name)


def explained(error: OSError) -> str:
    """What a failed write means, in one sentence with the way out."""
    where = os.fsdecode(error.filename) if error.filename is not None else "the state folder"
    if error.errno in FULL:
        return (
            f"The disk is full: {where} cannot be written. Free space there (`df -h`); what runs "
            "goes on, and the agent tries again."
        )
    return (
        f"{where} cannot be written ({error.strerror or 'unknown'}): see to its owner and to the "
        "file system; what runs goes on."
    )


def write(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file whole or not at all. Raises OSError that names it."""
    temporary = _beside(path)
    with _named(path):
        try:
            checkpoint("write.open")
            descriptor = os.open(
                temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600
            )
            with os.fdopen(descriptor, "wb", buffering=0) as file:
                os.fchmod(descriptor, mode)
                checkpoint("write.content")
                _write_all(file.fileno(), content)
                checkpoint("write.sync")
                os.fsync(descriptor)
            checkpoint("write.rename")
            temporary.replace(path)
            checkpoint("write.renamed")
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        fsync(path.parent)
        checkpoint("write.done")


def _write_all(descriptor: int, content: bytes) -> None:
    """A disk that gets full takes a part, and says so only at the next write."""
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]


def write_json(path: Path, data: object, mode: int = 0o600) -> None:
    """Write data as JSON, whole or not at all. Raises OSError."""
    write(path, (json.dumps(data, indent=1, sort_keys=True) + "\n").encode(), mode)


def read_json(path: Path) -> Any:
    """What a file holds; None where there is none, or what is in it is no JSON. Raises OSError."""
    try:
        return json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError, RecursionError):
        return None


def remove(path: Path) -> None:
    """Remove a file, if it is there. Raises OSError."""
    with _named(path):
        checkpoint("remove")
        path.unlink(missing_ok=True)
        fsync(path.parent)
        checkpoint("removed")


def flip(link: Path, target: str) -> None:
    """Let a link point elsewhere, in one step. Raises OSError."""
    temporary = _beside(link)
    with _named(link):
        checkpoint("flip.link")
        temporary.unlink(missing_ok=True)
        temporary.symlink_to(target)
        checkpoint("flip.rename")
        temporary.replace(link)
        checkpoint("flip.renamed")
        fsync(link.parent)
        checkpoint("flip.done")


def make_folder(path: Path, mode: int = 0o750) -> None:
    """Make a folder, if it is not there. Raises OSError."""
    if path.is_dir():
        return
    with _named(path):
        checkpoint("folder")
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(mode)
        fsync(path.parent)
        checkpoint("folder.done")


def rename(source: Path, target: Path) -> None:
    """Give what is complete its name. Raises OSError."""
    with _named(target):
        checkpoint("rename")
        source.rename(target)
        checkpoint("renamed")
        fsync(target.parent)
        checkpoint("rename.done")


def exchange(one: Path, other: Path) -> None:
    """Swap two folders in one step; where the file system cannot, in three. Raises OSError."""
    from dialform.compiler.release import exchange as swap

    with _named(other):
        checkpoint("exchange")
        if not swap(one, other):
            aside = _beside(other)
            remove_tree(aside)
            other.rename(aside)
            checkpoint("exchange.aside")
            one.rename(other)
            checkpoint("exchange.between")
            aside.rename(one)
        checkpoint("exchanged")
        fsync(other.parent)
        checkpoint("exchange.done")


def link_tree(source: Path, target: Path, files: Iterable[str], mode: int = 0o750) -> None:
    """Link these files (relative) of a folder into another one, which is made. Raises OSError.

    What cannot be linked (another file system, too many links) is copied, with its mode.
    """
    with _named(target):
        checkpoint("tree")
        target.mkdir(mode=mode)
        target.chmod(mode)
    link_into(source, target, files)


def link_into(source: Path, target: Path, files: Iterable[str]) -> None:
    """The same, into a folder that is there, where none of them is. Raises OSError."""
    above, made, links = f"{source}/", {""}, True
    base = f"{target}/"
    with _named(target):
        for count, path in enumerate(files):
            folder = path.rpartition("/")[0]
            if folder not in made:
                os.makedirs(base + folder, mode=0o755, exist_ok=True)  # noqa: PTH103 -- thousands
                made.add(folder)
            if count % 1000 == 0:
                checkpoint("tree.link")
            if links:
                try:
                    os.link(above + path, base + path, follow_symlinks=False)
                    continue
                except OSError as error:
                    links = error.errno not in (errno.EXDEV, errno.EPERM, errno.EOPNOTSUPP)
                    if links and error.errno != errno.EMLINK:
                        raise
            _copy(above + path, base + path)
        checkpoint("tree.done")


def relink(source: Path, target: Path, stale: Iterable[str], fresh: Sequence[str]) -> None:
    """Bring a tree of links up to date: `stale` go, `fresh` come, and all of it is on the disk then.

    Raises OSError.
    """
    touched = set()
    with _named(target):
        checkpoint("relink")
        for path in stale:
            one = target / path
            one.unlink(missing_ok=True)
            touched.add(one.parent)
        link_into(source, target, fresh)
        for folder in sorted(touched, reverse=True):
            while folder != target and folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
                folder = folder.parent  # noqa: PLW2901 -- upwards, while there is nothing left
        checkpoint("relinked")
        if len(fresh) > _FEW:
            syncfs(target)
            return
        paths = {target / path for path in fresh}
        for one in paths | {above for path in paths for above in path.parents} | touched:
            if one.exists() and one.is_relative_to(target):
                fsync(one)
        checkpoint("relink.done")


_FEW = 64
"""As many files are synced one by one: the rest of the file system may be others'."""


def _copy(source: str, target: str) -> None:
    shutil.copy2(source, target, follow_symlinks=False)
    fsync(Path(target))


def remove_tree(path: Path) -> None:
    """Remove a folder and what is in it, or a file, if it is there; links are never followed.

    Raises OSError.
    """
    with _named(path):
        checkpoint("tree.remove")
        if path.is_symlink() or not path.is_dir():
            path.unlink(missing_ok=True)
        else:
            shutil.rmtree(path)
        checkpoint("tree.removed")


def sweep(folder: Path) -> None:
    """Remove what writes that were killed left in a folder. Those of a living process stay."""
    for entry in os.scandir(folder) if folder.is_dir() else ():
        name = entry.name
        if name.startswith(".") and name.endswith(NEW) and not _is_alive(name.split(".")[-2]):
            remove_tree(Path(entry.path))


def _is_alive(process: str) -> bool:
    if not process.isdigit() or int(process) == os.getpid():
        return False
    return Path("/proc", process).exists()


def fsync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def syncfs(path: Path) -> None:
    """Wait until everything written to the file system of `path` is on the disk. Raises OSError."""
    with _named(path):
        checkpoint("syncfs")
        sync = _syncfs()
        if sync is None:
            os.sync()
        else:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                if sync(descriptor):
                    number = ctypes.get_errno()
                    raise OSError(number, os.strerror(number))
            finally:
                os.close(descriptor)
        checkpoint("syncfs.done")


@functools.cache
def _syncfs() -> Any:
    """The C library's own (Linux, syncfs(2)); None where it has none."""
    return getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}{NEW}")


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    """An error names what was to be written, not what stands for it meanwhile."""
    try:
        yield
    except OSError as error:
        error.filename = str(path)
        raise
