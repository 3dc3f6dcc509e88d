"""Back by hand: without git, proven, and not undone by the loop until a newer commit comes."""

from __future__ import annotations

import asyncio
import json

import pytest

from dialform.reconcile import requests
from dialform.reconcile.byhand import Back, ByHandError, roll_back
from dialform.reconcile.requests import Request

from ..faults.edits import queue, timeout
from ..faults.world import World


async def two(world: World) -> tuple[str, str]:
    """A second commit that runs; both of them."""
    first = world.repository.head
    queue(world.repository.files)
    second = world.repository.commit()
    assert (await world.pass_(allow_disruption=True)).what == "applied"
    return first, second


def test_back_and_a_newer_commit(world: World) -> None:
    async def run() -> None:
        async with world:
            first, second = await two(world)
            away = world.repository.folder.with_name("away")
            world.repository.folder.rename(away)  # git is down
            async with world.agent() as agent:
                back = Back(reason="it smells", by="ann", allow_disruption=True)
                said = await roll_back(agent.ground, agent.pass_.applier, back)
                assert first[:12] in said
                agent.ground.summarise()
            away.rename(world.repository.folder)
            await world.expect(first)
            await world.pass_()
            assert world.held() == "Quarantined"
            held = world.status()["held"]["message"]
            assert "rolled back by hand by ann: it smells" in held
            assert list(world.status()["quarantine"]) == [second]
            await world.expect(first)
            timeout(world.repository.files)
            newer = world.repository.commit()
            assert (await world.pass_(allow_disruption=True)).what == "applied"
            await world.expect(newer)

    asyncio.run(run())


def test_a_running_agent_is_asked(world: World) -> None:
    async def run() -> None:
        async with world:
            first, _ = await two(world)
            request = Request(requests.ROLLBACK, {"allow_disruption": "yes"})
            requests.ask(world.layout, request)
            await world.pass_()
            answer = requests.answered(world.layout, request.id)
            assert answer is not None
            assert answer.good, answer
            assert not world.layout.request.exists()
            await world.expect(first)

    asyncio.run(run())


def test_what_cannot_be_done_is_said(world: World) -> None:
    async def run() -> None:
        async with world:
            for wanted, words in (("", "no earlier generation"), ("abcdef1", "no generation")):
                async with world.agent() as agent:
                    with pytest.raises(ByHandError, match=words):
                        await roll_back(agent.ground, agent.pass_.applier, Back(wanted))
            await two(world)
            damaged = next(
                one for one in world.layout.generations.iterdir()
                if one.is_dir() and one.name != world.layout.current.resolve().name
            )  # fmt: skip
            (damaged / "freeswitch/freeswitch.xml").write_text("")
            async with world.agent() as agent:
                with pytest.raises(ByHandError, match="is damaged"):
                    await roll_back(agent.ground, agent.pass_.applier, Back())

    asyncio.run(run())


def test_a_generation_that_does_not_prove_itself_is_left_again(world: World) -> None:
    async def run() -> None:
        async with world:
            _, second = await two(world)
            world.switch.faults.replies = {"callcenter_config queue unload": "-ERR"}
            async with world.agent() as agent:
                with pytest.raises(ByHandError, match="runs again"):
                    await roll_back(agent.ground, agent.pass_.applier, Back(allow_disruption=True))
            world.switch.mend()
            await world.expect(second)

    asyncio.run(run())


def test_back_leads_to_what_was_proven_never_to_what_was_only_compiled(world: World) -> None:
    async def run() -> None:
        async with world:
            first = world.repository.head
            queue(world.repository.files)
            world.repository.commit()
            # Compiled, and never run: a generation like any other lies there.
            assert (await world.pass_(report_only=True)).what == "held"
            timeout(world.repository.files)
            world.repository.commit()
            assert (await world.pass_(allow_disruption=True)).what == "applied"
            assert len(list(world.layout.generations.glob("[0-9a-f]*"))) == 3
            async with world.agent() as agent:
                back = Back(allow_disruption=True)
                said = await roll_back(agent.ground, agent.pass_.applier, back)
                assert first[:12] in said
            await world.expect(first)

    asyncio.run(run())


def test_nobody_goes_back_to_placeholders(world: World) -> None:
    async def run() -> None:
        async with world:
            first, _ = await two(world)
            (note,) = world.layout.generations.glob(f".{first[:12]}*.note")
            data = json.loads(note.read_text())
            data["header"]["placeholders"] = True
            note.write_text(json.dumps(data))
            async with world.agent() as agent:
                for wanted in ("", first):
                    with pytest.raises(ByHandError, match="without secrets"):
                        await roll_back(agent.ground, agent.pass_.applier, Back(wanted))

    asyncio.run(run())


QUEUES = "freeswitch/tenants/beta/queues.xml"


@pytest.mark.parametrize("path", ["manifest.json", QUEUES])
def test_from_what_is_damaged_one_can_go_back(world: World, path: str) -> None:
    """Nobody can read what runs any more: whoever leaves it does not need to."""

    async def run() -> None:
        async with world:
            first, _ = await two(world)
            (world.layout.current / path).write_text("<half")
            async with world.agent(drift="report") as agent:
                back = Back(allow_disruption=True)
                assert first[:12] in await roll_back(agent.ground, agent.pass_.applier, back)
                applied = agent.ground.record.applied
            assert applied is not None and applied.commit == first

    asyncio.run(run())


def test_from_what_is_damaged_a_new_commit_leads_on(world: World) -> None:
    async def run() -> None:
        async with world:
            await two(world)
            (world.layout.current / QUEUES).write_text("<half")
            queue(world.repository.files)
            world.repository.commit()
            result = await world.pass_(allow_disruption=True, drift="report")
            assert result.what == "applied", result

    asyncio.run(run())
