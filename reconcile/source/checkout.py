"""A commit's files in a folder: byte for byte, and only what differs is written.

git's own checkout asks `.gitattributes` of the very commit what to make of the bytes (line ends, encodings,
filters); here nothing is asked. A file is written under another name and renamed, so that it is the old or
the new one at any moment; what was unchanged keeps its time, for the compiler's cache goes by that. Beside
the folder lies a list of what was written and how it looked then: a file that looks otherwise is read and
compared. The list may be old or missing, it only saves time.
"""

import contextlib
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from dialform.reconcile import durable
from dialform.reconcile.source import history
from dialform.reconcile.source.clone import Clone, unwritable
from dialform.reconcile.source.listing import LINK, PROGRAM, SUBMODULE, Row, rows

_CHUNK = 1024 * 1024
_FEW = 32
"""As many files are made durable one by one; more than that, by one sync of the file system."""

Look = list[int]
"""Size (bytes), time of change and of its entry (ns), inode, mode: what tells that a file was touched."""


def check_out(clone: Clone, commit: str, site: Path, subfolder: str = "") -> None:
    """Make `site` hold what a commit holds, and nothing else.

    Links become links and are never followed; a submodule becomes a folder with an empty file
    `.git` in it, which the compiler finds and refuses. Raises SourceError.
    """
    history.must_have(clone, commit)
    notes = site.with_name(f"{site.name}.json")
    wanted = {row.path: row for row in rows(clone, commit, subfolder)}
    try:
        site.mkdir(mode=0o700, parents=True, exist_ok=True)
        known = _read(notes)
        removed = _clear(site, wanted)
        looks: dict[str, tuple[str, Look]] = {}
        stale = []
        for row in wanted.values():
            look = _kept(site, row, known.get(row.path))
            if look is None:
                stale.append(row)
            else:
                looks[row.path] = (row.blob, look)
        looks |= _write_all(clone, site, stale)
        if stale or removed or looks != known:
            _settle(site, [row.path for row in stale])
            durable.write_json(notes, {path: [blob, *look] for path, (blob, look) in looks.items()})
    except OSError as error:
        raise unwritable(error) from None


def _read(notes: Path) -> dict[str, tuple[str, Look]]:
    """The list of last time; empty where there is none to trust."""
    data: Any = durable.read_json(notes) if notes.exists() else None
    if not isinstance(data, dict):
        return {}
    return {
        path: (row[0], row[1:])
        for path, row in data.items()
        if isinstance(row, list) and len(row) in (1, 6) and isinstance(row[0], str)
    }


def _clear(site: Path, wanted: dict[str, Row]) -> bool:
    """Remove what the commit does not have, and what stands where it has something of another kind.

    Whether there was such.
    """
    folders = {""}
    for path in wanted:
        while (path := path.rpartition("/")[0]) not in folders:
            folders.add(path)
    folders |= {row.path for row in wanted.values() if row.mode == SUBMODULE}
    removed = False
    waiting = [""]
    while waiting:
        above = waiting.pop()
        submodule = above in wanted
        with os.scandir(site / above) as found:
            entries = list(found)
        for entry in entries:
            path = f"{above}/{entry.name}" if above else entry.name
            if entry.is_dir(follow_symlinks=False):
                if path in folders and not submodule:
                    waiting.append(path)
                    continue
            elif (path in wanted and path not in folders) or (submodule and entry.name == ".git"):
                continue
            durable.remove_tree(Path(entry.path))
            removed = True
    return removed


def _kept(site: Path, row: Row, known: tuple[str, Look] | None) -> Look | None:
    """How a file looks that holds what it should; None where it must be written."""
    path = f"{site}/{row.path}"
    try:
        status = os.lstat(path)  # a Path for each of thousands of files takes longer
    except OSError:
        return None
    if row.mode == SUBMODULE:
        return [] if Path(path, ".git").is_file() else None
    look = _look(status)
    if known is not None and known == (row.blob, look):
        return look
    same = _same_kind(status, row) and _named(Path(path), status, len(row.blob)) == row.blob
    return look if same else None


def _look(status: os.stat_result) -> Look:
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_mode]


def _same_kind(status: os.stat_result, row: Row) -> bool:
    if row.mode == LINK:
        return stat.S_ISLNK(status.st_mode)
    return stat.S_ISREG(status.st_mode) and stat.S_IMODE(status.st_mode) == _mode(row)


def _mode(row: Row) -> int:
    return 0o700 if row.mode == PROGRAM else 0o600


def _named(path: Path, status: os.stat_result, length: int) -> str:
    """The name that git gives to what a file (or a link) holds."""
    digest = _digest(status.st_size, length)
    if stat.S_ISLNK(status.st_mode):
        digest.update(os.fsencode(path.readlink()))
    else:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    return str(digest.hexdigest())


def _digest(size: int, length: int) -> Any:
    made = hashlib.sha256() if length == 64 else hashlib.sha1(usedforsecurity=False)
    made.update(b"blob %d\0" % size)
    return made


def _write_all(clone: Clone, site: Path, stale: list[Row]) -> dict[str, tuple[str, Look]]:
    """Write what differs, one object after the other as git prints them."""
    looks: dict[str, tuple[str, Look]] = {}
    for row in stale:
        durable.checkpoint("source.folder")
        (site / row.path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if row.mode == SUBMODULE:
            (site / row.path).mkdir(mode=0o700, exist_ok=True)
            (site / row.path / ".git").touch()
            looks[row.path] = (row.blob, [])
    blobs = [row for row in stale if row.mode != SUBMODULE]
    if not blobs:
        return looks
    asked = "".join(f"{row.blob}\n" for row in blobs).encode()
    within = clone.limits.clone
    with clone.git.stream("cat-file", "--batch", "--buffer", stdin=asked, within=within) as (
        out,
        _,
    ):
        for row in blobs:
            looks[row.path] = (row.blob, _write(clone, site, row, out))
    return looks


def _write(clone: Clone, site: Path, row: Row, out: IO[bytes]) -> Look:
    head = out.readline().split()
    if len(head) != 3 or head[1] != b"blob":
        raise clone.damage(f"object {row.blob} is missing")
    digest = _digest(size := int(head[2]), len(row.blob))
    path, beside = site / row.path, site.with_name(f"{site.name}.file")
    durable.checkpoint("source.write")
    with contextlib.suppress(FileNotFoundError):
        beside.unlink()
    if row.mode == LINK:
        target = b"".join(_pieces(out, size))
        digest.update(target)
        _check(clone, row, digest)
        _link(beside, target)
    else:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with open(os.open(beside, flags, _mode(row)), "wb") as file:  # noqa: PTH123 - a descriptor
            os.fchmod(file.fileno(), _mode(row))
            for piece in _pieces(out, size):
                digest.update(piece)
                file.write(piece)
        _check(clone, row, digest)
    out.read(1)
    durable.checkpoint("source.rename")
    beside.rename(path)
    return _look(path.lstat())


def _link(beside: Path, target: bytes) -> None:
    try:
        beside.symlink_to(os.fsdecode(target))
    except (OSError, ValueError):
        # Such a target cannot be: the compiler refuses any link, so one that leads nowhere will do.
        beside.symlink_to("nowhere")


def _pieces(out: IO[bytes], size: int) -> Iterator[bytes]:
    while size:
        piece = out.read(min(size, _CHUNK))
        if not piece:
            return
        size -= len(piece)
        yield piece


def _check(clone: Clone, row: Row, digest: Any) -> None:
    """What git gave must be what the commit names: a disk may have lost bits, or git was ended."""
    if digest.hexdigest() != row.blob:
        raise clone.damage(f"object {row.blob} does not hold what it should")


def _settle(site: Path, written: Iterable[str]) -> None:
    """What was written is on the disk before the list says so."""
    paths = list(written)
    if len(paths) > _FEW:
        durable.syncfs(site)
        return
    for path in paths:
        status = (site / path).lstat()
        if stat.S_ISREG(status.st_mode):
            durable.fsync(site / path)
    for folder in {(site / path).parent for path in paths}:
        durable.fsync(folder)
