"""Several processes write to one ledger: each fact is booked once, each crossing told once."""

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from dialform.billing.ledger import database as database_
from dialform.billing.ledger import queries
from dialform.billing.ledger.errors import LedgerBusyError, LedgerError
from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.opening import open_ledger
from dialform.billing.ledger.sql import sql

from .conftest import Raw
from .world import HOST, NOON, balance, call, opened_with, paid, price, prices, terms, told_by

WRITER = """
import random, sys
sys.path.insert(0, sys.argv[4])
from world import NOON, call
from dialform.billing.ledger.opening import open_ledger
from dialform.billing.ledger.sql import sql
url, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
chance = random.Random(seed)
facts = [call(f"u{number}", 60 + number % 7, tenant=f"t{number % 5}", host=f"pbx{seed % 2}")
         for number in range(count)]
facts += [call(f"p{number}", tenant=f"t{number % 5}", provisional=bool(seed % 2)) for number in range(40)]
with open_ledger(url, busy=60) as ledger:
    print("ready", flush=True); sys.stdin.readline()
    chance.shuffle(facts)
    while facts:
        size = chance.randrange(1, 40)
        ledger.book(facts[:size], now=NOON)
        facts = facts[size:]
"""


def together(url: str, writers: int, count: int) -> list[tuple[int, str]]:
    """So many processes book the same facts, each in an order of its own: exit codes and errors."""
    here = str(Path(__file__).parent)
    many = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, url, str(number), str(count), here],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for number in range(writers)
    ]  # fmt: skip
    for one in many:
        assert one.stdout
        assert one.stdout.readline() == "ready\n", one.communicate()
    for one in many:
        assert one.stdin
        one.stdin.write("\n")
        one.stdin.flush()
    return [(one.wait(), told) for one in many for _, told in [one.communicate()]]


def test_processes_that_book_the_same_facts_book_each_once(
    ledger: Ledger, url: str, raw: Raw
) -> None:
    agreed = [
        terms(f"t{number}", daily=30, low_credit_alert=1, payments=(paid(amount=500_000),))
        for number in range(5)
    ]
    for host in ("pbx0", "pbx1"):
        ledger.store_terms(host, prices(), agreed, at=0)
    assert [code for code, _ in together(url, 3, 200)] == [0, 0, 0]
    assert raw("SELECT count(*) FROM facts WHERE provisional = 0") == [(240,)]
    with ledger.reading() as reading:
        for number in range(5):
            used = queries.counted(reading, f"t{number}", "2026-11")["voice_minutes"]
            assert used.free == 600, "ten minutes and no more"
            assert queries.transactions_of(reading, f"t{number}", "2026-11") == {"2026-11": 48}
    told = sorted((one.tenant, one.kind) for one in told_by(ledger) if one.kind == "limit")
    assert told == [(f"t{number}", "limit") for number in range(5)]
    assert ledger.verify() == []


def test_hosts_that_store_the_same_payments_book_each_once(ledger: Ledger, url: str) -> None:
    given = [
        terms(f"t{number}", payments=tuple(paid(f"inv-{n}", 5) for n in range(10)))
        for number in range(8)
    ]
    errors: list[BaseException] = []

    def store(host: str) -> None:
        try:
            with open_ledger(url, busy=60) as own:
                for moment in range(4):
                    own.store_terms(host, prices(price(per_minute=moment)), given, at=moment)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=store, args=(f"pbx{number}",)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert errors == []
    assert [balance(ledger, f"t{number}") for number in range(8)] == [50] * 8
    assert ledger.verify() == []


def test_threads_may_share_a_ledger(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""))

    def work(number: int) -> None:
        for each in range(20):
            ledger.book([call(f"u{each}"), call(f"own-{number}-{each}")], now=NOON)
            ledger.terms_at(HOST, "acme", NOON)
            with ledger.reading() as reading:
                queries.accounts(reading)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert balance(ledger) == -100 * 10_000
    assert ledger.verify() == []


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_what_others_stood_in_the_way_of_is_done_again(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    from psycopg.errors import DeadlockDetected
    from sqlalchemy.exc import OperationalError

    opened_with(ledger, terms(package=""))
    failures = [DeadlockDetected("deadlock detected")] * 3

    def hook(name: str) -> None:
        if failures and name == "commit":
            raise OperationalError("COMMIT", {}, failures.pop())

    monkeypatch.setattr(database_, "hook", hook)
    waited: list[float] = []
    monkeypatch.setattr(ledger.database, "_sleep", waited.append)
    assert ledger.book([call()], now=NOON).outcomes == ("new",)
    assert (failures, len(waited)) == ([], 3)
    failures += [DeadlockDetected("deadlock detected")] * 99
    with pytest.raises(LedgerError, match="Others hold what is to be written in the ledger"):
        ledger.book([call("u2")], now=NOON)
    failures.clear()
    assert ledger.book([call("u2")], now=NOON).outcomes == ("new",)
    assert ledger.verify() == []


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_key_that_another_tenant_books_at_the_same_moment_is_booked_once(
    ledger: Ledger, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their locks are not the same: only the key's own uniqueness is between them."""
    opened_with(ledger, terms(package=""), terms("bolt", package=""))
    outcomes: list[Any] = []

    def hook(name: str) -> None:
        if name == "copy" and not outcomes:
            outcomes.append(None)
            with open_ledger(url) as other:
                outcomes[0] = other.book([call("u1", tenant="bolt")], now=NOON).outcomes

    monkeypatch.setattr(database_, "hook", hook)
    assert ledger.book([call("u1"), call("u2")], now=NOON).outcomes == ("conflict", "new")
    assert outcomes == [("new",)]
    assert (balance(ledger), balance(ledger, "bolt")) == (-10_000, -10_000)
    assert ledger.verify() == []


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_tenant_that_somebody_holds_is_waited_for_once(ledger: Ledger, url: str) -> None:
    opened_with(ledger, terms(package=""), terms("bolt", package=""))
    with open_ledger(url, busy=0.2) as other:
        waited: list[float] = []
        other.database._sleep = waited.append
        with ledger.database.engine.begin() as connection:
            sql(connection).lock(["acme"])
            with pytest.raises(LedgerBusyError, match="Others hold what is to be written"):
                other.book([call("u1")], now=NOON)
            assert other.book([call("u2", tenant="bolt")], now=NOON).outcomes == ("new",)
        assert waited == []
        assert other.book([call("u1")], now=NOON).outcomes == ("new",)
