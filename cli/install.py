"""`dialform agent install`: the units, the jail and the firewall's cap of a host."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialform.cli.common import NotThere
from dialform.cli.exits import Exit
from dialform.compiler.states.agent import STATE

if TYPE_CHECKING:
    from dialform.cli.installing.facts import Facts
    from dialform.cli.installing.phones import Phones
    from dialform.cli.installing.units import Wishes

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command(
    "install", short_help="Write the systemd units, the fail2ban jails, the firewall's cap."
)
@click.option("--site", metavar="URL", default="", help="The site's repository: writes the units.")
@click.option("--host", metavar="NAME", default="", help="Which host of the site this one is.")
@click.option(
    "--provisioning", is_flag=True, help="Write the unit of the service that phones fetch from."
)
@click.option("--portal", is_flag=True, help="Write the unit of the portal too.")
@click.option("--state", type=_FOLDER, default=STATE, show_default=True)
@click.option(
    "--secrets", type=_FOLDER, help="The host's secrets: each file is handed over as a credential."
)
@click.option("--encrypted", is_flag=True, help="The secrets were made by `systemd-creds encrypt`.")
@click.option("--user", default="dialform", show_default=True)
@click.option(
    "--group", default="dialform", show_default=True, help="Whose the switch is a member of."
)
@click.option("--program", default="", help="The dialform that systemd starts. Default: this one.")
@click.option(
    "--into", type=_FOLDER, default=Path("/etc/systemd/system"), show_default=True,
    help="Where the units go.",
)  # fmt: skip
@click.option(
    "--fail2ban", type=_FOLDER, is_flag=False, flag_value=Path("/etc/fail2ban"),
    help="Write a filter and a jail there. Without a folder: /etc/fail2ban.",
)  # fmt: skip
@click.option(
    "--firewall", type=_FOLDER, is_flag=False, flag_value=Path("/etc/nftables.d"),
    help="Write the cap of log-ins there. Without a folder: /etc/nftables.d.",
)  # fmt: skip
@click.option(
    "--from", "compiled", type=_FOLDER, metavar="DIR",
    help="The compiled host that ports, paths and carriers are read from. Default: <state>/current.",
)  # fmt: skip
@click.option("--print", "show", is_flag=True, help="Print the files and write none.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.option("--force", is_flag=True, help="Write over files that this command did not write.")
@click.argument("agent", nargs=-1, type=click.UNPROCESSED)
def command(
    site: str, host: str, provisioning: bool, portal: bool, state: Path, secrets: Path | None, user: str,
    into: Path, fail2ban: Path | None, firewall: Path | None, compiled: Path | None, show: bool,
    dry_run: bool, force: bool, **unit: Any,
) -> Exit:  # fmt: skip
    """Write what a host needs around the agent.

    With --site and --host the units of systemd, for the agent and, as an example, for the switch; what
    follows `--` is passed on to the agent. With --provisioning the unit of the service that phones fetch
    from, with --portal that of the portal. With --fail2ban and --firewall what keeps attackers away; the
    carriers and the networks of extensions are let through. Written again, only what differs changes.
    """
    from dialform.cli.installing import firewall as rules
    from dialform.cli.installing import jail, phones, units
    from dialform.cli.installing.portal import UNIT as PORTAL_UNIT
    from dialform.cli.installing.portal import portal_unit
    from dialform.cli.installing.written import ForeignError, write_all

    if bool(site) != bool(host):
        raise click.UsageError("The units need both --site URL and --host NAME.")
    if not site and not provisioning and fail2ban is None and firewall is None:
        raise click.UsageError(
            "Say what to write: the units with --site URL --host NAME, --provisioning, --fail2ban, "
            "--firewall."
        )
    if portal and not site:
        raise click.UsageError("The portal's unit needs --site URL: changes go there.")
    known = _facts(compiled, state, needed=fail2ban is not None or firewall is not None)
    files: dict[Path, str] = {}
    if site:
        wishes = _wishes(site, host, state, secrets, user=user, **unit)
        files[into / units.AGENT_UNIT] = units.agent_unit(wishes, known)
        files[into / units.SWITCH_UNIT] = units.switch_unit(wishes, known)
        if portal:
            files[into / PORTAL_UNIT] = portal_unit(wishes, _portal_port(compiled, state), known)
    served = _phones(compiled, state)
    if provisioning:
        program = _program(str(unit["program"]))
        files[into / phones.UNIT] = phones.provision_unit(
            program, str(state.absolute()), str(unit["group"]), served
        )
    if known is not None and fail2ban is not None:
        files[fail2ban / jail.FILTER_FILE] = jail.filter_file()
        files[fail2ban / jail.JAIL_FILE] = jail.jail_file(known)
        if served is not None:
            files[fail2ban / phones.FILTER_FILE] = phones.filter_file()
            files[fail2ban / phones.JAIL_FILE] = phones.jail_file(served, known)
    if known is not None and firewall is not None:
        files[firewall / rules.RULES_FILE] = rules.rules_file(known)
    for each in known.too_wide if known and (fail2ban or firewall) else ():
        click.echo(
            f"not believed: an extension's `allow: {each}` is too wide to let through", err=True
        )
    if show:
        for path, text in files.items():
            click.echo(f"# {path}\n{text}")
        return Exit.CLEAN
    try:
        told = write_all(files, force=force, dry_run=dry_run)
    except ForeignError as error:
        raise click.ClickException(
            f"Not written by this command: {error}. Nothing was changed; "
            "look at them with --print beside you, then say --force."
        ) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}.") from None
    for written in told:
        click.echo(f"{written.what:8}{written.path}")
    if not dry_run and any(written.what != "same" for written in told):
        click.echo(
            _next(bool(site), provisioning, portal, fail2ban, firewall, user, state), err=True
        )
    return Exit.CLEAN


def _facts(compiled: Path | None, state: Path, needed: bool) -> "Facts | None":
    from dialform.cli.installing.facts import FactsError, facts

    folder = compiled or state / "current"
    if compiled is None and not needed and not folder.is_dir():
        return None
    try:
        return facts(folder)
    except FactsError as error:
        raise NotThere(str(error)) from None


def _phones(compiled: Path | None, state: Path) -> "Phones | None":
    """How phones come in, where they do."""
    from dialform.cli.installing.facts import FactsError
    from dialform.cli.installing.phones import phones_of

    try:
        return phones_of(compiled or state / "current")
    except FactsError as error:
        raise NotThere(str(error)) from None


def _portal_port(compiled: Path | None, state: Path) -> int:
    """Where the portal listens, by the compiled site; 0 where nobody knows yet."""
    from dialform.compiler.stamp import SITE
    from dialform.console.errors import SettingsError
    from dialform.console.settings import settings_of
    from dialform.console.site import Site

    view = Site((compiled or state / "current") / SITE).view
    try:
        return settings_of(view.platform.console).port if view else 0
    except SettingsError:
        return 0


def _program(named: str) -> str:
    return named or shutil.which("dialform") or "/usr/bin/dialform"


def _wishes(
    site: str, host: str, state: Path, secrets: Path | None, *, program: str, **unit: Any
) -> "Wishes":
    from dialform.cli.installing.units import CREDENTIAL, Wishes

    files = []
    if secrets is not None:
        if not secrets.is_dir():
            raise click.UsageError(f"'{secrets}' is no folder of secrets.")
        for path in sorted(secrets.absolute().iterdir()):
            if path.is_file() and not path.name.startswith("."):
                if not CREDENTIAL.match(path.name):
                    raise click.UsageError(f"'{path}': systemd takes no credential of this name.")
                files.append(path)
    words = {
        "--site": site, "--host": host, "--state": str(state), "--user": unit["user"],
        "--group": unit["group"],
    }  # fmt: skip
    for option, word in words.items():
        if not word.isprintable():
            raise click.UsageError(f"{option} has a character that no unit can hold.")
    if "://" in site and "@" in site.partition("://")[2].partition("/")[0].partition(":")[2]:
        raise click.UsageError(
            "--site holds a password, and everybody may read a unit: give git a credential instead."
        )
    return Wishes(
        program=_program(program),
        site=site, host=host, state=str(state.absolute()), secrets=tuple(files), **unit,
    )  # fmt: skip


def _next(
    units: bool, provisioning: bool, portal: bool, fail2ban: Path | None, firewall: Path | None, user: str,
    state: Path,
) -> str:  # fmt: skip
    """What is left to do by hand: this command starts nothing."""
    lines = ["Next:"]
    if units:
        lines += [
            f"  useradd --system --home-dir {state} --shell /usr/sbin/nologin {user}   # once",
            f"  usermod --append --groups freeswitch {user}   # its call records",
            "  systemctl daemon-reload && systemctl enable --now dialform-agent",
            "  systemctl enable --now freeswitch   # when the first apply has written its configuration",
        ]
    if provisioning:
        from dialform.cli.installing.phones import UNIT, USER

        lines += [
            f"  useradd --system --home-dir {state}/provisioning --shell /usr/sbin/nologin {USER}   # once",
            f"  systemctl daemon-reload && systemctl enable --now {UNIT.removesuffix('.service')}",
        ]
    if portal:
        lines += [
            "  systemctl daemon-reload && systemctl enable --now dialform-console",
            f"  sudo -u {user} dialform console invite @you --mail you@example.com --state {state}"
            "   # the first admin",
        ]
    if fail2ban:
        lines.append("  fail2ban-client reload")
    if firewall:
        from dialform.cli.installing.firewall import RULES_FILE

        path = firewall / RULES_FILE
        lines.append(f'  nft -f {path}   # and `include "{path}"` in /etc/nftables.conf')
    return "\n".join(lines)
