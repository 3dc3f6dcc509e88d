"""Where files of a spool go when they are dealt with: `booked/<day>/`, or `bad/` with a reason."""

import itertools
import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from dialform.billing.spool import files
from dialform.billing.spool.delivery import Stamp, stamp

BOOKED, BAD = "booked", "bad"
REASON = ".reason.txt"

_STUCK = 10_000
_REASONS = 100
_OTHER = "Other reasons."


class Shelves:
    """Puts files of one spool away. What cannot be moved now is kept in mind, not read again."""

    def __init__(
        self, folder: Path, now: Callable[[], float], refused: Callable[[Path, str], None],
        failed: Callable[[OSError], None],
    ) -> None:  # fmt: skip
        """`refused` is told of each file that went to `bad/`, `failed` of each that could not be moved."""
        self._folder, self._now, self._refused, self._failed = folder, now, refused, failed
        self.counted: dict[str, int] = {}
        self._stuck: dict[str, tuple[Stamp, str | None]] = {}

    def holds(self, name: str) -> bool:
        """Whether this file is dealt with and only could not be moved."""
        return name in self._stuck

    def try_again(self, name: str) -> bool:
        """Move what could not be moved; whether it is out of the way, or another file by now."""
        own, why = self._stuck.pop(name)
        return self.settle([(name, own)]) if why is None else self.refuse(name, own, why)

    def settle(self, booked: Iterable[tuple[str, Stamp]]) -> bool:
        """Put booked files away, as far as they are still those that were read. False: some stay."""
        day = datetime.fromtimestamp(self._now(), UTC).date().isoformat()
        shelf, away = f"{self._folder}/{BOOKED}/{day}", True
        for name, own in booked:
            path = f"{self._folder}/{name}"
            try:
                if stamp(os.lstat(path)) == own:
                    files.move(path, shelf, name)
            except FileNotFoundError:
                pass  # somebody else has put it away
            except OSError as error:
                self._stick(name, own, None, error)
                away = False
        return away

    def refuse(self, name: str, own: Stamp, why: str) -> bool:
        """Put a file to `bad/`, if it is still the one that was looked at. False: it lies there still."""
        try:
            if stamp(os.lstat(f"{self._folder}/{name}")) == own:
                self._refuse(name, why)
        except FileNotFoundError:
            pass
        except OSError as error:
            self._stick(name, own, why, error)
            return False
        return True

    def _refuse(self, name: str, why: str) -> None:
        """The reason comes first, so that no file lies there without."""
        shelf = self._folder / BAD
        free = files.free_name(str(shelf), name)
        note = shelf / f"{free}{REASON}"
        at = datetime.fromtimestamp(self._now(), UTC)
        try:
            files.make_folder(str(shelf))
            files.note(note, f"{at:%Y-%m-%dT%H:%M:%SZ} {why}\n")
        except OSError as error:
            if error.errno not in files.FULL:
                raise
            # A rename takes no room, a note does: better without one than read again for ever.
        got = files.move(f"{self._folder}/{name}", str(shelf), name)
        known = why if why in self.counted or len(self.counted) < _REASONS else _OTHER
        self.counted[known] = self.counted.get(known, 0) + 1
        self._refused(shelf / got, why)

    def _stick(self, name: str, own: Stamp, why: str | None, error: OSError) -> None:
        if len(self._stuck) < _STUCK:
            self._stuck[name] = (own, why)
        self._failed(error)

    def prune(self, keep_days: int, most: int) -> int:
        """Remove up to so many files that were booked longer ago; how many they were. Raises OSError."""
        oldest = datetime.fromtimestamp(self._now() - keep_days * 86400, UTC).date().isoformat()
        removed = 0
        for day in self._days():
            if day >= oldest or removed >= most:
                break
            shelf = f"{self._folder}/{BOOKED}/{day}"
            with os.scandir(shelf) as entries:
                names = [entry.name for entry in itertools.islice(entries, most - removed)]
            for name in names:
                files.remove(f"{shelf}/{name}")
            removed += len(names)
            files.remove_folder(shelf)
        return removed

    def _days(self) -> list[str]:
        try:
            with os.scandir(self._folder / BOOKED) as entries:
                return sorted(
                    entry.name
                    for entry in entries
                    if _is_day(entry.name) and entry.is_dir(follow_symlinks=False)
                )
        except FileNotFoundError:
            return []


def _is_day(name: str) -> bool:
    try:
        return datetime.strptime(name, "%Y-%m-%d").date().isoformat() == name
    except ValueError:
        return False
