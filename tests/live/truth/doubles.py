"""Doubles of some tenants, so that several of their calls can run at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .scenario import Scenario

# A tenant, and of each double its slug and what stands there instead of the tenant's own words.
DOUBLES: dict[str, dict[str, dict[str, str]]] = {
    "lab": {
        "lab-b": {"1718555 01": "1718555 61", "lab.pbx": "lab-b.pbx"},
        "lab-c": {"1718555 01": "1718555 71", "lab.pbx": "lab-c.pbx"},
        "lab-d": {"1718555 01": "1718555 81", "lab.pbx": "lab-d.pbx"},
    },
    "office": {
        "office-b": {"1718555 02": "1718555 62", "office.pbx": "office-b.pbx"},
        "office-c": {"1718555 02": "1718555 72", "office.pbx": "office-c.pbx"},
    },
    "acme": {
        "acme-b": {"12125550199": "12125551199", "12125550150": "12125551150", "acme.example.com": "acme-b.example.com", "aabbcc112233": "aabbcc112244"},
        "acme-c": {"12125550199": "12125552199", "12125550150": "12125552150", "acme.example.com": "acme-c.example.com", "aabbcc112233": "aabbcc112255"},
    },
}  # fmt: skip


def words(slug: str, double: str) -> dict[str, str]:
    return {
        old.replace(" ", ""): new.replace(" ", "") for old, new in DOUBLES[slug][double].items()
    }


def copy_tenants(folder: Path) -> None:
    """Writes the doubles beside their tenants in `tenants.d`."""
    for slug, doubles in DOUBLES.items():
        single = folder / f"{slug}.yaml"
        for double in doubles:
            parts = [single] if single.exists() else sorted((folder / slug).glob("*.yaml"))
            for part in parts:
                target = folder / (f"{double}.yaml" if part == single else f"{double}/{part.name}")
                target.parent.mkdir(exist_ok=True)
                target.write_text(_replaced(part.read_text("utf-8"), words(slug, double)), "utf-8")


def _replaced(text: str, said: Mapping[str, str]) -> str:
    for old, new in said.items():
        text = text.replace(old, new)
    return text


def moved(scenario: Scenario, double: str) -> Scenario:
    """The same scenario in the double's house."""
    slug = scenario.tenant
    said = {
        **words(slug, double),
        f"{slug}-cfa": f"{double}-cfa",
        f"{slug}-dnd": f"{double}-dnd",
    }

    def change(value: Any) -> Any:
        if isinstance(value, str):
            return double if value == slug else _replaced(value, said)
        if isinstance(value, Mapping):
            return {change(key): change(one) for key, one in value.items()}
        if isinstance(value, tuple):
            return tuple(change(one) for one in value)
        if isinstance(value, frozenset):
            return frozenset(one.replace(f"{slug}.", f"{double}.") for one in value)
        return value

    scene = dataclasses.replace(
        scenario.scene,
        **{
            name: change(getattr(scenario.scene, name))
            for name in ("phones", "db", "agents", "counts")
        },
    )
    dial = scenario.dial
    # A national form of a DID begins in the middle of what is replaced.
    to = change(dial.to if dial.to.startswith(("+", "1")) else f"1{dial.to}")
    to = to if dial.to.startswith(("+", "1")) else to[1:]
    return Scenario(double, scene, dataclasses.replace(dial, caller=change(dial.caller), to=to))


def pack(scenarios: list[Scenario]) -> list[list[Scenario]]:
    """Batches that can run at once: one call a house, the same world outside."""
    batches: list[list[Scenario]] = []
    for scenario in scenarios:
        if not any(_joins(batch, scenario) for batch in batches):
            batches.append([scenario])
    return batches


def _joins(batch: list[Scenario], scenario: Scenario) -> bool:
    if batch[0].shared != scenario.shared:
        return False
    taken = {one.tenant for one in batch}
    for house in (scenario.tenant, *DOUBLES.get(scenario.tenant, {})):
        if house not in taken:
            batch.append(scenario if house == scenario.tenant else moved(scenario, house))
            return True
    return False
