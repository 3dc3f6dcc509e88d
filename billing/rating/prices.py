"""The price of a number: the longest prefix of a plan that is in force on a day."""

from collections.abc import Iterator

from dialform.compiler.terms import Price, Prices
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class _Table:
    """The rows of one plan, service and direction by their prefix; of each prefix the newest first.

    `lengths` are the lengths of all prefixes, the longest first.
    """

    lengths: tuple[int, ...]
    rows: dict[str, tuple[Price, ...]]


class PriceIndex:
    """Prices, made ready to be asked. A plan's rows are indexed when it is first asked for."""

    __slots__ = ("_tables", "prices")

    def __init__(self, prices: Prices) -> None:
        self.prices = prices
        self._tables: dict[tuple[str, str, str], _Table] = {}

    def find(self, plan: str, service: str, direction: str, number: str, day: str) -> Price | None:
        """The row that prices a number on a day ("2026-11-28"), or None.

        The longest prefix decides among those that are in force. `number` is E.164 or as dialled;
        whatever has no prefix, as conferences have none, takes every number. An unknown plan has no rows.
        """
        table = self._tables.get((plan, service, direction))
        if table is None:
            table = self._table(plan, service, direction)
        rows_of = table.rows.get
        for length in table.lengths:
            rows = rows_of(number[:length])
            if rows is not None:
                for row in rows:
                    if row.start <= day and (not row.until or day <= row.until):
                        return row
        return None

    def _table(self, plan: str, service: str, direction: str) -> _Table:
        found: dict[str, list[Price]] = {}
        for row in self._rows(plan):
            if row.service == service and row.direction == direction:
                found.setdefault(row.prefix, []).append(row)
        # Days of one prefix may not overlap (a finding of the site). Where they do all the same, what
        # began last holds, and of what began together the first in the plan's order.
        rows = {
            prefix: tuple(sorted(same, key=_start, reverse=True)) for prefix, same in found.items()
        }
        lengths = tuple(sorted({len(prefix) for prefix in rows}, reverse=True))
        made = self._tables[plan, service, direction] = _Table(lengths, rows)
        return made

    def _rows(self, plan: str) -> Iterator[Price]:
        for name in self.prices.plans.get(plan, ()):
            yield from self.prices.rates.get(name, ())


def _start(row: Price) -> str:
    return row.start
