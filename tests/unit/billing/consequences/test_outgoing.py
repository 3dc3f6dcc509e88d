"""The outbox of an agent: mails leave, operators are told, and one that hangs holds up nobody else."""

from __future__ import annotations

import asyncio
from typing import Any

from dialform.billing.consequences.mailing import Sender
from dialform.reconcile.billing import outgoing as module
from dialform.reconcile.billing.outgoing import Outgoing
from dialform.reconcile.times import Times

from .conftest import MICRO, NOON, Books
from .mailserver import running


class Log:
    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []

    def warning(self, what: str, **more: Any) -> None:
        self.said.append({"what": what, **more})

    debug = warning


class Agent:
    def __init__(self, books: Books, server: str) -> None:
        self.told: list[tuple[str, str]] = []
        self.log = Log()
        self.outgoing = Outgoing(
            books.ledger, Times(now=lambda: NOON / MICRO), lambda: books.terms,
            lambda: Sender(server, "pbx@example.com"), self.tell, self.log,
        )  # fmt: skip

    async def tell(self, kind: str, message: str) -> None:
        self.told.append((kind, message))


def test_alarms_are_told_once_and_mails_sent_once(books: Books) -> None:
    books.pay(1)
    books.call(minutes=150)
    books.call(number="+442079460000")
    with running() as server:
        agent = Agent(books, server.url)
        for _ in range(3):
            asyncio.run(agent.outgoing.mail())
            asyncio.run(agent.outgoing.alarm())
    assert [kind for kind, _ in agent.told] == ["billing_unrated"]
    assert [one["kind"] for one in agent.log.said] == ["unrated"]
    assert [mail["To"] for mail in server.parsed] == ["it@acme.example"]
    assert (agent.outgoing.mailed, agent.outgoing.error) == (1, "")


def test_a_mail_server_that_refuses_is_said(books: Books) -> None:
    books.pay(1)
    books.call(minutes=150)
    agent = Agent(books, "smtp://127.0.0.1:1")
    asyncio.run(agent.outgoing.mail())
    assert "127.0.0.1:1" in agent.outgoing.error
    assert agent.outgoing.mailed == 0


def test_a_fault_of_ours_in_a_mail_ends_neither_alarms_nor_bookings(
    books: Books, monkeypatch: Any
) -> None:
    monkeypatch.setattr(module, "EVERY", 0.01)
    books.call(number="+442079460000")

    def fails(*_: object) -> None:
        raise RuntimeError("secret text of a tenant")

    async def goes_on() -> None:
        agent = Agent(books, "smtp://127.0.0.1:1")
        monkeypatch.setattr(agent.outgoing._mailing, "work", fails)
        task = asyncio.create_task(agent.outgoing.run())
        async with asyncio.timeout(15):
            while not agent.told or not agent.outgoing.error:
                await asyncio.sleep(0.01)
        assert not task.done()
        assert "RuntimeError" in agent.outgoing.error and "secret" not in str(agent.log.said)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(goes_on())


def test_a_mail_server_that_hangs_holds_up_no_alarm(books: Books, monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "EVERY", 0.05)
    books.pay(1)
    books.call(minutes=150)

    async def hangs() -> None:
        async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()

        server = await asyncio.start_server(silence, "127.0.0.1", 0)
        agent = Agent(books, f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        task = asyncio.create_task(agent.outgoing.run())
        await asyncio.sleep(0.2)
        await asyncio.to_thread(books.call, number="+442079460000")
        async with asyncio.timeout(15):
            while not agent.told:
                await asyncio.sleep(0.01)
        server.close()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    monkeypatch.setattr("dialform.billing.smtp.SECONDS", 3)
    asyncio.run(hangs())
