"""What the switch itself does: starts again in mid-apply, is given broken XML, keeps its old password."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from .edits import all_at_once, timeout, trunk_changed
from .world import World


@pytest.mark.parametrize("number", range(1, 9))
def test_restarts_in_mid_apply(world: World, number: int) -> None:
    """After the so-many-th command. What it read at its start is what `current` was then."""

    async def restarts() -> None:
        async with world:
            all_at_once(world.repository.files)
            head = world.repository.commit()
            restarted = world.restart_at(number)
            await world.pass_(allow_disruption=True)
            await restarted()
            await world.people_come()
            await world.settle(allow_disruption=True)
            await world.expect(head)
            assert world.status()["counters"]["switch_restarts"] == 1

    asyncio.run(restarts())


def test_a_restart_between_two_passes_is_found(world: World) -> None:
    async def restarts() -> None:
        async with world:
            before = world.status()["switch"]["core_uuid"]
            await world.switch.restart()
            await world.people_come()
            assert (await world.pass_()).what == "unchanged"
            assert world.status()["switch"]["core_uuid"] not in (None, before)
            assert world.switch.changes == [], "it read all of it when it started"
            await world.expect(world.repository.head)

    asyncio.run(restarts())


def test_a_switch_that_started_with_an_older_generation_is_brought_up(world: World) -> None:
    async def restarts() -> None:
        async with world:
            old = world.layout.current.readlink()
            all_at_once(world.repository.files)
            head = world.repository.commit()
            await world.settle(allow_disruption=True)
            new = world.layout.current.readlink()
            world.layout.current.unlink()
            world.layout.current.symlink_to(old)
            await world.switch.restart()
            await world.people_come()
            world.layout.current.unlink()
            world.layout.current.symlink_to(new)
            await world.settle(allow_disruption=True)
            await world.expect(head)

    asyncio.run(restarts())


def test_broken_xml_in_the_release_is_rolled_back_and_proven(world: World) -> None:
    """The compiler parses all that it writes; here somebody spoils a file after that."""

    async def broken() -> None:
        async with world:
            good = world.repository.head
            timeout(world.repository.files)
            trunk_changed(world.repository.files)
            bad = world.repository.commit()
            world.spoil = _spoil
            result = await world.pass_()
            world.spoil = None
            assert result.what == "rolled_back", result
            assert world.status()["quarantine"].keys() == {bad}
            assert "reloadxml" in result.message
            await world.expect(good, spoilt=bad)
            told = len(world.switch.changes)
            for _ in range(3):
                assert (await world.pass_()).what == "held"
            assert world.held() == "Quarantined"
            assert world.switch.changes[told:] == [], "a bad commit is not tried again by itself"
            timeout(world.repository.files)
            head = world.repository.commit("a new one ends the quarantine")
            await world.settle()
            await world.expect(head, spoilt=bad)

    asyncio.run(broken())


def _spoil(host: Path) -> None:
    path = host / "freeswitch" / "tenants" / "alpha" / "dialplan.xml"
    text = path.read_text()
    path.unlink()
    path.write_text(text.replace("</context>", "</kontext>", 1))


def test_a_new_event_socket_password_waits_for_a_restart(world: World) -> None:
    """Shown, never forced; the agent goes on with the old one, and finds the new one after the restart."""

    async def changes() -> None:
        async with world:
            (world.secrets / "esl").write_text("another-password")
            world.passwords.add("another-password")
            timeout(world.repository.files)
            world.repository.commit()
            await world.settle()
            assert world.status()["switch"]["needs_restart"] == ["event_socket"]
            timeout(world.repository.files)
            head = world.repository.commit()
            await world.settle()
            await world.expect(head)
            await world.switch.restart()
            assert world.switch.password == "another-password"
            await world.people_come()
            await world.settle()
            assert world.status()["switch"]["needs_restart"] == []
            await world.expect(head)

    asyncio.run(changes())


def test_a_switch_with_another_folder_is_left_alone(world: World) -> None:
    async def elsewhere() -> None:
        async with world:
            await world.switch.stop()
            await world.boots_from(world.layout.current.resolve() / "freeswitch")
            timeout(world.repository.files)
            world.repository.commit()
            assert (await world.pass_()).what == "held"
            assert world.held() == "WrongFolder"
            assert world.switch.changes == []

    asyncio.run(elsewhere())
