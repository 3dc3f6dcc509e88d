"""`dialform device list`."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialform.cli import ofagent
from dialform.cli.desk import Desk, asked
from dialform.cli.device.common import OPTIONS, SERVICE, in_reach, service_folder
from dialform.cli.exits import Exit
from dialform.values import dataclass

if TYPE_CHECKING:
    from dialform.provisioning.fetches import Fetch
    from dialform.switch import Client
    from dialform.switch.questions import Registration


@dataclass(frozen=True, slots=True)
class _Phones:
    title: str = "Phones"
    columns: tuple[str, ...] = (
        "tenant", "label", "vendor", "model", "mac", "lines", "last_fetch", "revision", "registered",
    )  # fmt: skip
    empty: str = "no phone"


@click.command("list")
@OPTIONS
@SERVICE
@ofagent.FORMAT
def command(desk: Desk, service: Path | None, form: str) -> int:
    """Show the phones: whose, what, when each fetched last, whether that is still right, who is registered.

    `revision` is `current` where the phone has what there is now, else `old`, or `none` where it never
    fetched. Where the switch or the service's folder cannot be asked, that is said and `?` shown.
    """
    from dialform.reconcile.desk.phonelist import rows

    known = in_reach(desk)
    fetches, no_fetches = _fetches(service_folder(desk, service))
    here, no_switch = asked(desk, _registrations)
    missing = {"switch": no_switch, "service": no_fetches}
    found = rows(known, fetches, here)
    if form == "json":
        said = {"devices": found, "not_asked": {k: why for k, why in missing.items() if why}}
        click.echo(json.dumps(said, ensure_ascii=False))
        return Exit.CLEAN
    from dialform.cli.desktables import once

    once(_Phones(), [_cells(row) for row in found], form)
    for name, why in missing.items():
        if why:
            click.echo(f"Not asked: the {name}. {why}", err=True)
    return Exit.CLEAN


async def _registrations(client: "Client") -> "list[Registration]":
    from dialform.switch.questions import registrations

    return await registrations(client.api)


def _fetches(folder: Path) -> "tuple[Mapping[str, Fetch] | None, str]":
    """The fetches that the service noted, and nothing; or None, and why there are none."""
    from dialform.provisioning.errors import ProvisioningError
    from dialform.provisioning.fetches import last_fetches

    if not folder.is_dir():
        return (
            None,
            f"'{folder}' is not there: no service ran here. Name its folder with --service.",
        )
    try:
        return last_fetches(folder), ""
    except ProvisioningError as error:
        return None, ofagent.sentence(error)


def _cells(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row for people."""
    last, lines, up = row["last_fetch"], row["lines"], row["registered"]
    revision = "?" if row["up_to_date"] is None else "current" if row["up_to_date"] else "old"
    return {
        **row,
        "lines": ",".join(lines),
        "last_fetch": _local(last) if last else "?" if row["fetches"] is None else "never",
        "revision": "none" if row["fetches"] == 0 else revision,
        "registered": "?" if up is None else _registered(lines, up),
    }


def _registered(lines: list[str], up: list[str]) -> str:
    """`yes`, `no`, or which of several."""
    if len(up) == len(lines):
        return "yes" if lines else ""
    return f"only {','.join(up)}" if up else "no"


def _local(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")
