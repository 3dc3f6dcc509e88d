"""The folder that the switch writes its call records to: read in batches, each file then put away.

```text
<spool>/<uuid>.cdr.json          what is not booked yet
<spool>/booked/2026-11-28/       what is booked, by the day (UTC) on which it was
<spool>/bad/                     what is no record, each with a `.reason.txt` beside it
```

The folder is never listed as a whole: there may be a million files.
"""

import itertools
import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from dialform.billing.spool import files
from dialform.billing.spool.delivery import (
    ENDING,
    NAME,
    Delivery,
    RefusedError,
    YoungError,
    deliver,
    stamp,
)
from dialform.billing.spool.shelves import BAD, BOOKED, Shelves
from dialform.schema.rule import printable
from dialform.values import dataclass, field

Alarm = Callable[[str, str], None]
"""Told of trouble: what kind it is (a word), and a sentence with the way out."""

_TICK = 2.0
"""Seconds within which a file system may give two changes one time."""
_EACH = 20
"""Bad files of which each is an alarm; of more in one pass it is said how many."""
_TRUSTED = 60.0
"""Seconds for which a folder's time is believed; then it is listed all the same."""


@dataclass(slots=True)
class Left:
    """What a pass leaves behind: files that wait, and when the oldest changed (seconds, 0: none)."""

    files: int = 0
    oldest: float = 0.0

    def add(self, changed: float) -> None:
        """One more that was last written then."""
        self.files += 1
        self.oldest = min(self.oldest or changed, changed)


@dataclass(slots=True)
class Batch:
    """Some files of a pass: those that were read, and how many went to `bad/`."""

    read: list[Delivery] = field(default_factory=list)
    bad: int = 0


class Spool:
    """A spool on this machine. All that it does blocks; one thread at a time."""

    def __init__(
        self, folder: Path, host: str, *, now: Callable[[], float] = time.time,
        alarm: Alarm | None = None, batch: int = 400, patience: float = 30.0,
    ) -> None:  # fmt: skip
        """`now` is seconds since 1970. What is not complete after `patience` seconds never will be."""
        self.folder = folder
        self.left = Left()
        self.trouble = ""
        """Why the folder, or a file in it, cannot be read or put away; empty: all can."""
        self._host, self._now, self._batch, self._patience = host, now, batch, patience
        self._alarm: Alarm = alarm or (lambda kind, words: None)
        self._shelves = Shelves(folder, now, self._bad, self._fail)
        self.counted = self._shelves.counted
        """How many files went to `bad/`, by reason; of very many reasons only some."""
        self._failed = ""
        self._lately = 0
        self._still = (0, 0.0)
        self._seen: os.stat_result | None = None

    # Reading.

    def passes(self) -> Iterator[Batch]:
        """One pass over the folder, lazily; settle or refuse a batch before asking for the next."""
        self._failed = ""
        left, batch, mark = Left(), Batch(), self._mark()
        try:
            with os.scandir(self.folder) as entries:
                for entry in entries:
                    try:
                        self._take(entry, batch, left)
                    except OSError as error:
                        self._fail(error)
                        left.add(self._now())
                    if len(batch.read) >= self._batch or batch.bad >= self._batch:
                        yield batch
                        batch = Batch()
        except OSError as error:
            self._fail(error)
        if batch.read or batch.bad:
            yield batch
        if self._lately > _EACH:
            more = self._lately - _EACH
            self._alarm(
                "bad", f"{more} more files went to {self.folder / BAD}: the reasons lie there."
            )
        self._lately = 0
        self.left = left
        self._say()
        self._still = (0, 0.0) if left.files or self._failed else mark

    def unchanged(self) -> bool:
        """Whether nothing can have come since a pass that left nothing: the folder's own time says so.

        A folder that held a million files is slow to list for ever after.
        """
        changed, at = self._still
        if not changed or not 0 <= self._now() - at < _TRUSTED:
            return False
        try:
            return self.folder.stat().st_mtime_ns == changed
        except OSError:
            return False

    def find(self, uuids: Iterable[str]) -> Batch:
        """The files of these channels, as far as they are there and complete."""
        batch = Batch()
        for uuid in uuids:
            name = f"{uuid}{ENDING}"
            if NAME.fullmatch(name) and not self._shelves.holds(name):
                try:
                    self._read(name, batch, Left())
                except OSError as error:
                    self._fail(error)
        return batch

    def holds(self, uuid: str) -> bool:
        """Whether a file of this channel waits to be read, whatever is in it."""
        name = f"{uuid}{ENDING}"
        return (
            NAME.fullmatch(name) is not None
            and not self._shelves.holds(name)
            and os.path.lexists(f"{self.folder}/{name}")
        )

    def survey(self, most: int = 10_000) -> Left:
        """How much lies there, counted up to so many files; for when nothing can be booked."""
        left = Left()
        self._mark()
        try:
            with os.scandir(self.folder) as entries:
                for entry in itertools.islice(entries, most):
                    if NAME.fullmatch(entry.name):
                        left.add(entry.stat(follow_symlinks=False).st_mtime)
        except OSError as error:
            self._fail(error)
        if self._failed:
            self._say()
        self.left = left
        return left

    def _mark(self) -> tuple[int, float]:
        """When the folder changed last, and now. It is made anew where somebody removed it."""
        now = self._now()
        try:
            try:
                self._seen = self.folder.stat()
            except FileNotFoundError:
                # The switch makes it when it starts, and then no more: it would lose every record.
                files.make_anew(self.folder, self._seen)
                self._alarm("spool", f"{self.folder} was gone and has been made anew.")
                self._seen = self.folder.stat()
        except OSError as error:
            self._fail(error)
            return 0, 0.0
        changed = self._seen.st_mtime
        return (self._seen.st_mtime_ns if now - changed > _TICK else 0), now

    def _take(self, entry: "os.DirEntry[str]", batch: Batch, left: Left) -> None:
        name = entry.name
        if name in (BOOKED, BAD):
            if not entry.is_dir(follow_symlinks=False):
                raise NotADirectoryError(20, "it has to be a folder", entry.path)
        elif self._shelves.holds(name):
            if not self._shelves.try_again(name):
                left.add(entry.stat(follow_symlinks=False).st_mtime)
        elif entry.is_file(follow_symlinks=False) and NAME.fullmatch(name):
            self._read(name, batch, left)
        elif self._is_young(seen := entry.stat(follow_symlinks=False)):
            left.add(seen.st_mtime)
        else:
            self._shelves.refuse(name, stamp(seen), _KINDS.get(stat.S_IFMT(seen.st_mode), _FOREIGN))
            batch.bad += 1

    def _read(self, name: str, batch: Batch, left: Left) -> None:
        path = f"{self.folder}/{name}"
        try:
            batch.read.append(deliver(path, name, self._host, self._now(), self._is_young))
        except FileNotFoundError:
            pass  # somebody else has put it away
        except YoungError:
            left.add(self._now())
        except RefusedError as error:
            self._shelves.refuse(name, error.stamp, str(error))
            batch.bad += 1

    def _is_young(self, seen: os.stat_result) -> bool:
        return abs(self._now() - seen.st_mtime) < self._patience

    # Putting away.

    def settle(self, read: Iterable[Delivery]) -> None:
        """Put files away whose facts are booked. One that changed meanwhile stays, to be read again."""
        self._shelves.settle((one.name, one.stamp) for one in read)

    def refuse(self, one: Delivery, why: str) -> None:
        """Put a file that was read to `bad/`: the ledger does not take it."""
        self._shelves.refuse(one.name, one.stamp, why)

    def prune(self, keep_days: int, most: int = 2000) -> int:
        """Remove what was booked more than so many days ago, up to so many files; how many they were."""
        try:
            return self._shelves.prune(keep_days, most)
        except OSError as error:
            self._fail(error)
            return 0

    # Trouble.

    def _bad(self, path: Path, why: str) -> None:
        self._lately += 1
        if self._lately <= _EACH:
            self._alarm("bad", printable(f"{path}: {why}"))

    def _fail(self, error: OSError) -> None:
        """What failed first is what is said."""
        self._failed = self._failed or printable(files.explained(error))

    def _say(self) -> None:
        """Trouble is told when it begins; it is over with the first pass without any."""
        if self._failed and self._failed != self.trouble:
            self._alarm("spool", self._failed)
        self.trouble = self._failed


_FOREIGN = "It is not called `<uuid>.cdr.json`, as the switch calls its records."
_KINDS = {
    stat.S_IFDIR: "It is a folder; the switch writes only files here (`rotate` is off).",
    stat.S_IFLNK: "It is a symbolic link, not a file.",
    stat.S_IFIFO: "It is a pipe, not a file.",
    stat.S_IFSOCK: "It is a socket, not a file.",
    stat.S_IFCHR: "It is a device, not a file.",
    stat.S_IFBLK: "It is a device, not a file.",
}
