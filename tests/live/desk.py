"""Phones that are registered, some at a time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from .phone import Call, Phone


@contextlib.asynccontextmanager
async def desk(
    extension: Callable[..., Phone], *which: str, **given: Any
) -> AsyncIterator[list[Phone]]:
    """The registered phones of these extensions: `async with desk(extension, "acme/1001", …)`.

    All take what Phone takes. They sign off at the end: the next test finds nobody there.
    """
    async with contextlib.AsyncExitStack() as stack:
        phones = [await stack.enter_async_context(extension(name, **given)) for name in which]
        for phone in phones:
            assert (await phone.register()).status == 200, f"{phone.user} is not let in"
        yield phones
        for phone in phones:
            await phone.unregister()


async def first_of(phones: Sequence[Phone], within: float = 5.0) -> tuple[Phone, Call]:
    """Which of these phones rings first, and its call."""
    waits = {asyncio.create_task(phone.rung(within)): phone for phone in phones}
    try:
        done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        task = done.pop()
        return waits[task], await task
    finally:
        for task in waits:
            task.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
