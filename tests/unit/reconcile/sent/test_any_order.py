"""Faxes through any order of faults: every page arrives once, and no call is made twice."""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialform.billing.ledger.errors import LedgerError
from dialform.reconcile import durable
from dialform.reconcile.fax import calling
from dialform.simulator.scene import Phone

from ..faults.world import Killed, World
from .post import Post, machine, opened

MEMORY = Path("/dev/shm")
STEPS = ("fax.begin", "fax.begun", "fax.ended", "fax.written", "write.rename")

FAR = st.one_of(
    st.just(Phone(cause="USER_BUSY")),
    st.just(Phone(cause="NORMAL_TEMPORARY_FAILURE")),
    st.builds(lambda pages, code: machine(page=6.0, breaks=pages, code=code), st.integers(0, 2),
              st.sampled_from([49, 48, 14])),
    st.just(machine(page=6.0, fine=False)),
    st.just(machine(page=6.0)),
)  # fmt: skip
FAULT = st.one_of(
    st.tuples(st.just("kill"), st.sampled_from(STEPS), st.integers(1, 3)),
    st.tuples(st.just("restart"), st.just(""), st.integers(0, 10)),
    st.tuples(st.just("drop"), st.just(""), st.integers(0, 10)),
    st.tuples(
        st.just("away"), st.sampled_from(["begin", "end", "claim", "page"]), st.integers(1, 4)
    ),
)


@settings(max_examples=4, deadline=None)
@given(
    st.lists(FAR, max_size=5), st.lists(FAULT, max_size=4), st.lists(st.integers(1, 4), min_size=1, max_size=3)
)  # fmt: skip
def test_every_page_arrives_once(
    far: list[Phone], faults: list[tuple[str, str, int]], sizes: list[int]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calling, "CHECKING", 4.0)
        patch.setattr(calling, "PATIENCE", 10.0)
        place = MEMORY if os.access(MEMORY, os.W_OK) else None
        with (
            tempfile.TemporaryDirectory(prefix="dialform-", dir=place) as folder,
            opened(World(Path(folder))) as post,
        ):
            asyncio.run(_walk(post, far, faults, sizes))


async def _walk(
    post: Post, far: list[Phone], faults: list[tuple[str, str, int]], sizes: list[int]
) -> None:
    async with post.world:
        post.far(*far, machine(page=6.0))
        ids = [post.send(pages, retries=10) for pages in sizes]
        for what, where, number in faults:
            await _FAULTS[what](post, where, number)
        async with post.outward():
            assert set(await post.over(*ids, within=60)) == {"sent"}
        for id_ in ids:
            _right(post, id_)


def _right(post: Post, id_: int) -> None:
    """Each attempt began where those before it had come to, and was dialled once at most."""
    job, confirmed = post.job(id_), 0
    for attempt in post.attempts(id_):
        assert attempt.start == confirmed
        confirmed += attempt.pages
        dialled = sum(attempt.uuid in line for line in post.dialled())
        assert dialled <= 1
        assert dialled or attempt.outcome in ("never", "lost")
    assert confirmed == job.confirmed == job.pages


async def _kill(post: Post, where: str, number: int) -> None:
    """The agent dies the so-many-th time that it comes there."""
    passed: list[str] = []

    def hook(name: str) -> None:
        if name == where:
            passed.append(name)
            if len(passed) >= number:
                raise Killed(name)

    async with post.outward():
        durable.hook = hook
        try:
            with contextlib.suppress(TimeoutError):
                await post.until(lambda: len(passed) >= number, 1.5)
        finally:
            durable.hook = None


async def _restart(post: Post, _: str, tenths: int) -> None:
    """The switch dies, and starts."""
    async with post.outward():
        await asyncio.sleep(tenths / 10)
        await post.world.switch.restart()
        await asyncio.sleep(0.2)


async def _drop(post: Post, _: str, tenths: int) -> None:
    """The connection is lost."""
    async with post.outward() as outward:
        await asyncio.sleep(tenths / 10)
        client = await outward._link.up(5)
        await client.close()
        await asyncio.sleep(0.2)


async def _away(post: Post, where: str, number: int) -> None:
    """The database takes something only later."""
    async with post.outward() as outward:
        queue = outward.sending._queue
        real, left = getattr(queue, where), [None] * number

        def away(*given: Any) -> Any:
            if left:
                left.pop()
                raise LedgerError("The ledger is away.")
            return real(*given)

        setattr(queue, where, away)
        with contextlib.suppress(TimeoutError):
            await post.until(lambda: not left, 1.5)


_FAULTS = {"kill": _kill, "restart": _restart, "drop": _drop, "away": _away}
