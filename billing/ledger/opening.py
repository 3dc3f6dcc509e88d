"""A ledger is opened by its URL: SQLite in a file, or PostgreSQL."""

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from dialform.billing.ledger import address, migrating
from dialform.billing.ledger.database import Database
from dialform.billing.ledger.errors import LedgerError
from dialform.billing.ledger.ledger import Ledger

MODE = 0o640
"""Of the file: people of the billing group may read it. What SQLite keeps beside it has the same."""

BUSY = 10.0
"""Seconds that a transaction waits for another one's."""

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",  # readers and the writer do not wait for each other
    "PRAGMA synchronous = FULL",  # what is committed is on the disk
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",  # a row that INSERT OR REPLACE would delete is one that is deleted
    "PRAGMA cache_size = -32768",
)


_LIBPQ = {
    "connect_timeout": 5, "application_name": "dialform",
    "keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 30_000,
}  # fmt: skip
"""Where the URL says nothing else. Of a server that vanished one hears within half a minute."""
_NOTICED = "-c tcp_keepalives_idle=15 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
"""And the server of a host that did: it holds the locks of its tenants until then."""


def open_ledger(url: str, *, migrate: bool = True, busy: float = BUSY) -> Ledger:
    """Open a ledger, and make or change its tables where they are not those of this version.

    Args:
        url: `sqlite:///PATH` (the last folder of it is made) or `postgresql://USER@HOST/DATABASE`.
        migrate: False for what only reads: then a ledger that is not there, or is of an earlier version,
            is an error.
        busy: seconds to wait for another writer.

    Raises:
        LedgerError: one sentence with the way out, without anything secret of the URL.
    """
    found = address.read(url)
    name = address.shown(found)
    sqlite = found.drivername.startswith("sqlite")
    if sqlite:
        _file(address.path(found), migrate)
    database = Database(_sqlite(found, busy) if sqlite else _postgresql(found, busy), name)
    try:
        with database.reading() as connection:
            current = migrating.check(connection)
        if not current and not migrate:
            raise LedgerError(
                f"The ledger {name} has no tables of this version yet: start the agent, or run "
                "`dialform billing ingest`, which make them."
            )
        if not current:
            database.write(migrating.upgrade)
    except LedgerError:
        database.close()
        raise
    return Ledger(database)


def _file(path: Path, make: bool) -> None:
    """Make the file, so that its mode is ours and not that of whoever starts first."""
    if not make and not path.exists():
        raise LedgerError(
            f"There is no ledger at {path} yet: name another one with --ledger, or start the agent, "
            "which makes it."
        )
    try:
        with contextlib.suppress(FileExistsError):
            path.parent.mkdir(mode=0o750)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE)
    except FileExistsError:
        return
    except OSError as error:
        raise LedgerError(
            f"The ledger {path} cannot be made ({error.strerror or 'unknown'}): see to its folder, or name "
            "another one with --ledger."
        ) from None
    os.fchmod(descriptor, MODE)
    os.close(descriptor)


def _sqlite(url: URL, busy: float) -> Engine:
    engine = create_engine(url, connect_args={"timeout": busy, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # transactions begin where we say so
        for pragma in _PRAGMAS:
            connection.execute(pragma).close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that writes waits at its beginning, not in its middle, where it could only fail.
        writes = connection.get_execution_options().get("dialform_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: URL, busy: float) -> Engine:
    settings = f"-c lock_timeout={int(busy * 1000)} -c timezone=UTC {_NOTICED}"
    own = url.query.get("options")
    more: dict[str, Any] = {name: value for name, value in _LIBPQ.items() if name not in url.query}
    more["options"] = f"{own} {settings}" if own else settings
    try:
        return create_engine(url, connect_args=more, pool_pre_ping=True)
    except ImportError:
        raise LedgerError(
            "A ledger in PostgreSQL needs psycopg, which is not installed: "
            "pip install 'dialform[postgresql]'."
        ) from None
