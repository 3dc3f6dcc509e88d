"""What hosts were given is kept in dated copies, what was paid is booked once."""

import pytest

from dialform.billing.ledger import queries
from dialform.billing.ledger.errors import LedgerError
from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.opening import open_ledger
from dialform.compiler.terms import Paid
from dialform.values import replace

from .conftest import Raw
from .world import (
    HOST,
    NOON,
    SECOND,
    balance,
    call,
    opened_with,
    paid,
    price,
    prices,
    terms,
    told_by,
)


def test_what_did_not_change_is_not_kept_again(ledger: Ledger, raw: Raw) -> None:
    first = ledger.store_terms(HOST, prices(), [terms(), terms("bolt")], at=NOON)
    assert (first.copies, bool(first)) == (3, True)
    again = ledger.store_terms(HOST, prices(), [terms("bolt"), terms()], at=NOON + 1)
    assert (again.copies, again.paid, again.changed, bool(again)) == (0, (), (), False)
    one = ledger.store_terms(HOST, prices(), [terms(plan="x"), terms("bolt")], at=NOON + 2)
    assert one.copies == 1
    assert raw("SELECT count(*) FROM documents") == [(4,)]


def test_equal_documents_of_many_hosts_are_kept_once(ledger: Ledger, raw: Raw) -> None:
    for host in ("pbx1", "pbx2", "pbx3"):
        ledger.store_terms(host, prices(), [terms()], at=NOON)
    assert raw("SELECT (SELECT count(*) FROM terms), (SELECT count(*) FROM documents)") == [(6, 2)]


def test_the_copy_in_force_is_the_newest_that_began(ledger: Ledger) -> None:
    for number, plan in enumerate("abc"):
        ledger.store_terms(HOST, prices(), [terms(plan=plan)], at=NOON + number)
    found = [ledger.terms_at(HOST, "acme", NOON + when) for when in (-5, 0, 1, 2, 99)]
    assert [one.plan for one in found if one] == ["a", "a", "b", "c", "c"]
    assert ledger.terms_at(HOST, "bolt", NOON) is None
    assert ledger.terms_at("pbx9", "acme", NOON) is None
    assert ledger.terms("acme") == ledger.terms("acme", HOST) == terms(plan="c")


def test_a_clock_that_goes_back_moves_no_copy(ledger: Ledger) -> None:
    ledger.store_terms(HOST, prices(), [terms(plan="a")], at=NOON)
    ledger.store_terms(HOST, prices(), [terms(plan="b")], at=NOON - 100)
    before = ledger.terms_at(HOST, "acme", NOON)
    after = ledger.terms_at(HOST, "acme", NOON + 1)
    assert before and after and (before.plan, after.plan) == ("a", "b")


def test_who_is_gone_from_a_host_keeps_the_terms_for_what_comes_late(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""))
    ledger.store_terms(HOST, prices(), [terms("bolt")], at=NOON + SECOND)
    (made,) = ledger.book([call()], now=NOON).charges
    assert made and made.amount == 10_000
    assert ledger.tenants() == ["acme", "bolt"]


def test_prices_are_those_of_the_host_and_the_moment(ledger: Ledger) -> None:
    ledger.store_terms(HOST, prices(), [], at=0)
    ledger.store_terms(HOST, prices(price(per_minute=5)), [], at=NOON)
    old, new = ledger.prices_at(HOST, 1), ledger.prices(HOST)
    assert old and new and (old.prices, new.prices) == (prices(), prices(price(per_minute=5)))
    assert ledger.prices("pbx9") is None


def test_another_process_sees_what_was_stored(ledger: Ledger, url: str) -> None:
    with open_ledger(url) as other:
        ledger.store_terms(HOST, prices(), [terms(package="")], at=0)
        (made,) = other.book([call("u1")], now=NOON).charges
        other.store_terms(HOST, prices(price(per_minute=7)), [terms(package="")], at=1)
        (more,) = ledger.book([call("u2")], now=NOON).charges
    assert made and more and (made.amount, more.amount) == (10_000, 7)


def test_a_payment_is_booked_once(ledger: Ledger, raw: Raw) -> None:
    opened_with(ledger, terms(payments=(paid("a", 500), paid("b", 700))))
    stored = ledger.store_terms(
        HOST, prices(), [terms(payments=(paid("a", 500), paid("c", 1)))], at=NOON
    )
    assert stored.paid == ("acme",)
    ledger.store_terms(
        "pbx2", prices(), [terms(payments=(paid("a", 500), paid("b", 700)))], at=NOON
    )
    assert balance(ledger) == 1201
    assert raw("SELECT debit, credit, amount FROM entries ORDER BY id") == [
        ("cash", "tenant:acme", 500), ("cash", "tenant:acme", 700), ("cash", "tenant:acme", 1),
    ]  # fmt: skip
    assert ledger.verify() == []


def test_equal_ids_of_two_tenants_are_two_payments(ledger: Ledger) -> None:
    opened_with(ledger, terms(payments=(paid("a", 5),)), terms("bolt", payments=(paid("a", 7),)))
    assert (balance(ledger), balance(ledger, "bolt")) == (5, 7)


def test_money_given_back_goes_the_other_way(ledger: Ledger, raw: Raw) -> None:
    opened_with(ledger, terms(payments=(paid("a", 500), paid("b", -200), paid("c", 0))))
    assert balance(ledger) == 300
    assert raw("SELECT debit, credit, amount FROM entries WHERE payment = 'b'") == [
        ("tenant:acme", "cash", 200)
    ]
    assert ledger.verify() == []


@pytest.mark.parametrize("now", [paid("a", 501), paid("a", 500, "2026-11-04")])
def test_a_payment_changed_later_is_not_booked_and_told_once(ledger: Ledger, now: Paid) -> None:
    opened_with(ledger, terms(payments=(paid("a", 500),)))
    for _ in range(2):
        stored = ledger.store_terms(HOST, prices(), [terms(payments=(now,))], at=NOON)
        (changed,) = stored.changed
        assert (changed.tenant, changed.id, changed.booked, changed.now) == (
            "acme",
            "a",
            paid("a", 500),
            now,
        )
        assert not stored.paid
    assert balance(ledger) == 500
    (told,) = told_by(ledger)
    assert (told.kind, told.about) == ("payment_changed", "a")
    assert told.body == {
        "booked": {"date": "2026-11-03", "amount": 500}, "now": {"date": now.date, "amount": now.amount},
    }  # fmt: skip


def test_another_note_changes_nothing(ledger: Ledger) -> None:
    opened_with(ledger, terms(payments=(paid("a", 500),)))
    noted = replace(paid("a", 500), note="wire transfer")
    assert ledger.store_terms(HOST, prices(), [terms(payments=(noted,))], at=NOON).changed == ()


def test_what_is_booked_can_be_held_against_a_site(ledger: Ledger) -> None:
    opened_with(ledger, terms(payments=(paid("a", 500),)), terms("bolt", payments=(paid("b", 7),)))
    with ledger.reading() as reading:
        assert queries.booked_payments(reading) == {
            ("acme", "a"): ("2026-11-03", 500), ("bolt", "b"): ("2026-11-03", 7),
        }  # fmt: skip


def test_a_payment_beyond_all_measure_stores_nothing(ledger: Ledger, raw: Raw) -> None:
    with pytest.raises(LedgerError, match="Payment big is larger"):
        opened_with(ledger, terms(payments=(paid("big", 10**17),)))
    assert raw("SELECT (SELECT count(*) FROM terms), (SELECT count(*) FROM payments)") == [(0, 0)]
    opened_with(ledger, terms(payments=(paid("big", 10**16),)))
    assert ledger.terms("acme") == terms(), "what was taken back is stored the next time"
