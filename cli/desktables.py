"""The tables of `dialform live`: boxes on a terminal, bare columns in a pipe, JSON where it is asked for."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import click

if TYPE_CHECKING:
    from rich.console import RenderableType

    from dialform.reconcile.desk.views import View

Rows = list[dict[str, Any]]


class Titled(Protocol):
    """What a table has beside its rows: a title, columns, a word for none."""

    @property
    def title(self) -> str: ...  # noqa: D102

    @property
    def columns(self) -> tuple[str, ...]: ...  # noqa: D102

    @property
    def empty(self) -> str: ...  # noqa: D102


_COLOURS = {
    "REGED": "green", "UP": "green", "ACTIVE": "green", "NOREG": "", "DOWN": "red",
    "FAIL_WAIT": "red", "FAILED": "red", "UNREGED": "red", "EXPIRED": "red", "TRYING": "yellow",
    "HELD": "yellow", "RINGING": "yellow", "EARLY": "yellow",
}  # fmt: skip
"""Words of the switch that one looks for."""


async def shown(
    view: "View", rows: Callable[[], Awaitable[Rows]], form: str, interval: float | None
) -> None:
    """Shows a table once, or again every `interval` seconds until somebody ends it."""
    if interval is None:
        once(view, await rows(), form)
    elif form == "text" and _on_terminal():
        from rich.live import Live

        with Live(_boxes(view, await rows()), auto_refresh=False) as live:
            while True:
                await asyncio.sleep(interval)
                live.update(_boxes(view, await rows()), refresh=True)
    else:
        before: Rows | None = None
        while True:
            now = await rows()
            if now != before:
                once(view, now, form)
                sys.stdout.flush()
            before = now
            await asyncio.sleep(interval)


def _on_terminal() -> bool:
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def once(view: Titled, rows: Rows, form: str) -> None:
    """Shows a table."""
    if form == "json":
        click.echo(json.dumps({view.title.lower(): rows}, ensure_ascii=False))
    elif _on_terminal():
        from rich.console import Console

        Console().print(_boxes(view, rows))
    else:
        for line in columns(view.columns, rows):
            click.echo(line)


def columns(names: Sequence[str], rows: Rows) -> list[str]:
    """Bare columns, with a title; nothing where there is nothing: what a pipe wants to read."""
    if not rows:
        return []
    table = [list(names), *([plain(row[name]) or "-" for name in names] for row in rows)]
    widths = [max(len(line[i]) for line in table) for i in range(len(names))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in table
    ]


def _boxes(view: Titled, rows: Rows) -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    table = Table(title=view.title, title_justify="left", header_style="bold")
    for name in view.columns:
        table.add_column(name.replace("_", " "), no_wrap=name == "uuid", overflow="fold")
    for row in rows:
        cells = (plain(row[name]) for name in view.columns)
        table.add_row(*(Text(cell, style=_COLOURS.get(cell, "")) for cell in cells))
    return table if rows else Text(f"{view.empty}.", style="dim")


def plain(value: object) -> str:
    """A value as text. What a caller sent is shown, not obeyed: no control characters."""
    if isinstance(value, bool):
        return "yes" if value else ""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in str(value))
