"""Phones as the compiled folder knows them: those that the provisioning service answers."""

import json
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from dialform.reconcile.desk.errors import NotThere
from dialform.reconcile.desk.scope import Scope
from dialform.values import dataclass

INDEX = "phones/tenants"
"""Below a host's folder: a file a tenant."""


@dataclass(frozen=True, slots=True)
class Device:
    """A phone. `revision` changes with its files; `lines` are its extensions, each with its SIP domain;
    `names` are the files that it asks for.
    """

    mac: str
    label: str
    tenant: str
    vendor: str
    model: str
    revision: str
    lines: tuple[tuple[str, str], ...]
    names: tuple[str, ...] = ()

    @property
    def who(self) -> str:
        """For people: `aabbcc112233 (Bob's desk)`."""
        return f"{self.mac} ({self.label})"


def devices(current: Path, scope: Scope) -> list[Device]:
    """The phones of a host's folder that are in the scope, by tenant and MAC."""
    folder = current / INDEX
    names = (
        [f"{scope.customer.slug}.json"]
        if scope.customer
        else sorted(path.name for path in folder.glob("*.json"))
    )
    found = (one for name in names for one in _of_tenant(folder / name))
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


def _of_tenant(path: Path) -> Iterator[Device]:
    """The phones in one file; none where there is no such file. One that cannot be read is our fault."""
    try:
        said: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return
    for row in said["devices"]:
        lines = tuple((line[0], line[1]) for line in row["lines"])
        yield Device(
            row["mac"], row["label"], said["tenant"], row["vendor"], row["model"], row["revision"],
            lines, tuple(row["answers"]),
        )  # fmt: skip
