"""Following faxes until each has ended: a bar on a terminal, a line a change in a pipe."""

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import click

from dialform.fax import views
from dialform.fax.ordering.times import MICRO

if TYPE_CHECKING:
    from dialform.fax.ordering import Placed
    from dialform.fax.queue import Queue
    from dialform.fax.queue.values import Job, State

_LOOK = 1.0
"""Seconds between two looks at the queue."""
_SILENT = 120
"""Seconds after which an agent that said nothing does not send."""
_FEW = 50
"""Up to so many faxes each change of each is told; of more only how those ended that were not sent."""

Show = Callable[[str], None]
Count = Callable[["Mapping[State, int]"], None]


def follow(queue: "Queue", placed: "Placed") -> "list[Job]":
    """The faxes as they ended, in the order in which they were queued. What happens is told meanwhile."""
    count, batch = len(placed.ids), placed.batch
    told = None if count <= _FEW else ("failed", "cancelled")
    said: dict[int, str] = {}
    warned = False
    with _shown(count) as (show, counted):
        while True:
            states = queue.counts(batch=batch)
            for job in queue.jobs(batch=batch, states=told, most=count):
                line = _line(job)
                if said.get(job.id, "") != line:
                    said[job.id] = line
                    show(line)
            counted(states)
            if not states["queued"] + states["sending"]:
                break
            if not warned and states["queued"] and (note := _silent(queue, placed)):
                warned = True
                show(note)
            time.sleep(_LOOK)
    click.echo(_sum(states), err=True)
    return queue.jobs(batch=batch, most=count)


def _silent(queue: "Queue", placed: "Placed") -> str:
    """That no agent sends, as far as the queue heard; empty where one does, or nothing is due yet."""
    now = int(time.time() * MICRO)
    last = max(queue.seen().values(), default=0)
    if now - last < _SILENT * MICRO or all(new.due > now for new in placed.checked.news):
        return ""
    heard = f"was heard of last at {time.strftime('%H:%M', time.localtime(last // MICRO))}"
    return (
        f"note: no agent {heard if last else 'is there'}: faxes wait until one sends. "
        "`dialform doctor fax` looks why."
    )


def _line(job: "Job") -> str:
    from dialform.billing.statements.values import printable

    what = views.state(job)
    if job.state == "sending":
        what += f", attempt {job.tries + 1}, {job.confirmed} of {job.pages} pages are through"
    elif job.state == "sent":
        what += f", {job.pages} page{'' if job.pages == 1 else 's'}"
    why = f": {job.cause}" if job.cause and job.state != "sent" else ""
    return printable(f"{job.id}  {job.to}  {what}{why}")


def _sum(states: "Mapping[State, int]") -> str:
    """`3 sent, 1 failed`."""
    return ", ".join(f"{count:,} {name}" for name, count in states.items() if count)


@contextlib.contextmanager
def _shown(count: int) -> Iterator[tuple[Show, Count]]:
    """How a line is shown, and how far all are."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda line: click.echo(line, err=True), lambda states: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.text import Text

    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=count)

        def counted(states: "Mapping[State, int]") -> None:
            over = count - states["queued"] - states["sending"]
            bar.update(task, completed=over, description=_sum(states))

        yield lambda line: console.print(Text(line)), counted
