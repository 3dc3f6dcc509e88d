"""Work that belongs together, and waiting that can be ended."""

from __future__ import annotations

import asyncio

import pytest

from dialform.reconcile.together import first_of, woken


def test_who_is_woken_and_cancelled_at_one_moment_ends() -> None:
    async def work() -> None:
        event = asyncio.Event()
        task = asyncio.create_task(woken(event, 60.0))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        event.set()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(work())


def test_waiting_ends_by_the_event_or_by_time_and_leaves_it_clear() -> None:
    async def work() -> None:
        event = asyncio.Event()
        await woken(event, 0.01)
        event.set()
        await woken(event, 60.0)
        assert not event.is_set()

    asyncio.run(work())


def test_the_end_of_one_is_the_end_of_all() -> None:
    ended = []

    async def lasts() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("lasts")

    async def fails() -> None:
        await asyncio.sleep(0)
        raise ValueError("so")

    with pytest.raises(ValueError, match="so"):
        asyncio.run(first_of([lasts(), fails()]))
    assert ended == ["lasts"]
