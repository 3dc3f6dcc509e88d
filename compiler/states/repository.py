"""A site's git repository, asked through the `git` command: nothing is ever checked out.

A library would cost more time to import than git takes to answer.
"""

import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

_CLEARED = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY")
"""What a hook is given: relative to the repository's root, and git finds it from the site too."""

Row = tuple[str, str, str]
"""A path (relative to the site), its mode (as git writes it: `100644`) and its object's name."""


class GitError(Exception):
    """git could not do what was asked. `reason` is its own first line."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def git(root: Path, *arguments: str, stdin: bytes | None = None) -> bytes:
    """What git prints in this folder. Raises GitError."""
    environment = {k: v for k, v in os.environ.items() if k not in _CLEARED}
    environment |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=root, env=environment, input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        raise GitError("git is not installed") from None
    except OSError as error:
        raise GitError(error.strerror or "git cannot be started") from None
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip().split("\n")[0]
        raise GitError(told.removeprefix("fatal: ") or f"git ended with {done.returncode}")
    return done.stdout


class Repository:
    """The repository that a site lies in, at its root or in a folder below it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._trees: dict[str, list[Row]] = {}

    @cached_property
    def shallow(self) -> bool:
        """Whether the history was cut off when it was cloned."""
        return git(self.root, "rev-parse", "--is-shallow-repository").strip() == b"true"

    def commit(self, revision: str) -> str:
        """The full name of a commit; empty where there is none. Raises GitError."""
        if "\n" in revision or "\0" in revision:
            return ""
        asked = f"{revision}^{{commit}}\n".encode("utf-8", "surrogateescape")
        told = git(self.root, "cat-file", "--batch-check", stdin=asked).split()
        return told[0].decode() if len(told) == 3 and told[1] == b"commit" else ""

    def merge_base(self, one: str, other: str) -> str:
        """Where two lines of commits parted; empty where nothing tells. Raises GitError."""
        try:
            told = git(self.root, "merge-base", one, other)
        except GitError:
            return ""
        return told.decode().strip()

    def tree(self, commit: str) -> list[Row]:
        """All files of the site in a commit. Raises GitError."""
        if commit not in self._trees:
            told = git(self.root, "ls-tree", "-r", "-z", commit)
            self._trees[commit] = [
                (os.fsdecode(path), head[:6].decode(), head.rpartition(b" ")[2].decode())
                for head, _, path in (row.partition(b"\t") for row in told.split(b"\0") if row)
            ]
        return self._trees[commit]

    def files(self, commit: str) -> dict[str, str]:
        """The object of each file of a commit; links and submodules are none. Raises GitError."""
        return {path: name for path, mode, name in self.tree(commit) if mode.startswith("100")}

    def index(self, paths: Sequence[str]) -> dict[str, str]:
        """The object of each file here that is as git last saw it (its stat cache tells)."""
        listed = git(self.root, "ls-files", "-s", "-z", "--", *paths)
        changed = git(self.root, "diff-files", "--name-only", "--relative", "-z", "--", *paths)
        rows = (row.partition(b"\t") for row in listed.split(b"\0") if row)
        known = {
            os.fsdecode(path): head[7:-2].decode()
            for head, _, path in rows
            if head.endswith(b" 0")  # the stages of a merge that is not done are others
        }
        for path in changed.split(b"\0"):
            known.pop(os.fsdecode(path), None)
        return known

    def blobs(self, names: Iterable[str]) -> Iterator[bytes]:
        """The contents of objects, in order. Raises GitError."""
        asked = list(names)
        if not asked:
            return
        told = git(
            self.root, "cat-file", "--batch", stdin="".join(f"{n}\n" for n in asked).encode()
        )
        at = 0
        for name in asked:
            end = told.index(b"\n", at)
            fields = told[at:end].split(b" ")
            if len(fields) != 3:
                raise GitError(f"object {name} is missing")
            size = int(fields[2])
            yield told[end + 1 : end + 1 + size]
            at = end + 1 + size + 1
