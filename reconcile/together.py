"""Work that belongs together: where one part ends, all of it does; and waiting that can be ended."""

import asyncio
import contextlib
from collections.abc import Coroutine, Iterable
from typing import Any


async def first_of(work: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Runs all until the first of them ends; what it raised, or nothing. The others are ended."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def woken(event: asyncio.Event, seconds: float) -> None:
    """Waits until somebody sets the event, and no longer than that; it is clear then.

    Not by `wait_for`: until Python 3.12 that forgets to be cancelled where the event is set at the same
    moment, and who waits for its end waits for ever.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    event.clear()
