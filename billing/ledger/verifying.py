"""The audit of a whole ledger. It reads what there is, changes nothing, and says what does not add up."""

import hashlib
from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import select

from dialform.billing.ledger import pricing
from dialform.billing.ledger.audits import AUDITS
from dialform.billing.ledger.copies import Copies
from dialform.billing.ledger.rows import FACT, fact_of
from dialform.billing.ledger.sql import Sql
from dialform.billing.ledger.tables import documents, facts, usage
from dialform.billing.ledger.values import Fault
from dialform.billing.money import amount
from dialform.billing.rating.charge import RATED
from dialform.billing.rating.rate import PER
from dialform.values import dataclass

_MOST = 100
"""Faults of one check that are told: a broken ledger may have as many as it has rows."""

_PAGE = 2000
_STREAMED = {"stream_results": True}


@dataclass(frozen=True, slots=True)
class _Money:
    """The columns of a row, where a sentence wants them as amounts."""

    row: tuple[Any, ...]

    def __format__(self, place: str) -> str:
        return amount(int(self.row[int(place)]))


def faults(words: Sql, copies: Copies) -> list[Fault]:
    """All that does not add up, at most a hundred of each check."""
    found: list[Fault] = []
    for check in (_database, _audits, _facts, _usage, _documents):
        each = check(words, copies)
        found += islice(each, _MOST * len(AUDITS))
    return found


def _database(words: Sql, _: Copies) -> Iterator[Fault]:
    """What SQLite finds of its own file."""
    if words.connection.dialect.name == "sqlite":
        for (told,) in words.ask(f"PRAGMA integrity_check({_MOST})"):
            if told != "ok":
                yield Fault("database", f"SQLite finds the file damaged: {told}.")


def _audits(words: Sql, _: Copies) -> Iterator[Fault]:
    for audit in AUDITS:
        rows = words.ask(f"SELECT * FROM ({audit.question}) AS asked LIMIT {_MOST + 1}")  # noqa: S608
        for row in rows[:_MOST]:
            yield Fault(audit.name, audit.sentence.format(*row, money=_Money(row)))
        if len(rows) > _MOST:
            yield Fault(audit.name, f"There are more than {_MOST} like this: {audit.sentence}")


def _facts(words: Sql, _: Copies) -> Iterator[Fault]:
    """Whether facts still say what they said when they were booked."""
    asked = select(*FACT, facts.c.id, facts.c.digest)
    streamed = words.connection.execute(asked, execution_options=_STREAMED)
    for row in streamed.yield_per(_PAGE):
        if fact_of(row[: len(FACT)]).digest != row.digest:
            yield Fault(
                "facts", f"Fact {row.id} ({row.kind} {row.uuid}) was changed since it was booked."
            )


_WANTED = (
    "id", "terms", "at", "day", "period", "status", "service", "billed", "amount", "price", "costless",
    "connect", "minimum", "seq",
)  # fmt: skip


def _usage(words: Sql, copies: Copies) -> Iterator[Fault]:
    """Whether each row lies in the month of its answer, and costs what its own price makes of it."""
    asked = select(*(usage.c[name] for name in _WANTED))
    streamed = words.connection.execute(asked, execution_options=_STREAMED)
    known = {0: "UTC"}
    for row in streamed.yield_per(_PAGE):
        if row.terms not in known:
            if len(known) > _PAGE:
                known = {0: "UTC"}
            terms = copies.terms_by_id(words, row.terms)
            known[row.terms] = terms.value.timezone if terms else "UTC"
        day = pricing.day(row.at, known[row.terms])
        if (row.day, row.period) != (day, day[:7]):
            yield Fault(
                "periods",
                f"Usage {row.id} stands in {row.day} of {row.period}; it is of {day} where its tenant is.",
            )
        expected = _expected(row)
        if row.amount != expected:
            yield Fault(
                "amounts",
                f"Usage {row.id} costs {amount(row.amount)}; its own price makes {amount(expected)}.",
            )


def _expected(row: Any) -> int:
    sign = -1 if row.seq % 2 else 1
    billed = sign * row.billed
    if row.status != RATED or billed <= 0 or row.costless:
        return 0
    cost = -(-billed * row.price // PER[row.service])
    return int(sign * (row.connect + max(cost, row.minimum)))


def _documents(words: Sql, _: Copies) -> Iterator[Fault]:
    """Whether prices and terms still say what they are named by."""
    streamed = words.connection.execute(select(documents), execution_options=_STREAMED)
    for row in streamed.yield_per(10):
        if hashlib.sha256(row.body.encode()).hexdigest() != row.digest:
            yield Fault("terms", f"The document {row.digest[:12]} was changed since it was stored.")
