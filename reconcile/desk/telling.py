"""Telling phones that were compiled to fetch, or to start again."""

from collections.abc import Sequence

from dialform.reconcile.desk.devices import Device
from dialform.reconcile.desk.legs import legs
from dialform.reconcile.desk.scope import Scope
from dialform.reconcile.phones.listed import Phone
from dialform.reconcile.phones.telling import Switch, Told, What, tell
from dialform.switch.questions import Ask

WORDS = {
    "told": "told",
    "unregistered": "not registered",
    "deaf": "cannot be told: its vendor documents no way",
    "busy": "left alone: it is in a call",
}
"""What came of telling a phone → in words."""


async def tell_device(
    switch: Switch, profiles: Sequence[str], phone: Device, what: What
) -> Told:  # fmt: skip
    """Tells one. Raises SwitchError."""
    lines = tuple(f"{number}.{phone.tenant}@{domain}" for number, domain in phone.lines)
    listed = Phone(phone.mac, phone.tenant, phone.vendor, phone.model, phone.revision, lines)
    return await tell(switch, profiles, listed, what)


async def in_calls(ask: Ask, scope: Scope) -> frozenset[tuple[str, str]]:
    """Tenant and extension of each phone that is in a call."""
    return frozenset((one.tenant, one.extension) for one in await legs(ask, scope))


def busy(phone: Device, talking: frozenset[tuple[str, str]]) -> bool:
    """Whether one of a phone's lines is in a call."""
    return any((phone.tenant, extension) in talking for extension, _ in phone.lines)
