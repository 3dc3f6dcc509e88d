"""`dialform fax inbox`."""

from pathlib import Path

import click

from dialform.cli.billing import output, periods
from dialform.cli.exits import Exit
from dialform.cli.fax.common import Office, options
from dialform.cli.fax.queue import whose
from dialform.fax import views


@click.command("inbox")
@options("receive_fax")
@click.option("--account", metavar="NUMBER", help="Only of this fax account.")
@periods.SINCE
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, metavar="N",
              help="The newest N.")  # fmt: skip
@output.form_option()
@output.OUTPUT
def command(
    office: Office, account: str | None, since: str | None, limit: int, form: str | None,
    file: Path | None,
) -> int:  # fmt: skip
    """Show the faxes that came in: when, from whom, how many pages, how it ended, whether it was mailed.

    Times are those of the tenant's time zone. `dialform fax save` writes one into a file.
    """
    from dialform.fax.queue import Inbox

    tenant, accounts = whose(office, account)
    first = (
        periods.moment(since, office.zone(tenant) if tenant else "UTC", "--since") if since else 0
    )
    with office.books() as ledger:
        found = Inbox(ledger.database).list(tenant, accounts, since=first, most=limit + 1)
    made = views.received(found[:limit][::-1], office.zone, whose=tenant is None)
    output.put([made], output.form_of(form, file), file)
    if len(found) > limit:
        click.echo(f"note: only the newest {limit:,} are shown (--limit).", err=True)
    return Exit.CLEAN
