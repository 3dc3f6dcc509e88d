"""kill -9 at every write and at every command: the next run converges, and nothing is ever half."""

from __future__ import annotations

import asyncio
import os

import pytest

from .edits import all_at_once
from .world import World

FULL = os.environ.get("DIALFORM_FAULTS") == "full"
"""Every point instead of some."""


def test_at_every_write(world: World) -> None:
    async def dies() -> None:
        async with world:
            number, step = 1, 1 if FULL else 9
            while True:
                await world.people_come()
                all_at_once(world.repository.files)
                head = world.repository.commit()
                died = await world.killed(number, allow_disruption=True)
                world.whole()
                await world.settle(allow_disruption=True)
                if FULL or not died or number % 2:
                    await world.expect(head)
                if not died:
                    break
                number += step
            assert number > 30, "there were hardly any writes to die at"

    asyncio.run(dies())


@pytest.mark.parametrize("when", ["before", "after"])
def test_at_every_command(world: World, when: str) -> None:
    async def dies() -> None:
        async with world:
            number = 0
            while True:
                await world.people_come()
                all_at_once(world.repository.files)
                head = world.repository.commit()
                number += 1
                if not await dies_at_command(world, number, when):
                    break
                await world.settle(allow_disruption=True)
                if FULL or number % 3 == 1:
                    await world.expect(head)
            await world.expect(head)
            assert number > 7, "there were hardly any commands to die at"

    asyncio.run(dies())


async def dies_at_command(world: World, number: int, when: str) -> bool:
    """Ends the agent when the switch is told its so-many-th change, and does it or not."""
    agent = asyncio.ensure_future(world.pass_(allow_disruption=True))
    count = 0

    def told(command: str) -> None:
        nonlocal count
        count += 1
        if count == number:
            agent.cancel()

    setattr(world.switch, when, told)
    try:
        await agent
    except asyncio.CancelledError:
        return True
    finally:
        setattr(world.switch, when, lambda command: None)
    return False


def test_before_the_switch_was_ever_started(world: World) -> None:
    """The first apply of all, killed again and again: then a switch boots from what is there."""

    async def dies() -> None:
        number = 1
        while await world.killed(number):
            number += 5
        async with world:
            await world.expect(world.repository.head)

    asyncio.run(dies())
