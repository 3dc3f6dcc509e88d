"""What does not prove itself goes back, is held back, and a newer commit frees the way."""

from __future__ import annotations

import asyncio

import pytest

from dialform.reconcile.policy import Ending

from ..faults.edits import queue, timeout, trunk_changed
from ..faults.world import World


@pytest.mark.parametrize(
    ("edit", "command", "reply"),
    [
        (timeout, "reloadxml", "+OK [Success]"),  # said, and not done
        (timeout, "reloadxml", "-ERR [error near line 3]: unclosed tag"),
        (timeout, "reloadxml", ""),
        (trunk_changed, "sofia profile external killgw", "Invalid Gateway!"),
        (trunk_changed, "sofia profile external rescan", "Invalid Profile [external]"),
        (queue, "callcenter_config queue load", "-ERR Invalid Queue not found!"),
    ],
)
def test_a_bad_reply_goes_back(world: World, edit: object, command: str, reply: str) -> None:
    async def goes() -> None:
        async with world:
            good = world.repository.head
            edit(world.repository.files)  # type: ignore[operator]
            bad = world.repository.commit()
            # Only the way forward fails: the switch takes the way back.
            world.switch.faults.replies = {command: reply}
            world.clock_mends = asyncio.create_task(_until_back(world))
            result = await world.pass_()
            await world.clock_mends
            assert (result.what, result.ending) == ("rolled_back", Ending.FAILED), result
            await world.expect(good)
            status = world.status()
            assert status["held"]["reason"] == "RolledBack"
            assert list(status["quarantine"]) == [bad]
            assert status["applied"]["commit"] == good
            assert status["attempted"]["commit"] == bad
            assert status["counters"]["rollbacks"] == 1
            world.switch.heard.clear()
            again = await world.pass_()
            assert (again.what, world.held()) == ("held", "Quarantined")
            assert world.switch.changes == []
            timeout(world.repository.files)
            newer = world.repository.commit()
            assert (await world.pass_()).what == "applied"
            await world.expect(newer)
            assert world.held() == ""

    asyncio.run(goes())


async def _until_back(world: World) -> None:
    """The fault is over when the way back begins."""
    while (world.status()["doing"] or "").startswith("going back") is False:
        await asyncio.sleep(0.005)
    world.switch.mend()


def test_what_is_tried_again_by_hand(world: World) -> None:
    async def tries() -> None:
        async with world:
            timeout(world.repository.files)
            bad = world.repository.commit()
            world.switch.faults.replies = {"reloadxml": "-ERR"}
            mends = asyncio.create_task(_until_back(world))
            assert (await world.pass_()).what == "rolled_back"
            await mends
            from dialform.reconcile import requests

            requests.ask(world.layout, requests.Request(requests.RETRY))
            assert (await world.pass_()).what == "applied"
            await world.expect(bad)

    asyncio.run(tries())


def test_a_rollback_that_fails_is_the_loudest_and_is_tried_again(world: World) -> None:
    async def fails() -> None:
        async with world:
            good = world.repository.head
            trunk_changed(world.repository.files)
            bad = world.repository.commit()
            world.switch.faults.replies = {"sofia profile external rescan": "Invalid Profile"}
            result = await world.pass_()
            assert (result.what, world.held()) == ("rollback_failed", "RollbackFailed")
            status = world.status()
            assert status["held"]["alarm"]
            ready = next(one for one in status["conditions"] if one["type"] == "Ready")
            assert (ready["status"], ready["reason"]) == ("False", "RollbackFailed")
            assert list(status["quarantine"]) == [bad]
            again = await world.pass_()
            assert again.what == "rollback_failed"
            assert world.status()["counters"]["rollbacks_failed"] == 1, "it is one, tried twice"
            world.switch.mend()
            assert (await world.pass_()).what == "rolled_back"
            await world.expect(good)

    asyncio.run(fails())


def test_a_newer_commit_mends_what_a_rollback_could_not(world: World) -> None:
    async def mends() -> None:
        async with world:
            trunk_changed(world.repository.files)
            world.repository.commit()
            world.switch.faults.replies = {"sofia profile external rescan": "Invalid Profile"}
            assert (await world.pass_()).what == "rollback_failed"
            timeout(world.repository.files)
            newer = world.repository.commit()
            attempt = asyncio.create_task(world.pass_())
            while world.status()["doing"] != f"applying {newer[:10]}":
                await asyncio.sleep(0.005)
            world.switch.mend()
            assert (await attempt).what == "applied"
            await world.expect(newer)

    asyncio.run(mends())


def test_a_probe_that_nobody_answers_goes_back(world: World) -> None:
    async def probes() -> None:
        async with world:
            good = world.repository.head
            del world.repository.pbx("beta")["ring_groups"]["600"]
            world.repository.pbx("beta")["inbound_routes"]["+12125550301"] = {"extension": "1001"}
            world.repository.commit()
            result = await world.pass_(probes=("alpha/1001", "beta/600"), allow_disruption=True)
            assert result.what == "rolled_back", result
            assert "probe beta/600" in result.message
            called = [each for each in world.switch.changes if each.startswith("originate")]
            assert len(called) == 2, "the way back is not probed"
            world.switch.heard.clear()
            await world.expect(good)

    asyncio.run(probes())


def test_nothing_to_go_back_to(world: World) -> None:
    async def first() -> None:
        await world.pass_()
        from ..faults.world import Switch

        switch = Switch(world.layout.current / "freeswitch", world.port, world.clock)
        async with switch:
            result = await world.pass_(probes=("alpha/1999",))
            assert (result.what, world.held()) == ("apply_failed", "ApplyFailed")
            assert world.status()["quarantine"] == {}
            assert (await world.pass_()).what == "applied"

    asyncio.run(first())
