"""What is sent once stays sent once: agents that die, switches that start again, databases that are away."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialform.billing.ledger.errors import LedgerError
from dialform.fax.queue.values import Limits, Next
from dialform.reconcile import durable
from dialform.reconcile.fax import calling
from dialform.reconcile.fax.outward import Outward
from dialform.simulator.scene import Phone
from dialform.switch import Unreachable

from ..faults.world import Killed
from .post import Post, machine

AT = ("fax.begin", "fax.begun", "fax.ended", "fax.written")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Time runs twenty times as fast, and is short as well."""
    monkeypatch.setattr(calling, "CHECKING", 4.0)
    monkeypatch.setattr(calling, "PATIENCE", 10.0)
    yield
    durable.hook = None


def dies_at(name: str, times: int = 1) -> list[str]:
    """The process is gone at this checkpoint."""
    passed: list[str] = []

    def hook(reached: str) -> None:
        if reached == name and len(passed) < times:
            passed.append(reached)
            raise Killed(reached)

    durable.hook = hook
    return passed


@pytest.mark.parametrize("name", AT)
def test_an_agent_that_dies_at_any_step_is_followed_by_one_that_goes_on(
    post: Post, name: str
) -> None:
    async def work() -> None:
        async with post.world:
            post.far(machine())
            id_ = post.send(2)
            passed = dies_at(name)
            async with post.outward():
                await post.until(lambda: bool(passed))
            durable.hook = None
            async with post.outward():
                assert await post.over(id_) == ["sent"]
                await post.until(lambda: post.files() == [])
            pages = sum(one.pages for one in post.attempts(id_))
            assert (pages, len(post.dialled())) == (2, 1), "every page once, and one call"

    asyncio.run(work())


def test_an_agent_that_dies_in_mid_fax_finds_the_call_going_on(post: Post) -> None:
    async def work() -> None:
        async with post.world:
            post.far(machine(page=60.0))
            id_ = post.send(2)
            async with post.outward():
                uuid = await post.sending(id_)
            async with post.outward():
                assert await post.over(id_) == ["sent"]
            (attempt,) = post.attempts(id_)
            assert (attempt.uuid, attempt.outcome, attempt.pages) == (uuid, "sent", 2)

    asyncio.run(work())


@pytest.mark.parametrize("breaks", [None, 1])
def test_a_fax_that_ended_while_no_agent_was_there_is_known_by_its_record(
    post: Post, breaks: int | None
) -> None:
    async def work() -> None:
        async with post.world:
            post.far(machine(page=20.0, breaks=breaks), machine())
            id_ = post.send(2)
            async with post.outward():
                uuid = await post.sending(id_)
            await post.until(lambda: (post.records / f"{uuid}.cdr.json").exists())
            async with post.outward():
                assert await post.over(id_) == ["sent"]
            found = post.attempts(id_)
            assert [one.pages for one in found] == ([2] if breaks is None else [1, 1])

    asyncio.run(work())


def test_a_record_that_is_booked_already_is_found_as_well(post: Post) -> None:
    async def work() -> None:
        async with post.world:
            post.far(machine(page=20.0))
            id_ = post.send(2)
            async with post.outward():
                uuid = await post.sending(id_)
            file = post.records / f"{uuid}.cdr.json"
            await post.until(file.exists)
            day = post.world.clock.times.utc().date().isoformat()
            shelf = post.records / "booked" / day
            shelf.mkdir(parents=True)
            file.rename(shelf / file.name)
            async with post.outward():
                assert await post.over(id_) == ["sent"]
            assert post.words(id_) == ["sent"]

    asyncio.run(work())


def test_a_switch_that_starts_again_in_mid_fax_goes_on_behind_what_was_confirmed(
    post: Post,
) -> None:
    async def work() -> None:
        async with post.world:
            post.far(machine(page=30.0), machine())
            id_ = post.send(3)
            async with post.outward():
                await post.sending(id_)
                await post.until(lambda: post.attempts(id_)[0].pages == 1)
                for file in post.records.glob("*"):
                    file.unlink()
                await post.world.switch.restart()
                assert await post.over(id_, within=30) == ["sent"]
            found = post.attempts(id_)
            assert [one.outcome for one in found] == ["lost", "sent"]
            assert [one.start for one in found] == [0, found[0].pages]
            assert sum(one.pages for one in found) == 3

    asyncio.run(work())


def test_a_connection_that_drops_in_mid_fax_costs_nothing(post: Post) -> None:
    async def work() -> None:
        async with post.world:
            post.far(machine(page=20.0))
            id_ = post.send(2)
            async with post.outward() as outward:
                await post.sending(id_)
                client = await outward._link.up(5)
                await client.close()
                assert await post.over(id_, within=30) == ["sent"]
            assert [one.pages for one in post.attempts(id_)] == [2]

    asyncio.run(work())


@pytest.mark.parametrize("page", [20.0, 60.0])
def test_a_switch_out_of_reach_may_go_on_sending_and_nobody_sends_it_again(
    post: Post, monkeypatch: pytest.MonkeyPatch, page: float
) -> None:
    monkeypatch.setattr(calling, "FORSAKEN", 10.0)

    async def work() -> None:
        async with post.world:
            post.far(machine(page=page))
            id_ = post.send(2)
            async with post.outward() as outward:
                uuid = await post.sending(id_)
                await out_of_reach(outward, monkeypatch)
                await post.until(lambda: bool(post.queue.doubtful("pbx1")))
                assert (post.job(id_).state, post.words(id_)) == ("queued", ["lost"])
                post.world.clock.off += 120
                await asyncio.sleep(0.1)
                if page > 20:
                    assert await post.world.ask(f"uuid_exists {uuid}") == "true"
                monkeypatch.undo()
                assert await post.over(id_, within=30) == ["sent"]
                await post.until(lambda: post.queue.doubtful("pbx1") == [])
                await post.until(lambda: post.files() == [])
            assert (post.words(id_), len(post.dialled())) == (["sent"], 1)

    asyncio.run(work())


async def out_of_reach(outward: Outward, patch: pytest.MonkeyPatch) -> None:
    """The switch lives, and takes no connection."""

    def away() -> None:
        raise Unreachable("connection refused")

    client = await outward._link.up(5)
    patch.setattr(outward._link, "_find", away)
    await client.close()


def test_a_leg_in_doubt_is_hung_up_once_another_host_sends_it(post: Post) -> None:
    async def work() -> None:
        async with post.world:
            post.far(machine(page=600.0), machine())
            id_ = post.send(2)
            async with post.outward():
                uuid = await post.sending(id_)
            post.world.clock.off += 700
            queue, now = post.queue, post.now
            next_ = Next("queued", "Silent.", now, 0, 0, coarse=False, counts=False)
            assert queue.take_over(id_, next_, now)
            assert queue.claim(id_, "pbx9", "north", Limits(), now)
            async with post.outward():
                async with asyncio.timeout(10):
                    while await post.world.ask(f"uuid_exists {uuid}") == "true":
                        await asyncio.sleep(0.02)
                await post.until(lambda: post.queue.doubtful("pbx1") == [])
            assert (post.job(id_).state, post.job(id_).host) == ("sending", "pbx9")

    asyncio.run(work())


def test_what_was_answered_and_left_no_trace_was_dialled(post: Post) -> None:
    async def work() -> None:
        async with post.world:
            post.far(machine(page=600.0), machine())
            id_ = post.send(2)
            async with post.outward() as outward:
                uuid = await post.sending(id_)
                await post.until(lambda: outward._legs.watch(uuid).spoke)
                outward._legs.hear = lambda _: None  # type: ignore[method-assign]
                outward._caller._records = None
                await post.world.ask(f"uuid_kill {uuid}")
                await post.until(lambda: post.job(id_).state != "sending")
            assert (post.words(id_), post.job(id_).tries) == (["lost"], 1)

    asyncio.run(work())


def test_what_the_switch_never_heard_of_is_dialled_again_on_the_same_rung(post: Post) -> None:
    async def work() -> None:
        async with post.world:
            post.far(machine())
            id_ = post.send(2, retries=0)
            passed = dies_at("fax.begun")
            async with post.outward():
                await post.until(lambda: bool(passed))
            durable.hook = None
            assert post.dialled() == []
            async with post.outward():
                assert await post.over(id_, within=30) == ["sent"]
            assert post.words(id_) == ["never", "sent"]
            assert (post.job(id_).tries, post.attempts(id_)[1].step) == (1, 0)

    asyncio.run(work())


def test_an_end_that_the_database_does_not_take_is_written_when_it_does(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work() -> None:
        async with post.world:
            post.far(machine())
            id_ = post.send(2)
            async with post.outward() as outward:
                queue, failures = outward.sending._queue, []
                real = queue.end

                def end(*given: Any) -> bool:
                    if len(failures) < 3:
                        failures.append(1)
                        raise LedgerError("The ledger is away.")
                    return real(*given)

                monkeypatch.setattr(queue, "end", end)
                assert await post.over(id_) == ["sent"]
            assert len(failures) == 3
            assert (post.words(id_), len(post.dialled())) == (["sent"], 1)

    asyncio.run(work())


def test_a_full_disk_dials_nothing_and_is_over_when_there_is_room(post: Post) -> None:
    async def work() -> None:
        async with post.world:
            post.far(machine())
            id_ = post.send(2, retries=0)
            async with post.outward() as outward:
                with post.world.at_every_write(OSError(28, "No space left"), "write.content"):
                    await post.until(lambda: "full" in post.job(id_).cause)
                    await post.until(lambda: "full" in outward.error)
                    assert post.attempts(id_) == [] and post.dialled() == []
                assert await post.over(id_) == ["sent"]
                await post.until(lambda: outward.error == "")

    asyncio.run(work())


def test_another_hosts_job_is_taken_over_once_its_agent_is_silent(post: Post) -> None:
    async def work() -> None:
        async with post.world:
            post.far(machine(page=60.0), machine())
            id_ = post.send(2)
            async with post.outward() as outward:
                outward._host = outward.sending._host = "pbx9"
                await post.until(lambda: bool(post.queue.open_attempts("pbx9")))
            post.world.clock.off += 700
            async with post.outward():
                assert await post.over(id_) == ["sent"]
            assert [one.host for one in post.attempts(id_)] == ["pbx9", "pbx1"]

    asyncio.run(work())


def test_documents_that_nobody_sends_any_more_are_removed(post: Post) -> None:
    async def work() -> None:
        async with post.world:
            folder = post.world.layout.root / "fax" / "out"
            folder.mkdir(parents=True)
            left = folder / "6f1b3f3a-97a5-4d54-9f0e-0c7b5c1f2a01.tif"
            left.write_bytes(b"II*")
            async with post.outward():
                await post.until(lambda: not left.exists())

    asyncio.run(work())


def test_the_file_is_for_the_switchs_group_alone(post: Post) -> None:
    async def work() -> None:
        async with post.world:
            post.far(Phone(answer_after=60.0))
            post.send(1)
            async with post.outward():
                await post.until(lambda: bool(post.files()))
                (file,) = [one for one in post.files() if one.suffix == ".tif"]
                assert file.stat().st_mode & 0o777 == 0o640
                assert Path(file).read_bytes()[:4] == b"II*\0"

    asyncio.run(work())
