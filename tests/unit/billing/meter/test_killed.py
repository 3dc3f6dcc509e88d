"""kill -9 between any two steps of files and ledger, and two meters at once: the bill is the same."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dialform.billing.ledger import database
from dialform.billing.spool import files

from .world import Killed, World

UK_MINUTE = 20_000


class Story:
    """An afternoon: calls with files, without, half a file, one of two files, a crash, a fax."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder)
        self.minutes = 0
        self.uuids: set[str] = set()
        self.whole: set[str] = set()
        self.steps: list[str] = []
        self.dies_at = -1

    def _step(self, name: str) -> None:
        self.steps.append(name)
        if len(self.steps) - 1 == self.dies_at:
            raise Killed

    def _goes_on(self, work: Callable[[], None]) -> None:
        """The meter's work; when it is killed another one takes its place."""
        files.hook = database.hook = self._step
        try:
            work()
        except Killed:
            files.hook = database.hook = None
            self.world.restart()
            if self.world.line.connected:
                self.world.connects()
            self.world.passes(2)
        finally:
            files.hook = database.hook = None

    def _call(self, minutes: int) -> str:
        leg = self.world.answered(minutes * 60 - 35)
        self.world.hears(leg.answer())
        self._goes_on(lambda: self.world.passes(1))
        self.leg = leg
        self.uuids.add(leg.uuid)
        self.minutes += minutes
        return leg.uuid

    def run(self) -> None:
        world = self.world
        world.boots("core-1")
        self._goes_on(world.turns)
        self.whole.add(self._call(2))
        world.puts(world.ends(self.leg))
        world.hears(self.leg.hangup())
        self._goes_on(lambda: world.passes(2))
        self._call(1)
        for _ in range(2):
            world.puts(world.ends(self.leg))
            self._goes_on(lambda: world.passes(2))
        self._call(3)
        world.hears(world.ends(self.leg).hangup())  # no file comes
        self._goes_on(lambda: world.passes(6))
        self._call(1)
        world.puts(world.ends(self.leg), self.leg.record()[:100], age=40)
        world.hears(self.leg.hangup())
        self._goes_on(lambda: world.passes(6))
        self._call(5)
        world.dies()
        self._goes_on(lambda: world.passes(2))
        world.boots("core-2")
        self._goes_on(lambda: world.passes(6))

    def holds(self) -> None:
        world = self.world
        world.passes(60, step=4)
        rows = world.rows("SELECT uuid, kind, provisional FROM facts")
        assert {(uuid, kind) for uuid, kind, _ in rows} == {(uuid, "call") for uuid in self.uuids}
        assert len([row for row in rows if not row[2]]) == len(
            {row[0] for row in rows if not row[2]}
        )
        assert self.whole <= {row[0] for row in rows if not row[2]}, (
            "a record says more than a journal"
        )
        assert world.charges() == self.minutes * UK_MINUTE
        assert world.live() == set() and world.waiting() == []
        assert world.ledger.verify() == []


def test_killed_anywhere_the_bill_is_the_same(fast: Path) -> None:
    whole = Story(fast / "whole")
    whole.run()
    whole.holds()
    whole.world.close()
    assert len(whole.steps) > 20 and {"commit", "committed", "move", "moved"} <= set(whole.steps)
    for place, name in enumerate(whole.steps):
        folder = fast / f"killed-{place}"
        story = Story(folder)
        story.dies_at = place
        story.run()
        try:
            story.holds()
        except AssertionError as error:
            raise AssertionError(f"killed at step {place}, {name}") from error
        story.world.close()
        shutil.rmtree(folder)


def test_two_meters_of_two_hosts_on_one_ledger(fast: Path) -> None:
    one = World(fast, host="pbx1")
    two = World(fast / "b", host="pbx2", url=one.url)
    legs = [world.ended() for world in (one, two) for _ in range(150)]
    for number, leg in enumerate(legs):
        (one if number < 150 else two).puts(leg)

    async def both() -> None:
        await asyncio.gather(one._turns(3), two._turns(3))

    asyncio.run(both())
    for world in (one, two):
        world.passes(40)
        assert world.waiting() == [] and world.meter.stats.failures == 0
    assert len(one.rows("SELECT 1 FROM facts")) == 300
    assert one.charges() == 300 * UK_MINUTE
    assert one.ledger.verify() == []
    one.close(), two.close()


def test_a_leg_of_another_host_is_left_alone(fast: Path) -> None:
    one = World(fast, host="pbx1")
    two = World(fast / "b", host="pbx2", url=one.url)
    one.boots("core-1")
    one.turns()
    leg = one.answered(0)
    one.hears(leg.answer())
    one.turns()
    two.boots("core-9")
    two.passes(10)
    assert two.booked() == {} and one.live() == {leg.uuid}
    one.close(), two.close()


def test_two_meters_on_one_spool(fast: Path) -> None:
    """The agent, and somebody who types `dialform billing ingest` beside it."""
    world = World(fast)
    legs = [world.ended() for _ in range(900)]
    for leg in legs:
        world.puts(leg)
    other = world._made()

    async def beside() -> None:
        for _ in range(10):
            await other.turn()

    async def both() -> None:
        await asyncio.gather(world._turns(2), beside())

    asyncio.run(both())
    world.passes(5)
    assert len(world.booked()) == 900 and world.charges() == 900 * UK_MINUTE
    assert len(world.names("booked")) == 900 and world.names("bad") == []
    world.close()


@pytest.mark.parametrize("pause", [0.0, 1.0])
def test_stopped_in_the_middle_it_ends_after_a_batch(fast: Path, pause: float) -> None:
    world = World(fast)
    for _ in range(10):
        world.puts(world.ended())

    world.meter.link = None

    async def work() -> None:
        running = asyncio.create_task(world.meter.run())
        await asyncio.sleep(pause / 10)
        world.meter.stop()
        await running

    asyncio.run(work())
    world.restart()
    world.passes(2)
    assert len(world.booked()) == 10
    world.close()
