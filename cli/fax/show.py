"""`dialform fax show`."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from dialform.cli.billing import output
from dialform.cli.exits import Exit
from dialform.cli.fax.common import Office, options
from dialform.cli.fax.jobs import ID, one_of
from dialform.fax import views

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialform.billing.statements.table import Row, Table
    from dialform.fax.queue.values import Attempt, Job


@click.command("show")
@click.argument("id_", metavar="FAX", type=ID)
@options("send_fax")
@output.form_option(("text", "json"))
@output.OUTPUT
@click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Write the pages into FILE, too, as they are sent.")  # fmt: skip
def command(id_: int, office: Office, form: str | None, file: Path | None, pdf: Path | None) -> int:
    """Show a fax that goes out, and each attempt to send it: by which trunk, how far, why it ended."""
    from dialform.fax.queue import Queue

    with office.books() as ledger:
        queue = Queue(ledger.database)
        job = one_of(queue, office, id_)
        attempts = queue.attempts(job.id)
        if pdf is not None:
            sheets = queue.sheets(job.document)
    zone = office.zone(job.tenant)
    form = output.form_of(form, file, ("text", "json"))
    head = views.jobs([job], office.zone, whose=True) if form == "json" else _head(job, zone)
    made = [head, views.attempts(attempts, zone, _way(office, job))]
    if form == "json":
        made.append(_details(attempts))
    output.put(made, form, file)
    if pdf is not None:
        if sheets is None:
            raise click.ClickException("Its pages are not kept any more.")
        output.save([_pdf(sheets.standard if job.coarse else sheets.fine)], pdf)
    return Exit.CLEAN


def _way(office: Office, job: "Job") -> Callable[[int], str]:
    """How an attempt was made, by its step: T.38 or sound, how fast, with error correction or without."""
    from dialform.fax.sending.ladder import rung

    company = office.company(job.tenant)
    account = company.accounts.get(job.account) if company else None
    return (lambda step: rung(step, account).words) if account else (lambda step: "")


def _pdf(tiff: bytes) -> bytes:
    from dialform.fax.documents import DocumentError, pdf_of

    with TemporaryDirectory(prefix="dialform-fax-") as folder:
        path = Path(folder) / "fax.tif"
        path.write_bytes(tiff)
        try:
            return pdf_of(path)[0]
        except DocumentError as error:
            raise click.ClickException(str(error)) from None


def _head(job: "Job", zone: str) -> "Table":
    from dialform.billing.statements.table import Column, Table
    from dialform.billing.statements.values import Moment

    who = f"{job.to}  {job.name}".rstrip()
    rest = job.retries + 1 - job.tries
    rows: list[Row] = [
        ("From", f"{job.account} of {job.tenant}"), ("To", who), ("What", job.title),
        ("Document", job.file if job.file != job.title else ""),
        ("State", views.state(job)), ("Cause", job.cause), ("Pages", views.pages(job)),
        ("Resolution", "standard" if job.coarse else "fine"),
        ("Queued", Moment(job.created, zone)), ("By", job.by), ("Batch", job.batch),
    ]  # fmt: skip
    if job.state == "queued":
        rows += [("Tried next", Moment(job.due, zone)), ("Attempts left", rest)]
    if job.ended:
        rows.append(("Ended", Moment(job.ended, zone)))
    columns = (Column("what", " "), Column("value", " "))
    return Table("fax", f"Fax {job.id}", columns, [row for row in rows if row[1] != ""])


def _details(attempts: "Sequence[Attempt]") -> "Table":
    """What the switch said of each attempt, for programs."""
    from dialform.billing.statements.table import Column, Table

    columns = (Column("attempt"), Column("name"), Column("value"))
    rows: list[Row] = [
        (one.number, name, value) for one in attempts for name, value in sorted(one.details.items())
    ]
    return Table("details", "Details", columns, rows)
