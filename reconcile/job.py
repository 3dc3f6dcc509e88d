"""Compiling and planning in a process of their own: models and memory do not stay in the agent.

The process is kept for some idle minutes, since a cold start costs as long as a tenant's change. It ends
with the agent, with its time, and when whoever waits for it is cancelled.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from typing import Any

from dialform.reconcile.order import Made, Order

__all__ = ["JobError", "Made", "Order", "close", "make", "make_apart", "warm"]

IDLE = 120.0
"""Seconds after which a process that nobody asks ends itself."""

TIMEOUT = 900.0
"""Seconds within which an order is done, at most: 34 s are 1,000 tenants anew on two slow cores."""

_QUIET = 5.0
"""Seconds after an answer until the next generation is made ready for: first the switch is served."""

_NICE = 5
"""Calls go first."""

_LARGEST = 256 * 1024 * 1024


class JobError(Exception):
    """Compiling ended otherwise than with a result: one sentence."""


def make(order: Order) -> Made:
    """Compile, keep as a generation, plan; here. Raises OSError."""
    from dialform.reconcile.making import make as made

    return made(order)


class Worker:
    """The process, and the orders that it is given one after the other."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def start(self) -> asyncio.subprocess.Process:
        """The process that runs, or a new one."""
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "dialform.reconcile.job",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
                start_new_session=True, limit=_LARGEST,
            )  # fmt: skip
        return self._process

    async def make(self, order: Order, within: float) -> Made:
        """Have an order done. Raises JobError, OSError."""
        async with self._turn:
            try:
                async with asyncio.timeout(within):
                    answer = await self._ask(order.to_json())
            except TimeoutError:
                await self.kill()
                raise JobError(
                    f"Compiling took more than {within:g} seconds and was ended: what runs goes on."
                ) from None
            except BaseException:
                await self.kill()
                raise
        if "oserror" in answer:
            raise OSError(*answer["oserror"])
        return Made.from_json(answer)

    async def _ask(self, order: dict[str, Any]) -> dict[str, Any]:
        line = (json.dumps(order) + "\n").encode()
        for again in (True, False):
            process = await self.start()
            assert process.stdin is not None
            assert process.stdout is not None
            reply = b""
            with contextlib.suppress(ConnectionError):
                process.stdin.write(line)
                await process.stdin.drain()
                reply = await process.stdout.readline()
            if reply.endswith(b"\n"):
                found: dict[str, Any] = json.loads(reply)
                return found
            status = await process.wait()
            # It may have ended itself, being idle, in the moment when it was asked.
            if status or not again:
                raise JobError(
                    f"Compiling ended without a result ({_ending(status)}): the agent's log says more; "
                    "what runs goes on."
                )
        raise AssertionError

    async def kill(self) -> None:
        """End the process, and the processes that it started."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _ending(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit status {status}"


_WORKERS: dict[int, Worker] = {}
"""One for each event loop, by its identity: a process belongs to the loop that started it."""


def _worker() -> Worker:
    return _WORKERS.setdefault(id(asyncio.get_running_loop()), Worker())


async def make_apart(order: Order, within: float = TIMEOUT) -> Made:
    """Compile, keep as a generation, plan; in a process of its own.

    It is ended where the caller is cancelled. Raises JobError, OSError.
    """
    return await _worker().make(order, within)


async def warm() -> None:
    """Start the process, so that it loads while a commit is still fetched."""
    await _worker().start()


async def close() -> None:
    """End the process of this event loop, if there is one."""
    worker = _WORKERS.pop(id(asyncio.get_running_loop()), None)
    if worker is not None:
        await worker.kill()


def main() -> None:
    """Do orders, a line of JSON each, until there are none for some minutes."""
    import select

    _end_with_parent()
    with contextlib.suppress(OSError):
        os.nice(_NICE)
    # What anybody prints must not get among the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    from dialform.reconcile.making import make as made
    from dialform.reconcile.making import prepare

    while select.select([sys.stdin], [], [], IDLE)[0]:
        line = sys.stdin.buffer.readline()
        if not line:
            return
        try:
            answer = made(Order.from_json(json.loads(line))).to_json()
        except OSError as error:
            name = os.fsdecode(error.filename) if error.filename is not None else None
            answer = {"oserror": [error.errno, error.strerror, name]}
        answers.write(json.dumps(answer, default=str) + "\n")
        answers.flush()
        if not select.select([sys.stdin], [], [], _QUIET)[0]:
            prepare(Order.from_json(json.loads(line)), answer.get("generation"))


def _end_with_parent() -> None:
    """Ask the system to end this process when the agent is killed (prctl(2), PR_SET_PDEATHSIG)."""
    import ctypes

    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(1, signal.SIGKILL)


if __name__ == "__main__":
    main()
