"""Lists of objects: searched, sorted and paged on the server."""

import re
from typing import Any

from starlette.responses import Response

from dialform.console.listing import listing
from dialform.console.objects.kinds import Kind
from dialform.console.objects.where import Where, where
from dialform.console.page import Context
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """An object in a list. `model` is None where it cannot be read."""

    key: str
    cells: tuple[Any, ...]
    path: str
    broken: bool = False

    @property
    def text(self) -> str:
        """What a search looks into."""
        return " ".join((self.key, *(str(cell) for cell in self.cells)))


def rows_of(place: Where) -> list[Row]:
    """Every object that the visitor may see."""
    models, columns = place.models(), place.kind.columns
    rows = []
    for key in place.visible():
        model = models.get(place.model_key(key))
        cells = tuple("" if model is None else shown(one.show(model)) for one in columns)
        rows.append(Row(key, cells, place.url(key), model is None))
    return rows


def shown(value: Any) -> Any:
    """A cell: texts and numbers as they are, nothing as nothing."""
    if value is None or value is False:
        return ""
    return value if isinstance(value, int) and value is not True else str(value)


def natural(text: str) -> tuple[Any, ...]:
    """Sorts numbers in texts as numbers: 2 before 10."""
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part.casefold())
                 for part in re.findall(r"[0-9]{1,18}|[^0-9]+", text))  # fmt: skip


async def list_page(context: Context, kind: Kind) -> Response:
    """All objects of a kind: of the tenant who manages it, their own for users, all for admins."""
    place = await where(context, kind)
    rows = await context.ground.off(rows_of, place)
    sorts: dict[str, Any] = {"key": lambda row: natural(row.key)}
    sorts |= {f"c{index}": _cell(index) for index in range(len(kind.columns))}
    found = listing(context, rows, text=lambda row: row.text, sorts=sorts, sort=kind.sort)
    columns = [("key", kind.key_label)]
    heads: list[tuple[str, ...]] = [
        *columns,
        *((f"c{i}", one.label, one.kind) for i, one in enumerate(kind.columns)),
    ]
    return context.render(
        "objects/list.html", kind=kind, place=place, listing=found, heads=heads,
        may_add=place.may("")(()), columns=kind.columns,
    )  # fmt: skip


def _cell(index: int) -> Any:
    def key(row: Row) -> Any:
        value = row.cells[index]
        return ((0, value, ""),) if isinstance(value, int) else natural(str(value))

    return key
