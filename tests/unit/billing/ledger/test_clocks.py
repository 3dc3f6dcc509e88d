"""Clocks that jump, on the side of the ledger."""

from __future__ import annotations

from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.values import VELOCITY

from .world import DAY, NOON, SECOND, amounts, call, opened_with, price, prices, terms, told_by


def test_an_alarm_of_a_clock_that_was_years_ahead_silences_none(ledger: Ledger) -> None:
    opened_with(ledger, terms(package="", hourly_spend_alert=5_000))
    ledger.book([call("u1")], now=NOON + 1000 * DAY)
    ledger.book([call("u2", answered=NOON + 2 * SECOND)], now=NOON)
    assert [notice.kind for notice in told_by(ledger)] == [VELOCITY] * 2


def test_a_clock_that_went_back_a_little_moves_no_copy(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""))
    opened_with(ledger, terms(package=""), costs=prices(price("+1", 20_000)), when=NOON)
    opened_with(ledger, terms(package=""), costs=prices(price("+1", 30_000)), when=NOON - SECOND)
    assert amounts(ledger.book([call("u1", answered=NOON + SECOND)], now=1).charges) == [30_000]
