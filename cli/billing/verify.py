"""`dialform billing verify`."""

from pathlib import Path

import click

from dialform.billing.statements.forms import as_json
from dialform.cli.billing import common
from dialform.cli.exits import Exit


@click.command("verify")
@common.sources
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def command(
    site: Path | None, secrets: Path | None, state: Path | None, ledger: str | None, form: str
) -> int:
    """Audit the whole ledger: sums, keys, quotas, entries without usage and usage without entries.

    Exits 1 where anything does not add up, and says what.
    """
    from dialform.billing.ledger import issuing

    where = common.place(site, state, secrets, ledger)
    with common.opened(where) as books:
        faults = books.verify()
        with books.reading() as reading:
            faults += issuing.audit(reading)
        name = books.name
    if form == "json":
        found = [{"check": one.check, "what": one.what} for one in faults]
        click.echo(as_json({"ledger": name, "faults": found}), nl=False)
    elif faults:
        click.echo("\n".join(f"{one.check}: {one.what}" for one in faults))
        click.echo(f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'} in {name}", err=True)
    else:
        click.echo(f"{name}: everything adds up")
    return Exit.OUR_ERROR if faults else Exit.CLEAN
