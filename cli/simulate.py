"""`dialform simulate`."""

import asyncio
import contextlib
import errno
import signal
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.cli import common, proofs
from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from dialform.simulator.events import Event
    from dialform.simulator.served import SimulatedSwitch

_TOLD = {
    "CHANNEL_CREATE": "begins",
    "CHANNEL_PROGRESS": "rings",
    "CHANNEL_ANSWER": "is answered",
    "CHANNEL_BRIDGE": "is put through",
    "CHANNEL_HANGUP_COMPLETE": "ends",
}


@click.command("simulate")
@common.SITE
@common.SECRETS
@proofs.OUT
@proofs.HOST
@click.option("--conf", type=click.Path(path_type=Path, file_okay=False),
              help="A compiled configuration folder, instead of a site's.")  # fmt: skip
@click.option("--esl-port", type=click.IntRange(0, 65535),
              help="The event socket's port; 0 takes a free one. Default: the configured one.")  # fmt: skip
@click.option("--cdr", type=click.Path(path_type=Path, file_okay=False),
              help="Write a record of each leg into this folder.")  # fmt: skip
@click.option("--register", "phones", multiple=True, metavar="USER@DOMAIN",
              help="A phone that is registered; can be given more than once.")  # fmt: skip
@click.option("--call", "calls", multiple=True, nargs=2, metavar="FROM TO",
              help="Somebody calls: FROM is USER@DOMAIN, or a number outside.")  # fmt: skip
@click.option("--fax", "faxes", multiple=True, metavar="NUMBER",
              help="A fax machine answers there; can be given more than once.")  # fmt: skip
@click.option("--loop", "loops", multiple=True, metavar="NUMBER",
              help="A number of this very switch: carriers bring calls and faxes to it back.")  # fmt: skip
@click.option("--watch", is_flag=True, help="Tell what becomes of calls.")
@click.option("--for", "seconds", type=click.FloatRange(0, min_open=True), metavar="SECONDS",
              help="End after so long. Default: at Ctrl-C.")  # fmt: skip
def command(
    site: Path | None, secrets: Path | None, out: Path | None, host: str | None, conf: Path | None,
    esl_port: int | None, cdr: Path | None, phones: Sequence[str], calls: Sequence[tuple[str, str]],
    faxes: Sequence[str], loops: Sequence[str], watch: bool, seconds: float | None,
) -> int:  # fmt: skip
    """Run a simulated switch: it reads the compiled folder and answers on an event socket.

    It listens on loopback alone, and carries no sound: calls go where the dialplan leads them, phones are
    picked up after two seconds. The socket's password is the configured one.
    """
    if conf is not None and (host or site or out):
        raise click.UsageError("--conf names the folder itself: without --site, --out and --host.")
    common.goes_on()
    if cdr is not None and not cdr.is_dir():
        raise click.UsageError(f"'{cdr}' is no folder: records have nowhere to go.")
    if conf is not None and not (conf / "freeswitch.xml").is_file():
        raise click.UsageError(f"'{conf}' is no compiled configuration: it has no freeswitch.xml.")
    for address in phones:
        if "@" not in address:
            raise click.UsageError(f"--register: '{address}' is not written USER@DOMAIN.")
    folder = conf if conf is not None else _compiled(site, secrets, out, host)
    from dialform.simulator.reading.markup import MarkupError
    from dialform.simulator.served import SimulatedSwitch

    port = None if esl_port is None else ("127.0.0.1", esl_port)
    # Where faxes are received, unless the host names a folder of its own.
    with tempfile.TemporaryDirectory(prefix="dialform-simulate-") as storage:
        try:
            switch = SimulatedSwitch(folder, port, cdr=cdr, variables={"storage_dir": storage})
            if esl_port is None:
                switch.listen_on_loopback()
        except MarkupError as error:
            raise common.Unusable(
                f"The switch cannot read {folder / error.file}, line {error.line}: {error.reason}."
            ) from None
        _set_far_ends(switch, faxes, loops)
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_serve(switch, folder, phones, calls, watch, seconds))
    return Exit.CLEAN


def _set_far_ends(switch: "SimulatedSwitch", faxes: Sequence[str], loops: Sequence[str]) -> None:
    from dialform.simulator.faxing.machine import FaxMachine
    from dialform.simulator.scene import Phone

    known = switch.live.surroundings.numbers
    fax = Phone(answer_after=2.0, fax=FaxMachine(handshake=3.0, page=4.0))
    for numbers, phone in ((faxes, fax), (loops, Phone(returned=True))):
        for number in numbers:
            known[f"+{number.removeprefix('+')}"] = phone


def _compiled(site: Path | None, secrets: Path | None, out: Path | None, host: str | None) -> Path:
    from dialform.schema.tree import scan

    tree = scan(common.site_root(site))
    made = proofs.compiled_site(tree, out, secrets, lambda: list(tree.tenants))
    from dialform.proof.sources import Sources

    order = Sources(tree).hosts
    known = proofs.known_host(made, order, host)
    hosts = made.hosts(order)
    if not hosts:
        raise common.Unusable(
            "The site has no host in platform.yaml, so there is no switch to run."
        )
    return made.conf(known or hosts[0])


async def _serve(
    switch: "SimulatedSwitch", folder: Path, phones: Sequence[str],
    calls: Sequence[tuple[str, str]], watch: bool, seconds: float | None,
) -> None:  # fmt: skip
    from dialform.simulator.scene import Dial

    try:
        await switch.start()
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        why = "it is taken" if taken else str(error.strerror)
        raise click.ClickException(
            f"cannot listen on port {switch.wanted[1]}, {why}: "
            "name another with --esl-port, or 0 for a free one"
        ) from None
    try:
        if watch:
            switch.events.subscribe(_tell)
        click.echo(f"Simulated switch of {folder}")
        click.echo("Event socket: {}:{}".format(*switch.address))
        for address in phones:
            switch.register(address)
        for caller, to in calls:
            switch.call(Dial(caller, to))
        await _until(seconds)
    finally:
        await switch.stop()


async def _until(seconds: float | None) -> None:
    """Waits so long, or for a signal that ends services."""
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(ended.wait(), seconds)


def _tell(event: "Event") -> None:
    """One line for what people want to know of a call."""
    what = _TOLD.get(event.name)
    if what is None:
        return
    cause = event.headers.get("Hangup-Cause", "")
    to = event.headers.get("Caller-Destination-Number", "")
    more = f" ({cause})" if cause else f" to {to}" if what == "begins" else ""
    click.echo(f"{datetime.now():%H:%M:%S} {event.headers['Channel-Name']} {what}{more}")
