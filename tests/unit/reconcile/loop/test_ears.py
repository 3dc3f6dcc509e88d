"""What the agent hears of log-ins: its own carriers are no attackers, and those are of what runs."""

from __future__ import annotations

import asyncio

import pytest

from dialform.reconcile import ears

from ..faults.world import World


def test_the_carriers_are_those_of_what_runs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ears, "SECONDS", 0.02)

    async def run() -> None:
        async with world, world.agent() as agent:
            hears = ears.Ears(agent.ground, lambda: None, None)

            def known() -> list[str]:
                return [str(one) for one in hears.attackers._known]

            listening = asyncio.create_task(hears.run())
            await world.until(lambda: known() == ["192.0.2.10/32"])
            world.repository.files["providers.d/north.yaml"]["addresses"] = ["198.51.100.9"]
            world.repository.commit()
            result, _ = await agent.cycle()
            assert result.what == "applied", result
            await world.until(lambda: known() == ["198.51.100.9/32"])
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    asyncio.run(run())
