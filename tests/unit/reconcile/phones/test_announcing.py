"""The agent tells phones to fetch: those whose files changed, once, and those that are logged out before."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from dialform.cli.statusview import lines
from dialform.reconcile import suspension
from dialform.reconcile.phones.listed import Phone
from dialform.reconcile.phones.once import announce
from dialform.reconcile.suspension import Suspension

from ..faults.edits import agents
from ..faults.world import SPEED, World
from .site import ANN, BO, office, phone, registered, rotated, told, who, with_phones

GONE_OUT = 0.1
"""Seconds after which the switch, whose time runs fast here, has sent what it was given."""
Story = Callable[[World], Awaitable[None]]


def play(world: World, story: Story) -> None:
    """A story on a host whose phones are set up, and which they heard of."""

    async def whole() -> None:
        with_phones(world.repository.files)
        world.repository.commit()
        async with world:
            registered(world, "1001", "1002", "1003")
            assert await applies(world, what="unchanged") == ""
            assert told(world) == []
            world.switch.heard.clear()
            await story(world)

    asyncio.run(whole())


async def applies(world: World, what: str = "applied", **settings: Any) -> str:
    """An agent, from its start to its end: a pass, and telling phones. Why not all were told."""
    async with world.agent(**settings) as agent:
        result, _ = await agent.cycle()
        assert result.what == what, result
        why = await announce(agent.ground)
    await asyncio.sleep(GONE_OUT)
    return why


def test_the_phones_of_a_profile_that_changed_are_told(world: World) -> None:
    async def story(world: World) -> None:
        office(world.repository.files, language="de")
        world.repository.commit()
        assert await applies(world) == ""
        assert sorted(who(world)) == ["1001.alpha", "1002.alpha"]
        assert {one.event for one in told(world)} == {"check-sync;reboot=false"}
        said = world.status()["phones"]
        assert (said["told"], said["unregistered"], said["owed"]) == (2, 0, 0)
        assert any("2 told to fetch" in one for one in lines(world.status(), 0.0, None))

    play(world, story)


def test_a_second_pass_tells_nobody(world: World) -> None:
    async def story(world: World) -> None:
        office(world.repository.files, language="de")
        world.repository.commit()
        await applies(world)
        world.switch.heard.clear()
        written = world.layout.phones.read_bytes()
        await applies(world, what="unchanged")
        assert world.switch.changes == []
        assert len(told(world)) == 2
        assert world.layout.phones.read_bytes() == written

    play(world, story)


def test_who_is_not_registered_is_not_told_and_not_waited_for(world: World) -> None:
    async def story(world: World) -> None:
        world.switch.unregister("1002@alpha.pbx.example.com")
        office(world.repository.files, language="de")
        world.repository.commit()
        assert await applies(world) == ""
        assert list(who(world)) == ["1001.alpha"]
        assert world.status()["phones"]["unregistered"] == 1
        registered(world, "1002")
        await applies(world, what="unchanged")
        assert list(who(world)) == ["1001.alpha"]

    play(world, story)


def test_another_make_of_phone_on_the_same_extension_is_left_alone(world: World) -> None:
    async def story(world: World) -> None:
        other = world.switch.register("1001@alpha.pbx.example.com", agent="snomD735/10.1")
        office(world.repository.files, language="de")
        world.repository.commit()
        await applies(world)
        assert sorted(who(world)) == ["1001.alpha", "1002.alpha"]
        assert other.contact not in [one.contact for one in told(world)]

    play(world, story)


def test_a_change_that_is_none_of_the_phones_tells_nobody(world: World) -> None:
    async def story(world: World) -> None:
        world.repository.files["tenants.d/alpha/pbx.yaml"]["ring_groups"]["600"]["timeout"] = 31
        world.repository.commit()
        await applies(world)
        assert told(world) == []

    play(world, story)


def test_where_the_site_says_so_nobody_is_told_then_or_later(world: World) -> None:
    async def story(world: World) -> None:
        provisioning = world.repository.files["platform.yaml"]["provisioning"]
        provisioning["resync"] = False
        office(world.repository.files, language="de")
        rotated(world.repository.files, "1003")
        world.repository.commit()
        await applies(world)
        del provisioning["resync"]
        world.repository.commit()
        await applies(world)
        assert told(world) == []

    play(world, story)


def test_a_phone_is_looked_for_where_it_was_when_it_heard_last(world: World) -> None:
    """Its line is another extension's now; until it fetched, it is registered for the old one."""

    async def story(world: World) -> None:
        files = world.repository.files["tenants.d/alpha/pbx.yaml"]
        world.switch.unregister("1003@alpha.pbx.example.com")
        files["devices"][ANN] = phone("1003", "office")
        world.repository.commit()
        await applies(world)
        assert list(who(world)) == ["1001.alpha"]

    play(world, story)


def test_a_new_phone_is_nobody_to_tell(world: World) -> None:
    async def story(world: World) -> None:
        files = world.repository.files["tenants.d/alpha/pbx.yaml"]
        files["devices"]["0015651a2b99"] = phone("1003")
        world.repository.commit()
        await applies(world)
        assert told(world) == []

    play(world, story)


# A password.


def test_who_is_logged_out_heard_of_the_new_password_before(world: World) -> None:
    async def story(world: World) -> None:
        rotated(world.repository.files)
        world.repository.commit()
        await applies(world)
        assert list(who(world)) == ["1001.alpha"]
        changes = world.switch.changes
        flush = next(n for n, one in enumerate(changes) if "flush_inbound_reg" in one)
        assert changes.index("reloadxml") < changes.index("NOTIFY") < flush
        assert changes.count("NOTIFY") == 1
        left = {one.user for one in world.switch.live.registrations}
        assert "1001.alpha" not in left
        assert "1002.alpha" in left

    play(world, story)


def test_the_way_back_tells_those_again_that_heard(world: World) -> None:
    """A commit that does not prove itself: the phone was told of its password, and is told of the old one."""

    async def story(world: World) -> None:
        def again(command: str) -> None:
            if "flush_inbound_reg 1001.alpha" in command:
                registered(world, "1001")

        world.switch.after = again
        world.switch.faults.replies["callcenter_config tier del"] = "-ERR"
        rotated(world.repository.files)
        office(world.repository.files, language="de")
        agents(world.repository.files)
        world.repository.commit()
        await applies(world, what="rolled_back")
        assert list(who(world)) == ["1001.alpha", "1001.alpha"]
        world.switch.mend()
        await applies(world, what="held")
        assert len(told(world)) == 2, "Bo's phone never heard of it"

    play(world, story)


def test_what_goes_wrong_with_it_holds_nothing_up(world: World) -> None:
    async def story(world: World) -> None:
        world.switch.faults.replies["sendevent NOTIFY"] = "-ERR no"
        rotated(world.repository.files)
        office(world.repository.files, language="de")
        head = world.repository.commit()
        await applies(world)
        said = world.status()["phones"]
        assert (said["told"], said["failed"], said["unregistered"]) == (0, 1, 1)
        assert all("-ERR no" in said["failing"][mac] for mac in (ANN, BO))
        assert "1001.alpha" not in {one.user for one in world.switch.live.registrations}
        world.switch.mend()
        assert await applies(world, what="unchanged") == ""
        assert told(world) == []
        await world.expect(head)

    play(world, story)


def test_a_switch_that_is_slow_with_it_is_not_waited_for(world: World) -> None:
    """Some seconds; then who is left is logged out all the same, and looked for afterwards."""

    async def story(world: World) -> None:
        world.switch.faults.delays["sendevent"] = 10.0 / SPEED
        for number in ("1001", "1002"):
            rotated(world.repository.files, number)
        world.repository.commit()
        assert await applies(world, phones_per_second=1.0) == ""
        assert list(who(world)) == ["1001.alpha"]
        assert world.status()["phones"]["unregistered"] == 1

    play(world, story)


def test_an_index_that_cannot_be_read_holds_nothing_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(text: str) -> list[Phone]:
        raise ValueError("it is damaged")

    async def story(world: World) -> None:
        rotated(world.repository.files)
        world.repository.commit()
        monkeypatch.setattr("dialform.reconcile.phones.heard.listed", damaged)
        assert "damaged" in await applies(world)
        assert "damaged" in world.status()["phones"]["error"]
        assert "1001.alpha" not in {one.user for one in world.switch.live.registrations}
        monkeypatch.undo()
        registered(world, "1001")
        assert await applies(world, what="unchanged") == ""
        assert list(who(world)) == ["1001.alpha"]
        assert world.status()["phones"]["error"] == ""

    play(world, story)


def test_suspended_it_waits(world: World) -> None:
    async def story(world: World) -> None:
        office(world.repository.files, language="de")
        world.repository.commit()
        async with world.agent() as agent:
            await agent.cycle()
            suspension.write(world.layout, Suspension("a fair"))
            assert await announce(agent.ground) == ""
            assert told(world) == []
            suspension.end(world.layout)
            assert await announce(agent.ground) == ""
        await asyncio.sleep(GONE_OUT)
        assert len(told(world)) == 2

    play(world, story)


def test_what_an_agent_did_not_come_to_the_next_one_does(world: World) -> None:
    async def story(world: World) -> None:
        office(world.repository.files, language="de")
        world.repository.commit()
        async with world.agent() as agent:
            await agent.cycle()
        await applies(world, what="unchanged")
        assert sorted(who(world)) == ["1001.alpha", "1002.alpha"]

    play(world, story)


def test_two_commits_are_told_of_at_once(world: World) -> None:
    async def story(world: World) -> None:
        for language in ("de", "fr"):
            office(world.repository.files, language=language)
            world.repository.commit()
            async with world.agent() as agent:
                await agent.cycle()
        await applies(world, what="unchanged")
        assert sorted(who(world)) == ["1001.alpha", "1002.alpha"]

    play(world, story)


def test_there_and_back_before_anybody_was_told_tells_nobody(world: World) -> None:
    async def story(world: World) -> None:
        for language in ("de", "en"):
            office(world.repository.files, language=language)
            world.repository.commit()
            async with world.agent() as agent:
                await agent.cycle()
        await applies(world, what="unchanged")
        assert told(world) == []

    play(world, story)


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"version": 9}'])
def test_a_record_that_is_lost_tells_nobody_again(world: World, damage: str) -> None:
    async def story(world: World) -> None:
        office(world.repository.files, language="de")
        world.repository.commit()
        await applies(world)
        if damage:
            world.layout.phones.write_text(damage)
        else:
            world.layout.phones.unlink(missing_ok=True)
        await applies(world, what="unchanged")
        assert len(told(world)) == 2

    play(world, story)
