"""Findings as somebody may see them: rules over all tenants name others, of whom nobody else reads."""

import re

from dialform.console.saving.finding import Finding
from dialform.console.visitor import Visitor
from dialform.values import replace

_CROSSING = re.compile(r"(?:user '[^']*' of )?tenant '([^']*)'")
"""How rules over all tenants name one."""


def for_eyes(one: Finding, viewer: Visitor) -> Finding:
    """A finding as this visitor reads it: others than admins without other tenants' names and files."""
    if viewer.admin:
        return one
    message = without_others(one.message, viewer.tenant)
    if one.tenant == viewer.tenant:
        return one if message == one.message else replace(one, message=message)
    if one.tenant is None:
        # These speak of hosts, carriers, and of tenants by the dozen.
        message = f"the platform's own settings do not go with it: its admins see why ({one.code})"
    else:
        # Of what two tenants have, the later one's file is named.
        message = f"it does not go with what another tenant has: {message}"
    return Finding(one.code, one.severity, message)


def without_others(message: str, tenant: str) -> str:
    """A message without another tenant's name: of what two have, each is told that another has it too."""
    return _CROSSING.sub(
        lambda found: found[0] if found[1] == tenant else "another tenant", message
    )
