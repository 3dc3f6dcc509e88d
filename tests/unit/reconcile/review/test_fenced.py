"""Whoever lost the lock sends nothing more, not even to put right what drifted."""

from __future__ import annotations

import asyncio
import json

import pytest

from dialform.reconcile.lock import FencedError

from ..faults.world import World


def test_what_is_put_right_stops_when_another_took_the_place(world: World) -> None:
    async def run() -> None:
        async with world:
            for slug in ("alpha", "beta"):
                await world.ask(f"local_stream stop {slug}.default")
            await world.ask("callcenter_config queue unload alpha.800")
            await world.ask("callcenter_config queue unload beta.800")
            await world.drifts("stream", "stream", "queue", "queue")
            world.switch.heard.clear()

            def taken(command: str) -> None:
                world.layout.lock.write_text(json.dumps({"token": 1, "pid": 1}).ljust(128))

            world.switch.after = taken
            with pytest.raises(FencedError):
                await world.turn()
            assert len(world.switch.changes) == 1

    asyncio.run(run())
