"""CSV that a spreadsheet reads as what it is: text never becomes a formula.

A cell that begins with one of `= + - @`, a tab or a line's end is run as a formula by spreadsheets (OWASP,
"CSV injection"). Texts that begin so get an apostrophe before them; our own numbers and amounts stay numbers.
"""

import csv
import io
from collections.abc import Iterable, Iterator

from dialform.billing.statements.table import Column, Row
from dialform.billing.statements.values import Moment, Money, Span, Value

_OBEYED = tuple("=+-@\t\r\n＝＋－＠")
"""With them their wide forms, which some spreadsheets take for the same."""


def cell(value: Value) -> str | int:
    """A value as a cell."""
    if isinstance(value, Money):
        return value.exact
    if isinstance(value, Moment):
        return value.exact
    if isinstance(value, Span):
        return value.seconds
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return value
    return harmless(value)


def harmless(text: str) -> str:
    """Text that no spreadsheet obeys. What cannot be written in UTF-8 is replaced, and so is a NUL."""
    text = text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
    return f"'{text}" if text.lstrip(" ").startswith(_OBEYED) else text


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
