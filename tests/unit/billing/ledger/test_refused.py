"""Money from nothing: the database refuses it, whoever asks for it, in SQL."""

from collections.abc import Iterator

import pytest
from sqlalchemy.exc import DBAPIError

from dialform.billing.ledger.opening import open_ledger

from .conftest import DATABASES, Raw, new_url, outside
from .world import MINUTE, NOON, call, opened_with, paid, terms

USAGE = (
    "id, fact, seq, tenant, extension, service, resource, status, period, day, at, included, units, free, "
    "billed, amount, currency, counted, rate, prefix, price, costless, first, next, connect, minimum, "
    "prices, terms, booked"
)
SAME = (
    "tenant, extension, service, resource, status, period, day, at, included, units, free, billed, "
    "amount, currency, counted, rate, prefix, price, costless, first, next, connect, minimum, prices, "
    "terms, booked"
)
ENTRY = "INSERT INTO entries (id, at, what, tenant, debit, credit, currency, amount, usage, payment) VALUES "

REFUSED = {
    # A transfer that nothing stands behind.
    "out of thin air": ENTRY + "('x', 1, 'payment', 'acme', 'cash', 'tenant:acme', 'USD', 5, NULL, NULL)",
    "of a payment that is not": ENTRY + "('x', 1, 'payment', 'acme', 'cash', 'tenant:acme', 'USD', 5, NULL, 'inv-9')",
    "of usage that is not": ENTRY + "('x', 1, 'charge', 'acme', 'tenant:acme', 'revenue:voice', 'USD', 5, 99, NULL)",
    "of both": ENTRY + "('x', 1, 'charge', 'acme', 'tenant:acme', 'revenue:voice', 'USD', 10000, 1, 'inv-1')",
    # Once is enough.
    "a payment twice": ENTRY + "('x', 1, 'payment', 'acme', 'cash', 'tenant:acme', 'USD', 200000000, NULL, 'inv-1')",
    "a charge twice": ENTRY + "('x', 1, 'charge', 'acme', 'tenant:acme', 'revenue:voice', 'USD', 10000, 1, NULL)",
    "the same id": ENTRY + "('call:u1:0', 1, 'charge', 'acme', 'tenant:acme', 'revenue:voice', 'USD', 10000, 1, NULL)",
    # What stands behind it says something else (usage 2 and payment inv-2 have no entry).
    "more than its usage": ENTRY + "('x', 1, 'charge', 'acme', 'tenant:acme', 'revenue:voice', 'USD', 20000, 2, NULL)",
    "less than its usage": ENTRY + "('x', 1, 'charge', 'acme', 'tenant:acme', 'revenue:voice', 'USD', 1, 2, NULL)",
    "of another service": ENTRY + "('x', 1, 'charge', 'acme', 'tenant:acme', 'revenue:fax', 'USD', 10000, 2, NULL)",
    "to another tenant": ENTRY + "('x', 1, 'charge', 'bolt', 'tenant:bolt', 'revenue:voice', 'USD', 10000, 2, NULL)",
    "the wrong way": ENTRY + "('x', 1, 'reversal', 'acme', 'revenue:voice', 'tenant:acme', 'USD', 10000, 2, NULL)",
    "charge, the wrong way": ENTRY + "('x', 1, 'charge', 'acme', 'revenue:voice', 'tenant:acme', 'USD', 10000, 2, NULL)",
    "more than its payment": ENTRY + "('x', 1, 'payment', 'acme', 'cash', 'tenant:acme', 'USD', 900, NULL, 'inv-2')",
    "payment, the wrong way": ENTRY + "('x', 1, 'payment', 'acme', 'tenant:acme', 'cash', 'USD', 700, NULL, 'inv-2')",
    "another's payment": ENTRY + "('x', 1, 'payment', 'bolt', 'cash', 'tenant:bolt', 'USD', 700, NULL, 'inv-2')",
    # What is no transfer.
    "nothing": ENTRY + "('x', 1, 'payment', 'acme', 'cash', 'tenant:acme', 'USD', 0, NULL, 'inv-2')",
    "less than nothing": ENTRY + "('x', 1, 'payment', 'acme', 'cash', 'tenant:acme', 'USD', -700, NULL, 'inv-2')",
    "to itself": ENTRY + "('x', 1, 'payment', 'acme', 'cash', 'cash', 'USD', 700, NULL, 'inv-2')",
    "to no account": ENTRY + "('x', 1, 'payment', 'acme', 'cash', 'tenant:nobody', 'USD', 700, NULL, 'inv-2')",
    "in another currency": ENTRY + "('x', 1, 'payment', 'acme', 'cash', 'tenant:acme', 'EUR', 700, NULL, 'inv-2')",
    "of another kind": ENTRY + "('x', 1, 'gift', 'acme', 'cash', 'tenant:acme', 'USD', 700, NULL, 'inv-2')",
    "of a part": ENTRY + "('x', 1, 'payment', 'acme', 'cash', 'tenant:acme', 'USD', 700.5, NULL, 'inv-2')",
    # What is booked stays as it was.
    "an entry changed": "UPDATE entries SET amount = 1",
    "an entry gone": "DELETE FROM entries",
    "usage changed": "UPDATE usage SET amount = 1",
    "usage gone": "DELETE FROM usage",
    "a fact changed": "UPDATE facts SET ended = ended + 60000000",
    "a fact gone": "DELETE FROM facts",
    "a payment changed": "UPDATE payments SET amount = amount * 2",
    "a payment gone": "DELETE FROM payments",
    "terms changed": "UPDATE terms SET effective = 0",
    "terms gone": "DELETE FROM terms",
    "a document changed": "UPDATE documents SET body = '{}'",
    "a document gone": "DELETE FROM documents",
    "an account gone": "DELETE FROM accounts",
    # Usage that is none.
    "of no fact": f"INSERT INTO usage ({USAGE}) SELECT 90, 90, 0, {SAME} FROM usage WHERE id = 1",
    "again": f"INSERT INTO usage ({USAGE}) SELECT 90, fact, 0, {SAME} FROM usage WHERE id = 1",
    "anew before it is taken back": f"INSERT INTO usage ({USAGE}) SELECT 90, fact, 2, {SAME} FROM usage WHERE id = 1",
    "a reversal that is a charge": f"INSERT INTO usage ({USAGE}) SELECT 90, fact, 1, {SAME} FROM usage WHERE id = 1",
    "a reversal of more": (
        f"INSERT INTO usage ({USAGE}) SELECT 90, fact, 1, tenant, extension, service, resource, status, period, day, at, "
        "included, -units, -free, -billed, -amount - 1, currency, -counted, rate, prefix, price, costless, "
        "first, next, connect, minimum, prices, terms, booked FROM usage WHERE id = 1"
    ),
    "free units that are none": (
        f"INSERT INTO usage ({USAGE}) SELECT 90, 3, 0, tenant, extension, service, resource, status, period, day, at, "
        "included, units, free + 1, billed, amount, currency, counted, rate, prefix, price, costless, "
        "first, next, connect, minimum, prices, terms, booked FROM usage WHERE id = 1"
    ),
    # What is kept beside must at least add up in itself.
    "a balance of its own": "UPDATE balances SET balance = balance + 1",
    "a counter of its own": "UPDATE counters SET free = free + 1",
    "transactions below none": "UPDATE transactions SET count = -1",
    "an account of no kind": "INSERT INTO accounts (name, currency) VALUES ('gift', 'USD')",
    "a fact of no kind": "UPDATE facts SET kind = 'gift'",
}  # fmt: skip

REPLACED = {
    "an entry": "INSERT OR REPLACE INTO entries SELECT id, at, what, tenant, debit, credit, currency, amount, usage, payment FROM entries",
    "usage": f"INSERT OR REPLACE INTO usage ({USAGE}) SELECT id, fact, seq, {SAME} FROM usage",
    "usage by its fact": f"INSERT OR REPLACE INTO usage ({USAGE}) SELECT 99, fact, seq, {SAME} FROM usage WHERE id = 1",
    "a fact": "INSERT OR REPLACE INTO facts SELECT * FROM facts",
    "a payment": "INSERT OR REPLACE INTO payments SELECT tenant, id, date, amount + 1, currency, note, booked FROM payments",
    "terms": "INSERT OR REPLACE INTO terms SELECT * FROM terms",
    "a document": "INSERT OR REPLACE INTO documents SELECT digest, kind, '{}' FROM documents",
}  # fmt: skip


@pytest.fixture(scope="module", params=DATABASES)
def raw(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Raw]:
    """A payment and a call with their entries; usage 2, payment inv-2 and fact 3 without."""
    url = new_url(request.param, request, tmp_path_factory.mktemp("ledger"))
    with open_ledger(url) as ledger, outside(url) as run:
        opened_with(
            ledger, terms(package="", payments=(paid(),)), terms("bolt", payments=(paid(),))
        )
        ledger.book([call()], now=NOON + MINUTE)
        for number in (2, 3):
            run(
                f"INSERT INTO facts SELECT {number}, 'u{number}', kind, digest, host, tenant, started, "
                "answered, ended, direction, trunk, route, plan, emergency, number, peer, extension, "
                "object, forwarder, revision, call, core, cause, seconds, pages, total_pages, fax_ok, "
                "provisional, booked FROM facts WHERE id = 1"
            )
        run(f"INSERT INTO usage ({USAGE}) SELECT 2, 2, 0, {SAME} FROM usage WHERE id = 1")
        run("INSERT INTO payments VALUES ('acme', 'inv-2', '2026-11-04', 700, 'USD', '', 1)")
        yield run


@pytest.mark.parametrize("what", REFUSED)
def test_the_database_refuses(raw: Raw, what: str) -> None:
    with pytest.raises(DBAPIError):
        raw(REFUSED[what])


@pytest.mark.parametrize("raw", ["sqlite"], indirect=True)
@pytest.mark.parametrize("what", REPLACED)
def test_sqlite_replaces_nothing(raw: Raw, what: str) -> None:
    with pytest.raises(DBAPIError):
        raw(REPLACED[what])


@pytest.mark.parametrize("raw", ["postgresql"], indirect=True)
@pytest.mark.parametrize("table", ["facts", "usage", "entries", "payments", "terms"])
def test_postgresql_empties_nothing(raw: Raw, table: str) -> None:
    with pytest.raises(DBAPIError):
        raw(f"TRUNCATE {table} CASCADE")


def test_what_it_refuses_is_taken_where_it_is_right(raw: Raw) -> None:
    """Else the cases above might be refused for another reason. It comes last: it changes the tables."""
    assert raw("SELECT (SELECT count(*) FROM entries), (SELECT count(*) FROM usage)") == [(3, 2)]
    raw(ENTRY + "('x', 1, 'charge', 'acme', 'tenant:acme', 'revenue:voice', 'USD', 10000, 2, NULL)")
    raw(ENTRY + "('y', 1, 'payment', 'acme', 'cash', 'tenant:acme', 'USD', 700, NULL, 'inv-2')")
    raw(f"INSERT INTO usage ({USAGE}) SELECT 3, 3, 0, {SAME} FROM usage WHERE id = 1")
    assert raw("SELECT count(*) FROM entries") == [(5,)]
