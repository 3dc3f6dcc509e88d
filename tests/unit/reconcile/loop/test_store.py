"""A status store that cannot be opened: said, and no reason for the agent to end."""

from __future__ import annotations

import asyncio

import pytest

from dialform.reconcile import wavegate
from dialform.reconcile.service import Service
from dialform.reconcile.waves.errors import BadStoreUrlError
from dialform.reconcile.waves.store import StatusStore

from ..faults.edits import timeout
from ..faults.world import World


@pytest.fixture(autouse=True)
def shut(monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that opens for no platform."""

    def store_of(service: Service, platform: str) -> StatusStore | None:
        raise BadStoreUrlError(f"there is no room for '{platform}'")

    monkeypatch.setattr(Service, "store_of", store_of)


def test_the_turn_goes_on_without_its_word(world: World) -> None:
    async def run() -> None:
        async with world, world.agent() as agent:
            result, _ = await agent.cycle()
            assert result.what == "unchanged"
            assert agent.ground.book.data["counters"]["status_not_published"]

    asyncio.run(run())


def test_a_later_wave_waits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        async with world:
            monkeypatch.setattr(wavegate, "hosts_and_waves", lambda ground: {"earlier": -1})
            timeout(world.repository.files)
            world.repository.commit()
            assert (await world.pass_()).what == "held"
            assert world.held() == "WaitingForWave"
            assert "no room" in world.status()["held"]["message"]

    asyncio.run(run())
