"""The URL of a ledger: which database it names, and how it is shown."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from dialform.billing.ledger.errors import LedgerError

_POSTGRESQL = ("postgresql", "postgres", "postgresql+psycopg")


def read(url: str) -> URL:
    """The address that a URL is. Raises LedgerError, which never shows the URL: a password may be in it."""
    try:
        found = make_url(url)
    except (ArgumentError, ValueError):
        raise LedgerError(
            "The ledger's URL is none: write sqlite:///PATH or postgresql://USER@HOST/DATABASE."
        ) from None
    if "@" in f"{found.host}{found.database}" and found.drivername in _POSTGRESQL:
        raise LedgerError(
            "The ledger's URL has a user or password that reads as something else: "
            "write @ in it as %40, / as %2F and : as %3A."
        )
    if found.drivername in _POSTGRESQL:
        return found.set(drivername="postgresql+psycopg")
    if found.drivername in ("sqlite", "sqlite+pysqlite"):
        if not found.database or found.database == ":memory:" or found.query:
            raise LedgerError("A ledger in SQLite is a file: write sqlite:///PATH.")
        return found.set(drivername="sqlite+pysqlite")
    raise LedgerError(
        f"No ledger is kept in '{found.drivername.partition('+')[0]}': "
        "write sqlite:///PATH or postgresql://USER@HOST/DATABASE."
    )


def shown(url: URL) -> str:
    """How messages name it: a file's path, or host and database; never a password or a user."""
    if url.drivername.startswith("sqlite"):
        return str(path(url))
    host = url.host or str(url.query.get("host", "")) or "this machine"
    return f"{url.database or 'postgres'} on {host}"


def path(url: URL) -> Path:
    """The file of a ledger in SQLite."""
    return Path(url.database or "")
