"""What `dialform apply` says: the plan, what is sent, and what came of it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from dialform.compiler.planning.actions import Step
    from dialform.reconcile.oneshot import Applied
    from dialform.reconcile.order import Made
    from dialform.reconcile.settings import Settings

_SIGNS = {"create": "+", "update": "~", "delete": "-", "rename": "→"}
_MOST = 40


def shown(host: str) -> "Callable[[Made, list[Step] | None], None]":
    """Shows the plan before it is applied."""

    def show(made: "Made", todo: "list[Step] | None") -> None:
        if made.plan is not None:
            _changes(made.plan)
        if todo is None:
            return
        if not todo:
            click.echo(f"Nothing has to be sent to {host}.")
            return
        click.echo(f"To {host}:")
        for position, step in enumerate(todo, 1):
            click.echo(f"  {position:2}. {step.words}{' (by hand)' if step.by_hand else ''}")

    return show


def _changes(plan: dict[str, Any]) -> None:
    changes = [one for one in plan["changes"] if not one["follows"]]
    if plan["base"]["label"] == "nothing":
        click.echo(f"The first configuration of this host: {len(changes)} objects.")
        return
    for one in changes[:_MOST]:
        title = f" {one['title']}" if one["title"] else ""
        remark = f": {one['remark']}" if one["remark"] else ""
        click.echo(f"{_SIGNS[one['action']]} {one['object']}{title}  [{one['impact']}{remark}]")
    if len(changes) > _MOST:
        click.echo(f"… and {len(changes) - _MOST} more; `dialform plan` shows all")
    counts = plan["summary"]
    click.echo(
        f"Plan: {counts['create']} to add, {counts['update']} to change, {counts['delete']} to remove; "
        f"impact: {counts['impact']}"
    )


def report(settings: "Settings", done: "Applied", code: Exit) -> None:
    """What came of it."""
    result = done.result
    if result.hold is not None and result.hold.reason == "InvalidSite":
        for one in result.hold.known["findings"]:
            place = f"{one['file']}:{one['line']}:{one['column']}: " if one["file"] else ""
            click.echo(f"{place}error {one['code']}: {one['message']}", err=True)
    if result.hold is not None and result.hold.reason == "ReportOnly":
        click.echo("Nothing was sent: this was a dry run.")
    elif result.message:
        click.echo(result.message, err=code is not Exit.CLEAN)
    elif result.what == "applied":
        click.echo(f"Applied to {settings.host}, and proven: generation {done.generation}.")
    else:
        click.echo(f"Nothing to do: {settings.host} runs generation {done.generation}, proven.")
    if done.needs_restart:
        click.echo(f"The switch needs a restart to take: {', '.join(done.needs_restart)}.")
