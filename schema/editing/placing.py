"""Where among its neighbours something new comes, and how it comes between brackets."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from dialform.schema.editing.spans import Entry, Spans

_NUMBERS = re.compile(r"([0-9]+)")
_DIGITS = tuple("+0123456789")
_LONGEST = 120
"""Columns from which a line in brackets is broken."""


def natural(key: str) -> tuple[object, ...]:
    """An order in which 9 comes before 10, and `+4940…` before letters."""
    parts = _NUMBERS.split(key)
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts if part)


def place_of(
    entries: Sequence[Entry], step: str, order: Sequence[str] = (), *, table: bool = False
) -> int:
    """Before which entry a new key comes: behind all others; among numbers, and in a `table` of objects,
    sorted where the others are.

    With an `order` (of the keys that may be there), behind those that come before it there.
    """
    if order and step in order:
        before = set(order[: order.index(step)])
        behind = [index for index, one in enumerate(entries) if one.step in before]
        return behind[-1] + 1 if behind else len(entries)
    keys = [natural(str(one.step)) for one in entries]
    numbers = step[:1] in _DIGITS and all(str(one.step)[:1] in _DIGITS for one in entries)
    if (numbers or (table and len(keys) > 1)) and all(
        one <= other for one, other in pairwise(keys)
    ):
        return bisect_left(keys, natural(step))
    return len(entries)


def lay_in(spans: Spans, entries: Sequence[Entry], before: int, made: str, newline: str) -> str:
    """The text with a new entry between brackets that hold others already."""
    text = spans.text
    if before == 0:
        start = entries[0].start
        return f"{text[:start]}{made}, {text[start:]}"
    last = entries[before - 1]
    line = text[spans.line_start(last.end) : last.end]
    rest = text[last.end : spans.line_end(last.end)].split("#")[0].rstrip()
    gap = " "
    if len(line) + 2 + len(made) + len(rest) > _LONGEST:
        gap = newline + " " * entries[0].column
    # `{name:}` would end in a text `name:,`.
    empty = " " if last.colon == last.end else ""
    return f"{text[: last.end]}{empty},{gap}{made}{text[last.end :]}"
