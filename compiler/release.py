"""Writing a host's folder beside the old one, and putting it in its place in one step."""

import ctypes
import ctypes.util
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dialform.compiler.resolved import Artifact
from dialform.compiler.stamp import Signature, signature

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
    """A folder next to the released one that nobody looks at until it is complete."""

    def __init__(self, out: Path, host: str, site: Path) -> None:
        self.final = out / host
        self.folder = out / f".{host}.new"
        self.site = site
        self._made: set[str] = set()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def write(self, artifact: Artifact) -> Released:
        """Write one artifact."""
        content = artifact.content
        if content is None:
            content = (self.site / artifact.copy_of).read_bytes()
        mode = MODE_SECRET if artifact.secret else MODE_PUBLIC
        path = self._place(artifact.path)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            os.fchmod(descriptor, mode)  # whatever the umask says
            os.write(descriptor, content) if content else None
        finally:
            os.close(descriptor)
        sha256 = hashlib.sha256(content).hexdigest()
        seen = signature(path) or []
        return Released(artifact.path, artifact.owner, sha256, len(content), mode, seen)

    def take(self, source: str, released: Released, *, move: bool = False) -> None:
        """Take a written file over; by a link, since it is never written to again."""
        target = self._place(released.path)
        try:
            os.rename(source, target) if move else os.link(source, target)
        except OSError:
            shutil.copy2(source, target)

    def _place(self, path: str) -> str:
        folder = path.rpartition("/")[0]
        if folder not in self._made:
            (self.folder / folder).mkdir(parents=True, exist_ok=True)
            self._made.add(folder)
        return f"{self.folder}/{path}"

    def release(self) -> None:
        """Put the new folder in the place of the old one; nobody ever sees a mixture."""
        if not self.final.exists():
            self.folder.rename(self.final)
            return
        if not _exchange(self.folder, self.final):
            old = self.final.with_name(f".{self.final.name}.old")
            shutil.rmtree(old, ignore_errors=True)
            self.final.rename(old)
            self.folder.rename(self.final)
            self.folder = old
        shutil.rmtree(self.folder, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
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


def manifest(header: dict[str, Any], files: Iterable[Released]) -> bytes:
    """manifest.json: the header's keys, then every file with its digest, size, mode and owner."""
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in header.items()]
    rows = [
        f"    {json.dumps(one.path)}: "
        + json.dumps(
            {"sha256": one.sha256, "size": one.size, "mode": f"{one.mode:04o}", "owner": one.owner}
        )
        for one in sorted(files, key=lambda one: one.path)
    ]
    lines.append('  "files": {\n' + ",\n".join(rows) + "\n  }")
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def revision(files: Iterable[Released], draft: Iterable[Artifact]) -> str:
    """The configuration's own name: the same content is the same revision.

    `draft` are the host's own files, rendered without a revision.
    """
    rows = [(one.path, one.sha256) for one in files]
    rows += [(one.path, hashlib.sha256(one.content or b"").hexdigest()) for one in draft]
    digest = hashlib.sha256()
    for path, sha256 in sorted(rows):
        digest.update(f"{path}\0{sha256}\0".encode())
    return digest.hexdigest()[:12]
