"""`dialform rollback`."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.cli import asking, common, ofagent
from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from dialform.reconcile.byhand import Back
    from dialform.reconcile.layout import Layout


@click.command("rollback")
@click.argument("generation", required=False, default="", metavar="[GENERATION|COMMIT]")
@click.option("--reason", default="", metavar="TEXT", help="Why; it stands in the status.")
@click.option("--allow-disruption", is_flag=True, help="Go back even where that ends calls.")
@click.option("--list", "show", is_flag=True, help="List the generations, and go nowhere.")
@click.option("--confirm-within", type=click.FloatRange(1), default=60.0, show_default=True,
              metavar="SECONDS", help="What is not proven by then is taken back.")  # fmt: skip
@ofagent.STATE
def command(
    generation: str, reason: str, allow_disruption: bool, show: bool, confirm_within: float,
    state: Path | None,
) -> int:  # fmt: skip
    """Go back to an earlier generation, prove it, and hold the newer commit back.

    Without a name it is the generation before the one that runs. Git is not needed. A newer commit ends
    it by itself; `dialform resume --retry` tries the same one again. A running agent is asked to do it.
    """
    from dialform.reconcile.byhand import Back

    layout = ofagent.layout_of(state)
    if show:
        return _list(layout)
    back = Back(generation, reason, ofagent.somebody(), allow_disruption)
    with ofagent.said():
        if ofagent.is_held(layout):
            return _asked(layout, back)
        return _done(layout, back, confirm_within)


def _list(layout: "Layout") -> int:
    from dialform.reconcile.generations import Generations
    from dialform.reconcile.record import Record
    from dialform.reconcile.times import written

    generations = Generations(layout)
    current = generations.current()
    applied = Record.load(layout).applied
    proven = {*applied.proven, applied.generation} if applied else set()
    for one in generations.all():
        mark = "  runs" if current is not None and one.name == current.name else ""
        mark += "" if one.name in proven else "  never proven"
        click.echo(f"{one.name}  {written(one.made)}  revision {one.revision}{mark}")
    return Exit.CLEAN


def _asked(layout: "Layout", back: "Back") -> int:
    from dialform.reconcile import requests

    arguments = {
        "wanted": back.wanted, "reason": back.reason, "by": back.by,
        "allow_disruption": "yes" if back.allow_disruption else "no",
    }  # fmt: skip
    answer = asking.ask(layout, requests.Request(requests.ROLLBACK, arguments))
    click.echo(answer.message, err=not answer.good)
    return Exit.CLEAN if answer.good else Exit.OUR_ERROR


def _done(layout: "Layout", back: "Back", confirm_within: float) -> int:
    """Without an agent: this command takes its place for as long as it takes."""
    from dialform.reconcile.applying import Applier
    from dialform.reconcile.billing.once import settle
    from dialform.reconcile.byhand import ByHandError, roll_back
    from dialform.reconcile.generations import Generations
    from dialform.reconcile.ground import Ground
    from dialform.reconcile.lock import Lock, LockError
    from dialform.reconcile.phones.once import announce
    from dialform.reconcile.settings import Settings
    from dialform.reconcile.times import Times

    current = Generations(layout).current()
    if current is None:
        raise common.NotThere(f"Nothing was applied from '{layout.root}' yet.")
    settings = Settings(
        "", current.host, layout.root, confirm_within=confirm_within, once=_was_once(layout)
    )

    async def work(lock: Lock) -> str:
        async with Ground(settings, layout, lock, Times()) as ground:
            try:
                done = await roll_back(ground, Applier(ground), back)
                untold = await announce(ground)
                unbooked = await settle(ground, ingest=False)
                more = (("Phones", untold), ("Billing", unbooked))
                return "\n".join([done, *(f"{what}: {why}" for what, why in more if why)])
            finally:
                ground.conclude()

    try:
        with Lock(layout) as lock:
            click.echo(asyncio.run(work(lock)))
    except (ByHandError, LockError) as error:
        raise click.ClickException(str(error)) from None
    return Exit.CLEAN


def _was_once(layout: "Layout") -> bool:
    """Whether no agent stays on this host: then nobody misses it."""
    from dialform.reconcile.status import read

    return bool((read(layout.status) or {}).get("once"))
