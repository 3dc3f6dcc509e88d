"""`dialform console serve`: the portal."""

import asyncio
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialform.cli import common, ofagent
from dialform.cli.console.common import Where, ground, sources
from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from dialform.console.ground import Ground
    from dialform.reconcile.waves.store import StatusStore

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("serve", context_settings={"auto_envvar_prefix": "DIALFORM_CONSOLE"})
@sources
@click.option("--listen", metavar="HOST:PORT", help="Where browsers come. Default: `console:` of "
              "platform.yaml, else 127.0.0.1:8086.")  # fmt: skip
@click.option("--certificate", type=_FILE, help="Its certificate with the chain (PEM).")
@click.option("--key", type=_FILE, help="The certificate's key.")
@click.option(
    "--base-url", metavar="URL", help="Where browsers find it. Default: `base_url` of `console:`."
)
@click.option("--status-store", default="", metavar="URL",
              help="Where the hosts leave word: the agents' --status-store. Without it the state of this "
              "host alone is shown.")  # fmt: skip
def serve_(
    remote: str | None, branch: str, subfolder: str, secrets: Path | None, state: Path | None,
    out: Path | None, host: str, ledger: str | None, listen: str | None, certificate: Path | None,
    key: Path | None, base_url: str | None, status_store: str,
) -> int:  # fmt: skip
    """Serve the portal until it is told to end.

    A log line of JSON for what is told goes to standard error. It shows what the agent of this host runs;
    changes go as commits to the repository that --site names. Accounts are made with `dialform console
    invite`.
    """
    from dialform.console.errors import ConsoleError
    from dialform.provisioning.errors import ProvisioningError

    common.goes_on()
    where = Where(remote, branch, subfolder, secrets, state, out, host, ledger)
    given: dict[str, Any] = {"certificate": certificate, "key": key, "base_url": base_url}
    if listen is not None:
        given["listen"] = _address(listen)
    with ground(where, **given) as found:
        found.say = _lines(found)
        found.statuses = _statuses(found, status_store)
        try:
            asyncio.run(_run(found))
        except ConsoleError as error:
            raise common.Unusable(ofagent.sentence(error)) from None
        except ProvisioningError as error:
            raise click.ClickException(ofagent.sentence(error)) from None
    return Exit.CLEAN


def _statuses(ground: "Ground", url: str) -> "StatusStore | None":
    """Where the platform's hosts leave word; None where nobody said."""
    if not url:
        return None
    from dialform.compiler.secrets import SecretError
    from dialform.reconcile.service import STORE_TOKEN
    from dialform.reconcile.waves.store import StoreError, open_store

    def token() -> str:
        try:
            return ground.store.resolve({"secret": STORE_TOKEN})
        except SecretError:
            return ""

    view = ground.released().view
    platform = view.platform.platform if view else ""
    try:
        return open_store(url, ground.state, remote=ground.remote, platform=platform, token=token)
    except StoreError as error:
        raise click.UsageError(ofagent.sentence(error)) from None


def _lines(ground: "Ground") -> Any:
    from dialform.provisioning.log import Lines

    lines = Lines(sys.stderr)
    return lambda event, level="info", **fields: lines.say(
        event, ground.clocks.wall(), level, **fields
    )


async def _run(ground: "Ground") -> None:
    from dialform.console.accounts.door import AccountDoor
    from dialform.console.server import serve
    from dialform.reconcile.systemd import Systemd

    stop, systemd = asyncio.Event(), Systemd()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    def ready(address: tuple[str, int]) -> None:
        scheme = "https" if ground.settings.tls else "http"
        host, port = address
        where = f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"
        ground.say("listening", where=where, base_url=ground.settings.base_url)
        systemd.ready(where)

    await serve(ground, AccountDoor(ground), stop, ready=ready)
    systemd.stopping()
    ground.say("stopped")


def _address(text: str) -> tuple[str, int]:
    from dialform.reconcile.settings import SettingsError, listen_address

    try:
        return listen_address(text)
    except SettingsError as error:
        raise click.UsageError(f"--listen: {error}") from None
