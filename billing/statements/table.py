"""A table of a view: columns with their titles, rows of typed values."""

from collections.abc import Iterable, Sequence

from dialform.billing.statements.values import Money, Value, shown
from dialform.values import dataclass

Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `key` names it for machines. One with no `title` is for machines alone."""

    key: str
    title: str = ""
    right: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; `total` is the last line, for people. `empty` says that there is nothing."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Iterable[Row]
    total: Row | None = None
    empty: str = "none"


def for_people(table: Table) -> tuple[tuple[Column, ...], list[list[str]], list[str] | None]:
    """The columns that people read, the texts of the rows, those of the total.

    Amounts of a column all have as many places as the longest, so that they stand under each other.
    """
    seen = [index for index, column in enumerate(table.columns) if column.title]
    rows = [[row[index] for index in seen] for row in table.rows]
    total = [table.total[index] for index in seen] if table.total else None
    every = [*rows, total] if total else rows
    places = [_places([row[index] for row in every]) for index in range(len(seen))]
    texts = [_texts(row, places) for row in rows]
    return tuple(table.columns[i] for i in seen), texts, _texts(total, places) if total else None


def _texts(row: Sequence[Value], places: Sequence[int]) -> list[str]:
    return [shown(value, count) for value, count in zip(row, places, strict=True)]


def _places(values: Iterable[Value]) -> int:
    return max((value.places for value in values if isinstance(value, Money)), default=0)
