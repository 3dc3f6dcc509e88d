"""`dialform fax cancel`."""

import json

import click

from dialform.cli import ofagent
from dialform.cli.exits import Exit
from dialform.cli.fax.common import Office, options
from dialform.cli.fax.jobs import ID, each, meant

_WORDS = {
    "cancelled": "cancelled",
    "sending": "being sent: its agent hangs up",
    "": "over already",
}


@click.command("cancel")
@click.argument("ids", metavar="FAX...", nargs=-1, type=ID)
@options("send_fax")
@click.option("--batch", metavar="NAME", help="All faxes of one command that have not ended.")
@ofagent.FORMAT
def command(ids: tuple[int, ...], office: Office, batch: str | None, form: str) -> int:
    """Send these faxes no further. Of one that is being sent the call ends; pages that are through stay so.

    Exits 1 where a fax that was named was over already.
    """
    from dialform.fax.queue import Queue

    with office.books() as ledger:
        queue = Queue(ledger.database)
        jobs = meant(queue, office, ids, batch, ("queued", "sending"))
        said = each(queue.cancel_each, jobs)
        after = {id_: queue.job(id_) for id_ in said if not said[id_]}
    if form == "json":
        rows = [{"id": str(id_), "result": word or "over"} for id_, word in said.items()]
        click.echo(json.dumps({"faxes": rows}))
    for id_, word in said.items() if form == "text" else ():
        job = after.get(id_)
        click.echo(f"Fax {id_}: {_WORDS[word]}{f' ({job.state})' if job else ''}")
    if not said:
        click.echo("Nothing of the batch is left to cancel.", err=True)
    return Exit.OUR_ERROR if ids and not all(said.values()) else Exit.CLEAN
