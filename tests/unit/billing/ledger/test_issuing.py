"""A statement that was issued stays; what comes later is a line of the next one."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection

from dialform.billing.ledger.errors import LedgerError
from dialform.billing.ledger.issuing import audit, draw_up, issue, issued, last_issued
from dialform.billing.ledger.ledger import Ledger
from dialform.billing.statements.page import page
from dialform.billing.statements.paper import paper
from dialform.billing.statements.statement import Included, Party, Statement

from .world import DAY, NOON, at, call, opened_with, paid, terms

PARTY = Party("acme", "Acme Corp", "USD", "America/New_York")
INCLUDED = (Included("voice_minutes", 600, 0),)
DECEMBER = at("2026-12-02 12:00:00")


def drawn(ledger: Ledger, period: str, *, calls: bool = False) -> Statement:
    with ledger.reading() as reading:
        return draw_up(reading, PARTY, INCLUDED, period, calls=calls)


def issued_now(
    ledger: Ledger, period: str, *, calls: bool = False, now: int = DECEMBER
) -> Statement:
    def draw(connection: Connection) -> Statement:
        return draw_up(connection, PARTY, INCLUDED, period, calls=calls)

    return ledger.database.write(lambda connection: issue(connection, draw, "acme", period, now))


@pytest.fixture
def books(ledger: Ledger) -> Ledger:
    """Acme's November: 200.00 paid, a call of 20 minutes of which 10 are included."""
    opened_with(ledger, terms(payments=(paid(),)), terms("other"))
    ledger.book([call("a", 1200), call("x", 1200, tenant="other")], now=NOON)
    return ledger


def test_a_statement_is_drawn_up_as_the_ledger_stands(books: Ledger) -> None:
    made = drawn(books, "2026-11")
    assert (made.opening, made.received, made.charges, made.closing) == (
        0,
        200_000_000,
        100_000,
        199_900_000,
    )
    assert made.included == (Included("voice_minutes", 600, 600),)
    assert (made.issued, made.calls, made.unrated) == (0, None, 0)
    assert [one.number for one in drawn(books, "2026-11", calls=True).calls or ()] == [
        "+12125550100"
    ]


def test_an_issued_statement_is_the_same_bytes_whatever_comes_later(books: Ledger) -> None:
    first = issued_now(books, "2026-11", calls=True)
    html, pdf = page(first), paper(first)
    books.book([call("late", 600)], now=DECEMBER + DAY)
    again = drawn(books, "2026-11")
    assert (page(again), paper(again)) == (html, pdf)
    assert again == first
    assert again.issued == DECEMBER


def test_a_late_record_is_an_adjustment_of_the_next_statement(books: Ledger) -> None:
    november = issued_now(books, "2026-11")
    books.book([call("late", 600), call("b", 60, answered=NOON + 30 * DAY)], now=DECEMBER + DAY)
    made = drawn(books, "2026-12")
    assert made.opening == november.closing
    (late,) = made.adjustments
    assert (late.period, late.service, late.legs, late.billed, late.amount) == (
        "2026-11",
        "voice",
        1,
        600,
        100_000,
    )
    assert made.closing == made.opening - made.charges - 100_000
    with books.reading() as reading:
        from dialform.billing.ledger.reports import balances_of

        paid_, charged = balances_of(reading, "acme")["USD"]
    assert made.closing == paid_ - charged


def test_a_late_payment_is_in_the_next_statement_under_its_own_date(books: Ledger) -> None:
    issued_now(books, "2026-11")
    late = terms(payments=(paid(), paid("inv-9", 5_000_000, "2026-11-29")))
    opened_with(books, late, terms("other"), when=DECEMBER)
    made = drawn(books, "2026-12")
    assert [(one.id, one.date) for one in made.payments] == [("inv-9", "2026-11-29")]


def test_issuing_again_changes_nothing(books: Ledger) -> None:
    first = issued_now(books, "2026-11")
    books.book([call("late", 600)], now=DECEMBER)
    assert issued_now(books, "2026-11", now=DECEMBER + DAY) == first


def test_statements_are_issued_in_their_order(books: Ledger) -> None:
    issued_now(books, "2026-11")
    with pytest.raises(LedgerError, match="statement 2026-12 of acme is not issued yet"):
        issued_now(books, "2027-01")
    with pytest.raises(
        LedgerError, match="what came to 2026-10 since is a line of the next one, 2026-12"
    ):
        issued_now(books, "2026-10")
    issued_now(books, "2026-12")
    with books.reading() as reading:
        last = last_issued(reading, "acme")
        assert last and last.period == "2026-12"
        assert last_issued(reading, "other") is None
        assert issued(reading, "acme", "2027-01") is None


def test_a_year_that_was_mistyped_is_not_issued(ledger: Ledger) -> None:
    opened_with(ledger, when=NOON)
    with pytest.raises(LedgerError, match="Nothing is known of acme in 2024-11 or before"):
        issued_now(ledger, "2024-11")
    assert issued_now(ledger, "2026-11").closing == 0, "the month in which it came"


def test_two_who_issue_at_once_issue_one(books: Ledger) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda n: issued_now(books, "2026-11", now=DECEMBER + n), range(4)))
    assert made.count(made[0]) == 4


def test_what_fails_in_the_middle_issues_nothing(books: Ledger) -> None:
    def draw(_: Connection) -> Statement:
        raise LedgerError("no")

    with pytest.raises(LedgerError, match="no"):
        books.database.write(
            lambda connection: issue(connection, draw, "acme", "2026-11", DECEMBER)
        )
    with books.reading() as reading:
        assert issued(reading, "acme", "2026-11") is None


def test_the_audit_takes_issued_statements(books: Ledger) -> None:
    issued_now(books, "2026-11")
    issued_now(books, "2026-12", now=DECEMBER + 31 * DAY)
    assert books.verify() == []
    with books.reading() as reading:
        assert audit(reading) == []


def test_the_audit_finds_a_statement_that_was_forged(books: Ledger) -> None:
    import json

    from dialform.billing.ledger.tables import statements
    from dialform.billing.statements.document import to_json
    from dialform.values import replace

    first = issued_now(books, "2026-11")
    forged = {**to_json(replace(first, period="2027-02")), "closing": "1.00"}
    other = to_json(replace(first, period="2026-12", opening=first.closing + 1))
    for number, (period, body) in enumerate([("2026-12", other), ("2027-01", forged)], 2):
        row = {
            "tenant": "acme",
            "period": period,
            "number": number,
            "at": 0,
            "upto": 0,
            "body": json.dumps(body),
        }
        books.database.write(
            lambda connection, row=row: connection.execute(statements.insert().values(**row))
        )
    with books.reading() as reading:
        found = [fault.what for fault in audit(reading)]
    assert found == [
        "The statement 2026-12 of acme does not begin where 2026-11 ended.",
        "The statement 2027-01 of acme: the statement's closing balance is not what its lines come to.",
    ]
