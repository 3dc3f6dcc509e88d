"""The group `dialform console`."""

import click

from dialform.cli.console.accounts import accounts_, end_sessions_, lock_, unlock_
from dialform.cli.console.invite import invite_, reset_
from dialform.cli.console.serve import serve_


@click.group("console", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """The portal: the phone system in a browser."""


for one in (serve_, invite_, reset_, accounts_, lock_, unlock_, end_sessions_):
    command.add_command(one)
