"""Writing a host's folder beside the old one, and putting it in its place in one step."""

import contextlib
import ctypes
import ctypes.util
import errno
import hashlib
import os
import re
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from dialform.compiler.looks import Group
from dialform.compiler.resolved import Artifact
from dialform.compiler.stamp import Signature, signature
from dialform.compiler.wav import join
from dialform.values import dataclass, field

PLAN = "plan.json"
MODE_PUBLIC = 0o644
MODE_SECRET = 0o640
_EXCHANGE = 2  # RENAME_EXCHANGE, linux/fs.h
_AT_FDCWD = -100


@dataclass(frozen=True, slots=True)
class Released:
    """A file as it was released: relative to the host's folder."""

    path: str
    owner: str
    sha256: str
    size: int
    mode: int
    signature: Signature = field(compare=False)


class Stage:
    """A hidden folder next to the released one, that nobody looks at until it is complete.

    Between compiles it is the released folder's twin, with links to the same files: so a small change
    costs what changed, not a folder for every tenant. `held` says what is in it, a group a tenant and one
    without a name; where nobody knows, it starts empty. `spoilt` are groups that are not as they were.
    """

    def __init__(
        self,
        out: Path,
        host: str,
        site: Path,
        held: Mapping[str, Group],
        spoilt: Collection[str] = (),
    ) -> None:
        self.final = out / host
        self.folder = out / f".{host}.next"
        self.site = site
        self._held = held
        self._spoilt = spoilt
        self._whole: set[str] = set()
        self._kept: set[str] = set()
        self._fresh: set[str] = set()
        self._made: set[str] = set()
        self._copies: dict[str, tuple[str, str, int, int]] = {}
        self._twin: Path | None = None
        if not held or not self.folder.is_dir() or not self.final.is_dir():
            self._held = {}
            self._twin = out / f".{host}.twin"
            for folder in (self.folder, self._twin):
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir(parents=True)

    def keep(self, name: str) -> bool:
        """Leave a whole group as it lies here; False where that cannot be."""
        if name not in self._held or name in self._spoilt:
            return False
        self._whole.add(name)
        return True

    def kept(self, name: str) -> bool:
        """Whether a group was left as it lay here."""
        return name in self._whole

    def gone(self) -> set[str]:
        """What was held, and is neither kept nor written again."""
        left = {
            path
            for name, group in self._held.items()
            if name not in self._whole
            for path in group.paths()
        }
        return left - self._kept

    def write(self, artifact: Artifact) -> Released:
        """Write one artifact. A copy that was made before is linked: making a file is slow."""
        content, mode = artifact.content, MODE_SECRET if artifact.secret else MODE_PUBLIC
        path = self._place(artifact.path)
        alone = content is None and not artifact.then
        made = self._copies.get(artifact.copy_of) if alone else None
        if made is not None and made[2] == mode:
            source, sha256, _, size = made
            _put_link(source, path)
        else:
            if content is None:
                content = (self.site / artifact.copy_of).read_bytes()
                if artifact.then:
                    more = ((self.site / path).read_bytes() for path in artifact.then)
                    content = join([content, *more])
            _create(path, mode, content)
            sha256, size = hashlib.sha256(content).hexdigest(), len(content)
            if alone:
                self._copies[artifact.copy_of] = (path, sha256, mode, size)
        if self._twin is not None:
            with contextlib.suppress(FileNotFoundError):  # somebody writes the same anew right now
                _put_link(path, f"{self._twin}/{artifact.path}")
        seen = signature(path) or []
        return Released(artifact.path, artifact.owner, sha256, size, mode, seen)

    def take(self, source: str, released: Released) -> None:
        """Take a written file over, by a link: a released file is never written to again."""
        path = released.path
        target = f"{self.folder}/{path}"
        if self._twin is None and signature(target) == released.signature:
            self._kept.add(path)
            return
        target = self._place(path)
        _put_link(source, target)
        if self._twin is not None:
            _put_link(source, f"{self._twin}/{path}")

    def written(self, paths: Collection[str]) -> None:
        """Say which files another process has written here."""
        self._kept.update(paths)
        self._fresh.update(paths)

    def _place(self, path: str) -> str:
        """The place of a file. What stands there may be linked to: it is removed, not written."""
        target = f"{self.folder}/{path}"
        self._kept.add(path)
        self._fresh.add(path)
        folder = path.rpartition("/")[0]
        if folder not in self._made:
            self._made.add(folder)
            for base in (self.folder, self._twin) if self._twin else (self.folder,):
                _make_folder(f"{base}/{folder}")
        return target

    def release(self) -> None:
        """Put the new folder in the place of the old one; nobody ever sees a mixture."""
        gone = self.gone()
        _remove(self.folder, gone)
        (self.folder / PLAN).unlink(missing_ok=True)  # of what was released before the last one
        if not self.final.exists():
            self.folder.rename(self.final)
        elif not exchange(self.folder, self.final):
            old = self.final.with_name(f".{self.final.name}.old")
            shutil.rmtree(old, ignore_errors=True)
            self.final.rename(old)
            self.folder.rename(self.final)
            old.rename(self.folder)
        # What was released until now becomes the twin of what is released from now on.
        if self._twin is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
            self._twin.rename(self.folder)
            return
        _remove(self.folder, gone)
        for path in sorted(self._fresh):
            target = f"{self.folder}/{path}"
            _make_folder(target.rpartition("/")[0])
            _put_link(f"{self.final}/{path}", target)


def _make_folder(path: str) -> None:
    with contextlib.suppress(FileExistsError):
        try:
            os.mkdir(path)  # noqa: PTH102 -- there are thousands
        except FileNotFoundError:
            os.makedirs(path, exist_ok=True)  # noqa: PTH103


def _create(path: str, mode: int, content: bytes) -> None:
    """Write a new file, in the place of what stands there."""
    flags, descriptor = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, -1
    while descriptor < 0:
        try:
            descriptor = os.open(path, flags, mode)
        except FileExistsError:
            # Of two tenants with the same phone each writes it, in a process of its own: a finding later.
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)  # noqa: PTH108
    try:
        os.fchmod(descriptor, mode)  # whatever the umask says
        left = memoryview(content)
        while left:  # a disk that gets full takes a part, and says so only at the next write
            left = left[os.write(descriptor, left) :]
    finally:
        os.close(descriptor)


def _put_link(source: str, target: str) -> None:
    """A link to a file, in the place of what stands there; a copy where links cannot be."""
    try:
        os.link(source, target)
    except FileExistsError:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(target)  # noqa: PTH108
        _put_link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copy2(source, target)


def _remove(folder: Path, paths: Iterable[str]) -> None:
    for path in paths:
        target = folder / path
        target.unlink(missing_ok=True)
        for parent in target.parents:
            if parent == folder or not parent.is_dir() or any(parent.iterdir()):
                break
            parent.rmdir()


def exchange(one: Path, other: Path) -> bool:
    """Swap two folders atomically (renameat2, Linux); False where the file system cannot."""
    library = ctypes.CDLL(ctypes.util.find_library("c"), use_errno=True)
    if not hasattr(library, "renameat2"):
        return False
    result = library.renameat2(
        _AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), ctypes.c_uint(_EXCHANGE)
    )
    if result == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        return False
    raise OSError(number, os.strerror(number), str(other))


PENDING = "dialform-revision-pending"
"""Stands for the revision until everything is rendered that it is the digest of."""


_RELOADED = re.compile(r"freeswitch/.*\.xml").fullmatch


def reloaded(files: Iterable[Released]) -> list[tuple[str, str]]:
    """Of what a reload of the switch reads, the path and the digest of each."""
    return [(one.path, one.sha256) for one in files if _RELOADED(one.path)]


def revision(files: Iterable[Sequence[str]], drafts: dict[str, str]) -> str:
    """The configuration's own name: what a reload reads is the same under the same revision.

    `files` are those of `reloaded`; `drafts` are the files with the revision in them, as they are with
    `PENDING` in its place. What it was compiled from does not count, nor what phones fetch, nor sounds: a
    comment, a key of a phone and another greeting change nothing in the switch's tree, and ask for no reload.
    """
    rows = [(path, sha256) for path, sha256 in files if path not in drafts]
    rows += [(path, hashlib.sha256(text.encode()).hexdigest()) for path, text in drafts.items()]
    digest = hashlib.sha256()
    for path, sha256 in sorted(rows):
        digest.update(f"{path}\0{sha256}\0".encode())
    return digest.hexdigest()[:12]
