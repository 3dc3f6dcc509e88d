"""Faxes beside the agent's loop: they begin with the first account, follow what is proven, and say how it goes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from dialform.reconcile.agent import Agent
from dialform.reconcile.fax import beside

from .post import Post, machine


@contextlib.asynccontextmanager
async def staying(post: Post) -> AsyncIterator[Agent]:
    """An agent that goes round until the block ends."""
    async with post.world.agent(ledger=post.url) as agent:
        task = asyncio.create_task(agent.run())
        try:
            yield agent
        finally:
            agent.stop()
            await asyncio.wait([task], timeout=30)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def said(post: Post) -> dict[str, Any]:
    """The status' section."""
    found: dict[str, Any] = post.world.status().get("fax") or {}
    return found


def test_the_agent_sends_what_is_queued_and_says_how_it_goes(post: Post) -> None:
    async def work() -> None:
        async with post.world:
            post.far(machine())
            id_ = post.send(1)
            async with staying(post):
                assert await post.over(id_, within=30) == ["sent"]
                await post.until(lambda: said(post).get("sending") == 0)
                found = said(post)
                assert (found["error"], found["send_error"]) == (None, None)
                assert "alpha" not in str(found)
            assert post.world.status()["counters"]["fax_attempts.sent"] == 1

    asyncio.run(work())


def test_a_number_that_is_no_longer_to_be_called_is_so_with_the_next_commit(post: Post) -> None:
    async def work() -> None:
        async with post.world:
            post.far(machine())
            async with staying(post) as agent:
                await post.until(lambda: bool(said(post)))
                barred = post.world.repository.pbx("alpha")["do_not_call"]
                barred.append("+12125550177")
                commit = post.world.repository.commit()
                agent.poke()
                await post.until(lambda: post.world.status()["applied"]["commit"] == commit)
                id_ = post.send(1)
                await post.until(lambda: post.job(id_).over)
            assert post.job(id_).state == "failed"
            assert post.dialled() == []

    asyncio.run(work())


def test_where_nobody_has_an_account_nothing_runs(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work() -> None:
        pbx = post.world.repository.pbx("alpha")
        del pbx["fax"], pbx["extensions"]["1050"]
        post.world.repository.commit()
        opened = []
        monkeypatch.setattr(beside, "open_ledger", opened.append)
        async with post.world:
            async with staying(post):
                await asyncio.sleep(1.5)
            assert said(post) == {} and opened == []

    asyncio.run(work())


def test_a_fault_of_ours_is_told_and_tried_again(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work() -> None:
        async with post.world:
            post.far(machine())
            id_, failures = post.send(1), []
            real = beside.open_ledger

            def broken(url: str) -> Any:
                if len(failures) < 2:
                    failures.append(url)
                    raise RuntimeError("oops")
                return real(url)

            monkeypatch.setattr(beside, "open_ledger", broken)
            async with staying(post):
                await post.until(lambda: "fault of their own" in (said(post).get("error") or ""))
                assert await post.over(id_, within=30) == ["sent"]
                await post.until(lambda: said(post)["error"] is None)
            assert post.world.status()["counters"]["fax_restarts"] == 2

    asyncio.run(work())


def test_faxes_of_the_last_account_are_told_that_it_is_gone(post: Post) -> None:
    async def work() -> None:
        async with post.world:
            async with staying(post):
                await post.until(lambda: bool(said(post)))
            pbx = post.world.repository.pbx("alpha")
            del pbx["fax"], pbx["extensions"]["1050"]
            commit = post.world.repository.commit()
            async with staying(post):
                await post.until(lambda: post.world.status()["applied"]["commit"] == commit)
            id_ = post.send(1)
            async with staying(post):
                await post.until(lambda: post.job(id_).over)
            assert post.job(id_).cause == "There is no fax account 1050 any more."
            assert post.dialled() == []

    asyncio.run(work())
