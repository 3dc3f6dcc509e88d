"""Runs a test written as a coroutine, without a plugin."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")

PATIENCE = 60.0  # seconds a scene may take


def play(scene: Coroutine[Any, Any, T], timeout: float = PATIENCE) -> T:
    """Runs a coroutine on a loop of its own; what fails in a callback fails the scene."""
    faults: list[BaseException] = []

    def caught(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        faults.append(context.get("exception") or RuntimeError(context["message"]))

    async def whole() -> T:
        asyncio.get_running_loop().set_exception_handler(caught)
        return await asyncio.wait_for(scene, timeout)

    result = asyncio.run(whole())
    if faults:
        raise faults[0]
    return result


def scene(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Makes an `async def test_…` a plain test; fixtures work as ever."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        play(test(*args, **kwargs))

    return run
