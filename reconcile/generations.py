"""What was compiled for the switch, kept on the host: a folder each, whole and on the disk or not there.

The files are links to those of `build/`, and so a generation more costs what changed. A file that somebody
writes to in place is thus damaged in each that has it; the compiler sees that at its next run and writes
it anew, under another inode. Beside each folder lies a note of how its files looked: what looks otherwise
is read and held against the manifest. Without the note everything is read.
"""

import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

from dialform.compiler.states.state import MANIFEST, WORKTREE, live_digest
from dialform.reconcile import durable
from dialform.reconcile.layout import Layout
from dialform.values import dataclass

KEEP = 10
Look = list[int]
"""Size, time (ns), inode and mode of a file: what tells a change without reading it."""

_NOTE, _LOOKS, _SPARE = ".note", ".looks", ".spare-"
_NAME = re.compile(r"(?:[0-9a-f]{12}|worktree)-[0-9a-f]{12}")
_PHONES = "provisioning/"
"""What phones fetch: a folder each."""
_RACY = 50_000_000
"""Nanoseconds in which a file may change twice without looking otherwise."""


class GenerationError(Exception):
    """What should become a generation is none, or one is not there: one sentence, with the way out."""


class DamagedError(GenerationError):
    """What should become a generation is not what the compiler wrote."""


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation. `made` is in seconds since 1970; `number` counts those of this host.

    `commit` is None where it came from a working tree that no commit holds. `digest` names the content
    (`live_digest`), `revision` is what the live switch shows.
    """

    name: str
    commit: str | None
    digest: str
    revision: str
    folder: Path
    made: float
    number: int
    host: str
    wave: int = 0
    placeholders: bool = False


class Generations:
    """All generations of a state folder, and the link to the one that the switch runs."""

    def __init__(self, layout: Layout, now: Callable[[], float] = time.time) -> None:
        self.layout = layout
        self.folder = layout.generations
        self._now = now

    def sweep(self) -> None:
        """Remove what a killed run left. Raises OSError."""
        durable.sweep(self.layout.root)
        durable.sweep(self.folder)
        for ending in (_NOTE, _LOOKS) if self.folder.is_dir() else ():
            for note in self.folder.glob(f".*{ending}"):
                if not (self.folder / note.name[1:].removesuffix(ending)).is_dir():
                    durable.remove(note)

    def take(self, folder: Path, commit: str | None) -> Generation:
        """Keep a compiled host folder. What is kept already, and whole, stays as it is.

        When this returns, it is on the disk. Raises DamagedError, GenerationError, OSError.
        """
        manifest, digest = _manifest(folder)
        name = f"{(commit or WORKTREE)[:12]}-{digest[:12]}"
        target = self.folder / name
        there = target.is_dir()
        if there:
            found = self.find(name)
            if found is not None and not self.damaged(found):
                return found
            # Whoever changed the files there may have changed those that they are links to.
            if _bad(folder, manifest, {}, 0):
                raise DamagedError(
                    f"'{folder}' was changed by hand: compile again without the cache."
                )
        durable.make_folder(self.folder)
        making = self.folder / f".{name}.{os.getpid()}{durable.NEW}"
        durable.remove_tree(making)
        looks = {path: _look(f"{folder}/{path}") for path in manifest["files"]}
        try:
            self._fill(making, folder, looks)
            self._note(name, commit, making, manifest, looks)
            if there:
                durable.exchange(making, target)
            else:
                durable.rename(making, target)
        finally:
            durable.remove_tree(making)
        found = self.find(name)
        assert found is not None
        return found

    def _fill(self, making: Path, folder: Path, looks: dict[str, Look]) -> None:
        """Make the hidden folder: of the spare one what differs, without one everything."""
        spare = self._spare()
        before = self._looks(spare.name.removeprefix(_SPARE)) if spare is not None else None
        if spare is None or not before:
            durable.link_tree(folder, making, [*looks, MANIFEST])
            durable.syncfs(making)
            return
        durable.rename(spare, making)
        stale = [path for path, look in before.items() if looks.get(path) != look]
        fresh = [path for path, look in looks.items() if before.get(path) != look]
        durable.relink(folder, making, [*stale, MANIFEST], [*fresh, MANIFEST])

    def prepare(self, generation: Generation) -> None:
        """Make a spare folder of links to a generation, so that the next one costs what differs.

        Raises OSError.
        """
        looks = self._looks(generation.name)
        if not looks or self.damaged(generation):
            return
        old = self._spare()
        if old is not None:
            if old.name == _SPARE + generation.name:
                return
            durable.remove_tree(old)
        making = self.folder / f"{_SPARE}{generation.name}.{os.getpid()}{durable.NEW}"
        durable.remove_tree(making)
        try:
            durable.link_tree(generation.folder, making, [*looks, MANIFEST])
            durable.syncfs(making)
            durable.rename(making, self.folder / f"{_SPARE}{generation.name}")
        finally:
            durable.remove_tree(making)  # the disk is full, or it was removed meanwhile

    def _spare(self) -> Path | None:
        found = [p for p in self.folder.glob(f"{_SPARE}*") if p.suffix != durable.NEW]
        return found[0] if found else None

    def _note(
        self, name: str, commit: str | None, folder: Path, manifest: dict[str, Any],
        looks: dict[str, Look],
    ) -> None:  # fmt: skip
        """How the files look, and what the name does not say."""
        before = self._read(name, _NOTE)
        last = max((one.number for one in self.all()), default=0)
        raw = (folder / MANIFEST).read_bytes()
        seen = {"seen_at": time.time_ns(), "files": looks}
        note = {
            "commit": commit,
            "number": before.get("number", last + 1),
            "made": before.get("made", self._now()),
            "manifest": _sha256(raw),
            "header": {key: value for key, value in manifest.items() if key != "files"},
        }
        for ending, data in ((_LOOKS, seen), (_NOTE, note)):
            content = json.dumps(data, separators=(",", ":")).encode()
            durable.write(self.folder / f".{name}{ending}", content, 0o640)

    def _looks(self, name: str) -> dict[str, Look]:
        found = self._read(name, _LOOKS).get("files", {})
        return found if isinstance(found, dict) else {}

    def all(self) -> list[Generation]:
        """Every generation, the newest first; a damaged one too."""
        if not self.folder.is_dir():
            return []
        names = [n for n in os.listdir(self.folder) if _NAME.fullmatch(n)]  # noqa: PTH208
        found = [one for name in names if (one := self.find(name)) is not None]
        return sorted(found, key=lambda one: (one.number, one.made, one.name), reverse=True)

    def current(self) -> Generation | None:
        """What the switch runs; None where nothing was applied, or where its folder has gone."""
        try:
            target = os.readlink(self.layout.current)  # noqa: PTH115 -- as it was written
        except OSError:
            return None
        return self.find(Path(target).name)

    def find(self, wanted: str) -> Generation | None:
        """A generation by its name, or the newest of a commit (at least 7 digits of it)."""
        if _NAME.fullmatch(wanted):
            folder = self.folder / wanted
            return self._open(folder) if folder.is_dir() and not folder.is_symlink() else None
        if re.fullmatch(r"[0-9a-f]{7,64}", wanted):
            for one in self.all():
                if (one.commit or one.name).startswith(wanted):
                    return one
        return None

    def _open(self, folder: Path) -> Generation | None:
        """A generation as its note says it; without one, as its manifest does. None where it is just gone."""
        note = self._read(folder.name, _NOTE)
        if "header" not in note:
            try:
                manifest, _ = _manifest(folder)
            except GenerationError:
                manifest = {"files": {}}
            try:
                made = folder.stat().st_mtime
            except FileNotFoundError:
                return None
            note = {"header": manifest, "made": made, "number": 0}
            note["commit"] = manifest.get("commit")
        header = note["header"]
        return Generation(
            folder.name, note.get("commit"), folder.name.rpartition("-")[2],
            str(header.get("revision", "")), folder, float(note["made"]), int(note["number"]),
            str(header.get("host", "")), int(header.get("wave") or 0),
            bool(header.get("placeholders")),
        )  # fmt: skip

    def flip(self, generation: Generation) -> None:
        """Let `current` be this one. Raises OSError. The lock is checked by whoever calls."""
        durable.flip(self.layout.current, f"{self.folder.name}/{generation.name}")

    def damaged(self, generation: Generation, *, whole: bool = False) -> list[str]:
        """The paths of a generation whose bytes are not those that were compiled, sorted.

        Read is what looks otherwise than it did, with `whole` everything. What is there and belongs to
        nobody counts too, but not beside a phone's own files. A file that cannot be read is damaged.
        """
        note = self._read(generation.name, _NOTE)
        try:
            raw = (generation.folder / MANIFEST).read_bytes()
            manifest, digest = _parsed(raw, generation.folder)
        except (OSError, GenerationError):
            return [MANIFEST]
        named = digest[:12] == generation.digest
        if not named or note.get("manifest", _sha256(raw)) != _sha256(raw):
            return [MANIFEST]
        seen = {} if whole else self._read(generation.name, _LOOKS)
        racy = seen.get("seen_at", 0) - _RACY
        bad = _bad(generation.folder, manifest, seen.get("files", {}), racy)
        bad += _strangers(str(generation.folder), manifest["files"].keys() | {MANIFEST})
        return sorted(bad)

    def prune(self, keep: int = KEEP, also_keep: Collection[str] = ()) -> list[str]:
        """Remove all but the newest `keep`, what is current and what is named. Raises OSError.

        Says which were removed.
        """
        current = self.current()
        stay = {*also_keep, *([current.name] if current else [])}
        gone = [one for one in self.all()[max(keep, 1) :] if one.name not in stay]
        for one in gone:
            # First out of sight: what is half removed is no generation any more.
            hidden = self.folder / f".{one.name}.{os.getpid()}{durable.NEW}"
            durable.remove_tree(hidden)
            durable.rename(one.folder, hidden)
            durable.remove_tree(hidden)
            for ending in (_NOTE, _LOOKS):
                durable.remove(self.folder / f".{one.name}{ending}")
        return [one.name for one in gone]

    def _read(self, name: str, ending: str) -> dict[str, Any]:
        try:
            data = durable.read_json(self.folder / f".{name}{ending}")
        except OSError:
            return {}
        return data if isinstance(data, dict) else {}


def _manifest(folder: Path) -> tuple[dict[str, Any], str]:
    """The manifest of a folder, and the name of its content."""
    try:
        raw = (folder / MANIFEST).read_bytes()
    except OSError as error:
        raise GenerationError(
            f"'{folder}' is no compiled host folder ({MANIFEST}: {error.strerror}): compile again."
        ) from None
    return _parsed(raw, folder)


def _parsed(raw: bytes, folder: Path) -> tuple[dict[str, Any], str]:
    try:
        manifest: dict[str, Any] = json.loads(raw)
        return manifest, live_digest(manifest)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise GenerationError(f"'{folder}/{MANIFEST}' cannot be read: compile again.") from None


def _bad(folder: Path, manifest: dict[str, Any], looks: dict[str, Look], racy: int) -> list[str]:
    base = str(folder)
    return [
        path
        for path, file in manifest["files"].items()
        if not _stands(f"{base}/{path}", looks.get(path), racy, file)
    ]


def _look(path: str) -> Look:
    status = os.lstat(path)
    return [status.st_size, status.st_mtime_ns, status.st_ino, status.st_mode]


def _stands(path: str, look: Look | None, racy: int, file: dict[str, Any]) -> bool:
    """Whether a file has the bytes and the mode that its manifest says."""
    try:
        now = _look(path)
        if look == now and now[1] < racy:
            return True
        if now[3] & 0o170000 != 0o100000 or f"{now[3] & 0o7777:04o}" != file["mode"]:
            return False
        return _sha256(Path(path).read_bytes()) == str(file["sha256"])
    except OSError:
        return False


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _strangers(base: str, known: Collection[str]) -> Iterator[str]:
    """What lies in a generation that was not compiled: an XML file more may be included too.

    A phone's folder is not listed. What nobody compiled there is in no index, so nobody is given it; and to
    list fifty thousand folders takes longer than all the rest.
    """
    phones = {path.rpartition("/")[0] for path in known if path.startswith(_PHONES)}
    waiting = [""]
    while waiting:
        above = waiting.pop()
        for entry in os.scandir(base + above):
            path = f"{above}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                if path[1:] not in phones:
                    waiting.append(path)
            elif path[1:] not in known:
                yield path[1:]
