"""`dialform resume`."""

from pathlib import Path

import click

from dialform.cli import asking, ofagent
from dialform.cli.exits import Exit


@click.command("resume")
@click.option("--retry", is_flag=True, help="Try again what is held back because it failed.")
@click.option("--accept-rewrite", metavar="COMMIT",
              help="Take the branch at this commit, although its history was rewritten.")  # fmt: skip
@ofagent.STATE
def command(retry: bool, accept_rewrite: str | None, state: Path | None) -> int:
    """End a suspension; with --retry also try a commit again that is held back."""
    from dialform.reconcile import requests, suspension
    from dialform.reconcile.quarantine import Quarantine

    layout = ofagent.layout_of(state)
    with ofagent.said():
        ended = suspension.end(layout)
        wanted = [
            *([requests.Request(requests.RETRY)] if retry else []),
            *(
                [requests.Request(requests.ACCEPT_REWRITE, {"commit": accept_rewrite})]
                if accept_rewrite is not None
                else []
            ),
        ]
        running = ofagent.is_held(layout)
        if ended:
            click.echo("It goes on." if running else "It goes on, when an agent runs again.")
        elif not wanted:
            click.echo("It was not suspended.")
        for request in wanted:
            if running:
                answer = asking.ask(layout, request)
                click.echo(answer.message, err=not answer.good)
                if not answer.good:
                    return Exit.OUR_ERROR
            elif request.what == requests.RETRY:
                released = Quarantine(layout).release()
                click.echo(
                    "It is tried again by the next run." if released else "Nothing is held back."
                )
            else:
                raise click.ClickException(
                    "No agent runs: start it, then say this again; or take the commit by hand with "
                    "`dialform apply`."
                )
    return Exit.CLEAN
