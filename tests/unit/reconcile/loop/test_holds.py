"""Each reason to hold, met in the loop: nothing is sent, it is said, and what ends it ends it."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import time
from typing import Any

import pytest

from dialform.reconcile import suspension
from dialform.reconcile.policy import Ending

from ..faults.edits import queue, timeout, whole_tenant
from ..faults.repository import HOST
from ..faults.world import COMMANDS, World


async def holds(world: World, reason: str, ending: Ending, **settings: Any) -> None:
    """A pass holds for this reason, sends nothing, and says what to do."""
    world.switch.heard.clear()
    result = await world.pass_(**settings)
    assert (world.held(), result.what, result.ending) == (reason, "held", ending), result
    assert world.switch.changes == []
    held = world.status()["held"]
    assert held["message"].endswith(".")
    assert "{" not in held["message"] + held["way_out"]


def test_suspended_and_resumed(world: World) -> None:
    async def run() -> None:
        async with world:
            timeout(world.repository.files)
            head = world.repository.commit()
            now = world.clock.now()
            suspension.write(world.layout, suspension.Suspension("a big day", "ops", now))
            await holds(world, "Suspended", Ending.GOOD)
            status = world.status()
            assert status["suspended"]["reason"] == "a big day"
            assert "by ops: a big day" in status["held"]["message"]
            # Drift is only reported meanwhile.
            await world.ask("callcenter_config agent add stranger callback")
            _, found = await world.turn()
            assert [one.name for one in found.left] == ["stranger"]
            world.switch.heard.clear()
            suspension.end(world.layout)
            assert (await world.pass_()).what == "applied"
            await world.expect(head)

    asyncio.run(run())


def test_a_suspension_ends_by_itself(world: World) -> None:
    async def run() -> None:
        async with world:
            timeout(world.repository.files)
            world.repository.commit()
            now = world.clock.now()
            suspension.write(world.layout, suspension.Suspension("lunch", "", now, now + 3600))
            await holds(world, "Suspended", Ending.GOOD)
            assert world.status()["held"]["until"]
            world.clock.off += 3601
            assert (await world.pass_()).what == "applied"

    asyncio.run(run())


async def queue_that_goes(world: World) -> None:
    """A queue that runs, and is taken out of the files: who waits in it would be sent away."""
    queue(world.repository.files)
    world.repository.commit("a queue")
    assert (await world.pass_()).what == "applied"
    queue(world.repository.files)


def test_outside_of_the_window(world: World) -> None:
    async def run() -> None:
        async with world:
            await queue_that_goes(world)
            head = world.repository.commit()
            await holds(world, "OutsideWindow", Ending.GOOD)
            assert "beta.801" in world.status()["held"]["message"]
            assert (await world.pass_(allow_disruption=True)).what == "applied"
            await world.expect(head)

    asyncio.run(run())


def test_the_window_is_that_of_the_commit_applied_last(world: World) -> None:
    async def run() -> None:
        async with world:
            await queue_that_goes(world)
            safety = world.repository.files["platform.yaml"]["safety"]
            safety["window"] = "00:00-24:00"
            world.repository.commit("a change that opens its own window")
            await holds(world, "OutsideWindow", Ending.GOOD)
            queue(world.repository.files)
            world.repository.commit("the window alone")
            assert (await world.pass_()).what == "applied"
            queue(world.repository.files)
            world.repository.commit("now it is open")
            assert (await world.pass_()).what == "applied"

    asyncio.run(run())


def test_past_the_safety_limits(world: World) -> None:
    async def run() -> None:
        async with world:
            whole_tenant(world.repository.files)
            world.repository.commit()
            await world.pass_()
            whole_tenant(world.repository.files)
            world.repository.commit()
            await holds(world, "SafetyLimit", Ending.SAFETY)
            assert "--force" in world.status()["held"]["message"]

    asyncio.run(run())


def test_an_invalid_site(world: World) -> None:
    async def run() -> None:
        async with world:
            good = world.repository.head
            world.repository.pbx("alpha")["ring_groups"]["600"]["members"] = ["1009"]
            timeout(world.repository.files)
            bad = world.repository.commit()
            await holds(world, "InvalidSite", Ending.INVALID)
            assert "tenants.d/alpha/pbx.yaml:" in world.status()["held"]["message"]
            assert world.status()["attempted"]["commit"] == bad
            await world.expect(good)
            # One tenant's mistake stops only that tenant, where that is wanted.
            world.repository.pbx("beta")["ring_groups"]["600"]["timeout"] = 44
            world.repository.commit()
            result = await world.pass_(quarantine=True)
            assert result.what == "applied", result
            assert list(world.status()["tenants_quarantined"]) == ["alpha"]

    asyncio.run(run())


def test_a_rewritten_history_and_who_takes_it(world: World) -> None:
    async def run() -> None:
        async with world:
            timeout(world.repository.files)
            world.repository.commit("taken back soon")
            await world.pass_()
            world.repository.git("reset", "--quiet", "--hard", world.repository.first)
            world.repository.pbx("beta")["ring_groups"]["600"]["timeout"] = 44
            head = world.repository.commit("another line")
            await holds(world, "RewrittenHistory", Ending.INVALID)
            from dialform.reconcile import requests

            assert head[:10] in world.status()["held"]["way_out"]
            world.repository.pbx("beta")["ring_groups"]["600"]["timeout"] = 45
            newer = world.repository.commit("nobody has looked at this one")
            for commit in (head, ""):
                request = requests.Request(requests.ACCEPT_REWRITE, {"commit": commit[:10]})
                requests.ask(world.layout, request)
                async with world.agent() as agent:
                    await agent.pass_.judge.fetch()
                    result, _ = await agent.cycle()
                assert result.what == "held"
                answer = requests.answered(world.layout, request.id)
                assert answer is not None
                assert not answer.good
                assert newer[:10] in answer.message
            world.repository.git("reset", "--quiet", "--hard", head)
            request = requests.Request(requests.ACCEPT_REWRITE, {"commit": head[:10]})
            requests.ask(world.layout, request)
            async with world.agent() as agent:
                await agent.pass_.judge.fetch()
                result, _ = await agent.cycle()
            assert result.what == "applied"
            await world.expect(head)

    asyncio.run(run())


def test_git_that_cannot_be_reached(world: World) -> None:
    async def run() -> None:
        async with world:
            good = world.repository.head
            away = world.repository.folder.with_name("away")
            world.repository.folder.rename(away)
            world.switch.heard.clear()
            result = await world.pass_()
            assert (result.what, result.ending) == ("held", Ending.INVALID)
            status = world.status()
            assert status["source"]["error"]
            assert status["source"]["commit"] == good
            assert status["counters"]["fetch_failures"] == 1
            # What was applied last goes on, watched and healed.
            await world.ask("callcenter_config agent add stranger callback")
            _, found = await world.turn()
            assert [one.name for one in found.drift] == ["stranger"]
            assert not found.left
            away.rename(world.repository.folder)
            assert (await world.pass_()).what == "unchanged"
            assert world.held() == ""

    asyncio.run(run())


def test_no_master_secret(world: World) -> None:
    async def run() -> None:
        async with world:
            (world.secrets / "master").unlink()
            await holds(world, "Placeholders", Ending.INVALID)

    asyncio.run(run())


def test_a_secret_that_is_not_on_the_host_needs_no_new_commit(world: World) -> None:
    async def run() -> None:
        async with world:
            path = world.secrets / "north"
            value = path.read_text()
            path.unlink()
            await holds(world, "InvalidSite", Ending.INVALID)
            held = world.status()["held"]
            assert f"write it into the file {path}" in held["message"]
            assert "new commit" not in held["way_out"]
            path.write_text(value)
            assert (await world.pass_()).what == "unchanged"

    asyncio.run(run())


def test_no_such_host(world: World) -> None:
    async def run() -> None:
        async with world:
            await holds(world, "NoHost", Ending.INVALID, host="pbx9")
            assert "it has pbx1" in world.status()["held"]["message"]

    asyncio.run(run())


def test_a_switch_of_another_folder(world: World) -> None:
    async def run() -> None:
        async with world:
            from ..faults.world import Switch

            timeout(world.repository.files)
            head = world.repository.commit()
            await world.switch.stop()
            copied = world.folder / "elsewhere"
            shutil.copytree(world.layout.current / "freeswitch", copied)
            async with Switch(copied, world.port, world.clock) as strange:
                await world.pass_()
                assert world.held() == "WrongFolder"
                assert not any(COMMANDS.fullmatch(each) for each in strange.heard)
            conf = world.layout.current / "freeswitch"
            world._switch = Switch(conf, world.port, world.clock)
            await world.switch.start()
            assert (await world.pass_()).what == "applied"
            assert world.held() == ""
            assert head == world.status()["applied"]["commit"]

    asyncio.run(run())


def test_a_switch_that_does_not_answer(world: World) -> None:
    async def run() -> None:
        async with world:
            good = world.layout.current.readlink()
            timeout(world.repository.files)
            head = world.repository.commit()
            world.switch.faults.refuse = True
            result = await world.pass_()
            assert (world.held(), result.ending) == ("SwitchUnreachable", Ending.FAILED)
            assert world.layout.current.readlink() == good, "the last good goes on"
            world.switch.mend()
            assert (await world.pass_()).what == "applied"
            await world.expect(head)

    asyncio.run(run())


def test_report_only(world: World) -> None:
    async def run() -> None:
        async with world:
            timeout(world.repository.files)
            world.repository.commit()
            good = world.layout.current.readlink()
            await holds(world, "ReportOnly", Ending.GOOD, report_only=True)
            assert "with 1 command" in world.status()["held"]["message"]
            assert world.layout.current.readlink() == good

    asyncio.run(run())


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.ENOSPC])
def test_a_state_folder_that_cannot_be_written(world: World, number: int) -> None:
    """Generations cannot be made; the status can still be written there."""

    async def run() -> None:
        async with world:
            timeout(world.repository.files)
            head = world.repository.commit()
            with world.at_every_write(OSError(number, os.strerror(number)), "tree"):
                await holds(world, "NotWritable", Ending.FAILED)
            held = world.status()["held"]["message"]
            assert f"{world.layout.generations}/" in held
            assert "cannot be written" in held
            assert (await world.pass_()).what == "applied"
            await world.expect(head)

    asyncio.run(run())


def test_waves(world: World) -> None:
    """A host of wave 1 waits until that of wave 0 says that it is proven with the commit, or a later one."""

    async def run() -> None:
        hosts = world.repository.files["platform.yaml"]["hosts"]
        hosts[HOST]["wave"] = 1
        hosts["pbx0"] = {
            "address": "127.0.0.2", "wave": 0, "tenants": [],
            "esl": {"host": "127.0.0.1", "port": 1, "password": {"secret": "esl"}},
        }  # fmt: skip
        store = world.folder / "statuses"
        store.mkdir()
        said = {"host": "pbx0", "platform": "faults", "wave": 0, "version": "1"}

        def publish(commit: str, *, ready: str = "True", age: float = 0.0) -> None:
            from dialform.reconcile.waves.record import encode, record

            at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(world.clock.now() - age))
            condition = {"type": "Ready", "status": ready, "reason": "Applied"}
            status = {**said, "at": at, "applied": {"commit": commit}, "conditions": [condition]}
            (store / "pbx0.json").write_bytes(encode(record(status)))

        first = world.repository.commit("two hosts")
        publish(first)
        world.settings_more = {"status_store": f"folder:{store}"}
        given = world.settings
        world.settings = lambda **more: given(**(world.settings_more | more))  # type: ignore[method-assign,attr-defined]
        async with world:
            timeout(world.repository.files)
            head = world.repository.commit()
            await holds(world, "WaitingForWave", Ending.GOOD)
            assert "pbx0" in world.status()["held"]["message"]
            publish(head, ready="False")
            await holds(world, "WaitingForWave", Ending.GOOD)
            publish(head, age=3600)
            await holds(world, "WaitingForWave", Ending.GOOD)
            await holds(world, "NoStatusStore", Ending.FAILED, status_store="")
            publish(head)
            assert (await world.pass_()).what == "applied"
            assert (store / f"{HOST}.json").is_file()
            assert world.status()["wave"] == 1

    asyncio.run(run())
