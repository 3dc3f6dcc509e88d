"""`dialform compile`."""

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialform.cli import common
from dialform.cli.exits import Exit
from dialform.compiler.stamp import FOLDER, Stamp
from dialform.schema.diagnostic import Diagnostic, Severity
from dialform.schema.tree import scan

if TYPE_CHECKING:
    from dialform.compiler.secrets import SecretStore
    from dialform.compiler.states.state import State


@click.command("compile")
@common.SITE
@common.SECRETS
@common.FORMAT
@common.STRICT
@common.JOBS
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to write. Default: out/ of the site.",
)
@click.option("--why", is_flag=True, help="Say for each compiled tenant what made it necessary.")
@click.option("--no-cache", is_flag=True, help="Compile everything again.")
@click.option(
    "--plan", is_flag=True, help="Write out/<host>/plan.json: what is new against the last compile."
)
def command(
    site: Path | None, secrets: Path | None, form: str, strict: bool, jobs: int,
    out: Path | None, why: bool, no_cache: bool, plan: bool,
) -> int:  # fmt: skip
    """Compile the site to a FreeSWITCH configuration folder a host.

    Nothing is written where there is an error (exit 3). What did not change is not compiled again.
    """
    root = common.site_root(site)
    folder = common.secrets_folder(secrets)
    target = (out or root / "out").absolute()
    stamp = Stamp(target)
    stamp.look()
    tree = scan(root)
    reason = "asked for with --no-cache" if no_cache else ""
    reason = reason or ("plans are asked for" if plan else "")
    reason = reason or stamp.why_not(tree, ["strict"] if strict else [], folder)
    if not reason and form == "text":
        _say_unchanged(target, stamp.data, why)
        return Exit.CLEAN
    if no_cache:
        stamp.close()
        from dialform.compiler.cache import drop

        drop(target)
    stamp.look_behind()
    # Late: "nothing changed" is answered without the models.
    from dialform.compiler.build import Options, build
    from dialform.compiler.check import Run
    from dialform.renderers import site as renderer

    run = Run(tree, common.store(folder), jobs, common.progress("compiling"))
    plans = _plans(root, target, run.store) if plan else {}
    options = Options(target, folder, strict, full=form != "text")
    try:
        renderer.remember_templates(target / FOLDER / "templates")
        outcome = build(run, renderer, options, stamp)
        if outcome.released:
            _write_plans(target, plans)
    except OSError as error:
        where = error.filename or target
        raise click.ClickException(f"cannot write {where}: {error.strerror}") from error
    if form == "text":
        _say(root, target, outcome, why)
    else:
        common.report(root, outcome.diagnostics, form)
    return common.exit_for(outcome.diagnostics)


def _plans(root: Path, out: Path, store: "SecretStore") -> dict[str, bytes]:
    """A plan for each host, from what it was given last. It is read now: a release replaces that."""
    from dialform.compiler.planning.plan import make_plan
    from dialform.compiler.planning.planfile import PlanSpec, file_data
    from dialform.compiler.stamp import SITE
    from dialform.compiler.states.state import StateError, nothing, open_state

    made = {}
    try:
        after = open_state("worktree", root)
        for host in _hosts_of(after):
            given = (out / host / SITE / "platform.yaml").is_file()
            before = open_state(_shown(out / host), root) if given else nothing(root)
            plan = make_plan(before, after, store, host)
            if not plan.errors:
                spec = PlanSpec(_shown(out / host) if given else "nothing", "worktree", host)
                made[host] = (json.dumps(file_data(plan, spec, out), indent=2) + "\n").encode()
    except StateError as error:
        raise common.Unusable(str(error)) from None
    return made


def _hosts_of(state: "State") -> list[str]:
    from dialform.compiler.planning.extract import platform_objects

    ids = platform_objects(state, ["platform.yaml"])
    return sorted(id_.key for id_ in ids if id_.table == "hosts")


def _write_plans(out: Path, plans: dict[str, bytes]) -> None:
    from dialform.compiler.release import PLAN
    from dialform.compiler.stamp import replace

    for host, content in plans.items():
        replace(out / host / PLAN, content)


def _say_unchanged(out: Path, seen: dict[str, Any], why: bool) -> None:
    if why:
        click.echo("nothing changed: every tenant is as it was released")
    click.echo(
        f"{_shown(out)} is up to date: {seen['tenants']} tenants, {seen['files']} files, "
        f"revision {seen['revision']}"
    )
    if seen["warnings"] or seen["infos"]:
        click.echo(
            f"{seen['warnings']} warnings and {seen['infos']} notes stand; "
            "`dialform validate` shows them"
        )


def _say(root: Path, out: Path, outcome: Any, why: bool) -> None:
    told: list[Diagnostic] = [d for d in outcome.diagnostics if d.severity is not Severity.INFO]
    infos = len(outcome.diagnostics) - len(told) + outcome.infos
    if told:
        common.report(root, told, "text")
    if why:
        for slug, reason in sorted(outcome.why.items()):
            click.echo(f"compiled {slug}: {reason}")
        unchanged = outcome.tenants - outcome.compiled
        if unchanged:
            click.echo(f"{unchanged} tenants taken as they were")
    if not outcome.released:
        click.echo("nothing was written: mend the errors first", err=True)
        return
    click.echo(
        f"compiled {outcome.compiled} of {outcome.tenants} tenants: {outcome.files} files in "
        f"{_shown(out)}, revision {outcome.revision}"
    )
    if infos:
        notes = "1 note" if infos == 1 else f"{infos} notes"
        click.echo(f"{notes} (not built yet, and the like); `dialform validate` shows them")
    if outcome.placeholders:
        click.echo(
            "passwords are placeholders: no master secret was found. Good for checking, not for a "
            "switch; name the secrets folder with --secrets DIR"
        )
    for host, boot in outcome.boot.items():
        click.echo(f"start {host}: {shlex.join(_here(boot, out / host / 'freeswitch'))}")


def _here(boot: list[str], folder: Path) -> list[str]:
    """The command that starts the switch from the folder where it lies now."""
    command = list(boot)
    command[command.index("-conf") + 1] = _shown(folder)
    return command


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
