"""Lists of recipients: CSV with a name, a number, and perhaps a time, a line each."""

import csv
import io
from collections.abc import Iterator, Sequence

from dialform.fax.ordering.recipients import Wish

LARGEST = 10 * 1024 * 1024
"""Bytes of a list."""
COLUMNS = ("name", "number", "at")
_TITLES = {"name": "name", "number": "number", "fax": "number", "fax number": "number", "to": "number",
           "at": "at", "time": "at"}  # fmt: skip
"""What a column may be called in the first line → what it holds."""


class ListError(Exception):
    """The list cannot be read at all: one sentence."""


def wishes(raw: bytes, name: str) -> Iterator[Wish]:
    """The lines of a list, each with its number in `where`. Raises ListError.

    Columns are parted by commas or semicolons. A first line with titles says which is which; without it they
    are name, number and time. A line alone that is a number needs no name. Empty lines do not count.
    """
    if len(raw) > LARGEST:
        raise ListError(f"{name} is larger than {LARGEST // 1024 // 1024} MB: split it.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ListError(
            f"{name}, line {line}: this is not UTF-8. Save the list as CSV in UTF-8."
        ) from None
    if "\0" in text:
        raise ListError(f"{name} is no CSV: it holds zero bytes.")
    first = next((line for line in text.splitlines() if line.strip()), "")
    apart = ";" if first.count(";") > first.count(",") else ","
    yield from _rows(text, apart, name)


def _rows(text: str, apart: str, name: str) -> Iterator[Wish]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=apart, strict=True)
    columns: Sequence[str] | None = None
    while True:
        line = reader.line_num + 1
        where = f"{name}, line {line}"
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ListError(f"{where}: this is no CSV ({error}).") from None
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if columns is None:
            columns = _titles(cells, where)
            if columns is not None:
                continue
            columns = COLUMNS
        yield _wish(cells, columns, where)


def _titles(cells: Sequence[str], where: str) -> Sequence[str] | None:
    """What the columns hold, by a first line of titles; None where it is none."""
    found = [_TITLES.get(cell.lower(), "") for cell in cells]
    if not any(found) or any(any(map(str.isdigit, cell)) for cell in cells):
        return None
    if found.count("number") != 1:
        raise ListError(
            f"{where}: one column must be called `number`; {', '.join(COLUMNS)} are known."
        )
    return found


def _wish(cells: Sequence[str], columns: Sequence[str], where: str) -> Wish:
    if len(cells) == 1 and columns is COLUMNS:
        return Wish(where, cells[0])
    if len(cells) > len(columns) and any(cells[len(columns) :]):
        words = f"{len(cells)} columns; {len(columns)} are known. Put what holds a comma in quotes."
        return Wish(where, "", trouble=words)
    held = {key: cell for key, cell in zip(columns, cells, strict=False) if key}
    # An apostrophe is how spreadsheets keep a plus from being a formula.
    number = held.get("number", "").removeprefix("'")
    if not number:
        return Wish(where, "", trouble="no number stands there.")
    return Wish(where, number, held.get("name", ""), held.get("at", ""))
