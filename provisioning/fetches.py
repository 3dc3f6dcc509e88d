"""What each phone fetched last: one row a phone, in SQLite. The service writes, everybody reads."""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

from dialform.provisioning.errors import StateError
from dialform.values import dataclass, replace

FILE = "fetches.db"
LONGEST_AGENT = 200
"""Characters of a User-Agent that are kept."""

_TABLE = """
CREATE TABLE IF NOT EXISTS fetches (
    mac TEXT PRIMARY KEY, at REAL NOT NULL, name TEXT NOT NULL, revision TEXT NOT NULL,
    address TEXT NOT NULL, agent TEXT NOT NULL, count INTEGER NOT NULL
) WITHOUT ROWID
"""
_UPSERT = """
INSERT INTO fetches (mac, at, name, revision, address, agent, count) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (mac) DO UPDATE SET at = excluded.at, name = excluded.name, revision = excluded.revision,
    address = excluded.address, agent = excluded.agent, count = fetches.count + excluded.count
"""
_COLUMNS = "mac, at, name, revision, address, agent, count"


@dataclass(frozen=True, slots=True)
class Fetch:
    """The last fetch of a phone. `at` is in seconds since 1970; `count` is how many there were."""

    mac: str
    at: float
    name: str
    revision: str
    address: str
    agent: str
    count: int = 1


class Fetches:
    """What was fetched, kept a moment and then written in one transaction, off the event loop.

    At most one row a phone waits, however long the disk is full.
    """

    def __init__(self, state: Path) -> None:
        self.path = state / FILE
        self._waiting: dict[str, Fetch] = {}
        self._lock = threading.Lock()

    def note(self, fetch: Fetch) -> None:
        """Remember a fetch."""
        with self._lock:
            before = self._waiting.get(fetch.mac)
            count = fetch.count + (before.count if before else 0)
            self._waiting[fetch.mac] = replace(fetch, count=count)

    def flush(self) -> int:
        """Write what waits; how many rows that was. Blocks. Raises StateError, and keeps it all then."""
        with self._lock:
            rows, self._waiting = self._waiting, {}
        if not rows:
            return 0
        try:
            with contextlib.closing(self._opened()) as database, database:
                database.executemany(_UPSERT, [_row(one) for one in rows.values()])
        except sqlite3.Error as error:
            with self._lock:
                newer, self._waiting = self._waiting, rows
            for one in newer.values():
                self.note(one)
            raise StateError(f"{self.path} cannot be written ({error}): fetches wait") from None
        return len(rows)

    def _opened(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.path, timeout=5)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute(_TABLE)
        return database


def last_fetches(state: Path) -> Mapping[str, Fetch]:
    """By MAC the last fetch of each phone; empty where the service never ran. Raises StateError."""
    return {one.mac: one for one in _rows(state / FILE)}


def _rows(path: Path) -> Iterator[Fetch]:
    if not path.exists():
        return
    address = f"{path.absolute().as_uri()}?mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(address, uri=True, timeout=5)) as database:
            # A file without the table is one that the service is making right now.
            if database.execute("SELECT 1 FROM sqlite_master WHERE name = 'fetches'").fetchone():
                for row in database.execute(f"SELECT {_COLUMNS} FROM fetches"):  # noqa: S608 -- no value
                    yield Fetch(*row)
    except sqlite3.Error as error:
        raise StateError(
            f"{path} cannot be read ({error}): look as root, or as the service's user"
        ) from None


def _row(one: Fetch) -> tuple[object, ...]:
    return one.mac, one.at, one.name, one.revision, one.address, one.agent, one.count
