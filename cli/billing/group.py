"""`dialform billing`: what usage costs, what was booked, what is owed."""

import click

from dialform.cli.lazy import LazyGroup

COMMANDS: dict[str, tuple[str, str]] = {
    "rate": ("billing.rate", "Say what a call, fax or conference costs, step by step."),
}
"""Command → the module of `dialform.cli` that holds it, and one line of help. A new command is a line."""


@click.group("billing", cls=LazyGroup, table=COMMANDS)
def command() -> None:
    """Usage becomes a bill: prices, bookings, statements."""
