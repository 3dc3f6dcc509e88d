"""What can be asked of a ledger, at one moment."""

from dialform.billing.ledger import queries
from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.lines import calls
from dialform.billing.ledger.queries import Balance, Counter

from .world import DAY, MINUTE, NOON, call, conference, fax, opened_with, paid, terms

NOW = NOON + 10 * MINUTE


def test_an_empty_ledger_answers_with_nothing(ledger: Ledger) -> None:
    with ledger.reading() as reading:
        assert queries.balance(reading, "acme", "USD") == Balance("acme", "USD")
        assert queries.accounts(reading) == []
        assert queries.counted(reading, "acme", "2026-11") == {}
        assert queries.booked_payments(reading) == {}
        assert list(calls(reading, "acme")) == []


def test_a_month_is_counted_by_resource(ledger: Ledger) -> None:
    opened_with(ledger)
    ledger.book([call("u1", 660), fax("f1", 7), conference("c1", 90)], now=NOW)
    with ledger.reading() as reading:
        assert queries.counted(reading, "acme", "2026-11") == {
            "voice_minutes": Counter(660, 600, 60, 10_000),
            "fax_pages": Counter(7, 5, 2, 100_000),
            "conference_minutes": Counter(120, 120, 0, 0),
        }  # fmt: skip
        assert queries.counted(reading, "acme", "2026-12") == {}
        assert queries.counted(reading, "bolt", "2026-11") == {}


def test_calls_are_found_by_time_extension_and_when_they_were_booked(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""), terms("bolt"))
    ledger.book([call("u1"), call("u2", answered=NOON + DAY), call("u3", tenant="bolt")], now=NOW)
    ledger.book([call("u4", extension="", forwarder="1002", answered=NOON - DAY)], now=NOW)
    with ledger.reading() as reading:

        def found(*args: int, **more: object) -> list[str]:
            return [one.fact.uuid for one in calls(reading, "acme", *args, **more)]

        assert found() == ["u4", "u1", "u2"]
        assert found(NOON, NOON + DAY) == ["u1"]
        assert found(extension="1002") == ["u4"]
        assert found(since=3) == ["u4"]


def test_a_line_says_what_it_was_rated_by(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""))
    ledger.book([call("u1", 61)], now=NOW)
    with ledger.reading() as reading:
        (line,) = calls(reading, "acme")
    assert line.fact == call("u1", 61)
    assert (line.rate, line.prefix, line.price, line.first, line.next) == (
        "us",
        "+1",
        10_000,
        60,
        60,
    )
    assert (line.units, line.billed, line.amount, line.prices, line.terms) == (
        120,
        120,
        20_000,
        1,
        2,
    )
    assert (line.booked, line.reversal) == (NOW, False)


def test_entries_come_in_the_order_in_which_they_were_booked(ledger: Ledger) -> None:
    opened_with(
        ledger,
        terms(package="", payments=(paid(),)),
        terms("bolt", payments=(paid("b", -5),)),
        when=1,
    )
    ledger.book([call("u1")], now=NOW)
    with ledger.reading() as reading:
        everything = list(queries.entries_of(reading))
        assert [one.id for one in everything] == [
            "payment:acme:inv-1",
            "payment:bolt:b",
            "call:u1:0",
        ]
        assert [one.what for one in queries.entries_of(reading, "acme", NOW)] == ["charge"]
        assert [one.id for one in queries.entries_of(reading, end=NOW)] == [
            "payment:acme:inv-1",
            "payment:bolt:b",
        ]
        assert {each.tenant: each.balance for each in queries.accounts(reading)} == {
            "acme": 199_990_000, "bolt": -5,
        }  # fmt: skip


def test_a_moments_view_does_not_change_while_others_book(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""))
    with ledger.reading() as reading:
        assert queries.accounts(reading) == []
        ledger.book([call()], now=NOW)
        assert queries.accounts(reading) == []
    with ledger.reading() as reading:
        assert queries.balance(reading, "acme", "USD").balance == -10_000


def test_what_waits_for_somebody_is_counted(ledger: Ledger) -> None:
    opened_with(ledger)
    ledger.book([call("u1", number="+44"), call("u2"), call("u2", 9)], now=NOW)
    with ledger.reading() as reading:
        assert queries.waiting(reading) == {"unrated": 1, "quarantined": 1, "unsent": 2}
