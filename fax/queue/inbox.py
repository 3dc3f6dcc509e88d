"""Faxes that came in. Each method is one transaction of the ledger's database."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite

from dialform.billing.ledger.database import Database
from dialform.fax.queue import rows
from dialform.fax.queue.tables import received
from dialform.fax.queue.values import NO_MAIL, Received

Faxes = list[Received]


class Inbox:
    """Received faxes, each once by the uuid of its leg. Times are microseconds since 1970.

    What changes something raises LedgerError where nothing was changed, and may be said again.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, fax: Received) -> bool:
        """Keep a fax that came in. False where it is there: then nothing of it changes."""
        insert = postgresql.insert if self._database.dialect == "postgresql" else sqlite.insert
        values = rows.received_row(fax)
        said = insert(received).values(**values).on_conflict_do_nothing().returning(received.c.uuid)
        return self._database.write(lambda connection: connection.scalar(said) is not None)

    def one(self, uuid: str) -> Received | None:
        """One fax."""
        found = self._several(received.c.uuid == uuid, most=1)
        return found[0] if found else None

    def list(
        self, tenant: str | None = None, accounts: Collection[str] | None = None, *,
        since: int = 0, before: int | None = None, most: int = 100,
    ) -> Faxes:  # fmt: skip
        """Faxes that came in from `since` on and before `before`, the newest first. None means any."""
        asked = [received.c.at >= since]
        if tenant is not None:
            asked.append(received.c.tenant == tenant)
        if accounts is not None:
            asked.append(received.c.account.in_(sorted(accounts)))
        if before is not None:
            asked.append(received.c.at < before)
        return self._several(*asked, newest=True, most=most)

    def filed(self, uuid: str, file: str, pages: int, size: int) -> bool:
        """Its PDF is there, of so many bytes. False where there is no such fax."""
        return self._change(uuid, file=file, pages=pages, size=size)

    def found(self, fax: Received) -> bool:
        """What was told as lost is there: its file, how it really ended, and its mail anew."""
        return self._change(
            fax.uuid, file=fax.file, pages=fax.pages, size=fax.size, ok=int(fax.ok), result=fax.result,
            mailed=0, mail="", tries=0, due=fax.due,
        )  # fmt: skip

    def unmailed(self, host: str, now: int | None = None) -> Faxes:
        """Faxes of a host whose mail is to be tried (by `now`: None, at any time).

        One without a file is among them where its pages are lost: then the mail says so.
        """
        asked = [received.c.host == host, received.c.mailed == 0, received.c.due >= 0]
        return self._several(*asked, *([] if now is None else [received.c.due <= now]))

    def sending(self, uuid: str, due: int) -> bool:
        """Its mail is handed over now; it is tried again at `due` where nobody says what became of it."""
        return self._change(uuid, mail="it is being handed over", due=due)

    def mailed(self, uuid: str, now: int) -> bool:
        """A server took its mail."""
        return self._change(uuid, mailed=now, mail="", tries=received.c.tries + 1)

    def unsent(self, uuid: str, why: str, due: int = 0) -> bool:
        """No server took its mail, for this reason; it is tried again at `due`."""
        return self._change(uuid, mail=why, due=due, tries=received.c.tries + 1)

    def no_mail(self, uuid: str, why: str) -> bool:
        """No mail goes out for this one, for this reason."""
        return self._change(uuid, mail=why, due=NO_MAIL)

    def old(self, host: str, tenant: str, before: int, most: int = 500) -> Faxes:
        """Faxes of a tenant on a host that came in before this moment, and of which no mail is owed."""
        owed = (received.c.mailed == 0) & (received.c.due != NO_MAIL)
        return self._several(
            received.c.host == host,
            received.c.tenant == tenant,
            received.c.at < before,
            ~owed,
            most=most,
        )

    def forget(self, uuid: str) -> bool:
        """Remove a fax; its file is the caller's to remove, before."""
        return self._database.write(
            lambda connection: bool(
                connection.execute(delete(received).where(received.c.uuid == uuid)).rowcount
            )
        )

    def _several(self, *asked: Any, newest: bool = False, most: int = 1000) -> Faxes:
        order = received.c.at.desc() if newest else received.c.at
        wanted = received.select().where(*asked).order_by(order, received.c.uuid).limit(most)
        with self._database.reading() as connection:
            return [rows.received(row) for row in connection.execute(wanted)]

    def _change(self, uuid: str, **values: Any) -> bool:
        said = update(received).where(received.c.uuid == uuid).values(rows.texts(values))
        return self._database.write(lambda connection: bool(connection.execute(said).rowcount))
