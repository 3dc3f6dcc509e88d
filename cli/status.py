"""`dialform status`."""

import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialform.cli import common, ofagent
from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from dialform.reconcile.layout import Layout


@click.command("status")
@ofagent.STATE
@click.option("--watch", is_flag=True, help="Show it until Ctrl-C.")
@click.option("--interval", type=click.FloatRange(0.2), default=1.0, show_default=True,
              metavar="SECONDS", help="How often --watch looks.")  # fmt: skip
@ofagent.FORMAT
def command(state: Path | None, watch: bool, interval: float, form: str) -> int:
    """Show what the agent of this host is doing: what runs, what holds it, drift, generations.

    Exits 0 where all is well, 1 where somebody has to look: not ready, an alarm, drift, a dead agent.
    """
    layout = ofagent.layout_of(state)
    if watch:
        return _watch(layout, interval, form)
    status = _read(layout)
    _show(layout, status, form)
    return _exit(layout, status)


def _read(layout: "Layout") -> dict[str, Any]:
    from dialform.reconcile.status import read

    found = read(layout.status)
    if found is None:
        raise common.NotThere(f"There is no status in '{layout.root}': no agent has run there yet.")
    return found


def _exit(layout: "Layout", status: dict[str, Any]) -> Exit:
    from dialform.cli.statusview import is_well

    well = is_well(status, time.time(), ofagent.is_held(layout))
    return Exit.CLEAN if well else Exit.OUR_ERROR


def _show(layout: "Layout", status: dict[str, Any], form: str) -> None:
    now, alive = time.time(), ofagent.is_held(layout)
    if form == "json":
        from dialform.reconcile.status import life

        click.echo(json.dumps({**status, "agent": life(status, now, alive) or "alive"}, indent=2))
        return
    from dialform.cli import statusview

    if _on_terminal():
        from rich.console import Console

        Console().print(statusview.table(status, now, alive))
    else:
        click.echo("\n".join(statusview.lines(status, now, alive)))


def _on_terminal() -> bool:
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _watch(layout: "Layout", interval: float, form: str) -> int:
    """On a terminal a table that lives; in a pipe only what is new."""
    from dialform.cli import statusview

    try:
        if form == "text" and _on_terminal():
            from rich.live import Live

            with Live(auto_refresh=False, screen=False) as live:
                while True:
                    made = statusview.table(_read(layout), time.time(), ofagent.is_held(layout))
                    live.update(made, refresh=True)
                    time.sleep(interval)
        before: Any = None
        while True:
            status = _read(layout)
            if {**status, "at": None} != before:
                _show(layout, status, form)
                sys.stdout.flush()
            before = {**status, "at": None}
            time.sleep(interval)
    except KeyboardInterrupt:
        return Exit.CLEAN
