"""`dialform validate`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.cli import common

if TYPE_CHECKING:
    from dialform.compiler.booked import Booked


@click.command("validate")
@common.SITE
@common.SECRETS
@common.FORMAT
@common.STRICT
@common.JOBS
@click.option(
    "--ledger",
    metavar="URL",
    help="Hold payments against those that this ledger has: sqlite:///path, postgresql://…",
)
@click.option("--infos", is_flag=True, help="Show every info finding, not only the first few.")
def command(
    site: Path | None, secrets: Path | None, form: str, strict: bool, jobs: int, infos: bool,
    ledger: str | None,
) -> int:  # fmt: skip
    """Check the site: its files, shape, permissions, quotas, numbers and call flow.

    Exits 3 where there is an error, else 0.
    """
    root = common.site_root(site)
    folder = common.secrets_folder(secrets)
    # Late, so that `--help` and completion do not wait for the models.
    from dialform.compiler.check import Run, validate
    from dialform.schema.tree import scan

    bar = common.progress("checking")
    run = Run(scan(root), common.store(folder), jobs, bar)
    diagnostics = validate(run, strict=strict, booked=_booked(ledger))
    common.report(root, diagnostics, form, all_infos=infos)
    return common.exit_for(diagnostics)


def _booked(url: str | None) -> "Booked | None":
    """The payments that a ledger has. One that cannot be read ends the command, in one sentence."""
    if url is None:
        return None
    from dialform.billing.ledger.errors import LedgerError
    from dialform.billing.ledger.opening import open_ledger
    from dialform.billing.ledger.queries import booked_payments

    try:
        with open_ledger(url, migrate=False) as found, found.reading() as reading:
            return booked_payments(reading)
    except LedgerError as error:
        raise click.ClickException(str(error)) from None
