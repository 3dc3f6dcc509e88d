"""Whose agents are alive."""

from sqlalchemy import Connection, Select, case, select
from sqlalchemy.dialects import postgresql, sqlite

from dialform.fax.queue.tables import hosts

SILENT = 600 * 1_000_000
"""Microseconds after which the jobs of a host whose agent said nothing may be taken over."""


def beat(connection: Connection, host: str, now: int) -> None:
    """The agent of a host is alive. Of two that say so the later counts."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    said = insert(hosts).values(host=host, seen=now)
    later = case((said.excluded.seen > hosts.c.seen, said.excluded.seen), else_=hosts.c.seen)
    connection.execute(
        said.on_conflict_do_update(index_elements=[hosts.c.host], set_={"seen": later})
    )


def heard(now: int) -> Select[tuple[str]]:
    """The hosts that are not silent."""
    return select(hosts.c.host).where(hosts.c.seen > now - SILENT)
