"""The ledger's notices, worked off: each is done once, by one agent, and again later where it fails."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, Row, select, update

from dialform.billing.ledger.database import Database
from dialform.billing.ledger.tables import notices
from dialform.billing.ledger.trouble import telling
from dialform.billing.ledger.values import Notice

MOST = 100
"""Notices that are taken at a time."""

Send = Callable[[Notice], str]
"""Does what a notice asks for. Why it failed, or empty where it is done."""


class Outbox:
    """The notices that are not out yet."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self, kinds: Iterable[str], after: int = 0) -> list[Notice]:
        """The next of these kinds that are to be done, behind the one with an id, the oldest first.

        Raises LedgerError.
        """
        wanted = select(notices).where(
            notices.c.sent == 0, notices.c.kind.in_(sorted(kinds)), notices.c.id > after
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(notices.c.id).limit(MOST)).all()
        return [_notice(row) for row in rows]

    def do(self, notice: Notice, send: Send, now: int) -> str | None:
        """Do one. Why it failed, empty where it is done, None where another agent is at it or has done it.

        While it is sent its row is locked in PostgreSQL, where the agents of several hosts share a ledger; a
        ledger in SQLite has one agent, and must not be kept from booking. Who dies between sending and
        saying so sends it again: with the same Message-ID. Raises LedgerError.
        """
        database = self._database
        if database.dialect != "postgresql":
            with database.reading() as connection:
                found = connection.execute(_asked(notice.id)).first()
            return None if found is None else self._done(found, send, now)
        with telling(database.name), database.engine.begin() as connection:
            found = connection.execute(_asked(notice.id).with_for_update(skip_locked=True)).first()
            if found is None:
                return None
            _begin(connection, notice.id)
            why = send(_notice(found))
            _note(connection, notice.id, why, now)
            return why

    def _done(self, found: Row[Any], send: Send, now: int) -> str:
        # What cannot be written down is not sent: it would be sent again each time.
        self._database.write(lambda connection: _begin(connection, found.id))
        why = send(_notice(found))
        self._database.write(lambda connection: _note(connection, found.id, why, now))
        return why


def _asked(id_: int) -> Any:
    return select(notices).where(notices.c.id == id_, notices.c.sent == 0)


def _begin(connection: Connection, id_: int) -> None:
    connection.execute(update(notices).where(notices.c.id == id_).values(tries=notices.c.tries + 1))


def _note(connection: Connection, id_: int, why: str, now: int) -> None:
    values = {"last": why, "sent": 0 if why else now}
    connection.execute(update(notices).where(notices.c.id == id_).values(**values))


def _notice(row: Row[Any]) -> Notice:
    return Notice(
        row.id, row.kind, row.tenant, row.about, row.at, json.loads(row.body), row.sent, row.tries, row.last
    )  # fmt: skip
