"""`dialform billing rerate`."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.cli.billing import common, output, periods
from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from dialform.billing.ledger.values import Rerated
    from dialform.billing.statements.table import Table


@click.command("rerate")
@common.sources
@common.TENANT
@click.option("--month", metavar="YYYY-MM", help="Only this month, in the tenant's time zone.")
@periods.SINCE
@periods.UNTIL
@click.option("--all", "every", is_flag=True,
              help="Also what has a price already, where the newest prices give another one.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask. In a pipe nothing is asked.")
@output.form_option()
@output.OUTPUT
def command(
    site: Path | None, secrets: Path | None, state: Path | None, ledger: str | None,
    tenant: str | None, month: str | None, since: str | None, until: str | None, every: bool,
    dry_run: bool, yes: bool, form: str | None, file: Path | None,
) -> int:  # fmt: skip
    """Price again what had no price: the old charge is taken back, the new one is booked.

    Prices and terms are the newest that the ledger was given of each host, which is what mends them.
    """
    where = common.place(site, state, secrets, ledger)
    with common.opened(where) as books:
        if tenant is None and month is not None:
            raise click.UsageError("A month begins in a tenant's time zone: say --tenant too.")
        zone = common.only(where, books, tenant).terms.timezone if tenant else "UTC"
        start, end = _span(zone, month, since, until)

        def rerated(dry_run: bool) -> "list[Rerated]":
            return books.rerate(
                tenant=tenant, since=start, until=end, everything=every, dry_run=dry_run,
                now=int(time.time() * 1_000_000),
            )  # fmt: skip

        if not (dry_run or yes) and sys.stdin.isatty() and output.on_terminal():
            asked = rerated(True)
            output.put([_table(asked, zone)], "table", None)
            if not asked or not click.confirm("Book this?"):
                return Exit.CLEAN
        found = rerated(dry_run)
    output.put([_table(found, zone)], output.form_of(form, file), file)
    return Exit.CLEAN


def _span(
    zone: str, month: str | None, since: str | None, until: str | None
) -> tuple[int | None, int | None]:
    """From when to before when, in microseconds; None for no bound."""
    if month is not None:
        if since or until:
            raise click.UsageError("Say either --month or --since and --until.")
        from dialform.billing.statements.prepare import following

        period = common.month_of(month, zone)
        since, until = f"{period}-01", f"{following(period)}-01"
    start = periods.moment(since, zone, "--since") if since else None
    end = periods.moment(until, zone, "--until") if until else None
    return start, end


def _table(found: "list[Rerated]", zone: str) -> "Table":
    from dialform.billing.statements.table import Column, Row, Table
    from dialform.billing.statements.values import Moment, Money

    columns = (
        Column("tenant", "Tenant"), Column("at", "Time"), Column("uuid"), Column("kind", "Kind"),
        Column("month"), Column("number", "Number"), Column("was", "Was"),
        Column("before", "Cost", right=True), Column("now", "Is"), Column("after", "Cost", right=True),
        Column("currency", "Currency"), Column("why"),
    )  # fmt: skip
    rows: list[Row] = [
        (one.tenant, Moment(one.at, zone), one.uuid, one.kind, one.period, one.number, one.was,
         Money(one.before, one.currency), one.now, Money(one.after, one.currency), one.currency,
         " ".join(one.why))
        for one in found
    ]  # fmt: skip
    return Table("rerated", "Priced again", columns, rows, None, "nothing changes")
