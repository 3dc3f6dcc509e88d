"""`dialform device reboot`."""

import sys

import click

from dialform.cli import ofagent
from dialform.cli.desk import Desk
from dialform.cli.device.common import OPTIONS, in_reach, meant
from dialform.cli.device.telling import RATE, say, told
from dialform.cli.exits import Exit


@click.command("reboot")
@click.argument("macs", metavar="MAC...", nargs=-1, required=True)
@OPTIONS
@click.option("--yes", is_flag=True, help="Do not ask, however many they are.")
@click.option("--in-call", is_flag=True, help="Those that are in a call, too: it may end.")
@RATE
@ofagent.FORMAT
def command(
    macs: tuple[str, ...], desk: Desk, yes: bool, in_call: bool, rate: float, form: str
) -> int:
    """Tell phones to start again, with the NOTIFY that their vendor documents.

    Only registered phones hear it. One that is in a call is left alone, unless --in-call is said. Exits 1
    where a phone could not be told.
    """
    phones = meant(in_reach(desk), macs)
    if len(phones) > 1 and not yes:
        if not sys.stdin.isatty():
            raise click.UsageError(
                f"These are {len(phones)} phones: say --yes to start them again."
            )
        for one in phones:
            click.echo(f"{one.who} of {one.tenant}", err=True)
        click.confirm(f"Start these {len(phones)} phones again?", abort=True, err=True)
    outcomes = told(desk, phones, "reboot", rate, spare_calls=not in_call)
    say("reboot", outcomes, form)
    return Exit.CLEAN if all(one.how == "told" for one in outcomes) else Exit.OUR_ERROR
