"""Word for people: left within the transaction that made it true, taken out when it was sent."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, select, update

from dialform.billing.ledger.sql import Row, Sql
from dialform.billing.ledger.tables import notices
from dialform.billing.ledger.values import Notice
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A notice that is to be left. With a `key` it is left once only, whoever leaves it."""

    kind: str
    tenant: str
    about: str
    body: dict[str, Any]
    key: str | None = None


def leave(words: Sql, left: Sequence[Word], now: int) -> int:
    """Leave notices, those alone that were not left before. How many that were."""
    if not left:
        return 0
    unique = {
        each.key if each.key is not None else number: each for number, each in enumerate(left)
    }
    keys = [key for key in unique if isinstance(key, str)]
    there = words.ask(
        f"SELECT key FROM notices WHERE {words.among('key')}",  # noqa: S608
        words.many(keys),
    )
    for (key,) in there:
        del unique[key]
    rows: list[Row] = [
        (each.kind, each.tenant, each.about, now, each.key,
         json.dumps(each.body, ensure_ascii=False, sort_keys=True), 0, 0, "")
        for each in unique.values()
    ]  # fmt: skip
    for row in rows:
        words.say(
            "INSERT INTO notices (kind, tenant, about, at, key, body, sent, tries, last) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
            *row,
        )
    return len(rows)


def unsent(connection: Connection, most: int) -> list[Notice]:
    """Notices that are not out yet, oldest first."""
    asked = select(notices).where(notices.c.sent == 0).order_by(notices.c.id).limit(most)
    return [notice(row) for row in connection.execute(asked)]


def mark(connection: Connection, ids: Iterable[int], at: int) -> None:
    """These are out."""
    connection.execute(update(notices).where(notices.c.id.in_(list(ids))).values(sent=at))


def failed(connection: Connection, id_: int, why: str) -> None:
    """This one could not be sent: once more."""
    changed = {"tries": notices.c.tries + 1, "last": why[:500]}
    connection.execute(update(notices).where(notices.c.id == id_).values(changed))


def notice(row: Any) -> Notice:
    """The notice of a row."""
    return Notice(
        row.id, row.kind, row.tenant, row.about, row.at, json.loads(row.body), row.sent, row.tries,
        row.last,
    )  # fmt: skip
