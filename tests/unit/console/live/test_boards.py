"""What live pages show, to whom."""

import asyncio
from collections.abc import Callable

from dialform.simulator.served import SimulatedSwitch

from ..stage import Stage
from .conftest import ALICE, BOB, call


def test_boards(play: Callable[..., None]) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        found = await call(stage, ALICE, "1002")
        async with stage.browser("tenant_admin") as alice:
            for name in ("calls", "queues", "phones", "rooms", "trunks"):
                page = await alice.get(f"/t/acme/live/{name}")
                assert page.status_code == 200, page.text
                print(page.text[page.text.index("<main") :])
        async with stage.browser("admin") as ops:
            for name in ("calls", "queues", "phones", "rooms", "trunks"):
                page = await ops.get(f"/admin/live/{name}")
                assert page.status_code == 200, page.text
                print(page.text[page.text.index("<main") :])

    play(scene, ALICE, BOB)
