"""A connection after its handshake: HTTP/1.1, strictly.

Each head is looked at before any library reads it, one at a time, whole, with no folded line, no bare CR or
LF, and one length at most. A body is never read: the connection ends with the answer. Each state has its
time.
"""

import asyncio
import logging
import re
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from dialform.provisioning.answers import NOT_FOUND, Answer, constant
from dialform.values import dataclass

HEAD = 16384
"""Bytes of a request's head."""

_MUCH = 16384

_QUIET = logging.Logger("dialform.provisioning.wire")
_QUIET.addHandler(logging.NullHandler())
_QUIET.setLevel(logging.CRITICAL + 1)

_LINE = re.compile(rb"([A-Z]{1,20}) ([^ ]+) (HTTP/1\.[01])")
_ODD = re.compile(rb"[^\x21-\x7e]")
_NOWHERE = b"/*"
"""For a target that HTTP does not know: the application answers it like any other that is none."""

_FIELD = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*")
_LENGTH = re.compile(rb"(?im)^(?:content-length|transfer-encoding):")
_MALFORMED = constant(400, b"Bad request\n")


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that a client has."""

    handshake: float = 10
    head: float = 10
    """For the head of a request, from its first byte on; for the first one, from the connection on."""
    idle: int = 15
    """Between two requests."""
    answer: float = 60
    """To take an answer, all of it."""
    end: float = 5
    """To take what is left when the connection is to end."""


class Wire(H11Protocol):
    """One connection. `raw` is the transport below TLS. `malformed` hears of what is no HTTP (by whom, and
    the answer), `cut` why a connection was ended, `gone` that it is over.
    """

    patience = Patience()
    raw: asyncio.Transport
    malformed: Callable[[str, int], None]
    cut: Callable[[str], None]
    gone: Callable[[], None]

    def connection_made(self, transport: Any) -> None:
        """The time for the first request begins."""
        self.logger = self.access_logger = _QUIET
        self.access_log = False
        self._head = bytearray()
        self._timer: asyncio.TimerHandle | None = None
        self._corked = Corked(transport)
        super().connection_made(self._corked)  # type: ignore[arg-type]
        self._within(self.patience.head)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over, by whomever."""
        self._stop()
        super().connection_lost(exc)
        self.gone()

    @property
    def waits(self) -> bool:
        """Whether nothing is being answered: what may be dropped for somebody else."""
        return not self._busy and not self._left

    @property
    def _busy(self) -> bool:
        cycle: Any = self.cycle  # None until there is one, whatever its type says
        return cycle is not None and not cycle.response_complete

    def data_received(self, data: bytes) -> None:
        """Some of a head, or of the next one."""
        if self.transport.is_closing():
            return
        self._head += data
        if self._busy:
            # What comes before its turn waits, and not much of it.
            if len(self._head) > HEAD:
                self.flow.pause_reading()
            return
        self._next()

    def _next(self) -> None:
        """Begin with the next request, if its head is here."""
        while self._head[:2] == b"\r\n":
            del self._head[:2]  # RFC 9112, section 2.2
        if not self._head:
            return
        self._unset_keepalive_if_required()
        end = self._head.find(b"\r\n\r\n")
        if end < 0:
            if len(self._head) > HEAD:
                self._refuse(NOT_FOUND)
            elif b"\n\n" in self._head:
                self._refuse()
            elif self._timer is None:
                self._within(self.patience.head)
            return
        head = bytes(self._head[:end])
        del self._head[: end + 4]
        if end > HEAD:
            self._refuse(NOT_FOUND)
            return
        if not is_strict(head):
            self._refuse()
            return
        if _LENGTH.search(head):
            # A body follows, or should: it is not read, and what stands behind it neither.
            self._head.clear()
            head += b"\r\nConnection: close"
        self._within(self.patience.answer)
        super().data_received(_plain(head) + b"\r\n\r\n")

    def on_response_complete(self) -> None:
        """All of an answer is written, which is not yet taken."""
        self._corked.flush()
        super().on_response_complete()
        if self.transport.is_closing():
            return  # the timer of the answer goes on until all of it is taken
        self._written()
        if self._head:
            self._next()

    def _written(self) -> None:
        if not self._left:
            self._stop()

    @property
    def _left(self) -> int:
        """Bytes that are not taken yet, as far as we know."""
        below = self.raw.get_write_buffer_size()
        # A TLS transport that was closed knows nothing of what it has.
        return (
            below if self.transport.is_closing() else below + self.transport.get_write_buffer_size()
        )

    def send_400_response(self, msg: str) -> None:
        """What only the library finds to be no HTTP."""
        self._refuse()

    def _refuse(self, answer: Answer = _MALFORMED) -> None:
        """No HTTP, or what two readers could read in two ways, or too much of it."""
        self._head.clear()
        if not self.transport.is_closing():
            self.malformed(self.client[0] if self.client else "unknown", answer.status)
            self.transport.write(_bytes(answer))
            self.transport.close()
        self._within(self.patience.end)

    def timeout_keep_alive_handler(self) -> None:
        """Nobody asked anything more."""
        super().timeout_keep_alive_handler()
        self._within(self.patience.end)

    def shutdown(self) -> None:
        """The service ends."""
        idle = not self._busy and not self._left and not self.transport.is_closing()
        super().shutdown()
        if idle:
            # Nobody waits for anything, so neither do we for the other end's farewell.
            self.loop.call_soon(self.raw.abort)

    def _within(self, seconds: float) -> None:
        self._stop()
        self._timer = self.loop.call_later(seconds, self._over)

    def _over(self) -> None:
        self._timer = None
        begun: object = self.cycle
        closing = self.transport.is_closing()
        if self._busy or self._left or self._head or closing or begun is None:
            self.cut("slow")
            self.raw.abort()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class Corked:
    """A transport that sends head and body together: one record, one packet, half the work."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._kept: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Keep a little, send much."""
        self._kept.append(data)
        if len(data) > _MUCH:
            self.flush()

    def flush(self) -> None:
        """Send what is kept."""
        if self._kept:
            data, self._kept = b"".join(self._kept), []
            self._transport.write(data)

    def close(self) -> None:
        """Send what is kept, and end."""
        self.flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


def is_strict(head: bytes) -> bool:
    """Whether a request's head, without the blank line, can be read in one way only."""
    line, *fields = head.split(b"\r\n")
    if not _LINE.fullmatch(line) or len(fields) > 100:
        return False
    if not all(_FIELD.fullmatch(field) for field in fields):
        return False
    return len(_LENGTH.findall(head)) <= 1 and sum(f[:5].lower() == b"host:" for f in fields) <= 1


def _plain(head: bytes) -> bytes:
    """A head with a target that can be read."""
    line, rest = head[: (head + b"\r").index(b"\r")], head[(head + b"\r").index(b"\r") :]
    match = _LINE.fullmatch(line)
    if match is None or not _ODD.search(match[2]):
        return head
    return b" ".join((match[1], _NOWHERE, match[3])) + rest


def _bytes(answer: Answer) -> bytes:
    """An answer as it goes over the wire, and ends it."""
    reason = {400: b"Bad Request", 404: b"Not Found"}[answer.status]
    lines = [b"HTTP/1.1 %d %s" % (answer.status, reason)]
    lines += [b"%s: %s" % header for header in (*answer.headers, (b"Connection", b"close"))]
    return b"\r\n".join([*lines, b"", answer.body])
