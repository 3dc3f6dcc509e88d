"""`dialform plan`."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.cli import common
from dialform.cli.exits import Exit
from dialform.cli.reporters import wants_colour

if TYPE_CHECKING:
    from dialform.compiler.planning.plan import Plan

_FORMATS = ("text", "json", "markdown")


@click.command("plan")
@common.SITE
@common.SECRETS
@click.option(
    "--base", "--from", "base", metavar="STATE",
    help="What is compared with: a git revision, a site's folder, a compiled host folder such as "
    "out/pbx1, host:pbx1 for what the agent here gave it, `main...` for where the branch began. "
    "Default: HEAD.",
)  # fmt: skip
@click.option(
    "--head", "--to", "head", metavar="STATE", default="worktree", show_default=True,
    help="What it becomes: the same kinds, or `worktree`.",
)  # fmt: skip
@click.option("--host", default="", metavar="NAME", help="Only what this host gets.")
@click.option("--tenant", default="", metavar="SLUG", help="Show this tenant alone.")
@click.option("--format", "form", type=click.Choice(_FORMATS), default="text", show_default=True)
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 where something changes.")
@click.option(
    "--force", type=click.IntRange(0), metavar="N",
    help="Go past the safety limits; N is the number of deletions in this plan.",
)  # fmt: skip
@click.option("--allow-disruption", is_flag=True, help="Do not wait for the window to drop calls.")
@click.option(
    "--out", "--save", "save", type=click.Path(path_type=Path, dir_okay=False),
    help="Save the plan to a file, for `dialform apply`.",
)  # fmt: skip
def command(
    site: Path | None, secrets: Path | None, base: str | None, head: str, host: str, tenant: str,
    form: str, detailed_exitcode: bool, force: int | None, allow_disruption: bool,
    save: Path | None,
) -> int:  # fmt: skip
    """Show what a change does: objects, actions on the switch, and what calls notice.

    Exits 0, with --detailed-exitcode 2 where something changes; 3 where the head has errors, 4 past the
    safety limits.
    """
    root = common.site_root(site)
    plan = planned(root, secrets, base, head, host)
    if plan.errors or plan.rebooked:
        stream = sys.stdout if form == "text" else sys.stderr
        common.report(
            root, plan.errors or plan.rebooked, "text", stream=stream, read=plan.after.read
        )
        return Exit.INVALID_SITE
    _known(plan, host, tenant)
    from dialform.cli.planned import FORMATS, View

    view = View(
        plan, tenant, force, allow_disruption, _open(plan), wants_colour(sys.stdout, os.environ),
        _pictures(plan) if form == "markdown" else {},
    )  # fmt: skip
    click.echo(FORMATS[form](view).rstrip("\n"), color=view.colour)
    if view.refused and form != "text":
        click.echo(view.refused, err=True)
    if save is not None and not view.refused:
        from dialform.compiler.planning.planfile import PlanSpec, save_plan

        spec = PlanSpec(base or _default(root), head, host, force)
        try:
            save_plan(save, plan, spec, root / "out")
        except OSError as error:
            raise click.ClickException(f"cannot write {save}: {error.strerror}") from error
        if form == "text":
            dirty = ", uncommitted changes included" if plan.after.dirty else ""
            click.echo(f"saved to {save}{dirty}; `dialform apply {save}` applies exactly this")
    if view.refused:
        return Exit.SAFETY_LIMIT
    return Exit.CHANGES_PENDING if detailed_exitcode and plan.items else Exit.CLEAN


def planned(root: Path, secrets: Path | None, base: str | None, head: str, host: str) -> "Plan":
    """The plan between two states; one that cannot be had ends the command in one sentence."""
    from dialform.compiler.states.state import StateError, open_state

    try:
        before = open_state(base or _default(root), root)
        after = open_state(head, root)
        if before.contents == after.contents:
            from dialform.compiler.planning.plan import Plan

            return Plan(before, after)
        from dialform.compiler.planning.plan import make_plan

        return make_plan(before, after, common.store(common.secrets_folder(secrets)), host)
    except StateError as error:
        raise common.NotThere(str(error)) from None


def _default(root: Path) -> str:
    from dialform.compiler.states.state import default_base

    return default_base(root)


def _known(plan: "Plan", host: str, tenant: str) -> None:
    """A host or tenant that is in neither state is a slip of the finger."""
    known = {*plan.before.tree.tenants, *plan.after.tree.tenants}
    if tenant and tenant not in known:
        raise click.UsageError(f"There is no tenant '{tenant}', before or after.")
    if host and plan.hosts and host not in plan.hosts:
        raise click.UsageError(f"There is no host '{host}': there is {', '.join(plan.hosts)}.")


def _open(plan: "Plan") -> bool:
    from dialform.compiler.planning.window import is_open

    return bool(plan.window) and is_open(plan.window, plan.timezone, datetime.now(UTC))


def _pictures(plan: "Plan") -> dict[str, str]:
    """Pictures of the call flows that changed."""
    from dialform.compiler.pictures.graph import picture
    from dialform.compiler.planning.extract import tenant_of

    found = {}
    for slug in plan.tenants[:20]:
        before, after = (
            tenant_of(state, slug)[0] if slug in state.tree.tenants else None
            for state in (plan.before, plan.after)
        )
        if before is not None and after is not None and (drawn := picture(before, after)):
            found[slug] = drawn
    return found
