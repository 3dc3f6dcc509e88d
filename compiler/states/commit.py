"""The files of a commit, listed and read as those of a folder are."""

import errno
import os
from collections.abc import Iterable
from pathlib import Path

from dialform.compiler.states.repository import GitError, Repository, Row
from dialform.schema.listing import Entry, Item, Kind

_KINDS: dict[str, Kind] = {"120000": "link", "160000": "submodule", "040000": "folder"}
"""By git's mode; everything else is a file."""


class CommitFiles:
    """What a commit holds below the site's root (`schema.listing.Files`)."""

    def __init__(self, repository: Repository, rows: Iterable[Row]) -> None:
        self._repository = repository
        self.blobs: dict[str, str] = {}
        self._folders: dict[str, dict[str, Item]] = {"": {}}
        self._contents: dict[str, bytes] = {}
        for path, mode, name in rows:
            kind = _KINDS.get(mode, "file")
            if kind == "file":
                self.blobs[path] = name
            self._put(path, kind)

    def _put(self, path: str, kind: Kind) -> None:
        above, _, name = path.rpartition("/")
        entry = Entry(path, 0, 0, 0) if kind == "file" else None
        if above not in self._folders:
            self._folders[above] = {}
            self._put(above, "folder")
        self._folders[above][name] = Item(name, kind, entry)

    def names(self) -> list[str]:
        """The names at the root, sorted."""
        return sorted(self._folders[""])

    def item(self, name: str) -> Item | None:
        """What stands at the root under this name."""
        return self._folders[""].get(name)

    def list(self, folder: str) -> list[Item]:
        """What a folder holds, sorted by name. Raises OSError."""
        if folder not in self._folders:
            raise _missing(folder)
        return sorted(self._folders[folder].values(), key=lambda item: item.name)

    def fetch(self, paths: Iterable[str]) -> None:
        """Read many files in one go. Those that are not there are passed over."""
        wanted = [p for p in dict.fromkeys(paths) if p in self.blobs and p not in self._contents]
        contents = self._repository.blobs(self.blobs[path] for path in wanted)
        self._contents.update(zip(wanted, contents, strict=True))

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises OSError."""
        if path not in self.blobs:
            raise _missing(path)
        if path not in self._contents:
            try:
                self.fetch([path])
            except GitError as error:
                raise OSError(errno.EIO, error.reason, path) from None
        return self._contents[path]

    def head(self, path: str, size: int) -> bytes:
        """The first bytes of a file. Raises OSError."""
        return self.read(path)[:size]


def _missing(path: str) -> OSError:
    return FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)


def commit_files(root: Path, commit: str) -> CommitFiles:
    """The files of a commit of the repository that a site lies in. Raises GitError."""
    repository = Repository(root)
    return CommitFiles(repository, repository.tree(commit))
