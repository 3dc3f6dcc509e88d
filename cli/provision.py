"""`dialform provision`: the service that phones fetch their configuration from."""

import asyncio
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialform.cli import common, ofagent
from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from dialform.provisioning.server import Running
    from dialform.provisioning.service import Service

_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False)
_HANDED_OVER = ("certificate", "key")
"""Credentials of systemd (`LoadCredential=`) that count where nothing is said."""

_NOBODY_BELIEVED = (
    "it speaks plain HTTP and trusts no proxy: all phones count as one address, and no window lets one in; "
    "name the proxy in `provisioning: {trusted_proxies: [127.0.0.1]}`"
)


@click.group("provision")
def command() -> None:
    """Serve phones their configuration."""


@command.command("serve", context_settings={"auto_envvar_prefix": "DIALFORM_PROVISION"})
@click.option("--root", type=_FOLDER, help="A host's folder, as out/pbx1, or a link to it that is "
              "followed. Default: current in the agent's state folder.")  # fmt: skip
@click.option("--state", type=_FOLDER, help="The service's own folder: windows, fetches. Default: "
              "provisioning in the agent's.")  # fmt: skip
@click.option("--listen", metavar="HOST:PORT", help="Where phones come. Default: `listen` and `port` of "
              "platform.yaml; with a certificate the port of base_url, without 127.0.0.1:8085.")  # fmt: skip
@click.option("--certificate", type=_FILE, help="Its certificate with the chain (PEM). Default: what "
              "systemd hands over as `certificate`, else that of platform.yaml.")  # fmt: skip
@click.option("--key", type=_FILE, help="The certificate's key. Default: likewise.")
@click.option("--metrics", metavar="HOST:PORT", help="Serve /healthz and /metrics there, in clear: on "
              "loopback.")  # fmt: skip
def serve_(
    root: Path | None, state: Path | None, listen: str | None, certificate: Path | None,
    key: Path | None, metrics: str | None,
) -> int:  # fmt: skip
    """Serve what was released to the phones that may have it, until it is told to end.

    A log line of JSON for each request goes to standard error. Every option can also be set in the
    environment: --listen as DIALFORM_PROVISION_LISTEN. It follows a link when it moves, reads a renewed
    certificate by itself, and ends on SIGTERM when running requests are done.
    """
    from dialform.provisioning.errors import ProvisioningError, ReleaseError, SettingsError

    common.goes_on()
    folder = ofagent.state_folder(None)
    said = {"certificate": certificate, "key": key}
    if certificate is None and key is None:
        said = _handed_over()
    overrides: dict[str, Any] = {name: str(path) if path else None for name, path in said.items()}
    if listen is not None:
        overrides["listen"], overrides["port"] = _address("--listen", listen)
    watch = _address("--metrics", metrics) if metrics is not None else None
    root = root or folder / "current"
    if not root.is_dir():
        raise common.NotThere(
            f"'{root}' is not there: no agent has applied anything here. Name a host's folder with --root."
        )
    try:
        service = _service(root, state or folder / "provisioning", overrides)
        asyncio.run(_run(service, watch))
    except (ReleaseError, SettingsError) as error:
        raise common.Unusable(ofagent.sentence(error)) from None
    except ProvisioningError as error:
        raise click.ClickException(ofagent.sentence(error)) from None
    return Exit.CLEAN


def _service(root: Path, state: Path, overrides: dict[str, Any]) -> "Service":
    from dialform.provisioning.following import Releases
    from dialform.provisioning.service import Clocks, Service
    from dialform.provisioning.settings import read_settings
    from dialform.provisioning.state import State

    clocks = Clocks()
    settings = read_settings(root, **overrides)
    releases = Releases(root, clock=clocks.steady)
    return Service(settings, releases, State(state), clocks=clocks, overrides=overrides)


async def _run(service: "Service", watch: tuple[str, int] | None) -> None:
    from dialform.provisioning.server import serve
    from dialform.reconcile.systemd import Systemd

    stop, systemd = asyncio.Event(), Systemd()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    def ready(found: "Running") -> None:
        scheme = "https" if service.settings.tls else "http"
        where = f"{scheme}://{_shown(found.address)}"
        fields = {"watched": _shown(found.watch)} if found.watch else {}
        service.say("listening", where=where, phones=_phones(service), **fields)
        if not service.settings.tls and not service.settings.proxies:
            service.say("proxy", "warning", trouble=_NOBODY_BELIEVED)
        systemd.ready(f"{_phones(service)} phones, {where}")

    await serve(service, stop, monitor=watch, ready=ready)
    systemd.stopping()
    service.say("stopped")


def _phones(service: "Service") -> int:
    return len(service.releases.current.index.by_mac)


def _handed_over() -> dict[str, Path | None]:
    """Certificate and key as systemd hands them over; None where it does not."""
    named = os.environ.get("CREDENTIALS_DIRECTORY")
    folder = Path(named) if named else None
    return {
        name: folder / name if folder and (folder / name).is_file() else None
        for name in _HANDED_OVER
    }


def _address(option: str, text: str) -> tuple[str, int]:
    from dialform.reconcile.settings import SettingsError, listen_address

    try:
        return listen_address(text)
    except SettingsError as error:
        raise click.UsageError(f"{option}: {error}") from None


def _shown(address: tuple[str, int]) -> str:
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
