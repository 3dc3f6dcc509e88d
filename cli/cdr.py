"""`dialform cdr`."""

from pathlib import Path

import click

from dialform.billing.statements.calls import DIRECTIONS
from dialform.cli.billing import common, output, periods
from dialform.cli.exits import Exit

_DEFAULT = "24h"


@click.command("cdr")
@common.sources
@common.TENANT
@common.USER
@click.option(
    "--from", "start", metavar="TIME", help="From this day or moment on, as in 2026-11-03."
)
@click.option("--to", "end", metavar="TIME", help="Up to and with this day, or up to this moment.")
@click.option("--since", metavar="AGO", help=f"How long ago, as in 2h or 7d. Default: {_DEFAULT}.")
@click.option("--direction", type=click.Choice(DIRECTIONS), help="Only calls of this direction.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Only the last N calls.")
@click.option("--legs", is_flag=True, help="Show each leg of the calls.")
@output.form_option()
@output.OUTPUT
def command(
    site: Path | None, secrets: Path | None, state: Path | None, ledger: str | None,
    tenant: str | None, user: str | None, start: str | None, end: str | None, since: str | None,
    direction: str | None, limit: int | None, legs: bool, form: str | None, file: Path | None,
) -> int:  # fmt: skip
    """Show the calls of a tenant: when, who called whom, for how long, how it ended, what it cost.

    Times are those of the tenant's time zone. A call is one line, however many legs it had.
    """
    from dialform.billing.ledger import finding
    from dialform.billing.views import calls

    if since and start:
        raise click.UsageError("Say either --from or --since.")
    where = common.place(site, state, secrets, ledger)
    with common.opened(where) as books:
        one = common.only(where, books, tenant, user)
        zone = one.terms.timezone
        first = periods.moment(start or since or _DEFAULT, zone, "--from" if start else "--since")
        last = periods.moment(end, zone, "--to", end=True) if end else None
        if last is not None and last <= first:
            raise click.UsageError("No time lies between --from and --to: one is after the other.")
        wanted = calls.wanted(one, first, last, direction=direction or "")
        with books.reading() as reading:
            shown = list(finding.found(reading, wanted, most=limit))[::-1]
        if legs:
            shown = calls.whole(books, one, shown)
    made = calls.legs(shown, one.terms) if legs else calls.table(shown, one.terms)
    output.put([made], output.form_of(form, file), file)
    return Exit.CLEAN
