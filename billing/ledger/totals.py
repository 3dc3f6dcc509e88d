"""What is kept counted beside the rows: read once, moved in memory, written once, within one transaction."""

from collections.abc import Iterable, Iterator

from dialform.billing.ledger.rows import AT
from dialform.billing.ledger.sql import Row, Sql
from dialform.billing.ledger.tables import balances, counters, transactions

_TENANT, _PERIOD, _DAY, _RESOURCE, _CURRENCY = (
    AT[name] for name in ("tenant", "period", "day", "resource", "currency")
)
_UNITS, _FREE, _BILLED, _AMOUNT, _COUNTED = (
    AT[name] for name in ("units", "free", "billed", "amount", "counted")
)


class Totals:
    """The counters, balances and transactions of some tenants, whose locks the transaction has.

    `balances_before` and `transactions_before` are what was read.
    """

    def __init__(self, words: Sql) -> None:
        self._words = words
        self.counters: dict[tuple[str, str, str], list[int]] = {}
        self.balances: dict[tuple[str, str], list[int]] = {}
        self.transactions: dict[tuple[str, str], int] = {}
        self.balances_before: dict[tuple[str, str], list[int]] = {}
        self.transactions_before: dict[tuple[str, str], int] = {}
        self._counted: set[tuple[str, str, str]] = set()

    def read(self, tenants: Iterable[str], days: Iterable[str] = ()) -> None:
        """Read what is kept of tenants for these days and their months; what was read before stays."""
        words = self._words
        whose = words.many(sorted(set(tenants)))
        days = set(days)
        when = words.many(sorted(days | {day[:7] for day in days}))
        here = f"{words.among('tenant')} AND {words.among('period')}"
        moved = "SELECT tenant, period, resource, units, free, billed, amount FROM counters"
        for tenant, period, resource, *numbers in words.ask(f"{moved} WHERE {here}", whose, when):
            self.counters.setdefault((tenant, period, resource), numbers)
        owed = "SELECT tenant, currency, payments, charges FROM balances"
        for tenant, currency, *sides in words.ask(f"{owed} WHERE {words.among('tenant')}", whose):
            if self.balances_before.setdefault((tenant, currency), sides) is sides:
                self.balances[tenant, currency] = list(sides)
        made = "SELECT tenant, period, count FROM transactions"
        for tenant, period, count in words.ask(f"{made} WHERE {here}", whose, when):
            if (tenant, period) not in self.transactions_before:
                self.transactions_before[tenant, period] = count
                self.transactions[tenant, period] = count

    def free(self, tenant: str, period: str, resource: str) -> int:
        """The free units of a month's resource that are used."""
        found = self.counters.get((tenant, period, resource))
        return found[1] if found else 0

    def balance(self, tenant: str, currency: str, *, before: bool = False) -> int:
        """Payments less charges, in micro-units."""
        held = self.balances_before if before else self.balances
        payments, charges = held.get((tenant, currency), [0, 0])
        return payments - charges

    def add(self, row: Row) -> None:
        """Count a new row of usage in."""
        tenant, period = row[_TENANT], row[_PERIOD]
        if resource := row[_RESOURCE]:
            key = (tenant, period, resource)
            self._counted.add(key)
            held = self.counters.setdefault(key, [0, 0, 0, 0])
            held[0] += row[_UNITS]
            held[1] += row[_FREE]
            held[2] += row[_BILLED]
            held[3] += row[_AMOUNT]
        if amount := row[_AMOUNT]:
            self.balances.setdefault((tenant, row[_CURRENCY]), [0, 0])[1] += amount
        if counted := row[_COUNTED]:
            for span in (row[_DAY], period):
                place = (tenant, span)
                self.transactions[place] = self.transactions.get(place, 0) + counted

    def pay(self, tenant: str, currency: str, amount: int) -> None:
        """Count a payment in."""
        self.balances.setdefault((tenant, currency), [0, 0])[0] += amount

    def counted(self) -> Iterator[tuple[str, str, int, int]]:
        """The transactions that changed: tenant, day or month, how many they were and are."""
        for (tenant, period), count in self.transactions.items():
            before = self.transactions_before.get((tenant, period), 0)
            if before != count:
                yield tenant, period, before, count

    def write(self) -> None:
        """Leave what changed in the database."""
        self._words.put(counters, [(*key, *self.counters[key]) for key in sorted(self._counted)])
        self._words.put(
            balances,
            [
                (*key, paid, charged, paid - charged)
                for key, (paid, charged) in sorted(self.balances.items())
                if self.balances_before.get(key) != [paid, charged]
            ],
        )
        self._words.put(
            transactions,
            sorted((tenant, period, count) for tenant, period, _, count in self.counted()),
        )
