"""Which files of the repository a change touches: all of them, whatever the site makes of them."""

import os

from dialform.compiler.states.repository import Repository, git
from dialform.values import dataclass

_KINDS = {"120000": "a symbolic link", "160000": "a submodule"}
_NOTHING = "000000"


@dataclass(frozen=True, slots=True)
class Touched:
    """One file, by its path from the site's root; None where it lies outside of the site.

    `shown` is its path from the repository's root. `odd` says what it is or was, if it is no file.
    """

    path: str | None
    shown: str
    added: bool
    removed: bool
    odd: str = ""


def touched(repository: Repository, old: str, new: str | None) -> list[Touched]:
    """What differs between two commits, or between a commit and the working tree (`new` None).

    Renames are a removal and an addition: how much two files resemble each other gives nobody a
    right. Raises GitError.
    """
    root = repository.root
    how = ("--raw", "--no-renames", "--no-relative", "--ignore-submodules=none", "-r", "-z")
    commits = [old] if new is None else [old, new]
    told = git(root, "diff-index" if new is None else "diff-tree", *how, *commits)
    prefix = os.fsdecode(git(root, "rev-parse", "--show-prefix").rstrip(b"\n"))
    found = []
    parts = iter(told.split(b"\0"))
    for head in parts:
        if not head:
            break
        before, after = head[1:7].decode(), head[8:14].decode()
        odd = _KINDS.get(after) or _KINDS.get(before, "")
        path = os.fsdecode(next(parts))
        found.append(_placed(prefix, path, before == _NOTHING, after == _NOTHING, odd))
    if new is None:
        # What git does not know yet would be in the commit that is made of it.
        listed = git(root, "ls-files", "--others", "--exclude-standard", "--full-name", "-z", ":/")
        known = {one.shown for one in found}
        for raw in listed.split(b"\0"):
            path = os.fsdecode(raw)
            if path and path not in known:
                odd = _KINDS["120000"] if (root / _back(prefix) / path).is_symlink() else ""
                found.append(_placed(prefix, path, True, False, odd))
    return sorted(found, key=lambda one: one.shown)


def _back(prefix: str) -> str:
    """The way from the site's root to the repository's."""
    return "../" * prefix.count("/")


def _placed(prefix: str, path: str, added: bool, removed: bool, odd: str) -> Touched:
    inside = path.removeprefix(prefix) if path.startswith(prefix) else None
    return Touched(inside, path, added, removed, odd)
