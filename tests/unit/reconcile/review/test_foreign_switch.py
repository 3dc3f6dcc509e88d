"""A switch that runs with another folder is not ours: nothing is sent to it, drift or not."""

from __future__ import annotations

import asyncio
import shutil

from ..faults.edits import timeout
from ..faults.world import World


def test_nothing_is_put_right_on_a_switch_that_runs_with_another_folder(world: World) -> None:
    async def run() -> None:
        async with world:
            other = world.folder / "other"
            shutil.copytree(world.layout.current.resolve() / "freeswitch", other)
            await world.switch.stop()
            await world.boots_from(other)
            await world.ask("callcenter_config queue unload beta.800")
            world.switch.heard.clear()
            _, found = await world.turn()
            assert world.held() == "WrongFolder"
            assert world.switch.changes == []
            assert found.why

    asyncio.run(run())


def test_a_switch_that_comes_back_with_another_folder_is_no_fault_of_the_commit(
    world: World,
) -> None:
    async def run() -> None:
        async with world:
            other = world.folder / "other"
            shutil.copytree(world.layout.current.resolve() / "freeswitch", other)
            timeout(world.repository.files)
            world.repository.commit()
            world.switch.faults.drop_on = {"reloadxml"}
            attempt = asyncio.create_task(world.pass_(confirm_within=5.0))
            while "reloadxml" not in world.switch.changes:
                await asyncio.sleep(0.005)
            await world.switch.stop()
            await world.boots_from(other)
            await attempt
            assert world.status()["quarantine"] == {}
            assert world.held() in ("WrongFolder", "SwitchUnreachable")
            assert world.switch.changes == []

    asyncio.run(run())
