"""`dialform billing`: what usage costs, what was booked, what is owed."""

import click

from dialform.cli.lazy import LazyGroup

COMMANDS: dict[str, tuple[str, str]] = {
    "rate": ("billing.rate", "Say what a call, fax or conference costs, step by step."),
    "quota": ("billing.quota", "Show what tenants may have, and what they have of it."),
    "usage": ("billing.usage", "Show what was used in a month, and its cost."),
    "statement": ("billing.statement", "Draw up a month's statement: text, JSON, CSV, HTML, PDF."),
    "payments": ("billing.payments", "Show payments and balances."),
    "export": ("billing.export", "Write every row of rated usage, for other programs."),
    "ingest": ("billing.ingest", "Book the switch's call records, once or as they come."),
    "rerate": ("billing.rerate", "Price again what had no price."),
    "verify": ("billing.verify", "Audit the ledger: everything has to add up."),
}
"""Command → the module of `dialform.cli` that holds it, and one line of help. A new command is a line."""


@click.group("billing", cls=LazyGroup, table=COMMANDS)
def command() -> None:
    """Usage becomes a bill: prices, bookings, statements."""
