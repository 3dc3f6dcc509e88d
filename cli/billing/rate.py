"""`dialform billing rate`."""

import click


@click.command("rate")
def command() -> int:
    """Say what a call, fax or conference costs, step by step."""
    raise click.ClickException("not built yet")
