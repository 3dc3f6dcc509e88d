"""Phones that are registered, some at a time."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from .phone import Phone


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
