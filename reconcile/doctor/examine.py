"""Runs the checks, and puts what they found in order."""

from dialform.reconcile.doctor.finding import Finding
from dialform.reconcile.doctor.ground import Ground
from dialform.reconcile.doctor.table import CHECKS, chosen
from dialform.reconcile.endpoint import EndpointError
from dialform.switch import Client, SwitchError
from dialform.values import replace

PATIENCE = 5.0
"""Seconds that the switch has for each answer."""


async def examine(ground: Ground) -> list[Finding]:
    """All findings, the worst first, and among equals in the order of the table."""
    found = [
        replace(finding, check=name)
        for name in chosen(ground)
        for finding in await CHECKS[name].run(ground)
    ]
    return sorted(found, key=lambda finding: finding.level)


async def examine_with_switch(ground: Ground) -> list[Finding]:
    """The same over a connection of its own to the switch, if it lets us in; else the findings say so."""
    client: Client | None = None
    if ground.folders is not None:
        try:
            socket = ground.folders.endpoint()
            client = Client(socket.address, tuple(socket.passwords), timeout=PATIENCE)
            await client.connect()
            ground.ask = client.api
        except EndpointError as error:
            ground.missing["switch"] = str(error).rstrip(".")
        except SwitchError as error:
            ground.error, ground.missing["switch"] = error, str(error).rstrip(".")
    try:
        return await examine(ground)
    finally:
        if client is not None:
            await client.close()
