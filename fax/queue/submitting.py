"""Faxes that are to be sent, stored: the document and all jobs, or nothing."""

from collections.abc import Sequence

from sqlalchemy import Connection, Insert, select, text
from sqlalchemy.dialects import postgresql, sqlite

from dialform.billing.ledger.sql import sql
from dialform.fax.queue import locks
from dialform.fax.queue.rows import texts
from dialform.fax.queue.tables import documents, jobs
from dialform.fax.queue.values import New, Sheets
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Order:
    """What all jobs of a command have in common."""

    tenant: str
    account: str
    by: str
    title: str
    retries: int
    coarse: bool
    batch: str


def submit(
    connection: Connection, sheets: Sheets, order: Order, news: Sequence[New], now: int
) -> list[int]:
    """Add a job for each of `news`; their numbers, in that order. A batch that is there stays as it is."""
    locks.adding(connection)
    if order.batch:
        there = select(jobs.c.id).where(
            jobs.c.batch == order.batch, jobs.c.tenant == order.tenant
        )  # fmt: skip
        if found := connection.scalars(there.order_by(jobs.c.id)).all():
            return list(found)
    each = [one.sheets or sheets for one in news]
    # In one order: two who add the same documents do not wait for each other.
    for _, document in sorted({one.digest: one for one in each}.items()):
        _keep(connection, document)
    common = {
        "tenant": order.tenant, "account": order.account, "title": order.title, "state": "queued",
        "cause": "", "held": 0, "step": 0, "tries": 0, "confirmed": 0, "retries": order.retries,
        "created": now, "ended": 0, "author": order.by, "batch": order.batch, "host": "",
        "trunk": "", "wish": "", "coarse": int(order.coarse),
    }  # fmt: skip
    ids = _numbers(connection, len(news))
    rows = [
        texts({
            **common, "id": id_, "number": one.to, "name": one.name, "due": one.due or now,
            "document": document.digest, "file": document.name, "pages": document.pages,
        })
        for id_, one, document in zip(ids, news, each, strict=True)
    ]  # fmt: skip
    names = [column.name for column in jobs.columns]
    sql(connection).load(jobs, [tuple(row[name] for name in names) for row in rows])
    return ids


def _numbers(connection: Connection, count: int) -> list[int]:
    """So many new numbers of jobs, rising; none that was ever used."""
    if connection.dialect.name == "postgresql":
        asked = "SELECT nextval(pg_get_serial_sequence('fax_jobs', 'id')) FROM generate_series(1, :count)"
        return sorted(connection.scalars(text(asked), {"count": count}))
    last = connection.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = 'fax_jobs'")) or 0
    return list(range(last + 1, last + count + 1))


def _keep(connection: Connection, sheets: Sheets) -> None:
    connection.execute(_unless_there(connection).values(
        digest=sheets.digest, pages=sheets.pages, fine=sheets.fine, standard=sheets.standard,
    ))  # fmt: skip


def _unless_there(connection: Connection) -> Insert:
    if connection.dialect.name == "postgresql":
        return postgresql.insert(documents).on_conflict_do_nothing()
    return sqlite.insert(documents).on_conflict_do_nothing()
