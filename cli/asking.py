"""Asking the agent that runs: a request in its state folder, and the wait for its answer."""

import sys
import time
from typing import TYPE_CHECKING

import click

from dialform.cli import ofagent

if TYPE_CHECKING:
    from dialform.reconcile.layout import Layout
    from dialform.reconcile.requests import Answer, Request

_LOOK = 0.1


def ask(layout: "Layout", request: "Request", within: float = 600.0) -> "Answer":
    """What the agent answers. Raises ClickException where none comes in time."""
    from dialform.reconcile import requests

    requests.ask(layout, request)
    end = time.monotonic() + within
    told = False
    while (found := requests.answered(layout, request.id)) is None:
        if not ofagent.is_held(layout):
            requests.take(layout)
            raise click.ClickException(
                "The agent ended before it answered: start it, then try again."
            )
        if time.monotonic() > end:
            raise click.ClickException(
                "The agent has not answered in time; `dialform status` shows what it is doing."
            )
        if not told and sys.stderr.isatty():
            click.echo("Asked the agent that runs; waiting for its answer …", err=True)
            told = True
        time.sleep(_LOOK)
    return found
