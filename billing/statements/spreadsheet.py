"""CSV that a spreadsheet reads as what it is: text never becomes a formula.

A cell that begins with one of `= + - @`, a tab or a line's end is run as a formula by spreadsheets (OWASP,
"CSV injection"). Texts that begin so get an apostrophe before them; our own numbers and amounts stay numbers.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import Any

from dialform.billing.statements.table import Column, Row
from dialform.billing.statements.values import Moment, Money, Span, Value

_OBEYED = tuple("=+-@\t\r\n＝＋－＠")
"""With them their wide forms, which some spreadsheets take for the same."""


_CONTROLS = {code: 0xFFFD for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\r\n"}


def harmless(text: str) -> str:
    """Text that no spreadsheet obeys, and no terminal: what controls one, or is no UTF-8, is replaced."""
    if text.isprintable():
        if text[:1].isalnum():
            return text
    else:
        text = text.encode("utf-8", "replace").decode().translate(_CONTROLS)
    return f"'{text}" if text.lstrip(" ").startswith(_OBEYED) else text


_CELLS: dict[type, Callable[[Any], str | int]] = {
    str: harmless,
    int: int,
    bool: lambda value: "yes" if value else "no",
    type(None): lambda _: "",
    Money: attrgetter("exact"),
    Moment: attrgetter("exact"),
    Span: attrgetter("seconds"),
}


def cell(value: Value) -> str | int:
    """A value as a cell."""
    return _CELLS[type(value)](value)


def lines(columns: Iterable[Column], rows: Iterable[Row]) -> Iterator[str]:
    """The rows as CSV (RFC 4180), one text a row, each as soon as its row is there."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([column.key for column in columns])
    yield _taken(target)
    for row in rows:
        writer.writerow([cell(value) for value in row])
        yield _taken(target)


def _taken(target: io.StringIO) -> str:
    text = target.getvalue()
    target.seek(0)
    target.truncate()
    return text
