"""Faxes that come in: the machines that receive them, and who listens for a fax tone.

A machine writes what it gets into its tenant's part of the spool, as `<uuid of the leg>.tif`; what becomes of
it is the agent's (`reconcile/fax`). The leg says whose it is by `dialform_fax`, and by that it is billed.
"""

from dialform.compiler.resolved import InboundRoute, Target, Tenant
from dialform.compiler.resolved_fax import FaxAccount
from dialform.renderers.freeswitch.flow import Flow
from dialform.values import dataclass

SPOOL = "$${storage_dir}/fax"
"""Where faxes are received: a folder a tenant in it, and one an account in those. rxfax makes none."""

CODECS = "PCMU,PCMA"
"""What a fax in audio stands: nothing that leaves out or adds a sound. spandsp hears 8,000 samples a second
alone, so a caller who offers G.722 or Opus too would else be heard wrongly, and its tone not at all."""

LONGEST = 3 * 3600
"""Seconds of the longest fax that is received: some 150 pages on the slowest line."""

LISTENS = 60
"""Seconds that a fax tone is listened for. No machine that calls has one for longer: after 35 ± 5 s without
an answer it hangs up (ITU-T T.30, timer T1)."""

RINGS = 5000
"""Milliseconds that a number for both rings: as long as it may take until a whole tone was heard. One lasts
0.5 s and comes 3 s after the last, each 15 % more or less (T.30, 4.2), and one that begins with the call is
lost in half the cases."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What a call to a fax account comes to. `folder` is its part of the spool; `refused` the name of a
    refusal where it receives nothing, else empty.
    """

    number: str
    station_id: str
    folder: str
    t38: bool
    ecm: bool
    refused: str


def machines(tenant: Tenant, flow: Flow) -> list[Machine]:
    """The machines that calls are sent to. Only a flow that has seen every destination knows them all."""
    accounts = {account.number: account for account in tenant.fax_accounts}
    return [_machine(tenant, number, accounts.get(number)) for number in sorted(flow.faxes)]


def _machine(tenant: Tenant, number: str, account: FaxAccount | None) -> Machine:
    if account is None:
        return Machine(number, "", "", t38=False, ecm=False, refused="not_found")
    return Machine(
        number=number,
        station_id=account.station_id,
        folder=f"{SPOOL}/{tenant.slug}/{number}",
        t38=account.t38,
        ecm=account.ecm,
        refused="" if account.receives else "not_allowed",
    )


def stands_in(tenant: Tenant, number: str) -> Target | None:
    """The account that receives what comes for an extension whose fax machine is not there."""
    return Target("fax", number, f"extension {number}") if _receives(tenant, number) else None


def listens(tenant: Tenant, route: InboundRoute, flow: Flow) -> str:
    """What `transfer` takes when a caller of a DID turns out to be a fax machine; empty where nobody asks."""
    if tenant.suspended or not _receives(tenant, route.detect_fax):
        return ""
    return flow.to(Target("fax", route.detect_fax, f"number {route.did}"))


def _receives(tenant: Tenant, number: str) -> bool:
    return any(one.number == number and one.receives for one in tenant.fax_accounts)
