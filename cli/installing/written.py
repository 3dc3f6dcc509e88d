"""Writes a host's files so that nobody's own are lost: each begins with a mark, and only marked ones are
written over.
"""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from dialform.values import dataclass

MARK = "Written by `dialform agent install`; a change here is lost when that runs again."


class ForeignError(Exception):
    """Files that somebody else wrote stand in the way; nothing was written."""

    def __init__(self, paths: list[Path]) -> None:
        super().__init__(", ".join(map(str, paths)))
        self.paths = paths


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a file: `new`, `changed` or `same`."""

    path: Path
    what: str


def marked(text: str) -> str:
    """The text with the mark at its head."""
    return f"# {MARK}\n{text}"


def write_all(files: Mapping[Path, str], *, force: bool, dry_run: bool) -> list[Written]:
    """Write the files, each whole or not at all; those that are as wanted stay untouched.

    Raises ForeignError before the first is written where one stands there without the mark, and OSError.
    """
    found = {path: _text(path) for path in files}
    foreign = [path for path, text in found.items() if text is not None and MARK not in text[:400]]
    if foreign and not force:
        raise ForeignError(foreign)
    told = []
    for path, text in files.items():
        what = "new" if found[path] is None else "same" if found[path] == text else "changed"
        if what != "same" and not dry_run:
            _write(path, text)
        told.append(Written(path, what))
    return told


def _text(path: Path) -> str | None:
    try:
        return path.read_text("utf-8", "replace")
    except FileNotFoundError:
        return None


def _write(path: Path, text: str) -> None:
    """Through a link nothing is written: what it points to is somebody else's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
