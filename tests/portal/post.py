"""A mail server that keeps what it is given."""

from __future__ import annotations

import email
import email.policy
import re
import socketserver
import threading
import time
from email.message import EmailMessage

from .portal import LONG


class Post:
    """Listens on loopback while one is in it. `came` is what came, the newest last."""

    def __init__(self) -> None:
        self.came: list[EmailMessage] = []
        post = self

        class Talk(socketserver.StreamRequestHandler):
            """One connection of RFC 5321, with no more than a client needs."""

            def handle(self) -> None:
                self.wfile.write(b"220 post\r\n")
                while line := self.rfile.readline():
                    word = line[:4].upper().strip()
                    if word == b"DATA":
                        self.wfile.write(b"354 go on\r\n")
                        post.came.append(self._message())
                    self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 fine\r\n")
                    if word == b"QUIT":
                        return

            def _message(self) -> EmailMessage:
                lines = []
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(line)
                text = b"".join(lines)
                return email.message_from_bytes(text, policy=email.policy.default)  # type: ignore[return-value]

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
        self._server.daemon_threads = True
        self.url = f"smtp://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Post:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def link(self, to: str, kind: str) -> str:
        """The path of the link in the newest mail to somebody: `welcome` or `reset`. Waits until it is there."""
        deadline = time.monotonic() + LONG
        while True:
            for mail in reversed(self.came):
                found = re.search(rf"/{kind}/[\w-]+", mail.get_content())
                if found and to in str(mail["To"]):
                    return found[0]
            assert time.monotonic() < deadline, [str(mail["To"]) for mail in self.came]
            time.sleep(0.1)
