"""A mail server on loopback that keeps what it takes, and is away while a test wants it so."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import BinaryIO, cast


@dataclass
class Mailbox:
    """`away`: it answers that it takes nothing now."""

    port: int = 0
    away: bool = False
    asked: int = 0
    """How often somebody came."""
    raw: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def mails(self) -> list[EmailMessage]:
        return [cast(EmailMessage, message_from_bytes(one, policy=default)) for one in self.raw]

    def talk(self, stream: BinaryIO) -> None:
        def say(text: str) -> None:
            stream.write(text.encode() + b"\r\n")
            stream.flush()

        self.asked += 1
        say("421 not now" if self.away else "220 here")
        while line := stream.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                say("354 go")
                lines = []
                while (part := stream.readline()) not in (b".\r\n", b""):
                    lines.append(part.removeprefix(b".") if part.startswith(b"..") else part)
                self.raw.append(b"".join(lines))
            say("221 bye" if verb == b"QUIT" else "250 ok")
            if verb == b"QUIT":
                return


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """One that listens until the end of the block."""
    box, over = Mailbox(), threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        box.port = listening.getsockname()[1]
        listening.settimeout(0.1)

        def work() -> None:
            while not over.is_set():
                with suppress(OSError):
                    connection, _ = listening.accept()
                    connection.settimeout(10)
                    with connection, connection.makefile("rwb") as stream:
                        box.talk(cast(BinaryIO, stream))

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        try:
            yield box
        finally:
            over.set()
            thread.join(10)
