"""Where a site's files lie, as far as listing and reading go: a folder here, a commit elsewhere."""

import os
import stat
from pathlib import Path
from typing import Literal, Protocol

from dialform.values import dataclass

Kind = Literal["file", "folder", "link", "submodule", "other"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the site, with what tells that it changed (sizes in bytes, times in nanoseconds)."""

    path: str
    size: int
    mtime_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class Item:
    """What a folder holds under a name. `entry` is None for all but files."""

    name: str
    kind: Kind
    entry: Entry | None = None


class Files(Protocol):
    """The files below a site's root. Paths are relative to it, with `/`."""

    def names(self) -> list[str]:
        """The names at the root, sorted; none where it cannot be read."""

    def item(self, name: str) -> Item | None:
        """What stands at the root under this name."""

    def list(self, folder: str) -> list[Item]:
        """What a folder holds, sorted by name. Raises OSError."""

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises OSError."""

    def head(self, path: str, size: int) -> bytes:
        """The first bytes of a file. Raises OSError."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A site in a folder. No link is followed."""

    root: Path

    def names(self) -> list[str]:
        """The names at the root, sorted; none where it cannot be read."""
        try:
            return sorted(os.listdir(self.root))  # noqa: PTH208 -- only the names
        except OSError:
            return []

    def item(self, name: str) -> Item | None:
        """What stands at the root under this name."""
        try:
            status = (self.root / name).lstat()
        except OSError:
            return None
        return _item(name, name, status)

    def list(self, folder: str) -> list[Item]:
        """What a folder holds, sorted by name. Raises OSError."""
        with os.scandir(self.root / folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        items = []
        for entry in found:
            try:
                if entry.is_dir(follow_symlinks=False):
                    items.append(Item(entry.name, "folder"))
                else:
                    status = entry.stat(follow_symlinks=False)
                    items.append(_item(entry.name, f"{folder}/{entry.name}", status))
            except FileNotFoundError:
                continue  # removed in this moment
        return items

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises OSError."""
        return (self.root / path).read_bytes()

    def head(self, path: str, size: int) -> bytes:
        """The first bytes of a file. Raises OSError."""
        with (self.root / path).open("rb") as file:
            return file.read(size)


def _item(name: str, path: str, status: os.stat_result) -> Item:
    if stat.S_ISREG(status.st_mode):
        entry = Entry(path, status.st_size, status.st_mtime_ns, status.st_ino)
        return Item(name, "file", entry)
    if stat.S_ISDIR(status.st_mode):
        return Item(name, "folder")
    return Item(name, "link" if stat.S_ISLNK(status.st_mode) else "other")
