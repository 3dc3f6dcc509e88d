"""`dialform device enroll`."""

import json
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.cli import common, ofagent
from dialform.cli.desk import Desk
from dialform.cli.device.common import OPTIONS, SERVICE, in_reach, meant, said, service_folder
from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from dialform.provisioning.enrolment import Window
    from dialform.reconcile.desk.devices import Device


@click.command("enroll")
@click.argument("macs", metavar="MAC...", nargs=-1)
@OPTIONS
@SERVICE
@click.option("--minutes", type=click.IntRange(1, 24 * 60), default=10, show_default=True,
              help="How long the window stays open.")  # fmt: skip
@click.option("--list", "listed", is_flag=True, help="Show the windows that are open.")
@click.option("--close", is_flag=True, help="Close the window of a phone before its time.")
@ofagent.FORMAT
def command(
    macs: tuple[str, ...], desk: Desk, service: Path | None, minutes: int, listed: bool,
    close: bool, form: str,
) -> int:  # fmt: skip
    """Let a new phone fetch its configuration from the plain address, by its MAC alone, once.

    In its window the phone gets each of its files once, over TLS only; with them it gets an address of
    its own for the time after. A MAC is no secret: open a window when the phone is at hand, and no longer
    than it takes.
    """
    folder = service_folder(desk, service)
    if listed:
        if macs or close:
            raise click.UsageError("--list stands alone.")
        return _list(desk, folder, form)
    if not macs:
        raise click.UsageError("Name the phone by its MAC, or say --list.")
    phones = meant(in_reach(desk), macs)
    return _close(phones, folder, form) if close else _open(desk, phones, folder, minutes, form)


def _open(desk: Desk, phones: "list[Device]", folder: Path, minutes: int, form: str) -> int:
    from dialform.provisioning.enrolment import Enrolments

    base = _base(desk)
    if not folder.is_dir():
        raise click.ClickException(
            f"'{folder}' is no state folder of a provisioning service: start it "
            "(`dialform provision serve`), or name its folder with --service DIR."
        )
    now, by, windows = time.time(), ofagent.somebody(), Enrolments(folder)
    with said():
        opened = [windows.open_window(one.mac, minutes, by, now) for one in phones]
    if form == "json":
        rows = [
            {**_row(window, one), "url": base, "names": list(one.answers)}
            for window, one in zip(opened, phones, strict=True)
        ]
        click.echo(json.dumps({"windows": rows}, ensure_ascii=False))
        return Exit.CLEAN
    for window, one in zip(opened, phones, strict=True):
        click.echo(f"{one.who} of {one.tenant} may fetch once until {_clock(window.until)}.")
        below = "" if _asks_dhcp(one) else f"{one.mac}/"
        click.echo(f"  It asks for {', '.join(list(one.answers)[:4])} below {base}{below}")
        if below:
            click.echo(
                "  No DHCP tells it so. Its own address needs no window: "
                f"`dialform device qr {one.mac}`."
            )
    if any(map(_asks_dhcp, phones)):
        click.echo(
            "Start the phone again now, with that address by DHCP (`dialform device option66`)."
        )
    return Exit.CLEAN


def _asks_dhcp(phone: "Device") -> bool:
    """Whether it comes by itself to the address that DHCP gives; apps do not."""
    from dialform.compiler.phones.catalogue import vendor_of

    vendor = vendor_of(phone.vendor)
    return vendor is None or vendor.option66


def _base(desk: Desk) -> str:
    """Where phones fetch, as it was compiled. Without TLS no phone may be enrolled."""
    try:
        found = json.loads((desk.folders.current / "phones/service.json").read_bytes())
        base = str(found["base_url"])
    except (OSError, ValueError, KeyError, TypeError):
        raise common.Unusable(
            "What is compiled says nowhere where phones fetch from: `provisioning:` of platform.yaml."
        ) from None
    if not base.lower().startswith("https://"):
        raise common.Unusable(
            f"Phones fetch from {base}, without TLS: there none is enrolled. Its first answer holds "
            "its passwords. Make it https:// in platform.yaml."
        )
    return base.rstrip("/") + "/"


def _close(phones: "list[Device]", folder: Path, form: str) -> int:
    from dialform.provisioning.enrolment import Enrolments

    windows = Enrolments(folder)
    with said():
        closed = [one for one in phones if windows.close_window(one.mac)] if folder.is_dir() else []
    if form == "json":
        click.echo(json.dumps({"closed": [one.mac for one in closed]}))
        return Exit.CLEAN
    for one in phones:
        click.echo(f"{one.who}: {'closed' if one in closed else 'no window was open'}")
    return Exit.CLEAN


def _list(desk: Desk, folder: Path, form: str) -> int:
    from dialform.provisioning.enrolment import Enrolments

    known = {one.mac: one for one in in_reach(desk)}
    with said():
        found = [one for one in Enrolments(folder).windows(time.time()) if one.mac in known]
    if form == "json":
        rows = [_row(one, known[one.mac]) for one in found]
        click.echo(json.dumps({"windows": rows}, ensure_ascii=False))
        return Exit.CLEAN
    for one in found:
        phone = known[one.mac]
        taken = f"; fetched {', '.join(one.taken)}" if one.taken else ""
        by = f", by {one.by}" if one.by else ""
        click.echo(f"{phone.who} of {phone.tenant} until {_clock(one.until)}{by}{taken}")
    if not found:
        click.echo("No window is open.", err=True)
    return Exit.CLEAN


def _row(window: "Window", phone: "Device") -> dict[str, object]:
    return {
        "mac": phone.mac, "label": phone.label, "tenant": phone.tenant,
        "until": int(window.until), "by": window.by, "taken": list(window.taken),
    }  # fmt: skip


def _clock(moment: float) -> str:
    """A time of this machine's, as people read it here."""
    return datetime.fromtimestamp(moment).astimezone().strftime("%H:%M:%S %Z")
