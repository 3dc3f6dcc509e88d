"""`dialform sendmail`: the server gets the mail as it was; a failure says so and exits 75."""

import asyncio
import io
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from dialform.cli.entry import main

MAIL = (
    b"From: Acme <pbx@acme.example>\nTo: Bob <bob@acme.example>\nBcc: boss@acme.example,\n"
    b" other@acme.example\nSubject: =?utf-8?q?=C3=86r=C3=B8?=\n\nHello\n.\n..\xc3\x86\n"
)


@dataclass
class Server:
    """A mail server for one test: it keeps what it got, and refuses what it is told to refuse."""

    refuse: str = ""
    offers: tuple[str, ...] = ("8BITMIME",)
    port: int = 0
    lines: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 test\r\n")
        while line := await reader.readline():
            self.lines.append(line.decode().strip())
            verb = line.split()[0].upper().decode()
            if self.refuse and line.decode().upper().startswith(self.refuse):
                writer.write(b"550 5.1.1 no such\r\n")
            elif verb == "EHLO":
                said = ["test", *self.offers]
                for one in said[:-1]:
                    writer.write(f"250-{one}\r\n".encode())
                writer.write(f"250 {said[-1]}\r\n".encode())
            elif verb == "DATA":
                writer.write(b"354 go\r\n")
                self.mails.append(await reader.readuntil(b"\r\n.\r\n"))
                writer.write(b"250 taken\r\n")
            elif verb == "AUTH":
                writer.write(b"235 welcome\r\n")
            elif verb == "QUIT":
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 ok\r\n")
        writer.close()


@pytest.fixture
def server() -> Iterator[Server]:
    made, loop, ready = Server(), asyncio.new_event_loop(), threading.Event()

    async def listen() -> None:
        listening = await asyncio.start_server(made.talk, "127.0.0.1", 0)
        made.port = listening.sockets[0].getsockname()[1]
        ready.set()

    def work() -> None:
        loop.run_until_complete(listen())
        loop.run_forever()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert ready.wait(10)
    yield made
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


def send(
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    *options: str,
    mail: bytes = MAIL,
    user: str = "",
) -> int:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(mail)))
    return main(["sendmail", "--smtp", f"smtp://{user}127.0.0.1:{server.port}", *options])


class TestDelivery:
    def test_hands_over_the_mail_without_bcc(
        self, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert send(server, monkeypatch) == 0
        content = server.mails[0]
        assert b"bcc" not in content.lower()
        assert b"other@acme.example" not in content
        # Each line ends in CRLF, and a leading dot is doubled (RFC 5321, 4.5.2).
        assert content.endswith(b"\r\n\r\nHello\r\n..\r\n...\xc3\x86\r\n.\r\n")
        assert b"\n" not in content.replace(b"\r\n", b"")

    def test_goes_to_all_recipients_of_the_headers(
        self, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert send(server, monkeypatch, "-t") == 0
        assert [line for line in server.lines if line.startswith("rcpt")] == [
            "rcpt TO:<bob@acme.example>", "rcpt TO:<boss@acme.example>", "rcpt TO:<other@acme.example>",
        ]  # fmt: skip

    def test_takes_the_flags_that_freeswitch_gives(
        self, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert (
            send(
                server,
                monkeypatch,
                "-f",
                "bounce@acme.example",
                "-t",
                "-i",
                "-oi",
                "bob@acme.example",
            )
            == 0
        )
        senders = [line for line in server.lines if line.startswith("mail")]
        assert senders[0].startswith("mail FROM:<bounce@acme.example>")
        assert sum(line.startswith("rcpt") for line in server.lines) == 3

    def test_without_recipients_in_the_headers_those_of_the_command_line_count(
        self, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mail = b"From: pbx@acme.example\r\nSubject: x\r\n\r\nHello\r\n"
        assert send(server, monkeypatch, "bob@acme.example", mail=mail) == 0
        assert "rcpt TO:<bob@acme.example>" in server.lines
        assert any(line.startswith("mail FROM:<pbx@acme.example>") for line in server.lines)

    def test_logs_in_on_loopback(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        server.offers = ("AUTH PLAIN",)
        assert send(server, monkeypatch, user="pbx:p%40ss@") == 0
        assert any(line.startswith("AUTH PLAIN") for line in server.lines)


class TestFailure:
    def one_line(self, capsys: pytest.CaptureFixture[str]) -> str:
        out, err = capsys.readouterr()
        assert out == ""
        assert err.count("\n") == 1
        assert err.startswith("dialform sendmail: ")
        return err

    @pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "EHLO"])
    def test_a_server_that_refuses(
        self,
        verb: str,
        server: Server,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        server.refuse = verb
        status = send(server, monkeypatch)
        if verb == "EHLO":  # then it is greeted the old way
            assert status == 0
            return
        assert status == 75
        self.one_line(capsys)

    def test_one_recipient_of_several(
        self, server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        server.refuse = "RCPT TO:<BOSS"
        assert send(server, monkeypatch) == 75
        assert "boss@acme.example" in self.one_line(capsys)
        assert len(server.mails) == 1

    def test_a_server_that_is_not_there(
        self, server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(MAIL)))
        assert main(["sendmail", "--smtp", "smtp://127.0.0.1:1"]) == 75
        self.one_line(capsys)

    @pytest.mark.parametrize(
        "mail", [b"", b"Hello", b"To:\n\nx", b"To: nobody\n\nx", b"\xff\x00\xfe" * 9]
    )
    def test_a_mail_to_nobody(
        self,
        mail: bytes,
        server: Server,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        assert send(server, monkeypatch, mail=mail) == 75
        self.one_line(capsys)
        assert server.mails == []

    @pytest.mark.parametrize(
        "url", ["127.0.0.1", "http://x", "smtp://", "smtp://u:hunter2@x:port", "smtp://x:99999"]
    )
    def test_a_url_that_is_none_is_not_repeated(
        self, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(MAIL)))
        assert main(["sendmail", "--smtp", url]) == 75
        assert "hunter2" not in self.one_line(capsys)

    def test_a_password_is_not_sent_in_the_clear(
        self, server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        server.offers = ("AUTH PLAIN",)
        monkeypatch.setattr("dialform.billing.smtp._HERE", ())
        assert send(server, monkeypatch, user="pbx:hunter2@") == 75
        assert "hunter2" not in self.one_line(capsys)
        assert not any(line.startswith("AUTH") for line in server.lines)
