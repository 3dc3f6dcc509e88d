"""Between commits: what was changed by hand is seen and put right, or only told; restarts are noticed."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from dialform.reconcile.agent import ending
from dialform.reconcile.comparing import compare
from dialform.reconcile.policy import Ending

from ..faults.edits import broken, timeout
from ..faults.world import COMMANDS, World

DRIFTS = {
    "a gateway that was killed": ("sofia profile external killgw north", "gateway"),
    "an agent who was added": ("callcenter_config agent add stranger callback", "agent"),
    "a tier that was added": ("callcenter_config tier add alpha.800 beta.1001 1 1", "tier"),
    "a profile that was stopped": ("sofia profile external stop", "profile"),
    "a queue that was unloaded": ("callcenter_config queue unload beta.800", "queue"),
    "music that was stopped": ("local_stream stop alpha.default", "stream"),
}


@pytest.mark.parametrize("name", DRIFTS)
def test_what_was_done_by_hand_is_put_right(world: World, name: str) -> None:
    command, kind = DRIFTS[name]

    async def run() -> None:
        async with world:
            head = world.repository.head
            while "at least" in await world.ask(command):
                await asyncio.sleep(0.05)  # a profile may not be stopped in its first seconds
            for _ in range(200):
                compared = await compare(world.layout)
                if kind in {one.kind for one in compared.drift}:
                    break
                await asyncio.sleep(0.02)  # a profile takes its time to stop
            assert kind in {one.kind for one in compared.drift}
            world.switch.heard.clear()
            result, found = await world.turn(drift="report")
            assert kind in {one.kind for one in found.left}
            assert ending(result, found, report=True) is Ending.DRIFT
            status = world.status()
            assert kind in {one["kind"] for one in status["drift"]}
            drifted = next(one for one in status["conditions"] if one["type"] == "Drifted")
            assert drifted["status"] == "True"
            _, healed = await world.turn()
            assert not healed.left, healed
            status = world.status()
            assert status["drift"] == []
            assert status["counters"]["drift_healed"][kind] >= 1
            world.switch.heard.clear()
            await world.turn()
            assert world.switch.changes == []
            assert (await compare(world.layout)).drift == []
            await world.expect(head)

    asyncio.run(run())


def edit(path: Path) -> None:
    """Writes into a file as an editor does that keeps it."""
    with path.open("r+") as file:
        text = file.read().replace("</include>", "<!-- by hand -->\n</include>")
        file.seek(0)
        file.write(text)


def remove(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("how", [edit, remove])
def test_a_file_that_was_changed_by_hand_is_written_anew(world: World, how: object) -> None:
    async def run() -> None:
        async with world:
            head = world.repository.head
            path = world.layout.current / "freeswitch/tenants/alpha/dialplan.xml"
            before = path.read_bytes()
            how(path)  # type: ignore[operator]
            compared = await compare(world.layout)
            assert [one.between for one in compared.drift] == ["git-disk"]
            _, found = await world.turn()
            assert not found.left, found
            assert path.read_bytes() == before
            assert "reloadxml" in world.switch.changes, "whoever edits a file reloads it too"
            await world.expect(head)

    asyncio.run(run())


def test_current_that_points_elsewhere(world: World) -> None:
    async def run() -> None:
        async with world:
            head = world.repository.head
            good = world.layout.current.readlink()
            world.layout.current.unlink()
            world.layout.current.symlink_to("generations/nowhere")
            await world.settle()
            assert world.layout.current.readlink() == good
            await world.expect(head)

    asyncio.run(run())


def test_a_switch_that_was_started_again(world: World) -> None:
    async def run() -> None:
        async with world:
            head = world.repository.head
            before = world.status()["switch"]["core_uuid"]
            await world.switch.restart()
            world.switch.heard.clear()
            result, found = await world.turn()
            assert result.what == "unchanged", result
            assert not found.left
            assert world.switch.changes == [], "it has read all that it needs when it started"
            status = world.status()
            assert status["switch"]["core_uuid"] not in (None, before)
            assert status["counters"]["switch_restarts"] == 1
            await world.expect(head)

    asyncio.run(run())


def test_what_needs_a_restart_is_shown_and_never_forced(world: World) -> None:
    """The ESL secret changes: the agent goes on with the old one, and finds the new one afterwards."""

    async def run() -> None:
        async with world:
            (world.secrets / "esl").write_text("another secret")
            assert (await world.pass_()).what == "applied"
            assert world.status()["switch"]["needs_restart"] == ["event_socket"]
            assert not any("shutdown" in each for each in world.switch.changes)
            assert world.status()["conditions"][0]["status"] == "True"
            world.switch.heard.clear()
            assert (await world.pass_()).what == "unchanged"
            assert not any(COMMANDS.fullmatch(each) for each in world.switch.heard)
            await world.switch.restart()
            assert (await world.pass_()).what == "unchanged"
            assert world.status()["switch"]["needs_restart"] == []

    asyncio.run(run())


def test_events_wake_the_loop(world: World) -> None:
    """Nobody waits for the next pass: the switch itself says that a gateway is gone."""

    async def run() -> None:
        async with world, world.agent(interval=100000.0) as agent:
            loop = asyncio.create_task(agent.run())
            while world.status()["counters"]["passes"] < 3:
                await asyncio.sleep(0.02)
            await asyncio.sleep(0.3)
            await world.ask("sofia profile external killgw north")
            for _ in range(400):
                await asyncio.sleep(0.02)
                if world.status()["counters"]["drift_healed"].get("gateway"):
                    break
            agent.stop()
            await loop
            assert world.status()["counters"]["drift_healed"] == {"gateway": 1}
            assert world.status()["doing"] == "stopped"

    asyncio.run(run())


def test_drift_is_not_over_where_nobody_could_look(world: World) -> None:
    async def run() -> None:
        async with world, world.agent(drift="report") as agent:
            said: list[str] = []

            async def tell(kind: str, message: str) -> None:
                said.append(kind)

            agent._tell = tell
            await world.ask("callcenter_config agent add stranger callback")
            await agent.look()
            assert said == ["drift"]
            world.switch.faults.replies = {"callcenter_config": "-ERR"}
            found = await agent.look()
            assert found.why
            assert said == ["drift"]
            world.switch.mend()
            await world.ask("callcenter_config agent del stranger")
            await agent.look()
            assert said == ["drift", "healed"]

    asyncio.run(run())


def test_what_was_counted_before_stays_counted(world: World) -> None:
    async def run() -> None:
        async with world:
            status = world.status()
            status["counters"]["reconnects"] = 7
            world.layout.status.write_text(json.dumps(status))
            await world.turn()
            assert world.status()["counters"]["reconnects"] >= 7

    asyncio.run(run())


@pytest.mark.parametrize("whole", [False, True])
def test_what_a_tenant_had_last_is_written_anew_too(world: World, whole: bool) -> None:
    """The commit alone does not make it again: a tenant has errors there, and keeps what it had."""

    async def run() -> None:
        async with world:
            timeout(world.repository.files)
            broken(world.repository.files)
            world.repository.commit()
            assert (await world.pass_(quarantine=True)).what == "applied"
            runs = world.layout.current.resolve()
            path = runs / "freeswitch/tenants/alpha/dialplan.xml"
            before = path.read_bytes()
            if whole:
                shutil.rmtree(runs)
            else:
                edit(path)
            _, found = await world.turn(quarantine=True)
            assert found.drift
            assert not found.left, found
            assert world.layout.current.resolve() == runs
            assert path.read_bytes() == before
            world.whole()

    asyncio.run(run())
