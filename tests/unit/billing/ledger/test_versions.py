"""Hosts of one ledger are upgraded one after the other, and some go back: what a later version wrote is read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dialform.billing.ledger import copies
from dialform.billing.ledger.ledger import Ledger
from dialform.compiler.terms_json import prices_from, prices_json, terms_data, terms_from

from .world import HOST, amounts, call, opened_with, price, prices, terms


def test_terms_with_more_than_this_version_knows_are_read() -> None:
    known = terms(payments=())
    assert terms_from({**terms_data(known), "discount": "5.00"}) == known


def test_prices_with_more_than_this_version_knows_are_read() -> None:
    known = prices(price("+1", 10), price("+44", 20, name="uk"))
    data = json.loads(prices_json(known))
    data["fields"].insert(1, "peak")
    for rows in data["rates"].values():
        for row in rows:
            row.insert(1, 7)
    assert prices_from(json.dumps(data | {"rounding": "up"}).encode()) == known


def test_a_later_version_on_one_host_holds_up_no_other(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_with(ledger, terms(package=""))
    with monkeypatch.context() as later:
        plain = copies.terms_data

        def more(one: Any) -> dict[str, Any]:
            return {**plain(one), "discount": "5.00"}

        later.setattr(copies, "terms_data", more)
        ledger.store_terms("pbx2", prices(), [terms(package="")], at=7)
    facts = [call("u1"), call("u2", host="pbx2")]
    assert amounts(ledger.book(facts, now=1).charges) == [10_000, 10_000]
    assert HOST == "pbx1" and ledger.verify() == []
