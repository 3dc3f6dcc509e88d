"""The audit finds what somebody who goes around the program, and around the database's rules, has done."""

import sqlite3
from contextlib import closing

import pytest

from dialform.billing.ledger.ledger import Ledger

from .conftest import Raw
from .world import (
    HOST,
    MINUTE,
    NOON,
    call,
    conference,
    fax,
    opened_with,
    paid,
    price,
    prices,
    terms,
)

RULES = ("facts", "usage", "entries", "payments", "terms", "documents", "accounts")

USAGE = "UPDATE usage SET {} WHERE id = 1"
BROKEN: dict[str, tuple[str, str]] = {
    # What was done, what the audit says of it (part of a sentence).
    "a larger entry": (
        "UPDATE entries SET amount = amount + 1 WHERE id = 'call:u1:0'",
        "Entry call:u1:0 is of usage 1, which says something else",
    ),
    "an entry to another": (
        "UPDATE entries SET tenant = 'bolt', debit = 'tenant:bolt' WHERE id = 'call:u1:0'",
        "Entry call:u1:0 is of usage 1, which says something else",
    ),
    "an entry gone": ("DELETE FROM entries WHERE id = 'call:u1:0'", "costs 0.01 and has 0 entries"),
    "a payment's entry gone": (
        "DELETE FROM entries WHERE payment = 'inv-1' AND tenant = 'acme'",
        "Payment inv-1 of acme over 200.00 has 0 entries",
    ),
    "a larger payment": (
        "UPDATE payments SET amount = amount + 1000000 WHERE tenant = 'acme'",
        "The payments of acme are kept as 200.00 USD; those booked come to 201.00.",
    ),
    "usage gone": ("DELETE FROM usage WHERE id = 1", "(call u1) was never rated"),
    "a cheaper call": (USAGE.format("amount = 0"), "its own price makes 0.01"),
    "more free": (USAGE.format("units = units + 60, free = free + 60"), "its usage comes to 720, 360 free"),
    "less included": (
        "UPDATE usage SET included = 60 WHERE resource = 'voice_minutes'",
        "acme used 300 free, and never had more than 60",
    ),
    "another month": (USAGE.format("period = '2026-10'"), "Usage 1 stands in 2026-11-10 of 2026-10"),
    "another day": (USAGE.format("day = '2026-11-11'"), "it is of 2026-11-10 where its tenant is"),
    "another tenant's": (USAGE.format("tenant = 'bolt'"), "Usage 1 is of fact 1, which is not there or is another tenant's"),
    "not counted": (USAGE.format("counted = 0"), "acme is kept to have made 6 transactions in 2026-11; its usage comes to 5"),
    "a fact changed": ("UPDATE facts SET ended = ended - 30000000 WHERE id = 1", "Fact 1 (call u1) was changed since it was booked"),
    "a fact gone": ("DELETE FROM facts WHERE id = 1", "Usage 1 is of fact 1, which is not there"),
    "a counter": ("UPDATE counters SET free = free + 1, units = units + 1 WHERE resource = 'fax_pages'", "Of fax_pages in 2026-11, acme is kept to have used 4, 4 free"),
    "a balance": ("UPDATE balances SET charges = charges - 1, balance = balance + 1 WHERE tenant = 'acme'", "The balance of acme is kept as"),
    "a balance gone": ("DELETE FROM balances WHERE tenant = 'acme'", "The balance of acme is kept as 0.00 USD"),
    "transactions": ("UPDATE transactions SET count = 1 WHERE tenant = 'acme' AND period = '2026-11'", "acme is kept to have made 1 transactions"),
    "taken back for good": ("DELETE FROM usage WHERE seq = 2", "was taken back, and nothing stands in its place"),
    "taken back once too often": ("DELETE FROM usage WHERE seq = 1", "are not numbered without gaps"),
    "taken back by half": ("UPDATE usage SET amount = amount - 1 WHERE seq = 1 AND amount < 0", "does not take back what usage"),
    "the guess and the truth": (
        "DELETE FROM usage WHERE seq = 1 AND fact = (SELECT id FROM facts WHERE provisional = 1)",
        "The leg u4 is charged 2 times as a call",
    ),
    "a document": ("UPDATE documents SET body = '{}' WHERE kind = 'terms'", "was changed since it was stored"),
    "a document gone": ("DELETE FROM documents WHERE kind = 'prices'", "names a document that is not there"),
    "an account gone": ("DELETE FROM accounts WHERE name = 'cash'", "names the account cash, which is not there"),
    "a statement of the future": (
        "INSERT INTO statements (tenant, period, number, at, upto, body) VALUES ('acme', '2026-11', 1, 1, 999, '{}')",
        "Statement 2026-11 of acme ends at usage 999",
    ),
}  # fmt: skip


@pytest.fixture
def broken(ledger: Ledger, raw: Raw, url: str) -> Raw:
    """A ledger with a bit of everything, and SQL in which nothing is refused."""
    packages = {"business": {"voice_minutes": 5, "fax_pages": 5}}
    costs = prices(price(), price("", 50_000, name="fax", service="fax"), packages=packages)
    opened_with(ledger, terms(payments=(paid(),)), terms("bolt", payments=(paid(),)), costs=costs)
    ledger.book([call("u1", 360), call("u2", 60), fax("f1"), call("u3", number="+44")], now=NOON)
    ledger.book(
        [call("u4", provisional=True), call("u5", tenant="bolt"), conference("c1")], now=NOON
    )
    ledger.book([call("u4", 120), call("u6"), call("u7", tenant="", trunk="")], now=NOON)
    more = prices(price(), price("+44"), *costs.rates["fax"], packages=packages)
    ledger.store_terms(HOST, more, [terms(payments=(paid(),))], at=NOON + MINUTE)
    assert len(ledger.rerate(now=NOON + MINUTE)) == 1
    assert ledger.verify() == [], "whole before it is broken"
    if url.startswith("sqlite"):
        for (name,) in raw("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            raw(f"DROP TRIGGER {name}")
        path = url.removeprefix("sqlite:///")

        def run(statement: str) -> list[tuple[object, ...]]:
            with closing(sqlite3.connect(path)) as connection, connection:
                connection.execute("PRAGMA ignore_check_constraints = ON")
                return connection.execute(statement).fetchall()

        return run
    for table in RULES:
        raw(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    return raw


@pytest.mark.parametrize("what", BROKEN)
def test_the_audit_finds(ledger: Ledger, broken: Raw, what: str) -> None:
    statement, sentence = BROKEN[what]
    broken(statement)
    told = [str(fault) for fault in ledger.verify()]
    assert any(sentence in each for each in told), told


def test_the_audit_of_an_empty_ledger_finds_nothing(ledger: Ledger) -> None:
    assert ledger.verify() == []
