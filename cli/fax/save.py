"""`dialform fax save`."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.billing.statements.values import printable
from dialform.cli.billing import output
from dialform.cli.exits import Exit
from dialform.cli.fax.common import Office, options

if TYPE_CHECKING:
    from dialform.billing.ledger.ledger import Ledger
    from dialform.fax.queue.values import Received

_UUID = re.compile(r"[0-9a-f][0-9a-f-]{3,35}")
_MOST = 100_000


@click.command("save")
@click.argument("id_", metavar="FAX")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@options("receive_fax")
def command(id_: str, file: Path, office: Office) -> int:
    """Write a fax that came in into a PDF file. FAX is as `dialform fax inbox` shows it, or how it begins."""
    with office.books() as ledger:
        fax = _meant(ledger, office, id_)
    if not fax.file:
        raise click.ClickException(
            f"Fax {fax.uuid} has no pages that could be saved ({printable(fax.result)})."
            if not fax.pages
            else f"Fax {fax.uuid} is not turned into a PDF yet: try again in a moment."
        )
    try:
        content = Path(fax.file).read_bytes()
    except FileNotFoundError:
        raise click.ClickException(
            f"The file is not on this machine: it came in on {fax.host}, there it is {fax.file}."
        ) from None
    except OSError as error:
        raise click.ClickException(f"{fax.file} cannot be read: {error.strerror}.") from None
    output.save([content], file)
    sender = printable(fax.caller or fax.station_id) or "an unknown number"
    click.echo(f"{file}: {fax.pages} pages from {sender}")
    return Exit.CLEAN


def _meant(ledger: "Ledger", office: Office, typed: str) -> "Received":
    """A fax by its id, or how that begins; one out of reach is not there."""
    from dialform.fax.queue import Inbox

    text, inbox = typed.lower(), Inbox(ledger.database)
    if not _UUID.fullmatch(text):
        raise click.UsageError(
            f"'{typed}' is no fax: `dialform fax inbox` lists them by their ids."
        )
    found = inbox.one(text)
    if found is not None and office.holds(found.tenant, found.account):
        return found
    known = inbox.list(office.tenant, office.reach(), most=_MOST) if len(text) < 36 else []
    near = [one for one in known if one.uuid.startswith(text)]
    if len(near) > 1:
        raise click.UsageError(f"Several faxes begin with '{typed}': type more of it.")
    if not near:
        raise click.ClickException(f"There is no fax {typed} that came in.")
    return near[0]
