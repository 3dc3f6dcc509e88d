"""What a commit holds: every path, with its mode and its object. Nothing is believed of the paths."""

import os
import re
import signal
from collections.abc import Iterator
from typing import IO

from dialform.reconcile.source.clone import Clone
from dialform.reconcile.source.errors import SourceError
from dialform.schema.rule import printable
from dialform.values import dataclass

FILE, PROGRAM, LINK, SUBMODULE = "100644", "100755", "120000", "160000"

LARGEST = 64 * 1024 * 1024
MOST_BYTES = 4 * 1024 * 1024 * 1024
MOST_FILES = 200_000
"""Of a file, of all files of a commit, and how many. Who may push must not fill the host's disk, and a few
trees that name each other stand for more files than there is room for."""

_MOST_READ = 8 * 1024 * 1024
"""Bytes of a file that is asked for by its name."""

_CHUNK = 1024 * 1024

_ODD = re.compile(r"(?:\A|/)(?:\.|/|\Z)")
"""Only a path with such a part needs a second look: one that begins with a dot, or an empty one."""


@dataclass(frozen=True, slots=True)
class Row:
    """A path below the site's root, its mode as git writes it, its object and that one's bytes."""

    path: str
    mode: str
    blob: str
    size: int


def rows(clone: Clone, commit: str, subfolder: str = "") -> list[Row]:
    """Everything in a commit's site.

    Raises SourceError (bad_commit: a path that no git makes, or more than a site can be).
    """
    tree = f"{commit}:{subfolder}" if subfolder else f"{commit}^{{tree}}"
    if subfolder and not _is_folder(clone, tree):
        raise SourceError(
            f"commit {commit[:12]} has no folder '{printable(subfolder)}'", "bad_commit"
        )
    asked = ("ls-tree", "-r", "-l", "-z", "--full-tree", tree)
    with clone.git.stream(*asked, within=clone.limits.ask) as (out, ended):
        found = list(_bounded(_checked(clone, out, commit), commit))
        code = ended()
    if code == -signal.SIGKILL:
        raise SourceError(f"git ls-tree did not end within {clone.limits.ask:g} seconds", "timeout")
    if code:
        raise clone.damage(f"git ls-tree of {commit[:12]} ended with {code}")
    return found


def _is_folder(clone: Clone, tree: str) -> bool:
    asked = f"{tree}\n".encode("utf-8", "surrogateescape")
    return clone.question("cat-file", "--batch-check", stdin=asked).split()[1:2] == [b"tree"]


def _bounded(found: Iterator[Row], commit: str) -> Iterator[Row]:
    """What a site can be: one commit must not fill the disk, nor the memory."""
    total = 0
    for count, row in enumerate(found, 1):
        total += row.size
        reason = ""
        if row.size > LARGEST:
            reason = (
                f"the file '{printable(row.path)[:200]}' of {row.size} bytes ({LARGEST} at most)"
            )
        elif total > MOST_BYTES:
            reason = f"more than {MOST_BYTES} bytes"
        elif count > MOST_FILES:
            reason = f"more than {MOST_FILES} files"
        if reason:
            raise SourceError(f"commit {commit[:12]} has {reason}", "bad_commit")
        yield row


def _lines(out: IO[bytes]) -> Iterator[bytes]:
    """What ends with a NUL, as it is printed."""
    rest = b""
    while chunk := out.read(_CHUNK):
        *lines, rest = (rest + chunk).split(b"\0")
        yield from lines


def _checked(clone: Clone, out: IO[bytes], commit: str) -> Iterator[Row]:
    seen: set[str] = set()
    above = {""}
    for line in _lines(out):
        head, _, raw = line.partition(b"\t")
        path = os.fsdecode(raw)
        folder = path.rpartition("/")[0]
        reason = _why_bad(path) if _ODD.search(path) or len(raw) > 200 else ""
        if path in seen or path in above or not _note(folder, seen, above):
            reason = reason or "which is there twice"
        if reason:
            shown = printable(raw.decode("utf-8", "backslashreplace"))[:200]
            raise SourceError(
                f"commit {commit[:12]} has the path '{shown}', {reason}", "bad_commit"
            )
        seen.add(path)
        mode, _, blob, size = head.decode().split()
        if size == "BAD":
            raise clone.damage(f"object {blob} is missing")
        yield Row(path, mode, blob, 0 if mode == SUBMODULE else int(size))


def _note(folder: str, files: set[str], folders: set[str]) -> bool:
    """Note a folder and those above it; False if one of them is a file as well."""
    while folder not in folders:
        if folder in files:
            return False
        folders.add(folder)
        folder = folder.rpartition("/")[0]
    return True


def _why_bad(path: str) -> str:
    """Why a path cannot be written, be it made by hand to lead out of the site's folder."""
    parts = path.split("/")
    if any(part in ("", ".", "..") for part in parts):
        return "which leads elsewhere"
    if any(part.lower() == ".git" for part in parts):
        return "which git itself would read"
    if any(len(os.fsencode(part)) > 255 for part in parts) or len(os.fsencode(path)) > 3000:
        return "which is too long"
    return ""


def bytes_of(clone: Clone, commit: str, path: str, subfolder: str = "") -> bytes | None:
    """The bytes of one file of a commit's site; None where there is no file. Raises SourceError."""
    tree = f"{commit}:{subfolder}" if subfolder else f"{commit}^{{tree}}"
    out = clone.question("ls-tree", "-z", "--full-tree", tree, "--", path)
    head, _, name = out.rstrip(b"\0").partition(b"\t")
    mode, kind, blob, *_ = (*head.decode().split(), "", "", "")
    if kind != "blob" or mode == LINK or name != os.fsencode(path):
        return None
    if int(clone.question("cat-file", "-s", blob)) > _MOST_READ:
        raise SourceError(f"'{printable(path)}' in commit {commit[:12]} is too large", "bad_commit")
    return clone.question("cat-file", "blob", blob)
