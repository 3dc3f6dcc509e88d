"""Work that belongs together: where one part ends, all of it does."""

import asyncio
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
