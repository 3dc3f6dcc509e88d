"""Who waits for whom: SQLite has one writer at a time, so only PostgreSQL needs words for it."""

from typing import Any

from sqlalchemy import Connection, Row, Select, text

from dialform.fax.queue.tables import jobs

_CLAIMS = 0x4469616C46617843
"""'DialFaxC': who counts the faxes of a tenant and a trunk is alone until it took its place."""
_DOCUMENTS = 0x4469616C46617844
"""'DialFaxD': no document goes while jobs are added that need it."""


def claims(connection: Connection) -> None:
    """Wait until nobody else claims."""
    _wait(connection, "pg_advisory_xact_lock", _CLAIMS)


def adding(connection: Connection) -> None:
    """Wait until nobody removes documents; many may add."""
    _wait(connection, "pg_advisory_xact_lock_shared", _DOCUMENTS)


def removing(connection: Connection) -> None:
    """Wait until nobody adds jobs or removes documents."""
    _wait(connection, "pg_advisory_xact_lock", _DOCUMENTS)


def job(connection: Connection, id_: int) -> Row[Any] | None:
    """The row of a job, which nobody else changes until this transaction ends."""
    return connection.execute(held(jobs.select().where(jobs.c.id == id_))).first()


def held(asked: Select[Any]) -> Select[Any]:
    """A question whose rows nobody else changes until this transaction ends."""
    return asked.with_for_update()  # SQLite leaves it out


def _wait(connection: Connection, function: str, lock: int) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT {function}(:lock)"), {"lock": lock})
