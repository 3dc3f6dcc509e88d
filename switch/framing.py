"""The event socket's framing: bytes in, frames out, and no input or output of its own.

A frame is a block of headers (`Name: value`, a line each), an empty line, and as many bytes as its
`Content-Length` says (mod_event_socket.c). Each begins with `Content-`: replies by their `Content-Type`,
events by their `Content-Length`.
"""

import re

from dialform.switch.errors import Garbled
from dialform.switch.limits import Limits
from dialform.values import dataclass

EVENT = "text/event-json"
_START = b"Content-"
_EVENT = re.compile(rb"Content-Length: (\d{1,15})\nContent-Type: text/event-json")
_KEPT = 64 * 1024


@dataclass(frozen=True, slots=True)
class Frame:
    """One message of the switch."""

    kind: str
    """Its Content-Type: `api/response`, say."""
    headers: dict[str, str]
    """Of an event none: they say nothing that its body does not."""
    body: bytes


class Framing:
    """Takes bytes in chunks of any size, gives frames; after Garbled it is of no more use."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._buffer = bytearray()
        self._at = 0
        self._searched = 0
        self._head: tuple[str, dict[str, str], int] | None = None

    @property
    def held(self) -> int:
        """Bytes that wait for what is missing of their frame."""
        return len(self._buffer) - self._at

    def feed(self, data: bytes) -> None:
        """More bytes. `take` what they complete before feeding on: this alone holds no limits."""
        if self._at == len(self._buffer):
            self._buffer.clear()
            self._at = self._searched = 0
        elif self._at > _KEPT:
            del self._buffer[: self._at]
            self._searched, self._at = max(0, self._searched - self._at), 0
        self._buffer += data

    def take(self) -> Frame | None:
        """The next frame; None: it is not complete. Raises Garbled."""
        if self._head is None:
            self._head = self._take_head()
            if self._head is None:
                return None
        kind, headers, length = self._head
        end = self._at + length
        if len(self._buffer) < end:
            return None
        with memoryview(self._buffer) as view:
            body = bytes(view[self._at : end])
        self._at, self._head = end, None
        return Frame(kind, headers, body)

    def _take_head(self) -> tuple[str, dict[str, str], int] | None:
        buffer, at = self._buffer, self._at
        if not buffer.startswith(_START, at):
            said = bytes(buffer[at : at + len(_START)])
            if not _START.startswith(said):
                raise Garbled("this is not the protocol of the event socket")
            return None
        end = buffer.find(b"\n\n", max(at, self._searched))
        size = (len(buffer) if end < 0 else end) - at
        if size > self._limits.head:
            raise Garbled(f"more than {self._limits.head} bytes of headers")
        if end < 0:
            self._searched = len(buffer) - 1
            return None
        head = bytes(buffer[at:end])
        self._at = self._searched = end + 2
        return self._parse(head)

    def _parse(self, head: bytes) -> tuple[str, dict[str, str], int]:
        if event := _EVENT.fullmatch(head):  # as nearly all of them are, when there are many
            return EVENT, {}, self._allowed(int(event[1]), self._limits.event)
        headers: dict[str, str] = {}
        for line in head.split(b"\n"):
            name, colon, value = line.partition(b": ")
            if not colon or len(line) > self._limits.line:
                raise Garbled("a header is none, or too long")
            key = name.decode("utf-8", "replace")
            if headers.setdefault(key, text := value.decode("utf-8", "replace")) != text:
                raise Garbled("a header stands twice")
        kind, length = headers.get("Content-Type", ""), headers.get("Content-Length", "0")
        if not kind or not (length.isascii() and length.isdigit()) or len(length) > 15:
            raise Garbled("a message without a type or with a length that is no number")
        most = self._limits.event if kind == EVENT else self._limits.body
        return kind, headers, self._allowed(int(length), most)

    def _allowed(self, length: int, most: int) -> int:
        if length > most:
            raise Garbled(f"a body of more than {most} bytes")
        return length
