"""What people set on their phones is theirs: no apply, no way back and no restart of the switch takes it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from .conftest import world
from .faults.edits import agents, all_at_once, music, queue, timeout
from .faults.repository import Files
from .faults.world import AGENTS, World

__all__ = ["world"]

PERSONAL = re.compile(
    r"db (insert|delete)|hash |vm_|voicemail(?! reload default)|callcenter_config (agent|tier) (?!list)"
)
"""Commands that change what belongs to people."""

KEYS = {
    "alpha-cfa/1001": "1002", "alpha-dnd/1002": "true", "beta-cfa/1001": "+12125550177",
    "beta-dnd/1001": "true",
}  # fmt: skip


async def state(world: World) -> dict[str, str]:
    """Who is logged in where, who forwards to whom, and who is not to be disturbed."""
    questions = [f"db select/{key}" for key in KEYS]
    questions += [f"callcenter_config agent get status {agent}" for agent, _ in AGENTS]
    world.switch.deaf = True  # this is no agent
    found = {each: await world.ask(each) for each in questions}
    tiers = (await world.ask("callcenter_config tier list")).splitlines()
    world.switch.deaf = False
    return found | {"tiers": "\n".join(sorted(tiers))}


@asynccontextmanager
async def left(world: World) -> AsyncIterator[dict[str, str]]:
    """Runs the first commit; people have set what they like. At the end the agent has touched none of it."""
    async with world:
        for key, value in KEYS.items():
            await world.ask(f"db insert/{key}/{value}")
        before = await state(world)
        assert [before[f"db select/{key}"] for key in KEYS] == list(KEYS.values())
        assert len(re.findall(r"Ready", before["tiers"])) == len(AGENTS)
        world.switch.heard.clear()
        yield before


def own(world: World) -> list[str]:
    """What the agent sent that changes what people set."""
    return [each for each in world.switch.changes if PERSONAL.match(each)]


def objects_of_people(files: Files) -> None:
    """The queue that they are logged in to, the extensions that forward, the mailbox, their group."""
    pbx = files["tenants.d/alpha/pbx.yaml"]
    pbx["call_queues"]["800"] |= {"name": "Help us", "max_wait": 90, "strategy": "ring-all"}
    pbx["extensions"]["1001"] |= {"name": "Ann Other", "voicemail": {"email": "ann@example.com"}}
    pbx["extensions"]["1002"] |= {"name": "Bo Other", "ring_timeout": 11}
    pbx["ring_groups"]["600"] |= {"timeout": 30, "members": ["1002", "1001"]}
    music(files)


def test_a_commit_that_changes_their_objects(world: World) -> None:
    async def changes() -> None:
        async with left(world) as before:
            objects_of_people(world.repository.files)
            head = world.repository.commit()
            assert (await world.pass_()).what == "applied"
            assert any("queue reload alpha.800" in each for each in world.switch.changes)
            assert await state(world) == before
            assert own(world) == []
            await world.expect(head)

    asyncio.run(changes())


def fewer_agents(files: Files) -> None:
    """Whoever goes is logged out, by a commit that stays."""
    agents(files)
    music(files)


def no_queue(files: Files) -> None:
    """The queue goes with its agents."""
    del files["tenants.d/alpha/pbx.yaml"]["call_queues"]["800"]
    music(files)


@pytest.mark.parametrize("edit", [objects_of_people, fewer_agents, no_queue, all_at_once])
@pytest.mark.parametrize("fault", ["broken XML", "stream", "proof"])
def test_a_commit_that_is_rolled_back(
    world: World, edit: Callable[[Files], None], fault: str
) -> None:
    """At its first command, at its last one, and where nothing but the proof of all fails."""

    async def goes_back() -> None:
        async with left(world) as before:
            good = world.repository.head
            edit(world.repository.files)
            bad = world.repository.commit()
            lies(world, fault)
            back = asyncio.create_task(mended(world))
            result = await world.pass_(allow_disruption=True)
            await back
            assert result.what == "rolled_back", result
            assert await state(world) == before
            assert own(world) == []
            await world.expect(good, spoilt=bad)

    asyncio.run(goes_back())


def lies(world: World, fault: str) -> None:
    if fault == "broken XML":
        world.spoil = spoil
    elif fault == "stream":
        world.switch.faults.replies = {"local_stream start": "-ERR"}
    else:
        world.switch.after = lambda command: lose(world, command)


def lose(world: World, command: str) -> None:
    """All trunks are lost with the reload; no command had to do with that."""
    if command == "reloadxml":
        world.switch.faults.replies = {"sofia xmlstatus gateway": NO_GATEWAYS}


NO_GATEWAYS = '<?xml version="1.0" encoding="ISO-8859-1"?>\n<gateways>\n</gateways>\n'


def spoil(generation: Path) -> None:
    path = generation / "freeswitch" / "tenants" / "alpha" / "dialplan.xml"
    text = path.read_text()
    path.unlink()
    path.write_text(text.replace("</context>", "</kontext>", 1))


async def mended(world: World) -> None:
    """The fault is over when the way back begins."""
    while not (world.status()["doing"] or "").startswith("going back"):
        await asyncio.sleep(0.001)
    world.spoil = None
    world.switch.after = lambda command: None
    world.switch.mend()


def test_a_commit_that_takes_an_agent_out_does_so_last(world: World) -> None:
    """Nobody can bring a login back: it goes when all else is proven."""

    async def goes() -> None:
        async with left(world):
            fewer_agents(world.repository.files)
            timeout(world.repository.files)
            queue(world.repository.files)
            world.repository.commit()
            assert (await world.pass_()).what == "applied"
            assert own(world) == [
                "callcenter_config tier del alpha.800 alpha.1002",
                "callcenter_config agent del alpha.1002",
            ]
            assert world.switch.changes[-2:] == own(world)
            assert (await world.ask("callcenter_config agent get status alpha.1001")) == "Available"

    asyncio.run(goes())


def test_a_commit_that_is_taken_back(world: World) -> None:
    async def taken_back() -> None:
        async with left(world) as before:
            objects_of_people(world.repository.files)
            world.repository.commit()
            assert (await world.pass_()).what == "applied"
            world.repository.git("revert", "--no-edit", "HEAD")
            assert (await world.pass_()).what == "applied"
            assert await state(world) == before
            assert own(world) == []

    asyncio.run(taken_back())


@pytest.mark.parametrize("changed", [False, True])
def test_a_restart_of_the_switch(world: World, changed: bool) -> None:
    """Phones log in anew; agents do not have to. `changed`: with a commit that came meanwhile."""

    async def restarts() -> None:
        async with left(world) as before:
            if changed:
                objects_of_people(world.repository.files)
                world.repository.commit()
            await world.switch.restart()
            await world.settle()
            assert world.status()["counters"]["switch_restarts"] == 1
            assert await state(world) == before
            assert own(world) == []
            await world.expect(world.repository.head)

    asyncio.run(restarts())


def test_what_people_do_meanwhile_stays(world: World) -> None:
    """They log out and forward elsewhere between two commands."""

    async def meanwhile() -> None:
        async with left(world):
            objects_of_people(world.repository.files)
            world.repository.commit()

            def people(command: str) -> None:
                world.switch.live.switch.environment.db.api("insert/alpha-cfa/1001/1003")

            world.switch.before = people
            assert (await world.pass_()).what == "applied"
            assert await world.ask("db select/alpha-cfa/1001") == "1003"
            assert own(world) == []

    asyncio.run(meanwhile())
