"""`dialform agent`."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialform.cli import common
from dialform.cli.exits import Exit
from dialform.cli.ofagent import STATE, endings, progress, said, state_folder

if TYPE_CHECKING:
    from dialform.reconcile.settings import Settings


class _Group(click.Group):
    """Runs the agent where no sub-command is named; `install` is imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return ["install"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name != "install":
            return None
        from dialform.cli.install import command

        return command


@click.command(
    "agent", cls=_Group, invoke_without_command=True,
    context_settings={"auto_envvar_prefix": "DIALFORM_AGENT"},
)  # fmt: skip
@click.option("--site", metavar="URL", help="The site's repository: https, ssh, file or a path.")
@click.option("--host", metavar="NAME", help="Which host of platform.yaml this machine is.")
@click.option("--branch", default="", metavar="NAME", help="Default: the repository's own.")
@click.option(
    "--subfolder", default="", metavar="PATH", help="Where the site lies in the repository."
)
@STATE
@common.SECRETS
@click.option(
    "--once", is_flag=True, help="One pass, for cron and CI; the exit status says how it ended."
)
@click.option("--interval", type=click.FloatRange(1), default=60.0, show_default=True,
              metavar="SECONDS", help="Between two passes.")  # fmt: skip
@click.option("--confirm-within", type=click.FloatRange(1), default=60.0, show_default=True,
              metavar="SECONDS", help="What is not proven by then is rolled back.")  # fmt: skip
@click.option("--keep", type=click.IntRange(2), default=10, show_default=True, metavar="N",
              help="Generations that stay on the host.")  # fmt: skip
@click.option("--drift", type=click.Choice(["heal", "report"]), default="heal", show_default=True,
              help="What is done where disk or switch differ from git.")  # fmt: skip
@click.option(
    "--report-only",
    is_flag=True,
    help="Do everything but change the switch; say what would be done.",
)
@click.option("--quarantine", is_flag=True,
              help="A tenant with errors keeps its last good files, the others go on.")  # fmt: skip
@click.option("--merges", type=click.Choice(["signed", "clean"]), default="signed", show_default=True,
              help="Of merges: each is signed too, or may be unsigned where it adds nothing.")  # fmt: skip
@click.option("--trusted-signers", multiple=True, type=click.Path(path_type=Path, dir_okay=False),
              metavar="FILE", help="Keys for the first commit; `none`: nobody signs.")  # fmt: skip
@click.option("--status-store", default="", metavar="URL",
              help="For waves, where hosts leave word: git, postgresql://…, folder:/path.")  # fmt: skip
@click.option(
    "--listen",
    default="",
    metavar="HOST:PORT",
    help="Serve /healthz, /readyz, /metrics, /status, /hook.",
)
@click.option(
    "--notify", multiple=True, metavar="URL", help="A webhook: https://…, or slack:https://…."
)
@click.option("--forge", default="", metavar="NAME",
              help="github, gitlab or forgejo, where the URL does not tell.")  # fmt: skip
@click.option("--probe", "probes", multiple=True, metavar="TENANT/NUMBER",
              help="A number that must answer before a change counts as proven.")  # fmt: skip
@click.option("--allow-disruption", is_flag=True, help="Do not wait for the window to drop calls.")
@click.option("--ledger", default="", metavar="URL",
              help="Where calls are booked: sqlite:///PATH or postgresql://USER@HOST/DATABASE. Default: "
              "$DIALFORM_LEDGER, `ledger` of platform.yaml, ledger.db in the state folder.")  # fmt: skip
@click.option("--phones-per-second", type=click.FloatRange(0.1), default=50.0, show_default=True,
              metavar="N", help="How many phones are told at most that they fetch.")  # fmt: skip
@click.option("--no-billing", is_flag=True, help="Book nothing, set no flags, send no mails.")
@click.option("--log-level", type=click.Choice(["debug", "info", "warning", "error"]),
              help="Default: info; with --once, whose last words say it all, error.")  # fmt: skip
@click.pass_context
def command(
    ctx: click.Context, /, site: str | None, host: str | None, secrets: Path | None, state: Path | None,
    once: bool, log_level: str | None, **given: Any,
) -> int | None:  # fmt: skip
    """Run the agent of a PBX host: what is in git becomes what the switch runs, proven, or rolled back.

    Every option can also be set in the environment: --confirm-within as DIALFORM_AGENT_CONFIRM_WITHIN.
    With --once it exits 0 where it was applied or there was nothing to do, 1 where it failed or was
    rolled back, 3 for an invalid site or a refused commit, 4 past the safety limits, 5 where drift was
    only reported.
    """
    if ctx.invoked_subcommand is not None:
        return None
    if not site:
        raise click.UsageError("Missing option '--site' (or DIALFORM_AGENT_SITE).")
    if not host:
        raise click.UsageError("Missing option '--host' (or DIALFORM_AGENT_HOST).")
    level = log_level or ("error" if once else "info")
    return run(_settings(site, host, secrets, state, once=once, **given), once, level)


def _settings(
    site: str, host: str, secrets: Path | None, state: Path | None, *,
    trusted_signers: Sequence[Path], notify: Sequence[str], probes: Sequence[str], no_billing: bool,
    **given: Any,
) -> "Settings":  # fmt: skip
    from dialform.reconcile.settings import Settings

    return Settings(
        site=site, host=host, state=state_folder(state),
        secrets=common.secrets_folder(secrets), trusted_signers=tuple(trusted_signers),
        notify=tuple(notify), probes=tuple(probes), billing=not no_billing, **given,
    )  # fmt: skip


def run(settings: "Settings", once: bool, log_level: str) -> int:
    """Run an agent, one turn or for ever; its exit status."""
    from dialform.reconcile.ground import Stopped
    from dialform.reconcile.lock import Lock, LockError
    from dialform.reconcile.service import Service
    from dialform.reconcile.telling.logs import configure

    configure(level=log_level)
    with said():
        service = Service(settings)
        lock = Lock(service.layout)
        try:
            with lock:
                if once:
                    with progress() as listener:
                        found, words = asyncio.run(service.once(lock, listener))
                    code = endings()[found]
                    click.echo(words, err=code is not Exit.CLEAN)
                    return code
                common.goes_on()
                asyncio.run(service.forever(lock, _listening))
        except LockError as error:
            raise click.ClickException(str(error)) from None
        except Stopped:
            click.echo("Stopped; the next run goes on where this one ended.", err=True)
            return Exit.OUR_ERROR
    return Exit.CLEAN


def _listening(where: str) -> None:
    click.echo(f"Listening on {where}", file=sys.stderr)
