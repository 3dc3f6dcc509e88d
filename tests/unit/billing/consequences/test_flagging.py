"""The flags of two hosts that share a ledger, kept by their agents: what one books, the other one knows."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from dialform.billing.ledger.opening import open_ledger
from dialform.reconcile.billing import flagging
from dialform.reconcile.billing.flagging import Flagging
from dialform.reconcile.times import Times
from dialform.simulator.dialplan.stores import Db
from dialform.switch import Unreachable

from .conftest import MICRO, NOON, Books


class Link:
    """As much of a link as is asked: a switch's database behind it."""

    def __init__(self) -> None:
        self.db, self.connected, self.core_uuid, self.reconnects = Db(), True, "core", 0
        self.heard: list[str] = []

    async def api(self, command: str) -> str:
        if not self.connected:
            raise Unreachable("gone")
        self.heard.append(command)
        return self.db.api(command.removeprefix("db ")) or "-ERR no reply\n"

    @property
    def flag(self) -> str:
        return self.db.select("acme-block", "outbound")


class Log:
    def warning(self, *_: object, **__: object) -> None:
        pass


class Host:
    """One agent's flags, on a clock that the test turns."""

    def __init__(self, books: Books, url: str) -> None:
        self.now, self.link, self.changes = NOON / MICRO, Link(), list[tuple[str, ...]]()
        self.ledger = open_ledger(url)
        self.flags = Flagging(
            self.ledger, lambda: books.terms, self.link, Times(now=lambda: self.now),  # type: ignore[arg-type]
            lambda *change: self.changes.append(change), Log(),
        )  # fmt: skip


@contextlib.asynccontextmanager
async def running(*hosts: Host) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(one.flags.run()) for one in hosts]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for one in hosts:
            one.ledger.close()


async def until(met: Any, within: float = 15.0) -> None:
    async with asyncio.timeout(within):
        while not met():
            await asyncio.sleep(0.01)


def test_what_one_host_books_flags_both(books: Books, url: str) -> None:
    books.agree(daily=1)

    async def books_and_flags() -> None:
        here, there = Host(books, url), Host(books, url)
        async with running(here, there):
            await until(lambda: len(here.link.heard) >= 2 and len(there.link.heard) >= 2)
            going = books.fact(ended=0)
            await asyncio.to_thread(books.ledger.journal_answer, going, seen=NOON)
            here.flags.wake()
            await until(lambda: here.link.flag == there.link.flag == "limit")
            assert here.changes == there.changes == [("acme", "", "limit")]

    asyncio.run(books_and_flags())


def test_a_day_that_ends_takes_its_limit_with_it(books: Books, url: str) -> None:
    books.agree(daily=1)
    books.call()

    async def passes() -> None:
        host = Host(books, url)
        async with running(host):
            await until(lambda: host.link.flag == "limit")
            host.now = datetime(
                2026, 11, 29, 5, 0, 1, tzinfo=UTC
            ).timestamp()  # past midnight in New York
            await until(lambda: host.link.flag == "")

    asyncio.run(passes())


def test_a_ledger_or_a_switch_that_is_away_leaves_them_as_they_are(books: Books, url: str) -> None:
    books.agree(daily=1)
    books.call()

    async def away() -> None:
        host = Host(books, url)
        async with running(host):
            await until(lambda: host.link.flag == "limit")
            host.link.connected = False
            host.link.db = Db()
            host.link.reconnects += 1
            await asyncio.sleep(2 * flagging.EVERY)
            assert host.link.flag == ""
            host.link.connected = True
            await until(lambda: host.link.flag == "limit")
            assert host.flags.error == ""

    asyncio.run(away())


def test_a_switch_that_is_not_ours_is_told_nothing(books: Books, url: str) -> None:
    books.agree(daily=0)

    async def foreign() -> None:
        host = Host(books, url)
        host.flags._ours = lambda: False
        async with running(host):
            await asyncio.sleep(2 * flagging.EVERY)
            assert host.link.heard == []

    asyncio.run(foreign())
