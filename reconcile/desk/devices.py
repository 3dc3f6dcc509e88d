"""Phones as the compiled folder knows them, in somebody's scope: those that fetch."""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from dialform.provisioning.index import FOLDER, Device, devices_in
from dialform.reconcile.desk.errors import NotThere
from dialform.reconcile.desk.scope import Scope

__all__ = ["Device", "devices", "hint", "one_of"]


def devices(current: Path, scope: Scope) -> list[Device]:
    """The phones of a host's folder that are in the scope, by tenant and MAC.

    Raises ReleaseError, OSError.
    """
    folder = current / FOLDER
    if scope.customer is not None:
        own = folder / f"{scope.customer.slug}.json"
        paths = [own] if own.exists() else []
    else:
        paths = sorted(folder.glob("*.json"))
    found = (one for path in paths for one in devices_in(path))
    return [one for one in found if scope.device(one.tenant, one.mac)]


def one_of(known: Sequence[Device], mac: str) -> Device:
    """The phone of this MAC. Raises NotThere, with what it may have been meant for."""
    for one in known:
        if one.mac == mac:
            return one
    raise NotThere(f"There is no phone {mac}.{hint(mac, known)}")


def hint(typed: str, known: Sequence[Device]) -> str:
    """` Did you mean …?` for a MAC or a label that is nearly one of these; else empty."""
    names = {one.label.casefold(): one for one in known} | {one.mac: one for one in known}
    near = get_close_matches(typed.casefold(), names, n=1, cutoff=0.7)
    return f" Did you mean {names[near[0]].who}?" if near else ""
