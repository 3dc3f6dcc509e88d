"""Both sides of a scenario, and the least one that still differs."""

from __future__ import annotations

import asyncio
import dataclasses
import traceback
from collections.abc import Iterator
from typing import Any

from dialform.simulator.reading.configuration import Configuration

from . import simulated
from .outcome import Outcome, differences
from .scenario import Scenario
from .stage import Stage

TRIES = 8
"""Calls that narrowing down one difference may cost."""


class Comparison:
    """Runs scenarios on both sides. `compared` counts them."""

    def __init__(self, runner: asyncio.Runner, stage: Stage, configuration: Configuration) -> None:
        self._runner, self._stage = runner, stage
        self._configuration = configuration
        self._conf = str(stage.site.conf)
        self.compared = 0
        self._known: set[str] = set()

    def begin(self) -> None:
        """A new test."""
        self._stage.begin()

    def differ(self, batch: list[Scenario]) -> list[str]:
        """What differs in a batch, readable, each with its scenario as code."""
        return [told for _, told in self.differing(batch)]

    def differing(self, batch: list[Scenario]) -> list[tuple[Scenario, str]]:
        found: list[tuple[Scenario, str]] = []
        if not batch:
            return found
        for caller in self._runner.run(self._stage.play(batch)):
            self.compared += 1
            real = caller.outcome(self._conf)
            if unlike := self._unlike(caller.scenario, real):
                found.append((caller.scenario, "\n".join([str(caller.scenario), *unlike])))
        return found

    def new(self, batch: list[Scenario]) -> list[Scenario]:
        """Those that were not compared before: what is drawn repeats itself."""
        fresh = [scenario for scenario in batch if str(scenario) not in self._known]
        self._known.update(map(str, fresh))
        return fresh

    def simplest(self, scenario: Scenario) -> Scenario:
        """The scenario with all left out that the difference does not need."""
        left = TRIES
        while left:
            for lesser in less(scenario):
                left -= 1
                if self.differing([lesser]):
                    scenario = lesser
                    break
                if not left:
                    break
            else:
                break
        return scenario

    def _unlike(self, scenario: Scenario, real: Outcome) -> list[str]:
        try:
            journey = simulated.run(self._configuration, scenario)
            told = simulated.outcome(journey, self._conf)
        except Exception:
            # Whatever it is: the truth of this call is known, and the others are still to come.
            return ["the simulator raised:", traceback.format_exc(limit=-4), f"real: {real}"]
        return differences(real, told)


def less(scenario: Scenario) -> Iterator[Scenario]:
    """The scenario with one thing left out, the largest first."""
    scene, dial = scenario.scene, scenario.dial

    def with_scene(**change: Any) -> Scenario:
        return dataclasses.replace(scenario, scene=dataclasses.replace(scene, **change))

    def with_dial(**change: Any) -> Scenario:
        return dataclasses.replace(scenario, dial=dataclasses.replace(dial, **change))

    for field in ("db", "gateways", "outside", "counts"):
        if getattr(scene, field):
            yield with_scene(**{field: {}})
    if scene.agents is not None:
        yield with_scene(agents=None)
    for address in scene.phones:
        if address != dial.caller:
            yield with_scene(phones={a: p for a, p in scene.phones.items() if a != address})
    if dial.name:
        yield with_dial(name="")
    if dial.press:
        yield with_dial(press=dial.press[:-1])
