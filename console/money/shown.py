"""Tables of views as pages show them."""

from collections.abc import Sequence
from typing import Any

from dialform.billing.statements.table import Column, Table, for_people
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Shown:
    """A table as texts. `columns` are label and class, as `parts/table.html` wants them."""

    title: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[tuple[str, str]]]
    """Cells: their text and class."""
    total: Sequence[tuple[str, str]]
    empty: str


def shown(table: Table, *, without: Sequence[str] = ()) -> Shown:
    """A table; columns `without` are left out."""
    seen = [index for index, one in enumerate(table.columns) if one.key not in without]
    slim = Table(
        table.name, table.title, tuple(table.columns[i] for i in seen),
        [tuple(row[i] for i in seen) for row in table.rows],
        tuple(table.total[i] for i in seen) if table.total else None, table.empty,
    )  # fmt: skip
    columns, rows, total = for_people(slim)
    kinds = ["num" if one.right else "" for one in columns]

    def cells(texts: Sequence[Any]) -> list[tuple[str, str]]:
        return list(zip(texts, kinds, strict=True))

    heads = [(one.title, kind) for one, kind in zip(columns, kinds, strict=True)]
    foot = cells(total) if total else ()
    return Shown(slim.title, heads, [cells(row) for row in rows], foot, slim.empty)


def column_of(columns: Sequence[Column], key: str) -> int:
    """Where a column stands."""
    return next(index for index, one in enumerate(columns) if one.key == key)
