"""One connection to the event socket: what comes in, goes where it belongs."""

import asyncio
from collections.abc import Callable

from dialform.switch.errors import Dropped, Garbled, ReplyTimeout, Unknown
from dialform.switch.events import Event, parse
from dialform.switch.framing import EVENT, Frame, Framing
from dialform.switch.limits import Limits
from dialform.switch.turns import Turns

REPLY, RESPONSE = "command/reply", "api/response"


class Connection(asyncio.Protocol):
    """From the greeting to the end. `tell` gets each event and its size in bytes."""

    def __init__(
        self, limits: Limits, tell: Callable[[Event, int], None], end: Callable[[Unknown], None]
    ) -> None:
        self._framing = Framing(limits)
        self._tell, self._end = tell, end
        self._transport: asyncio.Transport | None = None
        self.turns = Turns(self._send, self._late)
        self.greeting: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self.heard = 0
        """Frames so far: what grows, lives."""
        self.ended: Unknown | None = None

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is open."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Bytes of any number."""
        if self.ended is not None:
            return
        self._framing.feed(data)
        try:
            while self.ended is None and (frame := self._framing.take()) is not None:
                self.heard += 1
                self._take(frame)
        except Garbled as error:
            self.fail(error)

    def connection_lost(self, error: Exception | None) -> None:
        """The socket is closed."""
        why = "the connection was cut" if error else "the switch closed the connection"
        self.fail(Dropped(why))

    # What is ours.

    def _take(self, frame: Frame) -> None:
        if frame.kind == EVENT:
            self._tell(parse(frame.body), len(frame.body))
        elif frame.kind in (REPLY, RESPONSE):
            self.turns.take(frame)
        elif frame.kind in ("auth/request", "text/rude-rejection") and not self.greeting.done():
            self.greeting.set_result(frame)
        elif frame.kind == "text/disconnect-notice":
            self.fail(Dropped("the switch ended the connection"))
        else:
            raise Garbled(f"a {frame.kind[:40]} that nobody asked for")

    def _send(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def _late(self, command: str, seconds: float) -> None:
        self.fail(ReplyTimeout(f"no reply within {seconds:g} s"))

    def fail(self, why: Unknown) -> None:
        """Ends the connection, with this reason for all who wait."""
        if self.ended is not None:
            return
        self.ended = why
        if self._transport is not None:
            self._transport.abort()
        if not self.greeting.done():
            self.greeting.set_exception(why)
            self.greeting.exception()  # it may be that nobody waits any more
        self.turns.fail(why)
        self._end(why)
