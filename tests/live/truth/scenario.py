"""A scenario: one call in one tenant, and what stands around it. Written as code, it can be pasted."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dialform.simulator.scene import Dial, Scene

PATIENCE = 25.0
"""Seconds that a caller waits who does not give up: past the end of every ring and queue."""


@dataclass(frozen=True)
class Scenario:
    """One call. `scene.at` is left open: it is the moment of the run."""

    tenant: str
    scene: Scene
    dial: Dial

    def at(self, now: datetime) -> Scene:
        return dataclasses.replace(self.scene, at=now)

    @property
    def shared(self) -> tuple[Any, ...]:
        """What is the same for all calls on the switch at a time: carriers and numbers outside."""
        scene = self.scene
        return sorted(scene.gateways.items()), sorted(scene.outside.items()), scene.beyond

    def __str__(self) -> str:
        return f"Scenario({self.tenant!r}, {code(self.scene)}, {code(self.dial)})"


def code(value: Any) -> str:
    """The expression that makes a value; what is as it is by default is not said."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{code(k)}: {code(v)}" for k, v in value.items()) + "}"
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return repr(value)
    said = [
        f"{field.name}={code(getattr(value, field.name))}"
        for field in dataclasses.fields(value)
        if field.name != "at" and getattr(value, field.name) != _default(field)
    ]
    return f"{type(value).__name__}({', '.join(said)})"


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default
