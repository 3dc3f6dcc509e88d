"""`dialform fax`: faxes that go out, from a file to the page in the other machine, and those that came in."""

import click

from dialform.cli.lazy import LazyGroup

COMMANDS: dict[str, tuple[str, str]] = {
    "send": ("fax.send", "Send documents: to numbers, to a contact group, to a list."),
    "queue": ("fax.queue", "Show the faxes that wait, are being sent, or have ended."),
    "show": ("fax.show", "Show a fax, and each attempt to send it."),
    "cancel": ("fax.cancel", "Send these faxes no further."),
    "retry": ("fax.retry", "Try faxes again: those that failed, or that wait for their time."),
    "inbox": ("fax.inbox", "Show the faxes that came in."),
    "save": ("fax.save", "Write a fax into a PDF file."),
}
"""Command → the module of `dialform.cli` that holds it, and one line of help. A new command is a line."""


@click.group("fax", cls=LazyGroup, table=COMMANDS)
def command() -> None:
    """Faxes: send them, follow them, read what came in.

    With --tenant the faxes of somebody else are not there; with --as those of accounts that do not list
    the user are not.
    """
