"""What an incoming call meets, until the test itself decides."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from .call import Call

Behaviour = Callable[[Call], Coroutine[Any, Any, None]]


def rings() -> Behaviour:
    """Rings until the test says more, or the caller gives up."""

    async def behave(call: Call) -> None:
        call.ring()

    return behave


def answers(after: float = 0.0, hertz: float = 0.0) -> Behaviour:
    """Rings, answers after so many seconds, and plays a tone."""

    async def behave(call: Call) -> None:
        call.ring()
        await asyncio.sleep(after)
        if not call.over:
            call.media.play(hertz)
            call.answer()

    return behave


def refuses(status: int = 486, reason: str = "", after: float = 0.0) -> Behaviour:
    """Refuses: busy with 486, declined with 603, any other code."""

    async def behave(call: Call) -> None:
        await asyncio.sleep(after)
        if not call.over:
            call.reject(status, reason)

    return behave
