"""`dialform apply`."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialform.cli import common, ofagent
from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from dialform.reconcile.commits import Commits
    from dialform.reconcile.layout import Layout
    from dialform.reconcile.oneshot import Applied
    from dialform.reconcile.settings import Settings


@click.command("apply")
@click.argument("plan", required=False, type=click.Path(path_type=Path, dir_okay=False))
@common.SITE
@common.SECRETS
@ofagent.STATE
@click.option("--host", default="", metavar="NAME", help="Which host. Default: the only one.")
@click.option(
    "--compiled",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the hosts' compiled folders lie that a PLAN was made against. Default: out/ of the site.",
)
@click.option(
    "--force", type=click.IntRange(0), metavar="N",
    help="Go past the safety limits; N is the number of deletions in this plan.",
)  # fmt: skip
@click.option("--allow-disruption", is_flag=True, help="Do not wait for the window to drop calls.")
@click.option("--confirm-within", type=click.FloatRange(1), default=60.0, show_default=True,
              metavar="SECONDS", help="What is not proven by then is rolled back.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only check, and show what would be sent.")
def command(
    plan: Path | None, site: Path | None, secrets: Path | None, state: Path | None, host: str,
    compiled: Path | None, force: int | None, allow_disruption: bool, confirm_within: float,
    dry_run: bool,
) -> int:  # fmt: skip
    """Apply the site as it lies there to the switch of this machine; or a PLAN that was saved.

    It is compiled, planned, sent, proven; what does not prove itself is rolled back (exit 1). A PLAN of
    `dialform plan --out FILE` is refused (exit 3) where the base, the head, what a host was given or
    Dialform itself is another one than it was planned with. Exit 4 past the safety limits.
    """
    root = common.site_root(site)
    data: dict[str, Any] | None = None
    if plan is not None:
        data = _read(plan, root, (compiled or root / "out").absolute())
        if (code := _checked(data, force, allow_disruption)) is not None:
            return code
        host = host or data["spec"]["host"]
        _show(data["plan"], host)
        if dry_run:
            click.echo("Nothing was sent: this was a dry run.")
            return Exit.CLEAN
        force = data["spec"]["force"] if force is None else force
    layout = _layout(state)
    from dialform.reconcile.settings import Settings

    settings = Settings(
        str(root), host or _only_host(root), layout.root, secrets=common.secrets_folder(secrets),
        confirm_within=confirm_within, allow_disruption=allow_disruption, force=force,
        report_only=dry_run, once=True,
    )  # fmt: skip
    with ofagent.said():
        source = _source(root, layout, data)
        return _said(settings, _apply(settings, layout, source, quiet=data is not None))


# A plan that was saved.


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


def _checked(data: dict[str, Any], force: int | None, allow_disruption: bool) -> Exit | None:
    """The exit status of a plan that is refused."""
    if refused := _refused(data, force):
        click.echo(refused, err=True)
        return Exit.SAFETY_LIMIT
    if waits := "" if allow_disruption else _waits(data["plan"]):
        raise common.Unusable(waits)
    return None


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


def _show(plan: dict[str, Any], only: str) -> None:
    """What is sent to each host; with `only` to this one."""
    actions = {name: steps for name, steps in plan["actions"].items() if only in ("", name)}
    if not actions:
        click.echo(f"The plan sends nothing to {only or 'any switch'}.")
    for host, steps in actions.items():
        click.echo(f"To {host}:")
        for position, step in enumerate(steps, 1):
            words = step["command"] or f"wait for {step['success']}"
            click.echo(f"  {position:2}. {words}{' (by hand)' if step['by_hand'] else ''}")


# Where it goes, and where it comes from.


def _layout(state: Path | None) -> "Layout":
    from dialform.reconcile.layout import Layout

    root = ofagent.state_folder(state)
    if state is None and not root.is_dir():
        raise click.ClickException(
            f"Nothing was sent: applying comes with the agent's state folder, and '{root}' is none. Name "
            "one with --state DIR; it is made, and this says how the switch is started from it. "
            "`--dry-run` with a plan needs none."
        )
    return Layout(root)


def _only_host(root: Path) -> str:
    from dialform.compiler.planning.extract import platform_objects
    from dialform.compiler.states.state import StateError, open_state

    try:
        found = platform_objects(open_state("worktree", root), ["platform.yaml"])
    except StateError as error:
        raise common.Unusable(str(error)) from None
    hosts = sorted(id_.key for id_ in found if id_.table == "hosts")
    if len(hosts) != 1:
        known = f"there is {', '.join(hosts)}" if hosts else "platform.yaml has none"
        raise click.UsageError(f"Say which host with --host: {known}.")
    return hosts[0]


def _source(root: Path, layout: "Layout", data: dict[str, Any] | None) -> "Commits":
    """The folder; or the commit that a plan was made of, whatever the folder holds by now."""
    from dialform.reconcile.source.worktree import Worktree

    head = data["plan"]["head"] if data is not None else None
    if head is None or not head["commit"] or head["dirty"]:
        return Worktree(root)
    from dialform.compiler.states.repository import git
    from dialform.reconcile.source.atcommit import AtCommit

    prefix = git(root, "rev-parse", "--show-prefix").decode().strip().rstrip("/")
    return AtCommit(root, head["commit"], layout, subfolder=prefix)


# Doing it.


def _apply(settings: "Settings", layout: "Layout", source: "Commits", *, quiet: bool) -> "Applied":
    from dialform.cli.applied import shown
    from dialform.reconcile.ground import Stopped
    from dialform.reconcile.lock import Lock, LockError
    from dialform.reconcile.oneshot import apply_once
    from dialform.reconcile.telling.logs import configure

    configure(level="error", service=False)
    try:
        with Lock(layout) as lock, ofagent.progress() as listener:
            show = None if quiet else shown(settings.host)
            return asyncio.run(apply_once(settings, source, lock, show=show, listener=listener))
    except LockError as error:
        raise click.ClickException(str(error)) from None
    except Stopped:
        raise click.ClickException(
            "Stopped between two commands; say it again to go on, or `dialform rollback`."
        ) from None


def _said(settings: "Settings", done: "Applied") -> int:
    from dialform.cli.applied import report

    code = ofagent.endings()[done.result.ending]
    report(settings, done, code)
    return code
