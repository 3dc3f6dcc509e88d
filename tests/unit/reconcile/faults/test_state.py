"""The state folder and the machine: two agents, a clock that jumps, folders edited by hand, nothing that grows."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
from pathlib import Path

import pytest

from dialform.reconcile.lock import FencedError, LockedError

from .edits import EDITS, all_at_once, timeout
from .test_kill import FULL
from .world import World

DAMAGED = (b"", b"[]", b'{"known": 3}', b"{", b"null", b"\xff\x00")


def test_the_second_agent_ends(world: World) -> None:
    async def two() -> None:
        async with world, world.agent() as first:
            with pytest.raises(LockedError, match=str(os.getpid())):
                await world.pass_()
            await first.cycle()

    asyncio.run(two())


def test_an_agent_that_lost_its_lock_does_nothing_more(world: World) -> None:
    """It stood still, somebody removed the lock file and started another: the first one is fenced."""

    async def fenced() -> None:
        async with world:
            timeout(world.repository.files)
            head = world.repository.commit()
            with pytest.raises(FencedError):
                async with world.agent() as first:
                    world.layout.lock.unlink()
                    async with world.agent() as second:
                        await first.cycle()
            assert second is not None
            assert world.switch.changes == []
            await world.settle()
            await world.expect(head)

    asyncio.run(fenced())


@pytest.mark.parametrize("seconds", [10 * 365 * 86400.0, -10 * 365 * 86400.0, 3600.0, -3600.0])
def test_a_clock_that_jumps(world: World, seconds: float) -> None:
    async def jumps() -> None:
        async with world:
            all_at_once(world.repository.files)
            head = world.repository.commit()
            world.switch.before = lambda command: setattr(world.clock, "off", seconds)
            await world.pass_(allow_disruption=True)
            world.switch.before = lambda command: None
            await world.settle(allow_disruption=True)
            world.clock.off = 0.0
            await world.settle(allow_disruption=True)
            await world.expect(head)

    asyncio.run(jumps())


def test_a_file_of_the_generation_that_was_edited_is_put_back(world: World) -> None:
    async def edited() -> None:
        async with world:
            path = world.layout.current / "freeswitch" / "tenants" / "alpha" / "dialplan.xml"
            path.write_text(path.read_text().replace("20", "99"))
            (world.layout.current / "freeswitch" / "dialplan" / "mine.xml").write_text("<include/>")
            await world.settle()
            assert world.status()["counters"]["drift_found"]["file"] == 2
            await world.expect(world.repository.head)

    asyncio.run(edited())


@pytest.mark.parametrize("what", ["generation", "current", "build", "site", "repository", "all"])
@pytest.mark.parametrize("older", [False, True])
def test_a_folder_that_was_deleted_is_made_anew(world: World, what: str, older: bool) -> None:
    async def deleted() -> None:
        async with world:
            if older:
                timeout(world.repository.files)
                world.repository.commit("so that there are two generations")
                await world.settle()
            current = world.layout.current.resolve()
            if what == "generation":
                shutil.rmtree(current)
            elif what == "current":
                world.layout.current.unlink()
            elif what == "all":
                for path in world.layout.root.iterdir():
                    shutil.rmtree(
                        path
                    ) if path.is_dir() and not path.is_symlink() else path.unlink()
            else:
                shutil.rmtree(world.layout.root / what)
            await world.settle()
            await world.expect(world.repository.head)
            timeout(world.repository.files)
            head = world.repository.commit()
            await world.settle()
            await world.expect(head)

    asyncio.run(deleted())


@pytest.mark.parametrize(
    "name", ["record.json", "applied.json", "guard.json", "status.json", "quarantine.json"]
)
@pytest.mark.parametrize("content", DAMAGED if FULL else DAMAGED[:3])
def test_a_damaged_note_is_as_if_it_had_never_been(world: World, name: str, content: bytes) -> None:
    async def damaged() -> None:
        async with world:
            (world.layout.root / name).write_bytes(content)
            if name == "guard.json":
                # What guards the tree is not forgotten silently.
                assert (await world.pass_()).what in ("held", "unchanged")
                assert world.switch.changes == []
                return
            await world.settle()
            all_at_once(world.repository.files)
            head = world.repository.commit()
            await world.settle(allow_disruption=True)
            if (world.layout.root / name).read_bytes() == content:
                (world.layout.root / name).unlink()  # nobody had anything to write there
            await world.expect(head)

    asyncio.run(damaged())


def test_what_was_changed_on_the_switch_by_hand_is_healed(world: World) -> None:
    async def drifts() -> None:
        async with world:
            for command in (
                "sofia profile external killgw north",
                "callcenter_config queue unload alpha.800",
                "callcenter_config agent add stranger Callback",
                "callcenter_config tier add beta.800 alpha.1001 1 1",
                "local_stream stop alpha.default",
            ):
                await world.ask(command)
            await world.drifts("gateway", "queue", "agent", "tier", "stream")
            world.switch.heard.clear()
            await world.settle()
            await world.expect(world.repository.head)

    asyncio.run(drifts())


def test_many_applies_leave_nothing_behind(world: World) -> None:
    """Descriptors, generations, hidden files: as many after forty applies as after ten."""

    async def many() -> None:
        async with world, world.agent(keep=3, allow_disruption=True) as agent:
            counts = []
            for number in range(40):
                EDITS[number % len(EDITS)](world.repository.files)
                world.repository.commit()
                await agent.cycle()
                if number % 10 == 9:
                    gc.collect()
                    counts.append((sum(1 for _ in Path("/proc/self/fd").iterdir()), _files(world)))
            descriptors, files = zip(*counts, strict=True)
            assert max(descriptors[1:]) <= descriptors[0] + 2
            assert max(files[1:]) <= files[0] * 1.5
            await world.expect(world.repository.head)

    asyncio.run(many())


def _files(world: World) -> int:
    """Of the agent's own: git packs its clone in its own time."""
    folders = (world.layout.generations, world.layout.site)
    return sum(len(names) for folder in folders for _, _, names in os.walk(folder))
