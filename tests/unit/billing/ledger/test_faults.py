"""Whatever fails, and wherever: what was to be booked is there whole, or not at all, and comes again."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from dialform.billing.ledger import database as database_
from dialform.billing.ledger import queries
from dialform.billing.ledger.errors import LedgerBusyError, LedgerError, LedgerFullError
from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.opening import open_ledger

from .conftest import Raw
from .world import (
    HOST,
    MINUTE,
    NOON,
    balance,
    call,
    conference,
    fax,
    opened_with,
    paid,
    price,
    prices,
    terms,
)  # fmt: skip

HERE = str(Path(__file__).parent)


class KilledError(BaseException):
    """The process is gone."""


@contextmanager
def killed_at(ledger: Ledger, number: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Its connection dies at its statement of this number (from 1); a commit is two, before and after.

    Yields what was counted so far: as long as it is less, nothing was killed.
    """
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


FIRST = [call("u1", 540), call("u2", provisional=True), fax("f1")]
SECOND = [
    call("u1", 540), call("u2", 120), call("u3", number="+44"), call("u1", 9), conference("c1"), call("u4", 400),
]  # fmt: skip
MORE = [terms(payments=(paid("a", 60_000), paid("b", 5))), terms("bolt", payments=(paid(),))]

DEEDS: dict[str, Callable[[Ledger], object]] = {
    "book": lambda ledger: ledger.book(SECOND, now=NOON + MINUTE),
    "store": lambda ledger: ledger.store_terms(
        HOST, prices(price(per_minute=7)), MORE, at=NOON + MINUTE
    ),
    "rerate": lambda ledger: ledger.rerate(now=NOON + MINUTE),
    "journal": lambda ledger: ledger.journal_answer(call("u9"), seen=NOON),
}


def begun(ledger: Ledger) -> None:
    opened_with(ledger, terms(payments=(paid("a", 60_000),), low_credit_alert=50_000, daily=3))
    ledger.book([*FIRST, call("u5", number="+49")], now=NOON)
    more = prices(price(), price("+49"), packages={"business": {"voice_minutes": 10}})
    ledger.store_terms(
        HOST,
        more,
        [terms(payments=(paid("a", 60_000),), low_credit_alert=50_000, daily=3)],
        at=NOON,
    )


TABLES = ("facts", "usage", "entries", "payments", "terms", "documents", "counters", "balances", "transactions",
          "standing", "quarantine", "notices", "live")  # fmt: skip


def content(raw: Raw) -> dict[str, list[Any]]:
    """All that is kept, without the numbers of what may have gaps."""
    return {name: sorted(map(repr, raw(f"SELECT * FROM {name}"))) for name in TABLES}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("what", DEEDS)
def test_killed_between_any_two_statements_it_is_done_once(
    ledger: Ledger, raw: Raw, url: str, what: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    begun(ledger)
    with open_ledger(f"sqlite:///{tmp_path}/control.db") as control:
        begun(control)
        DEEDS[what](control)
        wanted = [
            tuple(row)
            for row in control.database.engine.connect().exec_driver_sql("SELECT * FROM balances")
        ]
    number, killed, before = 0, True, content(raw)
    after: dict[str, list[Any]] | None = None
    while killed:
        number += 1
        with killed_at(ledger, number, monkeypatch) as seen:
            with suppress(KilledError):
                DEEDS[what](ledger)
            killed = seen[0] >= number
        found = content(raw)
        if after is None and found != before:
            after = found
        assert found == (before if after is None else after), (
            f"half of it is there after statement {number}"
        )
        ledger.close()
        with open_ledger(url) as reopened:
            assert reopened.verify() == []
    assert number > 4
    assert after is not None
    assert raw("SELECT * FROM balances") == wanted


def test_killed_in_the_middle_on_either_database_it_is_done_once(
    ledger: Ledger, raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(ledger)
    before = content(raw)
    for number in (2, 5, 9, 12):
        with killed_at(ledger, number, monkeypatch), pytest.raises(KilledError):
            ledger.book(SECOND, now=NOON)
        assert content(raw) == before
    assert ledger.book(SECOND, now=NOON).outcomes == (
        "same",
        "superseded",
        "new",
        "conflict",
        "new",
        "new",
    )
    assert ledger.verify() == []


KILLED = """
import os, signal, sys
sys.path.insert(0, sys.argv[3])
from sqlalchemy import event
from world import NOON, call
from dialform.billing.ledger import database
from dialform.billing.ledger.opening import open_ledger
url, number = sys.argv[1], int(sys.argv[2])
seen = 0
def step(*_):
    global seen
    seen += 1
    if seen == number:
        os.kill(os.getpid(), signal.SIGKILL)
with open_ledger(url) as ledger:
    event.listen(ledger.database.engine, "before_cursor_execute", step)
    database.hook = step
    for first in range(0, 300, 50):
        ledger.book([call(f"u{n}", 60, peer="x" * 200) for n in range(first, first + 50)], now=NOON)
        print(first, flush=True)
"""


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_process_that_is_killed_leaves_whole_batches(ledger: Ledger, url: str, raw: Raw) -> None:
    opened_with(ledger, terms(package=""))
    held = 0
    for number in (4, 21, 25, 33, 47, 58, 10_000):
        one = subprocess.run(
            [sys.executable, "-c", KILLED, url, str(number), HERE],
            capture_output=True,
            text=True,
            check=False,
        )
        assert one.returncode == (0 if number == 10_000 else -signal.SIGKILL), one.stderr
        ((count,),) = raw("SELECT count(*) FROM facts")
        told = len(one.stdout.splitlines()) * 50
        assert count % 50 == 0
        assert count >= max(told, held), "what was said to be booked is there"
        held = count
        assert balance(ledger) == -count * 10_000
        assert ledger.verify() == []
    assert held == 300


def test_a_full_disk_books_nothing_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    with open_ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        opened_with(ledger, terms(package=""))
        with ledger.reading() as reading:
            pages = reading.exec_driver_sql("PRAGMA page_count").scalar()
            reading.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        many = [call(f"u{number}", 60) for number in range(300)]
        with pytest.raises(LedgerFullError, match=r"The disk of the ledger .*ledger\.db is full"):
            ledger.book(many, now=NOON)
        assert balance(ledger) == 0
        assert ledger.verify() == []
        with ledger.reading() as reading:
            reading.exec_driver_sql("PRAGMA max_page_count = 1073741823")
        assert set(ledger.book(many, now=NOON).outcomes) == {"new"}
        assert balance(ledger) == -300 * 10_000


FULL = """
import resource, signal, sys
sys.path.insert(0, sys.argv[2])
from world import NOON, balance, call
from dialform.billing.ledger.errors import LedgerError
from dialform.billing.ledger.opening import open_ledger
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with open_ledger(sys.argv[1]) as ledger:
    ledger.book([call("first")], now=NOON)
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, most))
    try:
        ledger.book([call(f"u{n}", 60, peer="x" * 200) for n in range(2000)], now=NOON)
    except LedgerError as error:
        print(type(error).__name__)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    print(balance(ledger), ledger.verify())
    ledger.book([call("last")], now=NOON)
    print(balance(ledger), ledger.verify())
"""


def test_a_disk_that_takes_no_more_in_mid_write_books_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    with open_ledger(url) as ledger:
        opened_with(ledger, terms(package=""))
    told = subprocess.run(
        [sys.executable, "-c", FULL, url, HERE], capture_output=True, text=True, check=False
    )
    assert told.stdout.splitlines()[1:] == ["-10000 []", "-20000 []"], told.stderr
    assert told.stdout.splitlines()[0] in (LedgerBusyError.__name__, LedgerFullError.__name__)


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_database_that_restarts_is_met_again(ledger: Ledger, raw: Raw) -> None:
    opened_with(ledger, terms(package=""))
    raw(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'dialform'"
    )
    assert ledger.book([call()], now=NOON).outcomes == ("new",)


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_connection_that_is_lost_in_mid_batch_books_nothing(
    ledger: Ledger, raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_with(ledger, terms(package=""))

    def hook(name: str) -> None:
        if name == "commit":
            raw(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'dialform'"
            )

    monkeypatch.setattr(database_, "hook", hook)
    with pytest.raises(LedgerBusyError, match="cannot be reached"):
        ledger.book([call()], now=NOON)
    monkeypatch.setattr(database_, "hook", None)
    assert ledger.book([call()], now=NOON).outcomes == ("new",)
    assert ledger.verify() == []


def test_what_the_database_refuses_is_a_sentence(
    ledger: Ledger, raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dialform.billing.ledger import writing

    opened_with(ledger, terms(package=""))
    monkeypatch.setattr(writing.rows, "entry_row", lambda row, fact, now: (
        "x", now, "charge", "acme", "tenant:acme", "revenue:voice", "USD", 5, row[0], None))  # fmt: skip
    with pytest.raises(LedgerError, match="refuses what does not add up"):
        ledger.book([call()], now=NOON)
    with ledger.reading() as reading:
        assert queries.accounts(reading) == []
