"""A commit that failed stays held back whatever dies meanwhile; whose fault it was, and who guards then."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from dialform.reconcile import durable
from dialform.reconcile.applying import Applier
from dialform.reconcile.byhand import Back, roll_back
from dialform.reconcile.lock import Lock
from dialform.reconcile.oneshot import apply_once
from dialform.reconcile.record import Record
from dialform.reconcile.source.worktree import Worktree
from dialform.simulator.state.gateways import Answer

from ..faults.edits import queue, timeout, trunk_changed
from ..faults.world import Killed, World


def spoilt(world: World) -> str:
    """A commit that cannot be proven, but for a while."""
    trunk_changed(world.repository.files)
    world.switch.faults.replies = {"sofia profile external killgw": "Invalid Profile"}
    return world.repository.commit()


def test_killed_when_the_way_back_is_proven_it_is_held_back_all_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        async with world:
            good = world.repository.head
            bad = spoilt(world)
            prove = Record.prove

            def dies(self: Record, *given: Any) -> None:
                prove(self, *given)
                raise Killed

            with monkeypatch.context() as patched:
                patched.setattr(Record, "prove", dies)
                with pytest.raises(Killed):
                    await world.pass_()
            world.switch.mend()
            world.switch.heard.clear()
            await world.pass_()
            assert world.held() == "Quarantined"
            assert list(world.status()["quarantine"]) == [bad]
            assert world.switch.changes == []
            await world.expect(good)

    asyncio.run(run())


def test_what_was_not_committed_is_no_fault_of_the_commit(world: World) -> None:
    async def run() -> None:
        async with world:
            trunk_changed(world.repository.files)
            world.repository.write()
            world.switch.faults.replies = {"sofia profile external killgw": "Invalid Profile"}
            source = Worktree(world.repository.folder)
            settings = world.settings(site=str(world.repository.folder), once=True)
            with Lock(world.layout, world.clock.now) as lock:
                applied = await apply_once(
                    settings, source, lock, make=world._make, times=world.clock.times
                )
            assert applied.result.what == "rolled_back"
            assert not durable.read_json(world.layout.quarantine)

    asyncio.run(run())


def test_back_by_hand_brings_back_who_guarded_then(world: World) -> None:
    async def run() -> None:
        async with world:
            world.repository.files["platform.yaml"]["safety"]["max_deletes"] = 7
            world.repository.commit()
            assert (await world.pass_()).what == "applied"
            assert durable.read_json(world.layout.guard)["safety"]["max_deletes"] == 7
            async with world.agent() as agent:
                await roll_back(agent.ground, agent.pass_.applier, Back())
            guard = durable.read_json(world.layout.guard)
            assert guard["safety"]["max_deletes"] == 20
            assert guard["commit"] == world.repository.first

    asyncio.run(run())


def test_back_by_hand_within_one_commit_stays(world: World) -> None:
    """Another secret makes another generation of the same commit; back from that is not undone at once."""

    async def run() -> None:
        async with world:
            before = world.layout.current.resolve().name
            (world.secrets / "north").write_text(f"other-{'y' * 32}")
            assert (await world.pass_()).what == "applied"
            assert world.layout.current.resolve().name != before
            async with world.agent() as agent:
                await roll_back(agent.ground, agent.pass_.applier, Back())
            assert world.layout.current.resolve().name == before
            await world.pass_()
            assert world.layout.current.resolve().name == before
            assert world.held() == "Quarantined"
            timeout(world.repository.files)
            newer = world.repository.commit()
            assert (await world.pass_()).what == "applied"
            await world.expect(newer)

    asyncio.run(run())


def test_the_way_back_knows_what_failed(world: World) -> None:
    """Who waits in a queue that comes and goes is led where that queue leads: only what failed says so."""

    async def run() -> None:
        async with world:
            queue(world.repository.files)
            world.repository.commit()
            had: list[str] = []
            look = Applier._had

            def heard(self: Applier) -> Any:
                found = look(self)
                applying = self.ground.record.applying
                if applying is not None and applying.back and found is not None:
                    had.append(json.dumps(sorted(found.queues)))
                return found

            world.switch.faults.replies = {"callcenter_config queue list": "-ERR no"}
            world.switch.after = lambda command: None
            with pytest.MonkeyPatch.context() as patched:
                patched.setattr(Applier, "_had", heard)
                world.switch.faults.replies = {"callcenter_config queue load": "-ERR no"}
                result = await world.pass_()
            assert result.what == "rolled_back", result
            assert had
            assert all("beta.801" in one for one in had)

    asyncio.run(run())


def test_a_trunk_that_the_change_broke_is_in_doubt_in_the_second_round_too(world: World) -> None:
    """The connection ends when the gateway has gone: what is seen then is not how it was before."""

    async def run() -> None:
        async with world:
            await world.becomes("sofia status gateway north", "REGED")
            await world.turn()
            trunk_changed(world.repository.files)
            bad = world.repository.commit()
            count = 0

            def told(command: str) -> None:
                nonlocal count
                if command == "sofia profile external rescan" and not count:
                    count = 1
                    world.switch.live.carriers.answers["north"] = Answer(403, "Forbidden")
                    agent.cancel()

            world.switch.before = told
            agent = asyncio.ensure_future(world.pass_())
            with pytest.raises(asyncio.CancelledError):
                await agent
            await world.becomes("sofia status gateway north", "FAIL_WAIT")
            world.switch.before = lambda command: None
            result = await world.pass_(confirm_within=20.0)
            assert result.what in ("rolled_back", "rollback_failed"), result
            assert list(world.status()["quarantine"]) == [bad]

    asyncio.run(run())
