"""What becomes of a fax, from the queue to its last page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from dialform.fax.queue.forsaking import WORDS
from dialform.fax.queue.values import New
from dialform.reconcile.fax import outward as outwards
from dialform.reconcile.fax.outward import Outward
from dialform.simulator.scene import Phone
from dialform.values import replace

from .post import NUMBER, Post, machine

Work = Callable[[Outward], Awaitable[None]]


def run(post: Post, *phones: Phone, work: Work, **given: Any) -> None:
    async def go() -> None:
        async with post.world:
            post.far(*phones)
            async with post.outward(**given) as outward:
                await work(outward)

    asyncio.run(go())


def test_a_fax_is_sent_and_says_so(post: Post) -> None:
    async def work(outward: Outward) -> None:
        id_ = post.send(2)
        assert await post.over(id_) == ["sent"]
        assert outward.error == ""
        job, (attempt,) = post.job(id_), post.attempts(id_)
        assert (job.confirmed, job.tries, job.cause) == (2, 1, "")
        assert (attempt.outcome, attempt.pages, attempt.trunk) == ("sent", 2, "north")
        assert attempt.details["fax_result_code"] == "0"
        await post.until(lambda: post.files() == [])

    run(post, machine(), work=work)


def test_what_was_confirmed_is_not_sent_again_and_the_ladder_goes_down(post: Post) -> None:
    async def work(_: Outward) -> None:
        id_ = post.send(4)
        assert await post.over(id_) == ["sent"]
        found = post.attempts(id_)
        assert [one.start for one in found] == [0, 1, 2]
        assert [one.step for one in found] == [0, 1, 2]
        assert [one.pages for one in found] == [1, 1, 2]
        assert "fax_start_page=2" in post.dialled()[2]

    run(post, machine(breaks=1), machine(breaks=1, code=48), machine(), work=work)


BUSY, DOWN = Phone(cause="USER_BUSY"), Phone(cause="NORMAL_TEMPORARY_FAILURE")
VOICE = Phone(answer_after=0.02, hangup_after=0.1)

ENDS: dict[str, tuple[list[Phone], int, list[str], str]] = {
    "busy and no answer are tried again": (
        [BUSY, Phone(cause="NO_USER_RESPONSE"), machine()], 3, ["busy", "no_answer", "sent"], "",
    ),
    "after its retries it has failed": ([BUSY], 2, ["busy"] * 3, "The number is busy."),
    "a number that there is not is dialled once": (
        [Phone(cause="UNALLOCATED_NUMBER")], 9, ["no_such_number"], "There is no such number.",
    ),
    "no fax machine is tried once more": (
        [VOICE], 9, ["no_fax"] * 2, "Somebody answered, and no fax machine was heard.",
    ),
    "the next trunk costs no retry": ([DOWN, machine()], 0, ["trunk", "sent"], ""),
    "no fine resolution costs no retry": ([machine(fine=False)], 0, ["coarse", "sent"], ""),
}  # fmt: skip
"""How the number takes its calls, the retries, what becomes of each attempt, and why it failed."""


def test_each_end_leads_to_what_comes_after_it(post: Post) -> None:
    async def work(_: Outward) -> None:
        for name, (phones, retries, words, cause) in ENDS.items():
            post.far(*phones)
            id_ = post.send(retries=retries)
            state = "failed" if cause else "sent"
            assert await post.over(id_, within=40) == [state], name
            assert (post.words(id_), post.job(id_).cause) == (words, cause), name
            assert {one.step for one in post.attempts(id_)} == {0}, name

    run(post, machine(), work=work)


def test_when_all_trunks_failed_that_was_one_attempt(post: Post) -> None:
    async def work(_: Outward) -> None:
        id_ = post.send(retries=1)
        assert await post.over(id_) == ["failed"]
        assert post.words(id_) == ["trunk"] * 4
        assert [one.trunk for one in post.attempts(id_)] == ["north", "south"] * 2

    run(post, Phone(cause="NORMAL_TEMPORARY_FAILURE"), work=work)


def test_who_cancels_hangs_up(post: Post) -> None:
    async def work(_: Outward) -> None:
        id_ = post.send(3)
        uuid = await post.sending(id_)
        assert post.queue.cancel(id_, post.now) == "sending"
        await post.until(lambda: post.job(id_).over)
        assert post.job(id_).state == "cancelled"
        assert await post.world.ask(f"uuid_exists {uuid}") == "false"
        await post.until(lambda: post.files() == [])

    run(post, machine(page=60.0), work=work)


# What may go.


@pytest.mark.parametrize(
    ("to", "words"),
    [("+12125550111", "do-not-call"), ("+442079460000", "No fax route")],
)
def test_what_is_not_allowed_fails_at_once_undialled(post: Post, to: str, words: str) -> None:
    async def work(_: Outward) -> None:
        id_ = post.send(to=to)
        await post.until(lambda: post.job(id_).over)
        assert post.job(id_).state == "failed"
        assert words in post.job(id_).cause
        assert post.dialled() == [] and post.attempts(id_) == []

    run(post, machine(), work=work)


def test_an_account_that_is_gone_sends_no_more(post: Post) -> None:
    async def work(_: Outward) -> None:
        post.change(accounts={})
        id_ = post.send()
        await post.until(lambda: post.job(id_).over)
        assert post.job(id_).cause == "There is no fax account 1050 any more."

    run(post, machine(), work=work)


def test_faxes_of_a_tenant_that_is_gone_fail_after_a_week(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outwards, "FORSAKING", 1.0)
    monkeypatch.setattr(outwards, "BEATING", 1.0)

    async def work(_: Outward) -> None:
        (id_,) = post.queue.submit(
            post.sheets(1),
            "gone",
            "1050",
            [New(NUMBER)],
            by="",
            title="",
            retries=0,
            coarse=False,
            now=post.now,
        )
        await asyncio.sleep(0.3)
        assert post.job(id_).state == "queued"
        post.world.clock.off += 8 * 86_400
        await post.until(lambda: post.job(id_).over)
        assert (post.job(id_).state, post.job(id_).cause) == ("failed", WORDS)

    run(post, machine(), work=work)


@pytest.mark.parametrize(
    ("flag", "words"), [("limit", "limit is reached"), ("credit", "no credit left")]
)
def test_a_limit_holds_a_fax_until_it_is_over(post: Post, flag: str, words: str) -> None:
    async def work(_: Outward) -> None:
        await post.world.ask(f"db insert/alpha-block/outbound/{flag}")
        id_ = post.send(retries=0)
        await post.until(lambda: words in post.job(id_).cause)
        job = post.job(id_)
        assert (job.state, job.tries, post.dialled()) == ("queued", 0, [])
        assert job.due > post.now and job.held
        await post.world.ask("db delete/alpha-block/outbound")
        assert await post.over(id_) == ["sent"]
        assert post.job(id_).cause == ""

    run(post, machine(), work=work)


def test_who_is_suspended_sends_later_or_after_a_day_never(post: Post) -> None:
    async def work(_: Outward) -> None:
        post.change(suspended=True)
        id_ = post.send()
        await post.until(lambda: "suspended" in post.job(id_).cause)
        assert post.job(id_).state == "queued"
        post.world.clock.off += 86_500
        await post.until(lambda: post.job(id_).over)
        assert post.job(id_).state == "failed"
        assert post.job(id_).cause.startswith("It waited for a day.")
        assert post.dialled() == []

    run(post, machine(), work=work)


def test_a_tenant_sends_no_more_at_once_than_it_may(post: Post) -> None:
    async def work(outward: Outward) -> None:
        ids = [post.send(1) for _ in range(5)]
        most = 0
        async with asyncio.timeout(30):
            while not all(post.job(id_).over for id_ in ids):
                most = max(most, len(post.world.switch.live.switch.channels))
                await asyncio.sleep(0.01)
        assert {post.job(id_).state for id_ in ids} == {"sent"}
        assert most == 2
        assert all(post.job(id_).held == 0 for id_ in ids), "its turn is no reason to be held"

    run(post, machine(page=30.0), work=work)


def test_a_trunk_carries_no_more_at_once_than_it_may(post: Post) -> None:
    async def work(_: Outward) -> None:
        post.change(concurrent_faxes=-1)
        before = post.released
        assert before is not None
        trunks = {
            name: replace(trunk, max_faxes=1) for name, trunk in before.ways.trunks.items()
        }  # fmt: skip
        post.released = replace(before, ways=replace(before.ways, trunks=trunks))
        ids = [post.send(1) for _ in range(4)]
        async with asyncio.timeout(30):
            while not all(post.job(id_).over for id_ in ids):
                running = post.queue.running()
                assert all(count <= 1 for count in running.trunks.values())
                await asyncio.sleep(0.01)
        assert {post.attempts(id_)[0].trunk for id_ in ids} == {"north", "south"}

    run(post, machine(page=30.0), work=work)


def test_a_full_cap_of_the_tenant_holds_a_fax_and_dials_nothing(post: Post) -> None:
    async def work(_: Outward) -> None:
        first = post.send(1)
        await post.sending(first)
        post.change(cap=1)
        second = post.send(1, retries=0)
        await post.until(lambda: "all the calls" in post.job(second).cause)
        assert post.attempts(second) == [] and post.job(second).held
        assert await post.over(first, second) == ["sent", "sent"]

    run(post, machine(page=60.0), machine(), work=work)


def test_what_cannot_be_dialled_has_failed_after_a_day(post: Post) -> None:
    async def work(outward: Outward) -> None:
        post.change(plan="no plan has {this} sign")
        id_ = post.send(retries=0)
        await post.until(lambda: "dialform_plan" in post.job(id_).cause)
        assert (post.job(id_).state, post.attempts(id_)) == ("queued", [])
        post.world.clock.off += 86_500
        await post.until(lambda: post.job(id_).over)
        assert post.job(id_).state == "failed"
        assert post.job(id_).cause.startswith("It waited for a day. dialform_plan cannot stand")
        assert "dialform_plan" in outward.sending.error
        post.world.clock.off += 200
        await post.until(lambda: outward.error == "")

    run(post, machine(), work=work)


def test_a_trunk_full_of_calls_passes_to_the_next(post: Post) -> None:
    async def work(_: Outward) -> None:
        before = post.released
        assert before is not None
        north = before.ways.trunks["north"]
        full = replace(north, limit=north.limit.replace(" 5 ", " 0 "))
        post.released = replace(
            before, ways=replace(before.ways, trunks={**before.ways.trunks, "north": full})
        )
        id_ = post.send(retries=0)
        assert await post.over(id_) == ["sent"]
        assert [one.trunk for one in post.attempts(id_)] == ["south"]

    run(post, machine(), work=work)


def test_the_header_of_the_account_reaches_the_machine_as_text(post: Post) -> None:
    async def work(_: Outward) -> None:
        id_ = post.send()
        assert await post.over(id_) == ["sent"]
        (line,) = post.dialled()
        assert "fax_header=Tenant%3B%20%27One%27;" in line
        assert "'" not in line.partition("'")[2].partition("'")[0]

    run(post, machine(), work=work)


def test_the_status_says_what_is_sent_and_what_waits(post: Post) -> None:
    async def work(outward: Outward) -> None:
        await post.world.ask("db insert/alpha-block/outbound/limit")
        post.send()
        await post.until(lambda: outward.section()["due"] == 1)
        section = outward.section()
        assert section["sending"] == 0
        assert section["send_error"] is None
        assert NUMBER not in str(section) and "alpha" not in str(section)

    run(post, machine(), work=work)


def test_a_switch_that_is_not_ours_is_told_nothing(post: Post) -> None:
    async def work(_: Outward) -> None:
        id_ = post.send()
        await asyncio.sleep(0.5)
        assert (post.job(id_).state, post.dialled()) == ("queued", [])

    run(post, machine(), work=work, ours=lambda: False)
