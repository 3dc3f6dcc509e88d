"""What a commit that fails leaves behind in memory: nothing."""

from __future__ import annotations

import pytest

from dialform.billing.ledger import database
from dialform.billing.ledger.ledger import Ledger

from .conftest import Raw
from .world import amounts, call, opened_with, paid, price, prices, terms


class LostError(Exception):
    """The commit did not get through."""


@pytest.fixture
def fails_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the checkpoints that fail, once each."""
    wanted: list[str] = []

    def hook(name: str) -> None:
        if name in wanted:
            wanted.remove(name)
            raise LostError
        if f"{name} again" in wanted:
            wanted.remove(f"{name} again")
            raise database.AgainError

    monkeypatch.setattr(database, "hook", hook)
    return wanted


def test_terms_whose_commit_failed_are_stored_the_next_time(
    ledger: Ledger, raw: Raw, fails_at: list[str]
) -> None:
    opened_with(ledger)
    fails_at.append("commit")
    dearer = prices(price("+1", 90_000))
    with pytest.raises(LostError):
        opened_with(ledger, terms(payments=(paid(),)), costs=dearer, when=5)
    stored = ledger.store_terms("pbx1", dearer, [terms(payments=(paid(),))], at=5)
    assert stored and stored.paid == ("acme",)
    booked = ledger.book([call("u1", 600), call("u2", 60)], now=1)
    assert amounts(booked.charges) == [0, 90_000]
    assert raw("SELECT count(*) FROM usage u WHERE NOT EXISTS "
               "(SELECT 1 FROM terms t WHERE t.id = u.prices)") == [(0,)]  # fmt: skip
    assert ledger.verify() == []


def test_terms_whose_commit_met_another_ones_are_stored_in_the_same_go(
    ledger: Ledger, raw: Raw, fails_at: list[str]
) -> None:
    opened_with(ledger)
    fails_at.append("commit again")
    opened_with(ledger, costs=prices(price("+1", 90_000)), when=5)
    assert raw("SELECT count(*) FROM terms WHERE scope = ''") == [(2,)]
    assert amounts(ledger.book([call("u1", 660)], now=1).charges) == [90_000]
