"""Word for people: left within the transaction that made it true. `consequences` sends it."""

import json
from collections.abc import Sequence
from typing import Any

from dialform.billing.ledger.sql import Row, Sql
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
    unique: dict[str | int, Word] = {}
    for number, each in enumerate(left):
        unique.setdefault(number if each.key is None else each.key, each)
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


def notice(row: Any) -> Notice:
    """The notice of a row."""
    return Notice(
        row.id, row.kind, row.tenant, row.about, row.at, json.loads(row.body), row.sent, row.tries,
        row.last,
    )  # fmt: skip
