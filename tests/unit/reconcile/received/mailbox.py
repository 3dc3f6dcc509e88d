"""A mail server on loopback: keeps each mail that it took, and fails where a test tells it to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


@dataclass
class Mailbox:
    """`refuse` is the verb that is answered with `code`; `mute` takes a mail and hangs up without a word."""

    refuse: str = ""
    code: int = 451
    mute: bool = False
    port: int = 0
    raw: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def mails(self) -> list[EmailMessage]:
        found = [message_from_bytes(one, policy=default) for one in self.raw]
        return [one for one in found if isinstance(one, EmailMessage)]

    @property
    def ids(self) -> list[str]:
        return [str(one["Message-ID"]) for one in self.mails]

    def talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rwb") as stream, suppress(OSError):
            self._say(stream, "220 test")
            while line := stream.readline():
                verb = line.split()[0].decode().upper() if line.split() else ""
                if self.refuse and verb == self.refuse:
                    self._say(stream, f"{self.code} not now")
                elif verb == "DATA":
                    self._say(stream, "354 go")
                    self.raw.append(_body(stream))
                    if self.mute:
                        return
                    self._say(stream, "250 taken")
                elif verb == "QUIT":
                    self._say(stream, "221 bye")
                    return
                else:
                    if verb == "RCPT":
                        self.recipients.append(line.decode().strip().partition(":")[2].strip("<>"))
                    self._say(stream, "250 ok")

    @staticmethod
    def _say(stream: object, text: str) -> None:
        stream.write(text.encode() + b"\r\n")  # type: ignore[attr-defined]
        stream.flush()  # type: ignore[attr-defined]


def _body(stream: object) -> bytes:
    lines = []
    while (line := stream.readline()) not in (b".\r\n", b""):  # type: ignore[attr-defined]
        lines.append(line[1:] if line.startswith(b".") else line)
    return b"".join(lines)


@contextmanager
def running(made: Mailbox | None = None) -> Iterator[Mailbox]:
    """One that listens until the end of the block."""
    box = made or Mailbox()
    with socket.create_server(("127.0.0.1", box.port)) as listening:
        box.port = listening.getsockname()[1]
        listening.settimeout(0.05)
        over = threading.Event()

        def work() -> None:
            while not over.is_set():
                with suppress(TimeoutError):
                    connection, _ = listening.accept()
                    connection.settimeout(10)
                    box.talk(connection)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        try:
            yield box
        finally:
            over.set()
            thread.join(10)
