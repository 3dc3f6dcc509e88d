"""What there is to dial on the site, read from its YAML: no switch is needed to know it."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import lab
from ..site import ROOT, load
from .doubles import DOUBLES, words

# Who rings is a matter of luck there, on the switch as on the simulator.
LUCK = frozenset({"random"})


@dataclass(frozen=True)
class House:
    """One tenant: its numbers, and what scenarios must know of them."""

    slug: str
    domain: str
    extensions: tuple[str, ...]
    dialled: tuple[str, ...]
    """Groups, menus, queues, boxes, rooms, pages."""
    numbers: tuple[tuple[str, str], ...]
    """DIDs in E.164, with their providers."""
    menus: tuple[str, ...]
    keys: tuple[str, ...]
    """What its menus listen for."""
    direct: bool
    """Whether all of its menus take an extension's number."""
    agents: tuple[str, ...]
    bound: tuple[tuple[str, str], ...]
    """Extensions that may register from one address only, and that address."""
    most: int
    """Calls at once; 0 where nothing is counted."""

    def phone(self, extension: str) -> str:
        """Its address."""
        return f"{extension}@{self.domain}"


@functools.cache
def houses() -> dict[str, House]:
    """All tenants by slug."""
    return {slug: _house(slug, tenant) for slug, tenant in _tenants()}


def _tenants() -> Iterator[tuple[str, dict[str, Any]]]:
    for folder in (ROOT / "tenants.d", lab.LAB / "tenants.d"):
        for path in sorted(folder.iterdir()):
            merged: dict[str, Any] = {}
            for part in sorted(path.glob("*.yaml")) if path.is_dir() else [path]:
                merged |= load(part)
            yield path.stem, merged
            for double in DOUBLES.get(path.stem, {}):
                yield double, _as(merged, words(path.stem, double))


def _as(tenant: Any, said: Mapping[str, str]) -> Any:
    """A tenant's document with other words in it."""
    text = json.dumps(tenant, default=str)
    for old, new in said.items():
        text = text.replace(old, new)
    return json.loads(text)


def _house(slug: str, tenant: dict[str, Any]) -> House:
    groups, menus = tenant.get("ring_groups", {}), tenant.get("ivr_menus", {})
    queues = tenant.get("call_queues", {})
    steady = [n for n, group in groups.items() if group.get("strategy") not in LUCK]
    certain = [n for n, queue in queues.items() if queue.get("strategy") not in LUCK]
    others = [
        number
        for table in ("voicemails", "conferences", "paging")
        for number in tenant.get(table, {})
    ]
    agents = {
        f"{slug}.{_number(agent)}" for queue in queues.values() for agent in queue.get("agents", [])
    }
    return House(
        slug,
        str(tenant.get("domain") or f"{slug}.{_platform_domain()}"),
        tuple(tenant["extensions"]),
        (*steady, *menus, *certain, *others),
        tuple((number, one["provider"]) for number, one in tenant.get("numbers", {}).items()),
        tuple(menus),
        tuple(sorted({str(key) for menu in menus.values() for key in menu.get("options", {})})),
        all(menu.get("direct_dial") for menu in menus.values()),
        tuple(sorted(agents)),
        tuple((n, one["allow"][0]) for n, one in tenant["extensions"].items() if "allow" in one),
        max(int(tenant.get("limits", {}).get("concurrent_calls", 0)), 0),
    )


def _number(member: Any) -> str:
    return str(member["number"] if isinstance(member, dict) else member)


def _platform_domain() -> str:
    return str(load(Path(ROOT / "platform.yaml"))["domain"])
