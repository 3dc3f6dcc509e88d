"""The journal of live legs, and what becomes of it."""

from dialform.billing.ledger.ledger import Ledger
from dialform.values import replace

from .world import HOST, NOON, SECOND, call, fax, opened_with


def leg(uuid: str = "u1", core: str = "core-1", **more: object) -> object:
    return replace(call(uuid, core=core, **more), ended=0)


def test_a_leg_is_up_until_its_record_comes(ledger: Ledger) -> None:
    opened_with(ledger)
    ledger.journal_answer(leg(), leg("u2"), seen=NOON + SECOND)
    assert [one.fact.uuid for one in ledger.live(HOST)] == ["u1", "u2"]
    ledger.book([call("u1")], now=NOON)
    (left,) = ledger.live(HOST)
    assert (left.fact, left.core, left.seen) == (leg("u2"), "core-1", NOON + SECOND)
    assert ledger.live("pbx2") == []


def test_a_heartbeat_moves_the_legs_of_its_run_alone_and_only_on(ledger: Ledger) -> None:
    ledger.journal_answer(leg("u1"), leg("u2", "core-2"), leg("u3", host="pbx2"), seen=NOON)
    assert ledger.journal_seen(HOST, "core-1", NOON + 5) == 1
    ledger.journal_seen(HOST, "core-1", NOON + 3)
    assert [(one.fact.uuid, one.seen) for one in ledger.live(HOST)] == [
        ("u1", NOON + 5),
        ("u2", NOON),
    ]


def test_a_leg_whose_record_was_quicker_is_not_up(ledger: Ledger) -> None:
    opened_with(ledger)
    ledger.book([call("u1")], now=NOON)
    ledger.journal_answer(leg("u1"), seen=NOON)
    assert ledger.live(HOST) == []


def test_a_leg_that_turned_out_a_fax_is_over_too(ledger: Ledger) -> None:
    opened_with(ledger)
    ledger.journal_answer(leg("f1"), seen=NOON)
    ledger.book([fax("f1")], now=NOON)
    assert ledger.live(HOST) == []
    ledger.journal_answer(leg("f1"), seen=NOON)
    assert ledger.live(HOST) == []


def test_what_is_gone_without_a_bill_is_forgotten(ledger: Ledger) -> None:
    ledger.journal_answer(leg("u1"), leg("u2"), seen=NOON)
    ledger.journal_answer(leg("u1"), seen=NOON + 9)
    ledger.journal_gone("u2", "u7")
    assert [(one.fact.uuid, one.seen) for one in ledger.live(HOST)] == [("u1", NOON + 9)]
    ledger.journal_answer(seen=NOON)
