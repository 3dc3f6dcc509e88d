"""The one thread in which a meter does what blocks: files, and the ledger."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Thread:
    """Does one thing after the other, in the order in which it was asked to."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "meter")

    async def do(self, work: Callable[P, T], *args: P.args, **given: P.kwargs) -> T:
        """Do it there; what it raises is raised here. Who is cancelled meanwhile has it done all the same."""
        return await asyncio.get_running_loop().run_in_executor(
            self._pool, lambda: work(*args, **given)
        )

    async def close(self) -> None:
        """End after what is being done."""
        await asyncio.to_thread(self._pool.shutdown)
