"""What a commit holds: every path, with its mode and its object. Nothing is believed of the paths."""

import os
import re
from collections.abc import Iterator

from dialform.reconcile.source.clone import Clone
from dialform.reconcile.source.errors import SourceError
from dialform.schema.rule import printable
from dialform.values import dataclass

FILE, PROGRAM, LINK, SUBMODULE = "100644", "100755", "120000", "160000"

_ODD = re.compile(r"(?:\A|/)(?:\.|/|\Z)")
"""Only a path with such a part needs a second look: one that begins with a dot, or an empty one."""


@dataclass(frozen=True, slots=True)
class Row:
    """A path below the site's root, its mode as git writes it, its object."""

    path: str
    mode: str
    blob: str


def rows(clone: Clone, commit: str, subfolder: str = "") -> list[Row]:
    """Everything in a commit's site. Raises SourceError (bad_commit: a path that no git makes)."""
    tree = f"{commit}:{subfolder}" if subfolder else f"{commit}^{{tree}}"
    if subfolder and not _is_folder(clone, tree):
        raise SourceError(
            f"commit {commit[:12]} has no folder '{printable(subfolder)}'", "bad_commit"
        )
    out = clone.question("ls-tree", "-r", "-z", "--full-tree", tree)
    return list(_checked(out, commit))


def _is_folder(clone: Clone, tree: str) -> bool:
    asked = f"{tree}\n".encode("utf-8", "surrogateescape")
    return clone.question("cat-file", "--batch-check", stdin=asked).split()[1:2] == [b"tree"]


def _checked(out: bytes, commit: str) -> Iterator[Row]:
    seen: set[str] = set()
    above = {""}
    for line in out.split(b"\0"):
        if not line:
            continue
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
        yield Row(path, head[:6].decode(), head.rpartition(b" ")[2].decode())


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


def bytes_of(
    clone: Clone, commit: str, path: str, subfolder: str = "", most: int = 1 << 23
) -> bytes | None:
    """The bytes of one file of a commit's site; None where there is no file. Raises SourceError."""
    tree = f"{commit}:{subfolder}" if subfolder else f"{commit}^{{tree}}"
    out = clone.question("ls-tree", "-z", "--full-tree", tree, "--", path)
    head, _, name = out.rstrip(b"\0").partition(b"\t")
    mode, kind, blob, *_ = (*head.decode().split(), "", "", "")
    if kind != "blob" or mode == LINK or name != os.fsencode(path):
        return None
    if int(clone.question("cat-file", "-s", blob)) > most:
        raise SourceError(f"'{printable(path)}' in commit {commit[:12]} is too large", "bad_commit")
    return clone.question("cat-file", "blob", blob)
