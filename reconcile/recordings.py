"""Recorded calls on a host: which there are, which are too old, and one of them, opened.

They lie in `<folder>/<tenant>/<year-month>/`, and those of conferences in
`<folder>/<tenant>/conferences/<number>/`. Nothing else is ever looked at: folders are opened one
below the other and never through a symbolic link, so nothing outside of a tenant's own folder can be
listed or removed, whatever somebody put there.
"""

import contextlib
import json
import os
import re
import stat
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from dialform.values import dataclass

FILE = "recordings.json"
"""What a compiled host says of its recordings (renderers/freeswitch/retention.py)."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*\Z")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}\Z")
_ROOM = re.compile(r"[0-9]+\Z")
_ROOMS = "conferences"
_WAV = re.compile(r"[^/]+\.wav\Z")
_DAY = 86400  # seconds


_LEG = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}_[0-9]{2}-[0-9]{2}-[0-9]{2}_(?P<extension>[^_/]*)_(?P<uuid>[0-9a-f-]{36})\.wav\Z"
)


class RecordingsError(Exception):
    """What a host says of its recordings cannot be read, or a recording cannot: one sentence."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a compiled host says of its recordings."""

    folder: Path
    keep_days: dict[str, int]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording. `path` is relative to the folder of recordings; `changed` is seconds of Unix time."""

    tenant: str
    path: str
    size: int
    changed: float

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.path.rpartition("/")[2]

    @property
    def room(self) -> str:
        """The number of the conference that it is of; empty for a leg of an extension."""
        parts = self.path.split("/")
        return parts[2] if parts[1] == _ROOMS else ""

    @property
    def extension(self) -> str:
        """Whose leg it is; empty for a conference, and where the name does not say."""
        found = None if self.room else _LEG.match(self.name)
        return found["extension"] if found else ""

    @property
    def uuid(self) -> str:
        """The leg; empty as `extension` is."""
        found = None if self.room else _LEG.match(self.name)
        return found["uuid"] if found else ""


def kept(host: Path) -> Kept:
    """What a compiled host's folder says of its recordings.

    Raises FileNotFoundError where it says nothing, RecordingsError where that cannot be read.
    """
    target = host / FILE
    try:
        data = json.loads(target.read_bytes())
        return Kept(Path(data["folder"]), {str(k): int(v) for k, v in data["keep_days"].items()})
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecordingsError(f"{target} cannot be read: {error}") from None


def opened(folder: Path, tenant: str, path: str) -> tuple[Recorded, BinaryIO] | None:
    """One recording of a tenant by its `Recorded.path`, opened for reading; None where there is none.

    Raises RecordingsError where it is there and may not be read.
    """
    above, _, name = path.rpartition("/")
    for shelf in _shelves(folder, [tenant]) if _WAV.match(name) and name.isprintable() else ():
        if shelf.path != above:
            continue
        try:
            descriptor = os.open(
                name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=shelf.here
            )
        except PermissionError:
            raise RecordingsError(
                f"The recording may not be read here: let the portal's user into {folder}."
            ) from None
        except OSError:
            return None
        seen = os.fstat(descriptor)
        if not stat.S_ISREG(seen.st_mode):
            os.close(descriptor)
            return None
        return Recorded(tenant, path, seen.st_size, seen.st_mtime), os.fdopen(descriptor, "rb")
    return None


def recorded(
    folder: Path, tenants: Collection[str] | None = None, months: Collection[str] | None = None
) -> Iterator[Recorded]:
    """The recordings in the folder, by tenant and folder; of these tenants only, if any are named. With
    `months` ("2026-11") those of legs that began in them.
    """
    for shelf in _shelves(folder, tenants):
        if months is None or shelf.path.partition("/")[2] in months:
            yield from _files(shelf)


def prune(
    folder: Path, keep_days: dict[str, int], now: float, *, dry_run: bool
) -> Iterator[Recorded]:
    """Remove what is older than its tenant keeps it, and yield each; remove nothing in a dry run.

    A tenant that is not named keeps all. A recording is as old as its last change, so one that is
    still written is never old. A folder that became empty goes too.
    """
    for shelf in _shelves(folder, keep_days):
        limit = now - keep_days[shelf.tenant] * _DAY
        old = [one for one in _files(shelf) if one.changed < limit]
        for one in old:
            if not dry_run:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(one.path.rpartition("/")[2], dir_fd=shelf.here)
            yield one
        if old and not dry_run:
            # Not empty yet, or the switch was quicker: then it stays.
            with contextlib.suppress(OSError):
                os.rmdir(shelf.name, dir_fd=shelf.above)


@dataclass(frozen=True, slots=True)
class _Shelf:
    """A folder with recordings: `here` is it, and `above` the one that holds it, both open.

    `path` is relative to the folder of recordings, `name` is its last part.
    """

    tenant: str
    path: str
    name: str
    above: int
    here: int


def _shelves(folder: Path, tenants: Collection[str] | None) -> Iterator[_Shelf]:
    try:
        root = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        for slug in _names(root, _SLUG):
            if tenants is not None and slug not in tenants:
                continue
            with _opened(slug, root) as tenant:
                if tenant is None:
                    continue
                yield from _inside(slug, slug, tenant, _MONTH)
                with _opened(_ROOMS, tenant) as rooms:
                    if rooms is not None:
                        yield from _inside(slug, f"{slug}/{_ROOMS}", rooms, _ROOM)
    finally:
        os.close(root)


def _inside(slug: str, path: str, above: int, pattern: re.Pattern[str]) -> Iterator[_Shelf]:
    for name in _names(above, pattern):
        with _opened(name, above) as found:
            if found is not None:
                yield _Shelf(slug, f"{path}/{name}", name, above, found)


def _names(descriptor: int, pattern: re.Pattern[str]) -> list[str]:
    with os.scandir(descriptor) as entries:
        return sorted(entry.name for entry in entries if pattern.match(entry.name))


@contextmanager
def _opened(name: str, above: int) -> Iterator[int | None]:
    """A folder below an open one; None where it is a link, or no folder."""
    try:
        descriptor = os.open(name, _FOLDER, dir_fd=above)
    except OSError:
        yield None
        return
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _files(shelf: _Shelf) -> Iterator[Recorded]:
    for name in _names(shelf.here, _WAV):
        with contextlib.suppress(FileNotFoundError):
            seen = os.stat(name, dir_fd=shelf.here, follow_symlinks=False)
            if stat.S_ISREG(seen.st_mode):
                path = f"{shelf.path}/{name}"
                yield Recorded(shelf.tenant, path, seen.st_size, seen.st_mtime)
