"""`dialform fax queue`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.cli.billing import output
from dialform.cli.exits import Exit
from dialform.cli.fax import jobs
from dialform.cli.fax.common import Office, options
from dialform.fax import views

if TYPE_CHECKING:
    from collections.abc import Collection

STATES = ("queued", "sending", "sent", "failed", "cancelled")
_NEWEST = 200
_UNDER_WAY = ("queued", "sending")


@click.command("queue")
@options("send_fax")
@click.option("--account", metavar="NUMBER", help="Only of this fax account.")
@click.option("--batch", metavar="NAME", help="The faxes of one command; those that ended, too.")
@click.option("--only", "states", multiple=True, type=click.Choice(STATES), metavar="STATE",
              help=f"{', '.join(STATES)}. Repeat it for more. Default: queued and sending.")  # fmt: skip
@click.option("--all", "every", is_flag=True, help="In whichever state.")
@click.option("--limit", type=click.IntRange(1), metavar="N",
              help="The newest N. Default: 200; of a --batch all.")  # fmt: skip
@output.form_option()
@output.OUTPUT
def command(
    office: Office, account: str | None, batch: str | None, states: tuple[str, ...], every: bool,
    limit: int | None, form: str | None, file: Path | None,
) -> int:  # fmt: skip
    """Show the faxes that wait or are being sent, and why they wait; with --all those that ended, too.

    Times are those of the tenant's time zone: when one that waits is tried next, when another one ended.
    """
    from dialform.fax.queue import Queue

    if every and states:
        raise click.UsageError("Say either --all or --only.")
    limit = limit or (jobs.MOST if batch else _NEWEST)
    tenant, accounts = whose(office, account)
    wanted = None if every or (batch and not states) else states or _UNDER_WAY
    with office.books() as ledger:
        queue = Queue(ledger.database)
        newest = queue.jobs(tenant, accounts, wanted, batch, most=limit + 1, newest=True)
        if batch and not newest and not queue.jobs(tenant, accounts, batch=batch, most=1):
            raise click.ClickException(f"There is no batch {batch}.")
    shown = newest[:limit][::-1]
    made = views.jobs(shown, office.zone, whose=tenant is None)
    output.put([made], output.form_of(form, file), file)
    if len(newest) > limit:
        click.echo(f"note: only the newest {limit:,} are shown (--limit).", err=True)
    return Exit.CLEAN


def whose(office: Office, account: str | None) -> "tuple[str | None, Collection[str] | None]":
    """The tenant and the accounts that are meant."""
    if account is None:
        return office.tenant, office.reach()
    company, found = office.account(account)
    return company.slug, (found.number,)
