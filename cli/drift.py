"""`dialform drift`."""

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.cli import common, ofagent
from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from dialform.reconcile.comparing import Compared
    from dialform.reconcile.layout import Layout


@click.command("drift")
@ofagent.STATE
@ofagent.FORMAT
def command(state: Path | None, form: str) -> int:
    """Compare now what was compiled from git, what lies on the disk, and what the switch runs.

    Nothing is changed. Exits 0 where nothing differs, 5 where anything does, 1 where the switch does not
    answer.
    """
    found = _compared(ofagent.layout_of(state))
    if form == "json":
        from dialform.reconcile.watch import told

        data = {
            "generation": found.generation, "commit": found.commit,
            "drift": [told(one) for one in found.drift],
        }  # fmt: skip
        click.echo(json.dumps(data, indent=2))
    else:
        for one in found.drift:
            cure = (
                f" (heals it: {', '.join(step.words for step in one.steps)})" if one.steps else ""
            )
            click.echo(f"{one.between}: {one}{cure}")
        if not found.drift:
            click.echo(f"No drift: disk and switch are as in {found.generation}.")
    return Exit.DRIFT if found.drift else Exit.CLEAN


def _compared(layout: "Layout") -> "Compared":
    from dialform.reconcile.comparing import CompareError, compare
    from dialform.reconcile.endpoint import EndpointError
    from dialform.switch import SwitchError

    with ofagent.said():
        try:
            return asyncio.run(compare(layout))
        except (CompareError, EndpointError) as error:
            raise common.NotThere(str(error)) from None
        except SwitchError as error:
            raise click.ClickException(
                f"The switch does not answer: {error}. Files were looked at, the switch was not."
            ) from None
