"""What had no price gets one later, by a reversal and a new charge."""

import pytest

from dialform.billing.ledger import queries
from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.lines import calls, month

from .conftest import Raw
from .world import (
    DAY,
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
    told_by,
)  # fmt: skip

AWAY = {"number": "+442079460000"}
NOW = NOON + 10 * MINUTE
LATER = NOON + 5 * DAY


def mended(ledger: Ledger, per_minute: int = 20_000, **more: object) -> None:
    costs = prices(price(), price("+44", per_minute))
    ledger.store_terms(HOST, costs, [terms(**{"package": "", **more})], at=NOON + DAY)


def test_what_had_no_price_is_mended_and_only_that(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""))
    ledger.book([call("u1", **AWAY), call("u2"), call("u3", 30, **AWAY)], now=NOW)
    assert ledger.rerate(now=NOW) == [], "there is no price yet"
    mended(ledger)
    done = ledger.rerate(now=LATER)
    assert [(one.uuid, one.was, one.before, one.now, one.after, one.period) for one in done] == [
        ("u1", "unrated", 0, "rated", 20_000, "2026-11"), ("u3", "unrated", 0, "rated", 20_000, "2026-11"),
    ]  # fmt: skip
    assert done[0].why, "it is said how that comes"
    assert balance(ledger) == -50_000
    with ledger.reading() as reading:
        assert [(one.seq, one.amount) for one in calls(reading, "acme")] == [
            (2, 20_000),
            (0, 10_000),
            (2, 20_000),
        ]
        assert len(list(month(reading, "acme", "2026-11"))) == 7
        assert queries.transactions_of(reading, "acme", "2026-11") == {"2026-11": 3}
    assert ledger.rerate(now=LATER) == []
    assert ledger.verify() == []


def test_a_dry_run_says_the_same_and_changes_nothing(ledger: Ledger, raw: Raw) -> None:
    opened_with(ledger)
    ledger.book([call(f"u{number}", 240, **AWAY) for number in range(6)], now=NOW)
    mended(ledger, package="business")
    before = raw("SELECT count(*), max(id) FROM usage")
    tried = ledger.rerate(now=LATER, dry_run=True)
    assert raw("SELECT count(*), max(id) FROM usage") == before
    assert [one.after for one in tried] == [0, 0, 40_000, 80_000, 80_000, 80_000]
    assert ledger.rerate(now=LATER) == tried


def test_only_what_is_asked_for_is_rated_anew(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""), terms("bolt", package=""))
    ledger.book(
        [
            call("u1", **AWAY), call("u2", tenant="bolt", **AWAY), call("u3", answered=NOON + DAY, **AWAY),
            call("u4", answered=NOON - DAY, **AWAY),
        ],
        now=NOW,
    )  # fmt: skip
    ledger.store_terms(HOST, prices(price("+44")), [terms(), terms("bolt")], at=LATER)
    wanted = {"tenant": "acme", "since": NOON, "until": NOON + DAY, "now": LATER}
    assert [one.uuid for one in ledger.rerate(**wanted, dry_run=True)] == ["u1"]
    assert [one.uuid for one in ledger.rerate(**wanted)] == ["u1"]
    assert [one.uuid for one in ledger.rerate(tenant="bolt", now=LATER)] == ["u2"]


def test_everything_is_what_has_another_price_now(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""))
    ledger.book(
        [call("u1", **AWAY), call("u2"), fax("f1"), conference("c1"), call("u3", answered=0)],
        now=NOW,
    )
    costs = prices(price(per_minute=11_000), price("", 50_000, name="fax", service="fax"))
    ledger.store_terms(HOST, costs, [terms(package="")], at=NOON + DAY)
    assert ledger.rerate(now=LATER) == []
    done = ledger.rerate(now=LATER, everything=True)
    assert [(one.uuid, one.before, one.after) for one in done] == [("u2", 10_000, 11_000)]
    assert ledger.rerate(now=LATER, everything=True) == []
    assert ledger.verify() == []


def test_free_units_are_not_lost_by_rating_anew(ledger: Ledger) -> None:
    opened_with(ledger, costs=prices(price(), packages={"business": {"voice_minutes": 10}}))
    ledger.book([call("u1", 360), call("u2", 360)], now=NOW)  # 360 free; 240 free, 120 billed
    costs = prices(price(per_minute=20_000), packages={"business": {"voice_minutes": 10}})
    ledger.store_terms(HOST, costs, [terms()], at=NOON + DAY)
    ledger.rerate(now=LATER, everything=True)
    with ledger.reading() as reading:
        used = queries.counted(reading, "acme", "2026-11")["voice_minutes"]
        assert [(one.free, one.amount) for one in calls(reading, "acme")] == [
            (360, 0),
            (240, 40_000),
        ]
    assert (used.free, used.amount) == (600, 40_000)
    assert ledger.verify() == []


def test_what_was_rated_again_can_be_rated_once_more(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""))
    ledger.book([call("u1")], now=NOW)
    for number, per_minute in enumerate((1_000, 2_000, 3_000), 1):
        ledger.store_terms(
            HOST, prices(price(per_minute=per_minute)), [terms(package="")], at=LATER + number
        )
        ledger.rerate(now=LATER, everything=True)
    assert balance(ledger) == -3_000
    with ledger.reading() as reading:
        assert [one.seq for one in month(reading, "acme", "2026-11")] == list(range(7))
    assert ledger.verify() == []


def test_a_superseded_guess_stays_so(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""))
    ledger.book([call("u1", provisional=True, **AWAY)], now=NOW)
    ledger.book([call("u1", 120, **AWAY)], now=NOW)
    mended(ledger)
    assert [one.after for one in ledger.rerate(now=LATER)] == [40_000]
    assert balance(ledger) == -40_000
    assert ledger.verify() == []


def test_a_tenant_that_was_unknown_is_known_later(ledger: Ledger) -> None:
    ledger.book([call("u1", host="pbx7")], now=NOW)
    opened_with(ledger, terms(package=""), when=LATER)
    assert ledger.rerate(now=LATER) == [], "its host was given nothing"
    ledger.store_terms("pbx7", prices(), [terms(package="")], at=LATER)
    assert [one.after for one in ledger.rerate(now=LATER)] == [10_000]
    assert ledger.verify() == []


def test_rating_anew_crosses_marks_as_a_call_does(ledger: Ledger) -> None:
    opened_with(ledger, terms(package="", payments=(paid(amount=15_000),)))
    ledger.book([call("u1", **AWAY)], now=NOW)
    mended(ledger)
    ledger.rerate(now=LATER)
    assert [one.kind for one in told_by(ledger)] == ["unrated", "zero_credit"]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_more_than_a_batch_is_rated_anew(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""))
    ledger.book([call(f"u{number}", **AWAY) for number in range(1203)], now=NOW)
    mended(ledger)
    assert len(ledger.rerate(now=LATER, dry_run=True)) == 1203
    assert len(ledger.rerate(now=LATER)) == 1203
    assert balance(ledger) == -1203 * 20_000
    assert ledger.verify() == []
