"""`dialform apply`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from dialform.cli import common
from dialform.cli.exits import Exit


@click.command("apply")
@click.argument("plan", type=click.Path(path_type=Path, dir_okay=False))
@common.SITE
@click.option(
    "--compiled",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the hosts' compiled folders lie. Default: out/ of the site.",
)
@click.option(
    "--force", type=click.IntRange(0), metavar="N",
    help="Go past the safety limits; N is the number of deletions in this plan.",
)  # fmt: skip
@click.option("--allow-disruption", is_flag=True, help="Do not wait for the window to drop calls.")
@click.option("--dry-run", is_flag=True, help="Only check the plan and show what would be sent.")
def command(
    plan: Path, site: Path | None, compiled: Path | None, force: int | None,
    allow_disruption: bool, dry_run: bool,
) -> int:  # fmt: skip
    """Apply a plan that `dialform plan --out FILE` saved.

    Refused (exit 3) where the base, the head, what a host was given or Dialform itself is another one than
    it was planned with; exit 4 past the safety limits.
    """
    root = common.site_root(site)
    data = _read(plan, root, (compiled or root / "out").absolute())
    refused = _refused(data, force)
    if refused:
        click.echo(refused, err=True)
        return Exit.SAFETY_LIMIT
    waits = "" if allow_disruption else _waits(data["plan"])
    if waits:
        raise common.Unusable(waits)
    _show(data["plan"])
    if dry_run:
        click.echo("Nothing was sent: this was a dry run.")
        return Exit.CLEAN
    click.echo(
        "Nothing was sent: applying to a switch comes with the agent, which is not built yet. "
        "`--dry-run` checks the plan and shows this alone.",
        err=True,
    )
    return Exit.OUR_ERROR


def _read(path: Path, root: Path, out: Path) -> dict[str, Any]:
    """The plan, if it still fits; else the command ends with a sentence for each reason."""
    from dialform.compiler.planning.planfile import PlanFileError, mismatches, read_plan
    from dialform.compiler.states.state import StateError

    try:
        data = read_plan(path)
        reasons = list(mismatches(data, root, out))
    except OSError as error:
        raise common.Unusable(f"'{path}' cannot be read: {error.strerror}.") from None
    except (PlanFileError, StateError) as error:
        raise common.Unusable(str(error)) from None
    if reasons:
        raise common.Unusable("\n".join(reasons))
    return data


def _refused(data: dict[str, Any], force: int | None) -> str:
    """Why the safety limits refuse it. What was named when it was saved counts here too."""
    from dialform.compiler.planning.safety import Refusal, Verdict

    safety = data["plan"]["safety"]
    refusals = tuple(Refusal(one["reason"], one["force"]) for one in safety["refusals"])
    verdict = Verdict(refusals, safety["deletes"])
    named = data["spec"]["force"] if force is None else force
    return verdict.message(named) if verdict.stands(named) else ""


def _waits(plan: dict[str, Any]) -> str:
    """Why it waits: it drops calls, and the window is not open."""
    from dialform.compiler.planning.impact import Impact
    from dialform.compiler.planning.window import is_open

    if plan["summary"]["impact"] != Impact.DROPS_CALLS.words:
        return ""
    window, timezone = plan["safety"]["window"], plan["safety"]["timezone"]
    if window and is_open(window, timezone, datetime.now(UTC)):
        return ""
    when = f"outside of the window {window} ({timezone})" if window else "and no window is set"
    return f"It drops calls, {when}: wait for it, or say --allow-disruption."


def _show(plan: dict[str, Any]) -> None:
    if not plan["actions"]:
        click.echo("The plan sends nothing to any switch.")
    for host, steps in plan["actions"].items():
        click.echo(f"To {host}:")
        for position, step in enumerate(steps, 1):
            words = step["command"] or f"wait for {step['success']}"
            click.echo(f"  {position:2}. {words}{' (by hand)' if step['by_hand'] else ''}")
