"""`dialform fax retry`."""

import json

import click

from dialform.cli import ofagent
from dialform.cli.exits import Exit
from dialform.cli.fax.common import Office, options
from dialform.cli.fax.jobs import ID, each, meant


@click.command("retry")
@click.argument("ids", metavar="FAX...", nargs=-1, type=ID)
@options("send_fax")
@click.option("--batch", metavar="NAME", help="All faxes of one command that failed.")
@ofagent.FORMAT
def command(ids: tuple[int, ...], office: Office, batch: str | None, form: str) -> int:
    """Try faxes again now: those that failed or were cancelled, with all their retries, and those that wait.

    Pages that are with the other machine already are not sent again. Exits 1 where a fax that was named is
    being sent, or was.
    """
    from dialform.fax.queue import Queue

    with office.books() as ledger:
        queue = Queue(ledger.database)
        jobs = meant(queue, office, ids, batch, ("failed",))
        said = each(queue.retry_each, jobs)
        after = {id_: queue.job(id_) for id_ in said if not said[id_]}
    if form == "json":
        rows = [{"id": str(id_), "retried": done} for id_, done in said.items()]
        click.echo(json.dumps({"faxes": rows}))
    for id_, done in said.items() if form == "text" else ():
        job = after.get(id_)
        click.echo(
            f"Fax {id_}: " + ("queued" if done else f"left as it is ({job.state if job else '?'})")
        )
    if not said:
        click.echo("None of the batch failed.", err=True)
    return Exit.OUR_ERROR if ids and not all(said.values()) else Exit.CLEAN
