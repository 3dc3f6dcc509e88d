"""The host's clock jumps while calls are up, and the switch dies."""

from __future__ import annotations

import pytest

from .test_crash import room
from .world import World

MICRO = 1_000_000
YEAR = 365 * 86_400


@pytest.mark.parametrize("jump", [YEAR, -YEAR])
def test_no_call_that_a_crash_ended_lasts_for_a_year(world: World, jump: float) -> None:
    """Longer than any call that is believed: it is charged as answered, and no more."""
    world.boots("core-1")
    world.turns()
    leg = world.answered(0)
    world.hears(leg.answer())
    world.passes(60)
    world.now += jump
    world.passes(20)
    world.dies()
    world.boots("core-2")
    world.passes(10)
    provisional, seconds, *_ = world.booked()[(leg.uuid, "call")]
    assert provisional == 1 and 0 <= seconds <= 80


def test_no_stay_in_a_room_either(world: World) -> None:
    world.boots("core-1")
    world.turns()
    leg = world.answered(0, trunk="")
    room(leg, f"900:{int(world.now * MICRO)}-")
    world.hears(leg.event("conference::maintenance", world.now, Action="add-member"))
    world.passes(30)
    world.now += YEAR
    world.passes(20)
    world.dies()
    world.boots("core-2")
    world.passes(10)
    assert world.booked()[(leg.uuid, "conference")][3] <= 80
