"""Queues and inboxes on both databases."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.opening import open_ledger
from dialform.fax.queue import Inbox, Queue

from ...billing.ledger.conftest import DATABASES, Raw, new_url, outside


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a ledger may be, on each database."""
    return new_url(request.param, request, tmp_path)


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    """A ledger, empty."""
    with open_ledger(url) as found:
        yield found


@pytest.fixture
def queue(ledger: Ledger) -> Queue:
    """Its queue."""
    return Queue(ledger.database)


@pytest.fixture
def inbox(ledger: Ledger) -> Inbox:
    """Its inbox."""
    return Inbox(ledger.database)


@pytest.fixture
def raw(url: str, ledger: Ledger) -> Iterator[Raw]:
    """SQL from outside, as an administrator may type it."""
    with outside(url) as run:
        yield run


Opened = Callable[[], Queue]


@pytest.fixture
def another(url: str, ledger: Ledger) -> Iterator[Opened]:
    """The same queue, as another process or host has it."""
    opened: list[Ledger] = []

    def new() -> Queue:
        opened.append(open_ledger(url, busy=60))
        return Queue(opened[-1].database)

    yield new
    for one in opened:
        one.close()


def until_somebody_waits(ledger: Ledger) -> None:
    """Returns once a transaction in PostgreSQL waits for another one's lock."""
    for _ in range(3000):
        with ledger.database.engine.connect() as connection:
            if connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                return
        time.sleep(0.005)
    raise AssertionError("nobody waits")
