"""`dialform device`: phones, from the address that one types in to the one that has to start again."""

import click

from dialform.cli.lazy import LazyGroup

COMMANDS: dict[str, tuple[str, str]] = {
    "list": ("device.list", "Show the phones: last fetch, revision, registered or not."),
    "url": ("device.url", "Say what to type into a phone, and where."),
    "option66": ("device.option66", "Say what DHCP servers have to tell phones."),
    "qr": ("device.qr", "Draw the code that a softphone scans."),
    "enroll": ("device.enroll", "Let a new phone fetch by its MAC, for a few minutes."),
    "resync": ("device.resync", "Tell phones to fetch their configuration now."),
    "reboot": ("device.reboot", "Tell phones to start again."),
}
"""Command → the module of `dialform.cli` that holds it, and one line of help. A new command is a line."""


@click.group("device", cls=LazyGroup, table=COMMANDS)
def command() -> None:
    """Phones: what is typed into them, who may fetch, and what each has.

    With --tenant a phone of somebody else is not there.
    """
