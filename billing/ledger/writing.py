"""The rows of usage and entries that a transaction adds, and all that moves with them."""

from collections.abc import Iterable

from dialform.billing.facts.fact import Fact
from dialform.billing.ledger import rows
from dialform.billing.ledger.pricing import By
from dialform.billing.ledger.rows import AT
from dialform.billing.ledger.sql import Row, Sql
from dialform.billing.ledger.tables import accounts, entries, usage
from dialform.billing.ledger.totals import Totals
from dialform.billing.rating.charge import Charge

_AMOUNT = AT["amount"]
_DEBIT, _CREDIT, _CURRENCY = 4, 5, 6


class Writing:
    """Charges and reversals, gathered. `ids` are those of the usage to come, enough for all of it."""

    def __init__(self, words: Sql, totals: Totals, ids: Iterable[int], now: int) -> None:
        self._words, self._totals, self._ids, self._now = words, totals, iter(ids), now
        self.usage: list[Row] = []
        self.entries: list[Row] = []

    def charge(self, fact: Fact, of: int, seq: int, charge: Charge, by: By, day: str) -> Row:
        """Add what a fact came to."""
        row = rows.usage_row(
            next(self._ids), of, seq, fact, charge, day, by.prices.id,
            by.terms.id if by.terms else 0, self._now,
        )  # fmt: skip
        self._add(row, fact)
        return row

    def reverse(self, fact: Fact, row: Row) -> Row:
        """Take a row of usage back."""
        back = rows.reversal_row(next(self._ids), row, self._now)
        self._add(back, fact)
        return back

    def _add(self, row: Row, fact: Fact) -> None:
        self.usage.append(row)
        self._totals.add(row)
        if row[_AMOUNT]:
            self.entries.append(rows.entry_row(row, fact, self._now))

    def write(self) -> None:
        """Leave all of it in the database."""
        self._words.load(usage, self.usage)
        if self.entries:
            book_accounts(self._words, self.entries)
            self._words.load(entries, self.entries)
        self._totals.write()


def book_accounts(words: Sql, lines: Iterable[Row]) -> None:
    """Make the accounts that entries need, where they are not there yet."""
    wanted = {(line[place], line[_CURRENCY]) for line in lines for place in (_DEBIT, _CREDIT)}
    there = words.ask(
        f"SELECT name, currency FROM accounts WHERE {words.among('name')}",  # noqa: S608
        words.many({name for name, _ in wanted}),
    )
    new = sorted(wanted.difference(there))
    words.insert(accounts, new, unless=("name", "currency"))
