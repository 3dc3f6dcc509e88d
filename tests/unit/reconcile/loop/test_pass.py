"""What a pass does with a good commit: applied once, proven, said; and nothing the second time."""

from __future__ import annotations

import asyncio

import pytest

from dialform.reconcile.policy import Ending
from dialform.reconcile.service import Service

from ..faults.edits import all_at_once, timeout, trunk_changed
from ..faults.world import World


def test_the_first_commit_is_laid_out_for_a_switch_that_never_ran(world: World) -> None:
    result = asyncio.run(world.pass_())
    assert (result.what, result.ending) == ("held", Ending.FAILED)
    assert world.held() == "SwitchUnreachable"
    held = world.status()["held"]
    assert f"-conf {world.layout.current}/freeswitch" in held["way_out"]
    assert (world.layout.current / "freeswitch" / "freeswitch.xml").is_file()
    assert world.status()["applied"] is None


def test_report_only_lays_out_nothing(world: World) -> None:
    asyncio.run(world.pass_(report_only=True))
    assert not world.layout.current.is_symlink()


def test_a_second_pass_sends_nothing(world: World) -> None:
    async def twice() -> None:
        async with world:
            all_at_once(world.repository.files)
            head = world.repository.commit()
            first = await world.pass_(allow_disruption=True)
            assert first.what == "applied", first
            await world.expect(head)
            world.switch.heard.clear()
            second, found = await world.turn()
            assert (second.what, second.ending) == ("unchanged", Ending.GOOD)
            assert not found.drift
            assert world.switch.changes == []

    asyncio.run(twice())


def test_a_commit_is_compiled_once_and_again_when_a_secret_changed(world: World) -> None:
    async def stays() -> None:
        async with world, world.agent() as agent:
            made = world.made
            await agent.cycle()
            await agent.cycle()
            assert world.made == made, "it is known of what it was made"
            (world.secrets / "north").write_text("another")
            result, _ = await agent.cycle()
            assert (result.what, world.made) == ("applied", made + 1)
            assert any("killgw north" in each for each in world.switch.changes)

    asyncio.run(stays())


def test_the_status_tells_what_runs(world: World) -> None:
    async def tells() -> None:
        async with world:
            timeout(world.repository.files)
            head = world.repository.commit()
            await world.pass_()
            status = world.status()
            assert status["applied"]["commit"] == status["source"]["commit"] == head
            assert status["attempted"]["outcome"] == "applied"
            assert status["platform"] == "faults"
            assert [one["current"] for one in status["generations"]] == [True, False]
            assert {one["type"]: one["status"] for one in status["conditions"]} == {
                "Ready": "True", "Reconciling": "False", "Drifted": "False", "Suspended": "False",
                "Billing": "Unknown",
            }  # fmt: skip
            assert status["counters"]["commands"] == {"reloadxml": {"good": 1}}
            assert status["timings"].keys() >= {"fetch", "compile", "plan", "commands", "proof"}
            assert status["switch"]["gateways"] == {"north": 1}
            assert "secret" not in str(status)
            assert "x" * 32 not in str(status)

    asyncio.run(tells())


def test_only_so_many_generations_are_kept(world: World) -> None:
    async def many() -> None:
        async with world:
            for _ in range(4):
                timeout(world.repository.files)
                world.repository.commit()
                await world.pass_(keep=2)
            assert len(world.status()["generations"]) == 2

    asyncio.run(many())


def test_a_running_change_is_gone_on_with_by_the_next_agent(world: World) -> None:
    """It was told to end between two commands: the record says where to go on."""

    async def ends() -> None:
        async with world:
            trunk_changed(world.repository.files)
            head = world.repository.commit()
            service = Service(world.settings(), times=world.clock.times, make=world._make)
            from dialform.reconcile.ground import Stopped
            from dialform.reconcile.lock import Lock

            with Lock(world.layout, world.clock.now) as lock:
                async with service.agent(lock) as agent:
                    world.switch.after = lambda command: agent.stop()
                    with pytest.raises(Stopped):
                        await agent.cycle()
            world.switch.after = lambda command: None
            sent = list(world.switch.changes)
            assert sent == ["reloadxml"]
            result = await world.pass_()
            assert result.what == "applied", result
            assert "reloadxml" not in world.switch.changes[len(sent) :]
            await world.expect(head)

    asyncio.run(ends())
