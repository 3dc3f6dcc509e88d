"""The group `dialform console`."""

import click

from dialform.cli.console.invite import invite_
from dialform.cli.console.serve import serve_


@click.group("console", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """The portal: the phone system in a browser."""


command.add_command(serve_)
command.add_command(invite_)
