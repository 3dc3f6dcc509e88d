"""The largest amounts that can be booked, until no sum of them fits: that tenant's are refused, no other's."""

from __future__ import annotations

import pytest

from dialform.billing.ledger.errors import LedgerRefusedError
from dialform.billing.ledger.ledger import Ledger
from dialform.billing.rating.rate import MOST

from .world import amounts, balance, call, opened_with, price, prices, terms


def test_a_tenant_whose_sums_no_database_holds_is_refused_and_no_other(ledger: Ledger) -> None:
    dear = price("+1", MOST)
    opened_with(ledger, terms(package=""), terms("bolt", package=""), costs=prices(dear))
    fits = (2**63 - 1) // MOST
    ledger.book([call(f"u{number}") for number in range(fits)], now=1)
    assert balance(ledger) == -fits * MOST
    with pytest.raises(LedgerRefusedError):
        ledger.book([call("one-more")], now=1)
    assert amounts(ledger.book([call("b1", tenant="bolt")], now=1).charges) == [MOST]
    assert ledger.verify() == []
