"""`dialform device resync`."""

from typing import TYPE_CHECKING

import click

from dialform.cli import ofagent
from dialform.cli.desk import Desk
from dialform.cli.device.common import OPTIONS, in_reach, meant
from dialform.cli.device.telling import RATE, say, told
from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from dialform.reconcile.desk.devices import Device


@click.command("resync")
@click.argument("macs", metavar="MAC...", nargs=-1)
@OPTIONS
@click.option("--profile", metavar="NAME", help="The phones of this device profile of the tenant.")
@click.option("--all", "every", is_flag=True, help="All phones in reach.")
@RATE
@ofagent.FORMAT
def command(
    macs: tuple[str, ...], desk: Desk, profile: str | None, every: bool, rate: float, form: str
) -> int:
    """Tell phones to fetch their configuration now, with the NOTIFY that their vendor documents.

    Only registered phones hear it; the others fetch when they are switched on. After an apply the agent
    tells those whose files changed by itself. Exits 1 where a phone that was named could not be told.
    """
    if sum((bool(macs), profile is not None, every)) != 1:
        raise click.UsageError("Name phones by their MACs, or a --profile, or say --all.")
    known = in_reach(desk)
    if profile is not None:
        phones = _of_profile(desk, known, profile)
    else:
        phones = meant(known, macs) if macs else known
    if not phones:
        raise click.ClickException("There is no such phone.")
    outcomes = told(desk, phones, "resync", rate)
    say("resync", outcomes, form)
    missed = macs and any(one.how != "told" for one in outcomes)
    return Exit.OUR_ERROR if missed else Exit.CLEAN


def _of_profile(desk: Desk, known: "list[Device]", profile: str) -> "list[Device]":
    """Those that the site says have this profile."""
    from dialform.cli.desk import site_of
    from dialform.cli.proofs import nearest

    if desk.customer is None:
        raise click.UsageError("A profile is a tenant's: say --tenant too.")
    files = site_of(desk)
    scope = files.tenant(desk.customer.slug) if files else None
    if scope is None:
        raise click.ClickException("No site says which phones have a profile: name it with --site.")
    if profile not in scope.tenant.device_profiles:
        hint = nearest(profile, scope.tenant.device_profiles)
        raise click.ClickException(f"There is no device profile '{profile}'.{hint}")
    having = {mac for mac, one in scope.tenant.devices.items() if one.profile == profile}
    return [one for one in known if one.mac in having]
