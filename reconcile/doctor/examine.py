"""Runs the checks, and puts what they found in order."""

from dialform.reconcile.doctor.finding import Finding
from dialform.reconcile.doctor.ground import Ground
from dialform.reconcile.doctor.table import CHECKS, chosen
from dialform.values import replace


async def examine(ground: Ground) -> list[Finding]:
    """All findings, the worst first, and among equals in the order of the table."""
    found = [
        replace(finding, check=name)
        for name in chosen(ground)
        for finding in await CHECKS[name].run(ground)
    ]
    return sorted(found, key=lambda finding: finding.level)
