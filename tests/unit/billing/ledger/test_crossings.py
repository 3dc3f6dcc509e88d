"""What a booking means for credit, limits and speed is told once each, in the same transaction."""

from typing import Any

import pytest

from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.values import KINDS
from dialform.compiler.terms import Prices

from .conftest import Raw
from .world import (
    DAY,
    HOST,
    MINUTE,
    NOON,
    SECOND,
    call,
    fax,
    opened_with,
    paid,
    prices,
    terms,
    told_by,
)  # fmt: skip

NOW = NOON + 10 * MINUTE
HOUR = 60 * MINUTE
ALERT = 50_000


def agreed(**more: Any) -> Any:
    return terms(
        package="", **{"low_credit_alert": ALERT, "payments": (paid(amount=100_000),), **more}
    )


def kinds(ledger: Ledger) -> list[str]:
    return [one.kind for one in told_by(ledger)]


def test_low_credit_is_told_once_a_crossing(ledger: Ledger) -> None:
    opened_with(ledger, agreed())
    ledger.book([call("u1", 300)], now=NOW)
    assert kinds(ledger) == [], "50,000 is not below 50,000"
    ledger.book([call("u2", 60)], now=NOW)
    (told,) = told_by(ledger)
    assert (told.kind, told.tenant, told.at) == ("low_credit", "acme", NOW)
    assert told.body == {"balance": 40_000, "alert": ALERT, "currency": "USD"}
    ledger.book([call("u3", 60)], now=NOW)
    assert kinds(ledger) == ["low_credit"]
    ledger.store_terms(
        HOST, prices(), [agreed(payments=(paid(amount=100_000), paid("inv-2", 50_000)))], at=NOW
    )
    ledger.book([call("u4", 300)], now=NOW)
    assert kinds(ledger) == ["low_credit"] * 2


def test_zero_credit_and_credit_again_are_told(ledger: Ledger) -> None:
    opened_with(ledger, agreed(low_credit_alert=None, block_on_zero=True))
    ledger.book([call("u1", 600)], now=NOW)
    (told,) = told_by(ledger)
    assert told.kind == "zero_credit"
    assert told.body == {"balance": 0, "currency": "USD", "block": True}
    ledger.book([call("u2", 60)], now=NOW)
    more = (paid(amount=100_000), paid("inv-2", 10_001))
    ledger.store_terms(HOST, prices(), [agreed(low_credit_alert=None, payments=more)], at=NOW + 1)
    assert kinds(ledger) == ["zero_credit", "credit_back"]
    assert told_by(ledger)[1].body["balance"] == 1


def test_what_a_site_begins_with_is_no_news(ledger: Ledger) -> None:
    opened_with(ledger, agreed(payments=()), agreed(payments=(paid(amount=10),)), agreed())
    assert kinds(ledger) == []


def test_who_never_had_credit_crosses_nothing(ledger: Ledger) -> None:
    opened_with(ledger, agreed(payments=()))
    ledger.book([call("u1", 600)], now=NOW)
    assert kinds(ledger) == []


def test_another_mark_is_crossed_when_it_is_set(ledger: Ledger) -> None:
    opened_with(ledger, agreed())
    ledger.store_terms(HOST, prices(), [agreed(low_credit_alert=100_001)], at=NOW)
    ledger.store_terms(HOST, prices(), [agreed(low_credit_alert=100_001)], at=NOW)
    assert kinds(ledger) == ["low_credit"]


def test_a_real_record_that_costs_less_may_bring_credit_back(ledger: Ledger) -> None:
    opened_with(ledger, agreed(low_credit_alert=None))
    ledger.book([call("u1", 600, provisional=True)], now=NOW)
    ledger.book([call("u1", 60)], now=NOW)
    assert kinds(ledger) == ["zero_credit", "credit_back"]


def test_limits_are_told_when_they_are_reached_once_a_day_and_month(ledger: Ledger) -> None:
    opened_with(ledger, terms(daily=2, monthly=3))
    ledger.book([call("u1"), call("u2"), call("u3", answered=NOON + DAY)], now=NOW)
    told = {
        (one.about, one.body["period"], one.body["used"], one.body["limit"])
        for one in told_by(ledger)
    }
    assert told == {("daily", "2026-11-10", 2, 2), ("monthly", "2026-11", 3, 3)}
    ledger.book([call("u4"), fax("f1")], now=NOW)
    assert len(told_by(ledger)) == 2


def test_a_limit_that_is_raised_is_reached_again(ledger: Ledger) -> None:
    opened_with(ledger, terms(daily=1))
    ledger.book([call("u1")], now=NOW)
    ledger.store_terms(HOST, prices(), [terms(daily=2)], at=NOW)
    ledger.book([call("u2")], now=NOW)
    assert [one.body["limit"] for one in told_by(ledger)] == [1, 2]


def test_without_a_limit_none_is_reached(ledger: Ledger) -> None:
    opened_with(ledger)
    ledger.book([call(f"u{number}") for number in range(20)], now=NOW)
    assert kinds(ledger) == []


def fast(**more: Any) -> Any:
    return terms(package="", hourly_spend_alert=20_000, **more)


def test_an_extension_that_spends_fast_is_named(ledger: Ledger) -> None:
    opened_with(ledger, fast())
    ledger.book([call("u1", 120), call("u2", 60, extension="1002")], now=NOW)
    assert kinds(ledger) == [], "20,000 is not more than 20,000"
    ledger.book([call("u3", 60, answered=NOON + 30 * MINUTE)], now=NOW)
    (told,) = told_by(ledger)
    assert (told.kind, told.about) == ("velocity", "1001")
    assert told.body == {"spent": 30_000, "alert": 20_000, "currency": "USD", "since": NOON}
    ledger.book([call("u4", 600, answered=NOON + 31 * MINUTE)], now=NOW + 59 * MINUTE)
    assert len(told_by(ledger)) == 1, "once an hour"
    ledger.book([call("u5", 600, answered=NOON + 90 * MINUTE)], now=NOW + 61 * MINUTE)
    assert len(told_by(ledger)) == 2


def test_an_hour_is_any_hour_and_no_longer(ledger: Ledger) -> None:
    opened_with(ledger, fast())
    ledger.book([call("u1", 120)], now=NOW)
    ledger.book([call("u2", 60, answered=NOON + HOUR)], now=NOW + HOUR)
    assert kinds(ledger) == []
    ledger.book([call("u3", 120, answered=NOON + HOUR - SECOND)], now=NOW + HOUR)
    assert [one.body["since"] for one in told_by(ledger)] == [NOON]


def test_a_late_record_between_others_counts_too(ledger: Ledger) -> None:
    opened_with(ledger, fast())
    ledger.book([call("u1", 120), call("u2", 120, answered=NOON + 70 * MINUTE)], now=NOW)
    assert kinds(ledger) == []
    ledger.book([call("u3", 60, answered=NOON + 40 * MINUTE)], now=NOW)
    assert kinds(ledger) == ["velocity"]


def test_who_forwards_a_call_spends_it(ledger: Ledger) -> None:
    opened_with(ledger, fast())
    """Together with what it dials; and not who called it."""
    ledger.book([
        call("u1", 120, extension="1003"),
        call("u2", 120, extension="1001", forwarder="extension 1003"),
        call("u3", 120, extension="", forwarder="extension 1003"),
    ], now=NOW)  # fmt: skip
    assert [(one.about, one.body["spent"]) for one in told_by(ledger)] == [("1003", 60_000)]


def test_an_unrated_number_is_told_once_a_day(ledger: Ledger) -> None:
    opened_with(ledger)
    away = {"number": "+442079460000"}
    ledger.book([call("u1", **away), call("u2", **away), call("u3", number="+4930123456")], now=NOW)
    ledger.book([call("u4", **away), call("u5", answered=NOON + DAY, **away)], now=NOW)
    told = [(one.about, one.body["day"], one.body["uuid"]) for one in told_by(ledger)]
    assert told == [
        ("+4420", "2026-11-10", "u1"), ("+4930", "2026-11-10", "u3"), ("+4420", "2026-11-11", "u5"),
    ]  # fmt: skip
    assert told_by(ledger)[0].body["reason"] == "no voice rate of plan standard prices it"


def test_where_nothing_is_sold_no_price_is_missed(ledger: Ledger) -> None:
    opened_with(ledger, terms(plan=""), costs=Prices({}, {}, {}))
    (charge,) = ledger.book([call()], now=NOW).charges
    assert charge is not None and charge.status == "unrated"
    assert told_by(ledger) == []


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"plan": ""}, "neither the route nor the subscription names a plan"),
        ({"plan": "gone"}, "there is no plan gone"),
    ],
)
def test_why_there_is_no_price_is_said(ledger: Ledger, more: dict[str, str], reason: str) -> None:
    opened_with(ledger, terms(**more))
    ledger.book([call()], now=NOW)
    assert told_by(ledger)[0].body["reason"] == reason


def test_all_that_is_told_is_of_a_kind_that_is_known(ledger: Ledger, raw: Raw) -> None:
    opened_with(
        ledger,
        agreed(
            daily=1, hourly_spend_alert=1, low_credit_alert=5_000, payments=(paid(amount=10_000),)
        ),
    )
    ledger.book([call("u1"), call("u2", number="+44"), call("u1", 61)], now=NOW)
    ledger.store_terms(
        HOST, prices(), [agreed(payments=(paid(amount=1), paid("b", 900_000)))], at=NOW
    )
    assert set(kinds(ledger)) == set(KINDS)
