"""An agent that dies while it tells phones: nobody is forgotten, and nobody is told for ever."""

from __future__ import annotations

import asyncio

import pytest

from dialform.reconcile.phones.heard import MOST_TRIES
from dialform.reconcile.phones.once import announce

from ..faults.test_kill import FULL
from ..faults.world import Killed, World
from .site import office, registered, rotated, told, with_phones
from .test_announcing import GONE_OUT, applies, play


async def dies(world: World, number: int) -> bool:
    """An agent that dies at its so-many-th write after a pass; False: it told everybody before."""
    async with world.agent() as agent:
        await agent.cycle()
        with world.at_checkpoint(number):
            try:
                await announce(agent.ground)
            except Killed:
                return True
    return False


def counted(world: World) -> dict[str, int]:
    addresses = [one.address.partition("@")[0] for one in told(world)]
    return {one: addresses.count(one) for one in addresses}


def test_whoever_dies_at_any_write_tells_each_phone_once_or_once_more(world: World) -> None:
    async def story(world: World) -> None:
        number, step, turn, died = 1, 1 if FULL else 4, 0, True
        while died:
            number, turn = number + step, turn + 1
            office(world.repository.files, language=("de", "fr")[turn % 2])
            world.repository.commit()
            world.switch.live.notices.sent.clear()
            died = await dies(world, number)
            assert await applies(world, what="unchanged") == ""
            assert counted(world).keys() == {"1001.alpha", "1002.alpha"}, number
            assert max(counted(world).values()) <= 2, number
            before = len(told(world))
            await applies(world, what="unchanged")
            assert len(told(world)) == before, number
        assert number > 10

    play(world, story)


def test_whoever_dies_again_and_again_gives_up(world: World) -> None:
    """It dies as soon as it said that it tells them, each time: as if telling them were what kills it."""

    async def story(world: World) -> None:
        office(world.repository.files, language="de")
        world.repository.commit()
        for _ in range(MOST_TRIES):
            async with world.agent() as agent:
                await agent.cycle()
                agent.ground.heard.begin(
                    agent.ground.heard.owed(
                        world.layout.current.resolve(),
                        {one.name: one.folder for one in agent.ground.generations.all()},
                    )
                )
        assert await applies(world, what="unchanged") == ""
        assert told(world) == []
        assert world.status()["phones"]["failed"] == 2

    play(world, story)


@pytest.mark.parametrize("number", [*range(1, 140, 1 if FULL else 12)])
def test_whoever_dies_while_a_password_changes_tells_of_it_before(
    world: World, number: int
) -> None:
    async def whole() -> None:
        with_phones(world.repository.files)
        world.repository.commit()
        async with world:
            registered(world, "1001", "1002")
            rotated(world.repository.files)
            head = world.repository.commit()
            world.switch.heard.clear()
            await world.killed(number)
            await world.settle()
            await asyncio.sleep(GONE_OUT)
            flushed = [n for n, one in enumerate(world.switch.changes) if "flush_inbound" in one]
            assert flushed, "the phone is logged out"
            assert "NOTIFY" in world.switch.changes[: flushed[0]], "and heard of it before"
            assert counted(world).keys() == {"1001.alpha"}
            assert counted(world)["1001.alpha"] <= 2
            await world.expect(head)

    asyncio.run(whole())
