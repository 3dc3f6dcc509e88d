"""Whose turn it is: one command after the other, each with the reply that is its own.

A switch answers in the order in which it was asked and says nowhere to what. So one command is on its
way at a time; who was cancelled meanwhile still has a reply to come, and the next one waits for it.
"""

import asyncio
from collections import deque
from collections.abc import Callable

from dialform.switch.errors import Garbled, Unknown, Unreachable
from dialform.switch.framing import Frame


class _Turn:
    """A command and who waits for its reply."""

    __slots__ = ("command", "data", "kind", "reply", "seconds")

    def __init__(
        self, data: bytes, kind: str, command: str, seconds: float, reply: asyncio.Future[Frame]
    ) -> None:
        self.data, self.kind, self.command = data, kind, command
        self.seconds, self.reply = seconds, reply


class Turns:
    """The queue of commands of one connection.

    `send` writes bytes; `late` is called when a reply does not come in time, with the command.
    """

    def __init__(self, send: Callable[[bytes], None], late: Callable[[str, float], None]) -> None:
        self._send, self._late = send, late
        self._queue: deque[_Turn] = deque()
        self._now: _Turn | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def ask(self, data: bytes, kind: str, command: str, seconds: float) -> Frame:
        """Sends `data` when it is its turn, and gives the reply, which must be of this kind.

        `command` is what an error names. Raises Unknown (it was sent) and Unreachable (it was not).
        """
        reply: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._queue.append(_Turn(data, kind, command, seconds, reply))
        self._next()
        return await reply

    def take(self, frame: Frame) -> None:
        """A reply came. Raises Garbled, where nobody asked."""
        turn = self._now
        if turn is None or turn.kind != frame.kind:
            raise Garbled(f"a {frame.kind} that nobody asked for")
        self._end()
        if not turn.reply.done():
            turn.reply.set_result(frame)
        self._next()

    def fail(self, why: Unknown) -> None:
        """The connection is gone: what was sent is unknown, what waits is not sent."""
        turn = self._now
        self._end()
        if turn is not None and not turn.reply.done():
            turn.reply.set_exception(type(why)(why.why, turn.command))
        for waiting in self._queue:
            if not waiting.reply.done():
                waiting.reply.set_exception(Unreachable(f"{waiting.command}: {why.why}"))
        self._queue.clear()

    def _next(self) -> None:
        while self._now is None and self._queue:
            turn = self._queue.popleft()
            if turn.reply.done():
                continue  # cancelled before it was sent
            self._now = turn
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(turn.seconds, self._late, turn.command, turn.seconds)
            self._send(turn.data)

    def _end(self) -> None:
        self._now = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
