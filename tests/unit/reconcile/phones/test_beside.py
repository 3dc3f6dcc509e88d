"""Telling phones beside the loop: whatever becomes of it, the agent goes on."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from dialform.reconcile.agent import Agent
from dialform.reconcile.phones import beside
from dialform.reconcile.phones.announcing import Announcer
from dialform.switch import Unreachable

from ..faults.edits import timeout
from ..faults.world import World
from .site import office, registered, told, with_phones


@contextlib.asynccontextmanager
async def staying(world: World) -> AsyncIterator[Agent]:
    """An agent that stays, on a host whose phones are set up."""
    with_phones(world.repository.files)
    world.repository.commit()
    async with world:
        registered(world, "1001", "1002", "1003")
        async with world.agent(interval=5.0, billing=False) as agent:
            running = asyncio.create_task(agent.run())
            try:
                yield agent
                assert not running.done()
            finally:
                agent.stop()
                await running


async def applied(world: World, agent: Agent) -> None:
    head = world.repository.commit()
    agent.poke()
    await world.until(lambda: (world.status()["applied"] or {}).get("commit") == head)


def test_what_is_proven_is_told_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "TICK", 3600.0)

    async def story() -> None:
        async with staying(world) as agent:
            office(world.repository.files, language="de")
            await applied(world, agent)
            await world.until(lambda: len(told(world)) == 2)
            await world.until(lambda: world.status()["phones"]["owed"] == 0)

    asyncio.run(story())


@pytest.mark.parametrize("fault", [RuntimeError("ours"), Unreachable("gone"), OSError(28, "full")])
def test_what_ends_it_is_said_and_it_is_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    right, failing = Announcer.go_on, [True]

    async def wrong(self: Announcer, client: Any) -> bool:
        if failing:
            raise fault
        return await right(self, client)

    monkeypatch.setattr(Announcer, "go_on", wrong)

    async def story() -> None:
        async with staying(world) as agent:
            office(world.repository.files, language="de")
            await applied(world, agent)
            await world.until(lambda: bool(world.status()["phones"].get("error")))
            timeout(world.repository.files)
            await applied(world, agent)
            assert told(world) == []
            failing.clear()
            await world.until(lambda: len(told(world)) == 2)
            await world.until(lambda: world.status()["phones"]["error"] == "")

    asyncio.run(story())


def test_where_nobody_is_owed_anything_no_connection_is_made(world: World) -> None:
    async def story() -> None:
        async with staying(world) as agent:
            timeout(world.repository.files)
            await applied(world, agent)
            await world.until(
                lambda: agent.ground.heard.is_settled(agent.ground.record.applied.generation)
            )  # type: ignore[union-attr]
            made: list[int] = []
            agent.ground.another_link = lambda: made.append(1)  # type: ignore[method-assign,assignment,func-returns-value,return-value]
            agent.poke()
            await asyncio.sleep(0.7)
            assert made == []

    asyncio.run(story())
