"""What people do while a pass is under way, and what is lost of the state folder."""

from __future__ import annotations

import asyncio
import errno
import subprocess
from pathlib import Path

import pytest

from dialform.reconcile import durable, requests, suspension
from dialform.reconcile.contact import known_of
from dialform.reconcile.known import Known
from dialform.reconcile.requests import Request
from dialform.reconcile.suspension import Suspension

from ..faults.edits import timeout
from ..faults.test_source import _sign
from ..faults.world import World


def test_who_suspends_while_it_compiles_is_heard(world: World) -> None:
    async def run() -> None:
        async with world:
            good = world.repository.head
            timeout(world.repository.files)
            world.repository.commit()
            world.spoil = lambda _: suspension.write(world.layout, Suspension("stop that"))
            await world.pass_()
            assert world.held() == "Suspended"
            assert world.switch.changes == []
            await world.expect(good)

    asyncio.run(run())


def test_a_request_that_comes_during_a_pass_waits_for_no_interval(world: World) -> None:
    async def run() -> None:
        async with world, world.agent(interval=10_000.0) as agent:
            await agent.cycle()
            request = Request(requests.RETRY)
            requests.ask(world.layout, request)
            running = asyncio.create_task(agent._wait())
            done, _ = await asyncio.wait({running}, timeout=20)
            running.cancel()
            assert done

    asyncio.run(run())


def test_an_answer_that_cannot_be_written_ends_no_agent(world: World) -> None:
    async def run() -> None:
        async with world:
            requests.ask(world.layout, Request(requests.RETRY))
            async with world.agent() as agent:
                with world.at_every_write(OSError(errno.ENOSPC, "full")):
                    await agent.cycle()
            await world.settle()

    asyncio.run(run())


def test_a_look_that_cannot_be_written_down_ends_no_agent(world: World) -> None:
    async def run() -> None:
        async with world:
            await world.ask("callcenter_config queue unload beta.800")
            async with world.agent() as agent:
                with world.at_every_write(OSError(errno.ENOSPC, "full")):
                    _, found = await agent.cycle()
            assert "full" in found.why
            await world.settle()
            await world.expect(world.repository.head)

    asyncio.run(run())


def test_a_suspension_that_cannot_be_read_suspends(world: World) -> None:
    world.layout.root.mkdir(parents=True, exist_ok=True)
    world.layout.suspended.mkdir()
    assert suspension.read(world.layout, 0.0) is not None


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "alice"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    return path


def _pinned(world: World, key: Path) -> str:
    world.repository.files["platform.yaml"]["trusted_signers"] = ["keys/alice.pub"]
    public = world.repository.folder / "keys" / "alice.pub"
    public.parent.mkdir()
    public.write_text(key.with_suffix(".pub").read_text())
    return world.repository.commit("from here on they are signed")


def test_without_what_was_applied_last_the_range_is_judged_all_the_same(
    world: World, key: Path
) -> None:
    async def run() -> None:
        async with world:
            _pinned(world, key)
            await world.settle()
            timeout(world.repository.files)
            world.repository.commit("nobody signed this")
            _sign(world, key)
            world.layout.applied.unlink()
            await world.pass_()
            assert world.held() == "Unsigned"

    asyncio.run(run())


def test_a_rewritten_history_that_is_taken_is_judged_whole(world: World, key: Path) -> None:
    async def run() -> None:
        async with world:
            _pinned(world, key)
            await world.settle()
            world.repository.git("checkout", "--quiet", "--orphan", "other")
            timeout(world.repository.files)
            world.repository.commit("nobody signed this")
            _sign(world, key)
            world.repository.git("branch", "--quiet", "--force", "main", "other")
            async with world.agent() as agent:
                agent.pass_.judge.accepted = world.repository.head
                agent.pass_.source.has = lambda commit: False  # type: ignore[method-assign]
                await agent.cycle()
            assert world.held() == "Unsigned"

    asyncio.run(run())


def test_what_was_applied_last_is_found_again(world: World) -> None:
    async def run() -> None:
        async with world:
            before = durable.read_json(world.layout.applied)
            world.layout.applied.unlink()
            timeout(world.repository.files)
            head = world.repository.commit()
            world.switch.faults.refuse = True  # nothing is laid out beside a switch that ran
            world.switch.heard.clear()
            async with world.agent() as agent:
                applied = agent.ground.record.applied
                assert applied is not None
                assert applied.generation == before["generation"]
                assert applied.commit == before["commit"]
            world.switch.mend()
            await world.settle()
            await world.expect(head)

    asyncio.run(run())


def test_generations_that_are_only_held_do_not_pile_up(world: World) -> None:
    async def run() -> None:
        async with world:
            current = world.layout.current.resolve().name
            async with world.agent(report_only=True, keep=2) as agent:
                for number in range(5):
                    group = world.repository.pbx("alpha")["ring_groups"]["600"]
                    group["timeout"] = 21 + number
                    world.repository.commit()
                    await agent.cycle()
                names = [one.name for one in agent.ground.generations.all()]
            assert world.held() == "ReportOnly"
            assert current in names
            assert len(names) <= 3

    asyncio.run(run())


def test_of_generations_with_one_revision_the_current_one_was_started(world: World) -> None:
    """Another sound changes no revision: the newer generation was never the switch's."""

    async def run() -> None:
        async with world:
            current = world.layout.current.resolve().name
            wav = world.repository.folder / "media" / "hold.wav"
            raw = bytearray(wav.read_bytes())
            raw[-1] ^= 1
            wav.write_bytes(raw)
            world.repository.commit("another sound")
            async with world.agent(report_only=True) as agent:
                await agent.cycle()
                ground = agent.ground
                one, two = ground.generations.all()[:2]
                assert one.revision == two.revision
                assert two.name == current
                found = known_of(
                    ground.generations, ground.wanted, Known(), "a-new-one", one.revision
                )
                assert found.digests == ground.wanted(two).digests()

    asyncio.run(run())


def test_a_file_that_no_parser_reads_is_written_anew(world: World) -> None:
    """A new agent has read nothing yet: it must not end by what it finds."""

    async def run() -> None:
        async with world:
            world.edited = True
            profile = world.layout.current.resolve() / "freeswitch/sip_profiles/external.xml"
            profile.write_text("<profile")
            _, found = await world.turn()
            assert found.drift
            await world.settle()
            await world.expect(world.repository.head)

    asyncio.run(run())
