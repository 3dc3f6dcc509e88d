"""How views are written: tables for people, JSON and CSV for machines, on standard output or into a file."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.billing.statements.forms import as_json
from dialform.billing.statements.spreadsheet import lines
from dialform.billing.statements.table import Column, Row, Table, for_people
from dialform.billing.statements.values import data

if TYPE_CHECKING:
    from rich.console import RenderableType

FORMATS = ("table", "json", "csv")
_NARROWEST = 8
"""Letters of a column on a narrow terminal: what is longer goes on in the next line."""
_ENDINGS = {".csv": "csv", ".json": "json", ".html": "html", ".htm": "html", ".pdf": "pdf",
            ".jsonl": "jsonl", ".ndjson": "jsonl"}  # fmt: skip

OUTPUT = click.option(
    "--output", "-o", "file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Write into FILE; without --format its ending says in which form.",
)  # fmt: skip


def form_option(
    forms: Sequence[str] = FORMATS,
) -> Callable[[click.decorators.FC], click.decorators.FC]:
    """`--format`, one of some forms; the first is the default."""
    return click.option(
        "--format", "form", type=click.Choice(list(forms)),
        help=f"Default: by the file's ending, else {forms[0]}.",
    )  # fmt: skip


def form_of(form: str | None, output: Path | None, forms: Sequence[str] = FORMATS) -> str:
    """The form that was asked for, by name or by a file's ending."""
    if form is not None:
        return form
    ending = _ENDINGS.get(output.suffix.lower(), "") if output else ""
    return ending if ending in forms else forms[0]


def put(tables: Sequence[Table], form: str, output: Path | None) -> None:
    """Write tables. As CSV only the first: a spreadsheet is one table."""
    if form == "csv":
        save(csv_of(tables[0]), output)
    elif form == "json":
        save([as_json({one.name: list(objects(one.columns, one.rows)) for one in tables})], output)
    elif output is None and on_terminal():
        for one in tables:
            _shown(one)
    else:
        save([text_of(tables)], output)


def save(parts: Iterable[str | bytes], output: Path | None) -> None:
    """Write what comes, as it comes, to standard output or into a file: that is there whole, or as it was."""
    if output is None:
        stream = sys.stdout.buffer
        for part in parts:
            stream.write(_bytes(part))
        stream.flush()
        return
    whole = not output.exists() or output.is_file()
    target = output.with_name(f".{output.name}.{os.getpid()}") if whole else output
    try:
        try:
            with target.open("xb" if whole else "wb") as file:
                for part in parts:
                    file.write(_bytes(part))
            if whole:
                target.replace(output)
        finally:
            if whole:
                target.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise click.ClickException(f"'{output}' cannot be written: {reason}.") from None


def objects(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[dict[str, object]]:
    """Rows as JSON's objects."""
    for row in rows:
        yield {one.key: data(value) for one, value in zip(columns, row, strict=True)}


def csv_of(table: Table) -> Iterator[str]:
    """A table as CSV, row by row."""
    return lines(table.columns, table.rows)


def text_of(tables: Iterable[Table]) -> str:
    """Tables as bare columns, titled where there are several; numbers stand on the right."""
    tables = list(tables)
    parts = []
    for table in tables:
        head = f"{table.title}\n" if len(tables) > 1 else ""
        parts.append(f"{head}{_columns(table)}")
    return "\n".join(parts)


def _columns(table: Table) -> str:
    columns, rows, total = for_people(table)
    if not rows:
        return f"{table.empty}\n"
    every = [[one.title for one in columns], *rows, *([total] if total else [])]
    widths = [max(len(row[i]) for row in every) for i in range(len(columns))]
    return "".join(
        "  ".join(
            cell.rjust(width) if column.right else cell.ljust(width)
            for cell, width, column in zip(row, widths, columns, strict=True)
        ).rstrip() + "\n"
        for row in every
    )  # fmt: skip


def _shown(table: Table) -> None:
    """A table on a terminal; in bare columns where it is too narrow: no number is ever cut."""
    from rich.console import Console

    console = Console()
    made, needed = _box(table)
    if needed > console.width:
        click.echo(f"{table.title}\n{_columns(table)}")
    else:
        console.print(made)


def _box(table: Table) -> "tuple[RenderableType, int]":
    """A table for a terminal, and the letters that it needs. What anybody wrote is no markup."""
    from rich.box import SIMPLE_HEAD
    from rich.cells import cell_len
    from rich.table import Table as Box
    from rich.text import Text

    columns, rows, total = for_people(table)
    if not rows:
        return Text.assemble((table.title, "bold"), (f": {table.empty}", "dim")), 0
    made = Box(title=Text(table.title, style="bold"), title_justify="left", header_style="bold",
               show_footer=bool(total), box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)  # fmt: skip
    needed = 2 * len(columns)
    for index, one in enumerate(columns):
        every = [one.title, *(row[index] for row in rows), *([total[index]] if total else [])]
        widest = max(map(cell_len, every))
        least = widest if one.right else min(widest, _NARROWEST)
        needed += least
        made.add_column(
            one.title, justify="right" if one.right else "left", no_wrap=one.right, overflow="fold",
            footer=Text(total[index]) if total else "", min_width=least,
        )  # fmt: skip
    for row in rows:
        made.add_row(*(Text(cell) for cell in row))
    return made, needed


def on_terminal() -> bool:
    """Whether somebody looks at it."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _bytes(part: str | bytes) -> bytes:
    return part if isinstance(part, bytes) else part.encode("utf-8", "replace")
