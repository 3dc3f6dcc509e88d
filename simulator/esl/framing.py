"""Requests on the event socket: bytes in, commands with headers and body out.

As mod_event_socket's `read_packet` reads them: a request ends with an empty line, carriage returns do
not matter, newlines before it are skipped, a `Content-Length` header is followed by a body.
"""

import re

from dialform.values import dataclass, field

LIMIT = 10 * 1024 * 1024
"""Bytes. The switch takes a longer head for complete; bodies it does not limit at all, we do."""

_END = re.compile(rb"\n\r*\n")
_NUMBER = re.compile(r"\s*([+-]?\d{1,18})")


class TooLongError(Exception):
    """A body that nobody should have to hold in memory."""


@dataclass(frozen=True, slots=True)
class Request:
    """One command with its headers; header names are lower case."""

    command: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


class Reader:
    """Takes bytes as they come and gives the requests that are complete."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._buffer = bytearray()
        self._at = 0  # where in the buffer the next head or body begins
        self._searched = 0  # before this place no head ends
        self._waiting: Request | None = None
        self._missing = 0

    def feed(self, data: bytes) -> list[Request]:
        """The requests that `data` completes. Raises TooLongError."""
        self._buffer += data
        found: list[Request] = []
        while (request := self._next()) is not None:
            found.append(request)
        del self._buffer[: self._at]
        self._searched, self._at = max(0, self._searched - self._at), 0
        return found

    def _next(self) -> Request | None:
        if self._waiting is None:
            self._waiting = self._take_head()
        if self._waiting is None or len(self._buffer) - self._at < self._missing:
            return None
        request, self._waiting = self._waiting, None
        if not self._missing:
            return request
        body = bytes(self._buffer[self._at : self._at + self._missing])
        self._at += self._missing
        return Request(request.command, request.headers, _text(body))

    def _take_head(self) -> Request | None:
        size = len(self._buffer)
        while self._at < size and self._buffer[self._at] in b"\r\n":
            self._at += 1
        end = _END.search(self._buffer, max(self._at, self._searched))
        if end is None and size - self._at < self._limit:
            # The end may have begun in what is there: a newline, then carriage returns.
            self._searched = max(0, len(self._buffer.rstrip(b"\r")) - 1)
            return None
        cut = end.end() if end else self._at + self._limit
        head = bytes(self._buffer[self._at : cut])
        self._at = cut
        request, self._missing = _parse(_text(head))
        if self._missing > self._limit:
            raise TooLongError(f"a body of {self._missing} bytes")
        return request


def _text(data: bytes) -> str:
    """As C reads it, up to a zero byte; what is no UTF-8 survives a trip back."""
    return data.split(b"\0", 1)[0].decode("utf-8", "surrogateescape")


def _parse(head: str) -> tuple[Request, int]:
    """The request and how long its body is."""
    command, *lines = _lines(head)
    headers: dict[str, str] = {}
    length = 0
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            continue
        headers.setdefault(name.lower(), value.lstrip(" "))
        if name.lower() == "content-length" and (number := _NUMBER.match(value)):
            length = max(length, int(number[1]))
    return Request(command, headers), length


def _lines(text: str) -> list[str]:
    """The lines. Where any carriage return follows, it ends the line and newlines do not."""
    found = []
    while text:
        cut = text.find("\r")
        if cut < 0:
            cut = text.find("\n")
        if cut < 0:
            cut = len(text)
        found.append(text[:cut])
        text = text[cut:].lstrip("\r\n")
    return found or [""]
