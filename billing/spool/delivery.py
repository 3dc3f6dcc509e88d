"""One file of a spool: what it says, or why it says nothing.

mod_json_cdr opens the file under its own name, writes, and closes it, without a temporary name and without
a sync; on a full disk it unlinks what it wrote, if it can (mod_json_cdr.c, `process_cdr`).
"""

import os
import re
import stat
from collections.abc import Callable

from dialform.billing.facts.errors import FactError, Incomplete
from dialform.billing.facts.fact import Fact
from dialform.billing.facts.legs import facts_of
from dialform.billing.facts.record import MOST, read
from dialform.values import dataclass

ENDING = ".cdr.json"
NAME = re.compile(r"[A-Za-z0-9][\w-]{0,100}\.cdr\.json", re.ASCII)
"""How mod_json_cdr calls the files (`prefix-a-leg=false`, `rotate=false`): the channel's uuid."""

Stamp = tuple[int, int, int]
"""When a file changed last (ns), its inode, its size: another one where somebody wrote another file."""

_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class RefusedError(Exception):
    """It will never be a record; says why, as a sentence. `stamp` is of the file that was looked at."""

    def __init__(self, why: str, own: Stamp) -> None:
        super().__init__(why)
        self.stamp = own


class YoungError(Exception):
    """It is no record yet, and was written to a moment ago: the switch may be at it."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file that was read, and what it says."""

    name: str
    facts: tuple[Fact, ...]
    stamp: Stamp

    @property
    def uuid(self) -> str:
        """The channel that it is called by."""
        return self.name.removesuffix(ENDING)

    @property
    def legs(self) -> list[str]:
        """The channels that it speaks of; where it says nothing, the one that it is called by."""
        return [fact.uuid for fact in self.facts] or [self.uuid]


def stamp(seen: os.stat_result) -> Stamp:
    """The stamp of a file as it lies there."""
    return (seen.st_mtime_ns, seen.st_ino, seen.st_size)


def deliver(
    path: str, name: str, host: str, now: float, young: Callable[[os.stat_result], bool]
) -> Delivery:
    """Read a file whole; `now` is in seconds since 1970.

    Raises RefusedError, YoungError, FileNotFoundError where it is gone, and OSError.
    """
    descriptor = os.open(path, _OPEN)
    try:
        seen = os.fstat(descriptor)
        own = stamp(seen)
        if not stat.S_ISREG(seen.st_mode):
            raise RefusedError("It is no regular file.", own)
        if seen.st_size > MOST:
            raise RefusedError(
                f"It has {seen.st_size:,} bytes; a record has {MOST:,} at most.", own
            )
        raw = os.read(descriptor, seen.st_size + 1)
    finally:
        os.close(descriptor)
    try:
        # Of a clock that went back since, the time at which it was written is the better one.
        facts = facts_of(read(raw), host, now=int(max(now, seen.st_mtime) * 1_000_000))
    except Incomplete as error:
        if young(seen):
            raise YoungError from None
        raise RefusedError(_broken(raw, str(error)), own) from None
    except FactError as error:
        raise RefusedError(str(error), own) from None
    return Delivery(name, tuple(facts), own)


def _broken(raw: bytes, why: str) -> str:
    if not raw:
        return "It is empty: the disk was full, or the switch died before it wrote."
    return f"{why} The disk was full, or the switch died while it wrote."
