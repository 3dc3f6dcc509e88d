"""A record that is lost in the midst of an application proves nothing of what was not done."""

from __future__ import annotations

import asyncio
import contextlib

from ..faults.world import World


def test_a_record_that_is_lost_in_mid_apply_claims_nothing(world: World) -> None:
    async def run() -> None:
        async with world:
            north = world.repository.files["providers.d/north.yaml"]
            north["addresses"] = ["192.0.2.77"]
            head = world.repository.commit()
            agent = asyncio.ensure_future(world.pass_(allow_disruption=True))
            world.switch.after = lambda command: agent.cancel() if command == "reloadxml" else None
            with contextlib.suppress(asyncio.CancelledError):
                await agent
            world.switch.after = lambda command: None
            world.layout.record.unlink()
            world.switch.heard.clear()
            await world.settle(allow_disruption=True)
            assert "reloadacl" in world.switch.changes
            await world.expect(head)

    asyncio.run(run())
