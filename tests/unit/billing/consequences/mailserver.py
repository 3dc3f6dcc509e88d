"""A mail server for one test: it keeps what it got, and refuses what it is told to refuse."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


@dataclass
class Server:
    """`refuse` is the beginning of what it refuses, with `code`. `tls` makes it offer STARTTLS."""

    refuse: str = ""
    code: int = 550
    tls: ssl.SSLContext | None = None
    at_once: bool = False
    """TLS from the first byte."""
    port: int = 0
    lines: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)
    secure: list[bool] = field(default_factory=list)
    """Of each mail: whether it came over TLS."""

    @property
    def url(self) -> str:
        return f"{'smtps' if self.at_once else 'smtp'}://127.0.0.1:{self.port}"

    @property
    def parsed(self) -> list[EmailMessage]:
        made = [message_from_bytes(one, policy=default) for one in self.mails]
        return [one for one in made if isinstance(one, EmailMessage)]

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            await self._talk(reader, writer)
        writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 test\r\n")
        while line := await reader.readline():
            text = line.decode().strip()
            self.lines.append(text)
            verb = text.split()[0].upper()
            over_tls = writer.get_extra_info("ssl_object") is not None
            if self.refuse and text.upper().startswith(self.refuse):
                writer.write(f"{self.code} not now\r\n".encode())
            elif verb == "EHLO":
                offers = ["test", "AUTH PLAIN"] + ["STARTTLS"] * (
                    self.tls is not None and not over_tls
                )
                writer.write(
                    b"".join(f"250-{one}\r\n".encode() for one in offers) + b"250 8BITMIME\r\n"
                )
            elif verb == "STARTTLS":
                writer.write(b"220 go\r\n")
                await writer.drain()
                assert self.tls is not None
                await writer.start_tls(self.tls)
            elif verb == "DATA":
                writer.write(b"354 go\r\n")
                self.mails.append((await reader.readuntil(b"\r\n.\r\n"))[:-3])
                self.secure.append(over_tls)
                writer.write(b"250 taken\r\n")
            elif verb == "AUTH":
                writer.write(b"235 welcome\r\n")
            elif verb == "QUIT":
                writer.write(b"221 bye\r\n")
                return
            else:
                writer.write(b"250 ok\r\n")


@contextmanager
def running(server: Server | None = None) -> Iterator[Server]:
    """One that listens on loopback, in a thread of its own."""
    made, loop, ready = server or Server(), asyncio.new_event_loop(), threading.Event()

    async def listen() -> None:
        context = made.tls if made.at_once else None
        listening = await asyncio.start_server(made.talk, "127.0.0.1", 0, ssl=context)
        made.port = listening.sockets[0].getsockname()[1]
        ready.set()

    def work() -> None:
        loop.run_until_complete(listen())
        loop.run_forever()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
