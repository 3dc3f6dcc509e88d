"""Whatever fails, and wherever: what was to be changed is changed whole, or not at all, and can be said again."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from sqlalchemy import event

from dialform.billing.ledger import database as database_
from dialform.billing.ledger.errors import LedgerBusyError, LedgerError, LedgerFullError
from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.opening import open_ledger
from dialform.fax.queue import Inbox, Queue
from dialform.fax.queue.hearing import SILENT

from ...billing.ledger.conftest import Raw
from .world import ANY, MINUTE, NOW, PAGES, SHEETS, after, attempt, begun, came, submit

TABLES = ("fax_documents", "fax_hosts", "fax_jobs", "fax_attempts", "fax_received")


class KilledError(BaseException):
    """The process is gone."""


@contextmanager
def killed_at(ledger: Ledger, number: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """It dies at its statement of this number (from 1); a commit is two, before and after."""
    seen = [0]

    def step(*_: object) -> None:
        seen[0] += 1
        if seen[0] == number:
            raise KilledError

    event.listen(ledger.database.engine, "before_cursor_execute", step)
    monkeypatch.setattr(database_, "hook", step)
    try:
        yield seen
    finally:
        event.remove(ledger.database.engine, "before_cursor_execute", step)
        monkeypatch.setattr(database_, "hook", None)


DEEDS: dict[str, Callable[[Queue], object]] = {
    "submit": lambda queue: submit(queue, "+12125550101", "+12125550102", batch="more"),
    "claim": lambda queue: queue.claim(2, "pbx2", "south", ANY, NOW),
    "begin": lambda queue: queue.begin(attempt(3, "leg-3")),
    "page": lambda queue: queue.page("leg-1", 2),
    "end": lambda queue: queue.end("leg-1", "sent", "", PAGES, {}, after("sent"), NOW),
    "end and again": lambda queue: queue.end("leg-1", "busy", "Busy.", 1, {"a": "b"}, after(), NOW),
    "hold": lambda queue: queue.hold(3, "No trunk.", NOW + MINUTE, NOW, host="pbx1"),
    "fail": lambda queue: queue.fail(2, "Toll.", NOW),
    "cancel": lambda queue: queue.cancel(1, NOW),
    "retry": lambda queue: queue.retry(4, NOW + 5),
    "take over": lambda queue: queue.take_over(1, after(), NOW + SILENT),
    "prune": lambda queue: queue.prune("acme", NOW + 9),
    "beat": lambda queue: queue.beat("pbx1", NOW + 5),
}
"""Of job 1, which is dialled; 2, which waits; 3, which is held; 4, which failed."""


def begin(queue: Queue) -> None:
    assert begun(queue) == 1
    for id_ in (2, 3, 4):
        assert submit(queue) == [id_]
    assert queue.claim(3, "pbx1", "north", ANY, NOW)
    assert queue.fail(4, "Toll.", NOW)


def content(raw: Raw) -> dict[str, list[Any]]:
    """All that is kept."""
    return {name: sorted(map(repr, raw(f"SELECT * FROM {name}"))) for name in TABLES}


@pytest.mark.parametrize("what", DEEDS)
def test_killed_between_any_two_statements_it_is_done_once(
    ledger: Ledger, queue: Queue, raw: Raw, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(queue)
    number, killed, before = 0, True, content(raw)
    after_: dict[str, list[Any]] | None = None
    while killed:
        number += 1
        with killed_at(ledger, number, monkeypatch) as seen:
            with suppress(KilledError):
                DEEDS[what](queue)
            killed = seen[0] >= number
        found = content(raw)
        if after_ is None and found != before:
            after_ = found
        assert found == (before if after_ is None else after_), f"half of it after {number}"
    assert number > 2 and after_ is not None
    assert ledger.verify() == []


KILLED = """
import os, signal, sys
from sqlalchemy import event
from dialform.billing.ledger import database
from dialform.billing.ledger.opening import open_ledger
from dialform.fax.queue import Queue
from dialform.fax.queue.values import Attempt, Limits, Next
url, number, now = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
seen = 0
def step(*_):
    global seen
    seen += 1
    if seen == number:
        os.kill(os.getpid(), signal.SIGKILL)
with open_ledger(url) as ledger:
    queue = Queue(ledger.database)
    event.listen(ledger.database.engine, "before_cursor_execute", step)
    database.hook = step
    queue.claim(1, "pbx1", "north", Limits(), now)
    queue.begin(Attempt("leg-1", 1, 0, "pbx1", "core", "north", 0, 0, now, 0, "", "", 0))
    print("dialled", flush=True)
    queue.page("leg-1", 1)
    queue.end("leg-1", "broken", "Broken.", 2, {}, Next("queued", "", now, 0, 2, False), now)
    print("over", flush=True)
"""


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("number", range(1, 26, 3))
def test_a_process_that_is_killed_leaves_a_job_that_can_be_found(
    url: str, queue: Queue, ledger: Ledger, number: int
) -> None:
    submit(queue)
    told = subprocess.run(
        [sys.executable, "-c", KILLED, url, str(number), str(NOW)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode in (0, -signal.SIGKILL), told.stderr
    job = queue.job(1)
    assert job is not None
    open_, held = queue.open_attempts("pbx1"), queue.unbegun("pbx1")
    if "dialled" in told.stdout:
        assert queue.attempts(1), "what was dialled was written down before"
    if "over" in told.stdout:
        assert (job.state, job.confirmed) == ("queued", 2)
    assert len(open_) + len(held) == (job.state == "sending")
    assert job.state == "sending" or queue.due(["acme"], NOW) == [job]
    assert ledger.verify() == []


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_where_the_disk_is_full_nothing_is_half(
    url: str, queue: Queue, ledger: Ledger, raw: Raw
) -> None:
    begun(queue)
    before = content(raw)
    with ledger.reading() as reading:
        used = reading.exec_driver_sql("PRAGMA page_count").scalar()

    def full(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {used}").close()

    ledger.close()
    with open_ledger(url) as small:
        event.listen(small.database.engine, "connect", full)
        small.database.engine.dispose()
        tight = Queue(small.database)
        with pytest.raises(LedgerFullError, match="is full"):
            submit(tight, *(f"+1{number:010}" for number in range(2000)), sheets=SHEETS)
        assert content(raw) == before
        with pytest.raises(LedgerFullError):
            for number in range(5000):
                Inbox(small.database).take(came(f"in-{number}", result="x" * 1000))
    assert queue.end("leg-1", "sent", "", PAGES, {}, after("sent"), NOW), "once there is room again"
    assert ledger.verify() == []


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_where_another_writes_for_too_long_nothing_is_half(url: str, queue: Queue) -> None:
    (id_,) = submit(queue)
    path = url.removeprefix("sqlite:///")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with open_ledger(url, busy=0.05) as short:
        with pytest.raises(LedgerBusyError, match="Another process holds"):
            Queue(short.database).claim(id_, "pbx1", "north", ANY, NOW)
        assert [job.id for job in Queue(short.database).due(["acme"], NOW)] == [id_], (
            "reading goes on"
        )
    other.execute("ROLLBACK")
    other.close()
    assert queue.claim(id_, "pbx1", "north", ANY, NOW)


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_database_that_goes_away_is_a_sentence_and_comes_back(
    queue: Queue, ledger: Ledger, raw: Raw
) -> None:
    """Its sessions are ended in mid-transaction, as a server that stops does."""
    id_ = begun(queue)
    before = content(raw)

    def gone(*_: object) -> None:
        # The outside connection is its own session, and goes on.
        raw(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend' AND state = "
            "'idle in transaction'"
        )

    event.listen(ledger.database.engine, "before_cursor_execute", gone)
    try:
        with pytest.raises(LedgerError):
            queue.end("leg-1", "sent", "", PAGES, {}, after("sent"), NOW)
    finally:
        event.remove(ledger.database.engine, "before_cursor_execute", gone)
    assert content(raw) == before
    assert queue.end("leg-1", "sent", "", PAGES, {}, after("sent"), NOW)
    job = queue.job(id_)
    assert job is not None and job.state == "sent"


def test_a_commit_of_which_nobody_heard_is_said_again(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection breaks when all is on the disk: who says it again is answered as the first time."""
    begin(queue)
    broken = [True]

    def hook(name: str) -> None:
        if name == "committed" and broken[0]:
            raise KilledError

    monkeypatch.setattr(database_, "hook", hook)
    said: list[Callable[[], object]] = [
        lambda: submit(queue, "+12125550101", batch="b"),
        lambda: queue.claim(2, "pbx2", "south", ANY, NOW),
        lambda: queue.begin(attempt(2, "leg-2", host="pbx2", trunk="south")),
    ]
    found = []
    for one in said:
        broken[0] = True
        with pytest.raises(KilledError):
            one()
        broken[0] = False
        found.append(one())
    assert found == [[5], True, True]
    assert len(queue.jobs()) == 5 and len(queue.attempts(2)) == 1


def test_nothing_that_is_stored_stands_in_a_message(queue: Queue) -> None:
    with pytest.raises(LedgerError) as raised:
        submit(queue, title="hunter2", retries=-1)
    assert "hunter2" not in str(raised.value) and "\n" not in str(raised.value)
