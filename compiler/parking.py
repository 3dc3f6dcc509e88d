"""Parking: the lot as renderers need it, and keys of phones that name no slot."""

from collections.abc import Iterator

from dialform.compiler import resolved_rooms
from dialform.compiler.scope import Scope
from dialform.schema.devices import Key
from dialform.schema.parking import Parking, slot_numbers
from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import flow


def resolve_parking(entry: Parking | None) -> resolved_rooms.Parking | None:
    """The lot, if the tenant has one."""
    if entry is None:
        return None
    slots = slot_numbers(entry.slots)
    return resolved_rooms.Parking(entry.lot, slots[0], slots[-1], entry.timeout, entry.call_back)


def check_parking(scope: Scope) -> Iterator[Flaw]:
    """Keys of type park whose number is neither a slot nor the lot."""
    tenant = scope.tenant
    for name, profile in tenant.device_profiles.items():
        yield from _keys(scope, profile.keys, ("device_profiles", name, "keys"))
    for mac, device in tenant.devices.items():
        yield from _keys(scope, device.keys, ("devices", mac, "keys"))


def _keys(scope: Scope, keys: list[Key], path: Path) -> Iterator[Flaw]:
    parking = scope.tenant.parking
    for index, key in enumerate(keys):
        if key.type != "park" or (parking is None and scope.cuts.touch("parking")):
            continue
        if parking is None:
            hint = "the tenant has no parking:"
        elif key.value == parking.lot or _is_slot(key.value, parking):
            continue
        else:
            hint = f"the slots are {parking.slots}"
        spot: Path = (index,) if key.value is None else (index, "value")
        yield scope.flaw(flow.ParkKeyWithoutSlot, *path, *spot, hint=hint, value=key.value or "")


def _is_slot(value: str | None, parking: Parking) -> bool:
    text = value or ""
    return text.isascii() and text.isdigit() and int(text) in slot_numbers(parking.slots)
