"""A full disk at each step: what runs goes on, nothing is half, and with room again it converges."""

from __future__ import annotations

import asyncio
import errno

from .edits import all_at_once
from .test_kill import FULL
from .world import World


def test_full_at_each_write(world: World) -> None:
    async def full() -> None:
        async with world:
            number, held = 1, 0
            while True:
                await world.people_come()
                all_at_once(world.repository.files)
                head = world.repository.commit()
                error = OSError(errno.ENOSPC, "No space left on device", str(world.layout.record))
                async with world.agent(allow_disruption=True) as agent:
                    with world.at_checkpoint(number, error) as passed:
                        # It holds or goes on: an exception would end the agent.
                        result, _ = await agent.cycle()
                held += result.what == "held"
                world.whole()
                await world.settle(allow_disruption=True)
                if FULL or number % 2:
                    await world.expect(head)
                if len(passed) < number:
                    break
                number += 1 if FULL else 9
            assert held, "no write was needed at all"

    asyncio.run(full())


def test_full_for_good(world: World) -> None:
    """Every write fails until there is room: the switch goes on with the last good commit."""

    async def full() -> None:
        async with world:
            good = world.repository.head
            all_at_once(world.repository.files)
            head = world.repository.commit()
            async with world.agent(allow_disruption=True) as agent:
                with world.at_every_write(OSError(errno.ENOSPC, "No space left on device", "x")):
                    for _ in range(3):
                        assert (await agent.cycle())[0].what == "held"
            assert world.switch.changes == []
            await world.expect(good)
            await world.settle(allow_disruption=True)
            await world.expect(head)

    asyncio.run(full())
