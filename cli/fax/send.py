"""`dialform fax send`."""

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.cli import ofagent
from dialform.cli.billing import common as billing
from dialform.cli.exits import Exit
from dialform.cli.fax import order as orders
from dialform.cli.fax.common import Office, options, said

if TYPE_CHECKING:
    from dialform.billing.ledger.ledger import Ledger
    from dialform.fax.ordering import Draft, Order, Placed


@click.command("send")
@orders.options
@options("send_fax")
@click.option("--skip-bad", is_flag=True,
              help="Leave out those that cannot be faxed, and say so; else nothing is sent.")  # fmt: skip
@click.option("--dry-run", is_flag=True,
              help="Say what would be sent, to whom, by which route; queue nothing.")  # fmt: skip
@click.option("--wait", is_flag=True, help="Follow the faxes until each has ended.")
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="With --wait: write how each ended into FILE (.csv or .json).")  # fmt: skip
@ofagent.FORMAT
def command(
    order: "Order", account: str | None, office: Office, skip_bad: bool, dry_run: bool, wait: bool,
    report: Path | None, form: str,
) -> int:  # fmt: skip
    """Send documents: PDF, PostScript, text, PNG, JPEG, TIFF, DOCX. Several FILEs become one fax.

    Everything is checked first; then the faxes are queued, all or none. The agent sends them, and tries
    again what does not get through: `dialform fax queue` shows how far they are. With --wait it exits 0
    where all were sent, and 1 where one was not.
    """
    from dialform.cli.fax import placed as telling

    if dry_run and (wait or report):
        raise click.UsageError("--dry-run sends nothing: there is nothing to wait for.")
    if report and not wait:
        raise click.UsageError("--report needs --wait; later, `dialform fax queue --batch` has it.")
    if order.cover is None and not (order.files or order.documents):
        raise click.UsageError("Say what to send: a FILE, --document or --cover.")
    with said():
        draft = _draft(order, account, office, skip_bad)
        if dry_run:
            with billing.if_there(office.place) as ledger:
                notes: Sequence[str] = draft.notes(ledger) if ledger else ()
            with _told() as told:
                telling.tell(draft.placed(draft.body(told), notes, told, first=True), form)
            return Exit.CLEAN
        with office.books() as ledger:
            placed = _queued(ledger, draft, office)
            if not wait:
                telling.tell(placed, form)
                return Exit.CLEAN
            return _followed(ledger, placed, report, form)


def _draft(order: "Order", number: str | None, office: Office, skip_bad: bool) -> "Draft":
    from dialform.fax.ordering import Draft

    now = time.time()
    company, account = office.account(number)
    checked = orders.recipients(order, company, account, office.ways(), now, skip_bad=skip_bad)
    root, sender = office.desk.folders.current, office.sender(account)
    return Draft(order, root, company, account, checked, sender, now)


def _queued(ledger: "Ledger", draft: "Draft", office: Office) -> "Placed":
    from dialform.fax.ordering import submit

    notes = draft.notes(ledger)
    with _told() as told:
        placed = draft.placed(draft.body(told), notes, told)
    by = office.desk.user or ofagent.somebody()
    return submit(ledger, placed, by=by, now=int(time.time() * 1_000_000))


@contextlib.contextmanager
def _told() -> Iterator[Callable[[str], None]]:
    """On a terminal, what is being done."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda words: None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as shown:
        yield shown.update


def _followed(ledger: "Ledger", placed: "Placed", report: Path | None, form: str) -> int:
    """Waits for all, and says how they ended."""
    from dialform.cli.billing import output
    from dialform.cli.fax import placed as telling
    from dialform.cli.fax.following import follow
    from dialform.fax import views
    from dialform.fax.queue import Queue

    if form == "text":
        telling.tell(placed, form)
    try:
        ended = follow(Queue(ledger.database), placed)
    except KeyboardInterrupt:
        click.echo(f"The faxes go on: dialform fax queue --batch {placed.batch}", err=True)
        raise
    if form == "json":
        telling.tell(placed, form, {job.id: job for job in ended})
    if report is not None:
        zone = placed.company.timezone
        table = views.jobs(ended, lambda _: zone, whose=False)
        output.put([table], output.form_of(None, report), report)
    sent = all(job.state == "sent" for job in ended)
    return Exit.CLEAN if sent else Exit.OUR_ERROR
