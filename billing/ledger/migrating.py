"""The tables of a ledger brought to what this version writes: Alembic's revisions, under one lock."""

from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

from dialform.billing.ledger.errors import LedgerError

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0004"
"""The revision that this version reads and writes. Alembic itself is imported only where it is not there."""

_LOCK = 0x4469616C4C656467
"""'DialLedg', as the number of an advisory lock: of two processes that start at once, one waits."""


def revision(connection: Connection) -> str:
    """The revision of the tables that are there, empty where there are none."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return ""
    return connection.scalar(text("SELECT version_num FROM alembic_version")) or ""


def check(connection: Connection) -> bool:
    """Whether the tables are those of this version. Raises LedgerError where they are of a later one."""
    found = revision(connection)
    if found > HEAD:
        raise LedgerError(
            f"The ledger was written by a later version of Dialform (its tables are at revision {found}, "
            f"this one knows {HEAD}): run that version, or go back to a backup."
        )
    return found == HEAD


def upgrade(connection: Connection, target: str = "head") -> None:
    """Make or change the tables, within the transaction that the caller has begun.

    Whoever else does so at the same time waits, and then finds them done: SQLite's transaction is the only
    one that writes, PostgreSQL takes a lock that ends with it.
    """
    _lock(connection)
    if target != "head" or not check(connection):
        from alembic import command

        command.upgrade(config(connection), target)


def downgrade(connection: Connection, target: str = "base") -> None:
    """Take revisions back, with all that their tables hold, within the caller's transaction."""
    from alembic import command

    _lock(connection)
    command.downgrade(config(connection), target)


def config(connection: Connection) -> "Config":
    """Alembic's settings, for a connection that is open."""
    from alembic.config import Config

    found = Config()
    found.set_main_option("script_location", "dialform.billing.ledger:migrations")
    found.attributes["connection"] = connection
    return found


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
