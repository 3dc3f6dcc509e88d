"""The simulator held against the truth: the same calls on the real switch and on the simulator.

`DIALFORM_TRUTH_BATCHES=100 pytest tests/live/test_truth.py` compares more than it does by default. A
difference is printed with its scenario as code: paste it into `tests/live/truth/examples.py`.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from dialform.simulator.calls import sounds
from dialform.simulator.reading.configuration import Configuration

from . import lab
from .site import Site
from .switch import Switch
from .truth import draw
from .truth.compare import Comparison
from .truth.doubles import pack
from .truth.examples import EXAMPLES
from .truth.scenario import Scenario
from .truth.site import brisk
from .truth.stage import Stage

BATCHES = int(os.environ.get("DIALFORM_TRUTH_BATCHES", "20"))
SECONDS = float(os.environ.get("DIALFORM_TRUTH_SECONDS", "150"))
"""After so long no new batch is begun, unless the number of batches was asked for."""
AT_ONCE = 10
# A trunk that is down says so; whoever hangs up during a prompt cuts it off; who is paged may be busy.
EXPECTED = (
    r"Failed Registration with status",
    r"carrier is down!",
    r"Error Playing File!",
    r"Cannot create outgoing channel",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return brisk(tmp_path_factory.mktemp("truth"))


@pytest.fixture(scope="module")
def switch(site: Site) -> Switch:
    """A switch of these tests' own: its times are short. The stage starts it."""
    return Switch(site.conf, site.state)


@pytest.fixture(scope="module")
def comparison(site: Site, switch: Switch) -> Iterator[Comparison]:
    # The suite's prompts are tones, shorter than what people record.
    with pytest.MonkeyPatch.context() as patched, asyncio.Runner() as runner:
        stage = Stage(site, switch)
        runner.run(stage.open())
        try:
            patched.setattr(sounds, "PROMPT", lab.SHORT)
            configuration = Configuration.load(site.conf, variables(site.conf))
            yield Comparison(runner, stage, configuration)
        finally:
            runner.run(stage.close())
            switch.stop()


def variables(conf: Path) -> dict[str, str]:
    """What the switch itself knows before it reads a line."""
    return {"conf_dir": str(conf)}


@pytest.fixture
def sides(comparison: Comparison, switch: Switch) -> Iterator[Comparison]:
    """Both sides. What scenes bring about on purpose is no error of the switch."""
    comparison.begin()
    yield comparison
    # The calls that filled a limit are of no tenant.
    switch.begin()
    for expected in EXPECTED:
        switch.expects(expected)


def test_examples_go_the_same_way(sides: Comparison) -> None:
    found = []
    for batch in pack(EXAMPLES):
        for scenario, difference in sides.differing(batch):
            found += [difference] if sides.differ([scenario]) else []
    assert not found, "\n\n".join(found)


def test_drawn_calls_go_the_same_way(sides: Comparison) -> None:
    deadline = time.monotonic() + SECONDS
    found, chance = [], []

    @settings(
        max_examples=BATCHES,
        deadline=None,
        # A batch has ten calls, and costs seconds: a difference is narrowed down by `simplest`.
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
        print_blob=False,
    )
    @given(draw.batches(AT_ONCE))
    def same(batch: list[Scenario]) -> None:
        if time.monotonic() > deadline and "DIALFORM_TRUTH_BATCHES" not in os.environ:
            return
        for scenario, difference in sides.differing(sides.new(batch)):
            # What does not come again was which of two things was a moment earlier.
            if again := sides.differ([scenario]):
                found.extend(sides.differ([sides.simplest(scenario)]) or again)
            else:
                chance.append(difference)

    same()
    print(f"{sides.compared} calls compared; differed once and then not: {len(chance)}")
    print("\n\n".join(chance))
    assert not found, "\n\n".join(found)
