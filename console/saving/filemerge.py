"""What a change does to files, done to others: file by file, and where both changed one, field by field."""

import tempfile
from pathlib import Path
from typing import Any

from dialform.console.saving.documents import ORDER, Changed
from dialform.console.saving.merging import three_way
from dialform.console.saving.repository import Repository, away
from dialform.reconcile.source import SourceError
from dialform.schema.editing import GONE, EditError, edited, same
from dialform.schema.reader import read


def merged_files(
    repository: Repository, before: str, after: str, onto: str
) -> tuple[Changed, list[str]]:
    """The files of the commit `onto` that are others with the change from `before` to `after`, by their paths
    from the repository's root; and the places where that cannot be said, since they were changed otherwise.
    Raises NotThere, Away.
    """
    sides = [repository.whole(commit) for commit in (before, after, onto)]
    old, new, now = (one.blobs for one in sides)
    made: Changed = {}
    clashes: list[str] = []
    for path in sorted({path for path, _ in old.items() ^ new.items()}):
        if now.get(path) == new.get(path):
            continue
        if now.get(path) == old.get(path):
            made[path] = sides[1].read(path) if path in new else GONE
        elif path.endswith(".yaml") and all(path in one for one in (old, new, now)):
            raw = tuple(one.read(path) for one in sides)
            content, places = _document(repository, path, *raw)
            clashes += places
            if content is not None and content != raw[2]:
                made[path] = content
        else:
            clashes.append(repository.place.shown(path))
    return made, clashes


def _document(
    repository: Repository, path: str, old: bytes, new: bytes, now: bytes
) -> tuple[bytes | None, list[str]]:
    """One file of YAML: by git line by line where that says the right thing, else field by field."""
    shown = repository.place.shown(path)
    data = [_data(path, raw) for raw in (old, new, now)]
    if any(one is None for one in data):
        return None, [shown]
    wanted, overlaps = three_way(*data)
    if overlaps:
        return None, [f"{'.'.join(map(str, one))} in {shown}" for one in overlaps]
    text = _by_lines(repository, old, new, now)
    if text is not None and same(_data(path, text), wanted):
        return text, []
    try:
        return edited(path, now, (), wanted, ORDER if shown.startswith("tenants.d/") else ()), []
    except EditError:
        return None, [shown]


def _data(path: str, raw: bytes) -> Any:
    source, findings = read(path, raw)
    if findings or not source.readable:
        return None
    return {} if source.data is None else source.data


def _by_lines(repository: Repository, old: bytes, new: bytes, now: bytes) -> bytes | None:
    copy = repository.copy
    try:
        with tempfile.TemporaryDirectory(prefix="dialform-merge-") as folder:
            paths = []
            for name, raw in (("now", now), ("old", old), ("new", new)):
                paths.append(Path(folder) / name)
                paths[-1].write_bytes(raw)
            done = copy.git.ask("merge-file", "-p", "-q", *map(str, paths), within=copy.limits.ask)
    except SourceError as error:
        raise away(error) from None
    except OSError:
        return None  # no room: field by field it needs none
    return done.out if done.code == 0 else None
