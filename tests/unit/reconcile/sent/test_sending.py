"""What becomes of a fax, from the queue to its last page."""

from __future__ import annotations

import asyncio

from dialform.simulator.scene import Phone

from .post import Post, machine


def test_a_fax_is_sent_and_says_so(post: Post) -> None:
    async def work() -> None:
        async with post.world:
            post.far(machine())
            id_ = post.send(2)
            async with post.outward() as outward:
                assert await post.over(id_) == ["sent"]
                assert outward.error == ""
            job = post.job(id_)
            (attempt,) = post.attempts(id_)
            assert (job.confirmed, job.tries, job.cause) == (2, 1, "")
            assert (attempt.outcome, attempt.pages, attempt.trunk) == ("sent", 2, "north")
            assert attempt.details["fax_result_code"] == "0"
            assert post.files() == []

    asyncio.run(work())


def test_what_was_confirmed_is_not_sent_again_and_the_ladder_goes_down(post: Post) -> None:
    async def work() -> None:
        async with post.world:
            post.far(machine(breaks=1), machine(breaks=1, code=48), machine())
            id_ = post.send(4)
            async with post.outward():
                assert await post.over(id_) == ["sent"]
            found = post.attempts(id_)
            assert [one.start for one in found] == [0, 1, 2]
            assert [one.step for one in found] == [0, 1, 2]
            assert [one.pages for one in found] == [1, 1, 2]

    asyncio.run(work())


def test_busy_and_no_answer_are_tried_again_on_the_same_rung(post: Post) -> None:
    async def work() -> None:
        async with post.world:
            post.far(Phone(cause="USER_BUSY"), Phone(cause="NO_USER_RESPONSE"), machine())
            id_ = post.send()
            async with post.outward():
                assert await post.over(id_) == ["sent"]
            assert post.words(id_) == ["busy", "no_answer", "sent"]
            assert {one.step for one in post.attempts(id_)} == {0}

    asyncio.run(work())
