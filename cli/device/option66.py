"""`dialform device option66`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.cli import common, ofagent
from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from dialform.compiler.phones.catalogue import Vendor

_STANDARD = 66
"""The TFTP server's name (RFC 2132, section 9.4); phones take an address of a web server there."""
_NAME = "phone-provisioning"
_KEA = {_STANDARD: "tftp-server-name", 114: "v4-captive-portal"}
"""What Kea calls the options that it knows; others are defined. 114 is a captive portal's since RFC 8910."""


@click.command("option66")
@common.SITE
@ofagent.STATE
@click.option("--vendor", "named", metavar="VENDOR", help="Whose phones: what these ask for.")
@ofagent.FORMAT
def command(site: Path | None, state: Path | None, named: str | None, form: str) -> int:
    """Say what DHCP servers have to tell phones: ISC dhcpd, Kea, dnsmasq.

    The address is the same for all phones, so it is no secret and lets nobody in: a phone that comes by it
    is answered within its window (`dialform device enroll MAC`), or with a certificate of its maker.
    """
    from dialform.cli.device import ofsite

    vendor = _vendor(named) if named else None
    files = ofsite.site_of(site, state)
    url = ofsite.base_address(files) + _macro(vendor)
    asked = vendor.dhcp if vendor else (_STANDARD,)
    option = _STANDARD if _STANDARD in asked else asked[0]
    if form == "json":
        said = {"url": url, "vendor": vendor.key if vendor else None, "option": option,
                "asked": list(asked),
                "servers": {name: make(url, option) for name, make in _SERVERS.items()}}  # fmt: skip
        click.echo(json.dumps(said))
        return Exit.CLEAN
    click.echo(url)
    for name, make in _SERVERS.items():
        click.echo(f"\n{name}:")
        for line in make(url, option):
            click.echo(f"  {line}")
    click.echo()
    if vendor and asked != (option,):
        numbers = ", ".join(map(str, asked))
        click.echo(
            f"{vendor.name}'s phones look at the options {numbers}, in this order: what else"
        )
        click.echo("your server sends in one of them counts, too.")
    click.echo("Then, for a new phone: dialform device enroll MAC")
    return Exit.CLEAN


def _vendor(named: str) -> "Vendor":
    from dialform.cli.proofs import nearest
    from dialform.compiler.phones.catalogue import vendor_of, vendors

    vendor = vendor_of(named)
    if vendor is None:
        raise click.UsageError(f"There is no vendor '{named}'.{nearest(named, vendors())}")
    if not vendor.option66:
        raise click.ClickException(
            f"{vendor.name}: these ask no DHCP server for an address. "
            "`dialform device url MAC` says what to type instead."
        )
    return vendor


def _macro(vendor: "Vendor | None") -> str:
    """What the vendor's phones want behind the address; they put their own MAC into it."""
    return vendor.macro if vendor else ""


def _isc(url: str, option: int) -> list[str]:
    if option == _STANDARD:
        return [f'option tftp-server-name "{url}";']
    return [
        f"option {_NAME} code {option} = text;   # once, outside of any subnet",
        f'option {_NAME} "{url}";',
    ]


def _kea(url: str, option: int) -> list[str]:
    name = _KEA.get(option, _NAME)
    data = f'"option-data": {json.dumps([{"name": name, "data": url}])}'
    if option in _KEA:
        return [data]
    defined = {"name": _NAME, "code": option, "type": "string", "space": "dhcp4"}
    return [f'"option-def": {json.dumps([defined])},', data]


def _dnsmasq(url: str, option: int) -> list[str]:
    return [f'dhcp-option={option},"{url}"']


_SERVERS = {"ISC dhcpd": _isc, "Kea": _kea, "dnsmasq": _dnsmasq}
"""Server → the lines of its configuration. A new one is a function and a line."""
