"""`dialform suspend`."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from dialform.cli import ofagent
from dialform.cli.exits import Exit


@click.command("suspend")
@click.option(
    "--reason", required=True, metavar="TEXT", help="Why; whoever looks at the status sees it."
)
@click.option(
    "--until", metavar="TIME", help="When it ends by itself: 2h, 18:00, 2026-11-30T08:00."
)
@ofagent.STATE
def command(reason: str, until: str | None, state: Path | None) -> int:
    """Let the agent change nothing on the switch, until `dialform resume` or a time.

    It goes on watching: drift is reported, not healed.
    """
    from dialform.reconcile import suspension

    layout = ofagent.layout_of(state)
    now = datetime.now(UTC)
    try:
        end = None if until is None else suspension.until(until, now, _zone())
    except suspension.UntilError as error:
        raise click.UsageError(str(error)) from None
    with ofagent.said():
        suspension.write(
            layout, suspension.Suspension(reason, ofagent.somebody(), now.timestamp(), end)
        )
    ends = "until `dialform resume`"
    if end is not None:
        ends = f"until {datetime.fromtimestamp(end, UTC).astimezone():%a %d %b %H:%M %Z}"
    click.echo(f"Suspended {ends}.")
    if not ofagent.is_held(layout):
        click.echo("No agent runs at the moment; the next one finds it so.")
    return Exit.CLEAN


def _zone() -> str:
    """This machine's time zone, by name where it has one."""
    named = os.environ.get("TZ", "").removeprefix(":")
    try:
        place = str(Path("/etc/localtime").readlink())
    except OSError:
        place = ""
    found = named or place.partition("zoneinfo/")[2]
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(found or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"
    return found or "UTC"
