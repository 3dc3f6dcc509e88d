"""What changed in a file of prices: how many rows came, went and changed, and a few of them."""

from collections.abc import Iterator, Mapping

from dialform.compiler.micro import amount
from dialform.compiler.planning.objects import FieldChange
from dialform.compiler.pricing.ratefile import Beside, Key, RateFile, read_rates

_SHOWN = 3
"""So many rows of each kind are shown."""

Priced = tuple[Key, str]
"""A row: what it prices, and its first day where there is another row for that."""

_FIELDS = ("price", "first", "next", "connect", "minimum", "free", "from", "until")
"""`Beside.more` in its order."""
_MONEY = ("price", "connect", "minimum")


def row_changes(old: bytes | None, new: bytes | None) -> Iterator[FieldChange]:
    """The rows of a file of prices that differ; none where one of the two cannot be read whole."""
    files = [read_rates("rates", raw) for raw in (old, new) if raw is not None]
    if any(file.findings for file in files):
        return
    before = _rows(files[0]) if old is not None else {}
    after = _rows(files[-1]) if new is not None else {}
    before, after = _matched(before, after)
    come = [row for row in after if row not in before]
    gone = [row for row in before if row not in after]
    other = [row for row in after if row in before and before[row].more != after[row].more]
    counts = ((other, "changed"), (come, "added"), (gone, "removed"))
    said = ", ".join(f"{len(rows):,} {word}" for rows, word in counts if rows)
    if not said:
        return  # only their order, or how it is written
    yield FieldChange(("rows",), len(before), f"{said} of {len(before):,}" if old else said)
    for row in other[:_SHOWN]:
        yield from _differing(row, before[row], after[row])
    for row in come[:_SHOWN] if old is not None else ():
        yield FieldChange((_label(row),), None, _price(after[row]))
    for row in gone[:_SHOWN] if new is not None else ():
        yield FieldChange((_label(row),), _price(before[row]), None)


def _rows(file: RateFile) -> dict[Priced, Beside]:
    """All rows; one that is alone with its prefix goes by that, whatever its days."""
    rows = {}
    for prefix, one in file.rows:
        key = (one.service, one.direction, prefix)
        rows[key, one.days[0] if key in file.twice else ""] = one
    return rows


def _matched(
    before: Mapping[Priced, Beside], after: Mapping[Priced, Beside]
) -> tuple[dict[Priced, Beside], dict[Priced, Beside]]:
    """Both with the same names for their rows: where one side has several for a prefix, all go by day."""
    many = {key for rows in (before, after) for key, day in rows if day}
    one, other = (
        {(key, row.days[0] if key in many else day): row for (key, day), row in rows.items()}
        for rows in (before, after)
    )
    return one, other


def _differing(row: Priced, old: Beside, new: Beside) -> Iterator[FieldChange]:
    for name, was, is_ in zip(_FIELDS, old.more, new.more, strict=True):
        if was != is_:
            money = name in _MONEY
            before, after = (_text(amount(each) if money else each) for each in (was, is_))
            yield FieldChange((_label(row), name), before, after)


def _text(value: object) -> str | None:
    return str(value).lower() if value != "" else None


def _label(row: Priced) -> str:
    (service, direction, prefix), day = row
    parts = [direction] if direction == "inbound" else []
    parts += [service, prefix] if prefix else [service]
    return " ".join([*parts, *(["from", day] if day else [])])


def _price(one: Beside) -> str:
    return "free" if one.more[_FIELDS.index("free")] else amount(one.more[0])
