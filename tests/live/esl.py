"""A blocking event socket, just enough to ask a switch what is true.

The project's own client is under test: the tests must not lean on it.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from .sip import Address


class EslError(Exception):
    """The switch does not let us in, or talks nonsense."""


@dataclass(frozen=True)
class Esl:
    """Where the event socket is. Each command takes a connection of its own."""

    address: Address
    password: str

    def api(self, command: str, timeout: float = 20.0) -> str:
        """Sends `api …` and returns the reply as it stands. Raises OSError, EslError."""
        with socket.create_connection(self.address, timeout) as connection:
            stream = connection.makefile("rb")
            _expect(_read(stream)[0], "Content-Type", "auth/request")
            connection.sendall(f"auth {self.password}\n\n".encode())
            _expect(_read(stream)[0], "Reply-Text", "+OK accepted")
            connection.sendall(f"api {command}\n\n".encode())
            headers, body = _read(stream)
            _expect(headers, "Content-Type", "api/response")
            return body.decode("utf-8", "replace")


def listen(esl: Esl, *events: str) -> tuple[socket.socket, Iterator[bytes]]:
    """A connection that is told these events, and the JSON of each as it comes; no more when it ends."""
    connection = socket.create_connection(esl.address, 20.0)
    stream = connection.makefile("rb")
    _expect(_read(stream)[0], "Content-Type", "auth/request")
    connection.sendall(f"auth {esl.password}\n\n".encode())
    _expect(_read(stream)[0], "Reply-Text", "+OK accepted")
    connection.sendall(f"event json {' '.join(events)}\n\n".encode())
    _expect(_read(stream)[0], "Content-Type", "command/reply")
    connection.settimeout(None)
    return connection, _bodies(stream)


def _bodies(stream: BinaryIO) -> Iterator[bytes]:
    while True:
        headers, body = _read(stream)
        if not headers:
            return
        if headers.get("Content-Type") == "text/event-json":
            yield body


def _read(stream: BinaryIO) -> tuple[dict[str, str], bytes]:
    headers: dict[str, str] = {}
    while line := stream.readline().strip():
        name, _, value = line.decode("utf-8", "replace").partition(": ")
        headers[name] = value
    return headers, stream.read(int(headers.get("Content-Length", "0")))


def _expect(headers: dict[str, str], name: str, value: str) -> None:
    if headers.get(name) != value:
        raise EslError(f"expected {name}: {value}, got {headers}")
