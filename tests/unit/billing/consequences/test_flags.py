"""The flag of a tenant, by what the ledger says; and what is sent for it."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.billing.consequences.flags import (
    CREDIT,
    LIMIT,
    NONE,
    Change,
    FlagError,
    Flags,
    can_be_flagged,
    flag,
)
from dialform.billing.consequences.standing import Standing, standings, version
from dialform.billing.ledger.opening import open_ledger
from dialform.simulator.dialplan.stores import Db
from dialform.values import replace

from .conftest import ACME, MICRO, NOON, Books

MINUTE = 60 * MICRO


def standing(books: Books, now: int = NOON, slug: str = "acme") -> Standing:
    with books.ledger.database.reading() as connection:
        return standings(connection, books.terms.values(), now)[slug]


def word(books: Books, now: int = NOON, slug: str = "acme") -> str:
    return flag(books.terms[slug], standing(books, now, slug))


class TestLimits:
    def test_calls_that_are_booked_count_of_both_directions(self, books: Books) -> None:
        books.agree(daily=3)
        books.call()
        books.call(direction="inbound", number="+12125550199")
        assert word(books) == NONE
        books.call(kind="fax", pages=2, fax_ok=True)
        assert standing(books) == Standing(-10_000, 3, 3)
        assert word(books) == LIMIT

    @pytest.mark.parametrize(
        "said",
        [
            {"trunk": "", "direction": "internal"}, {"answered": 0}, {"emergency": True},
            {"kind": "conference", "seconds": 60, "trunk": ""},
        ],
    )  # fmt: skip
    def test_what_is_no_call_outside_does_not(self, books: Books, said: dict[str, object]) -> None:
        books.agree(daily=1)
        books.call(**said)
        assert word(books) == NONE

    def test_a_call_that_was_answered_and_goes_on_counts_once(self, books: Books) -> None:
        books.agree(daily=2)
        books.call()
        going = books.fact(at=NOON - MINUTE, ended=0)
        books.ledger.journal_answer(going, seen=NOON)
        assert word(books) == LIMIT
        books.ledger.book([replace(going, ended=NOON)], now=NOON)
        assert standing(books).day == 2

    def test_rooms_and_calls_for_help_that_go_on_do_not(self, books: Books) -> None:
        books.agree(daily=1)
        books.ledger.journal_answer(
            books.fact(ended=0, emergency=True),
            books.fact(kind="conference", ended=NOON),
            seen=NOON,
        )
        assert word(books) == NONE

    def test_a_day_is_the_tenants_own(self, books: Books) -> None:
        """Five hours after midnight in UTC a new day begins in New York."""
        books.agree(daily=1)
        late = int(datetime(2026, 11, 29, 4, 59, tzinfo=UTC).timestamp()) * MICRO
        books.call(at=late)
        assert word(books, late) == LIMIT
        assert word(books, late + MINUTE) == NONE

    def test_a_month_ends_with_its_limit(self, books: Books) -> None:
        books.agree(monthly=1)
        last = int(datetime(2026, 12, 1, 4, 59, tzinfo=UTC).timestamp()) * MICRO
        books.call(at=last)
        assert word(books, last) == LIMIT
        assert word(books, last + MINUTE) == NONE

    def test_another_tenants_calls_are_its_own(self, books: Books) -> None:
        books.agree(daily=1)
        books.call("janes-bakery")
        assert word(books) == NONE


def test_a_version_is_another_one_after_whatever_is_written(books: Books, url: str) -> None:
    seen = [version(books.ledger.database)]
    with open_ledger(url) as other:
        assert version(other.database) == seen[0]
        going = books.fact(ended=0)
        for write in (
            lambda: books.call(), lambda: other.journal_answer(going, seen=NOON), lambda: books.pay(1),
            lambda: other.journal_gone(going.uuid),
        ):  # fmt: skip
            time.sleep(0.02)  # a file's time is that of a tick
            write()
            seen.append(version(books.ledger.database))
            assert version(other.database) == seen[-1]
    assert len(set(seen)) == len(seen)


class TestCredit:
    def test_goes_with_the_last_of_the_money_and_comes_back_with_a_payment(
        self, books: Books
    ) -> None:
        books.agree(block_on_zero=True)
        assert word(books) == CREDIT
        books.pay(1)
        assert word(books) == NONE
        books.call(minutes=100)
        assert standing(books).balance == 0
        assert word(books) == CREDIT
        books.pay(1)
        assert word(books) == NONE

    def test_without_the_word_for_it_service_goes_on(self, books: Books) -> None:
        books.call(minutes=100)
        assert standing(books).balance < 0
        assert word(books) == NONE


@given(
    daily=st.integers(-1, 3), monthly=st.integers(-1, 3), block=st.booleans(),
    balance=st.integers(-2, 2), day=st.integers(0, 4), more=st.integers(0, 4),
)  # fmt: skip
def test_a_limit_goes_before_credit(
    daily: int, monthly: int, block: bool, balance: int, day: int, more: int
) -> None:
    terms = replace(ACME, daily=daily, monthly=monthly, block_on_zero=block)
    found = flag(terms, Standing(balance, day, day + more))
    reached = (daily >= 0 and day >= daily) or (monthly >= 0 and day + more >= monthly)
    assert (found == LIMIT) == reached
    assert (found == CREDIT) == (not reached and block and balance <= 0)
    assert can_be_flagged(terms) or not found


class Switch:
    """A switch's database, and what it was told. `deaf`: it says +OK and does nothing, as mod_db may."""

    def __init__(self) -> None:
        self.db, self.sent, self.deaf = Db(), list[str](), False

    async def ask(self, command: str) -> str:
        name, _, arguments = command.partition(" ")
        assert name == "db"
        if not arguments.startswith("select/"):
            self.sent.append(arguments)
            if self.deaf:
                return "+OK"
        return self.db.api(arguments) or "-ERR no reply\n"

    def bring(self, flags: Flags, **wanted: str) -> list[Change]:
        return asyncio.run(flags.bring(self.ask, wanted))


class TestOnTheSwitch:
    def test_only_what_differs_is_sent(self) -> None:
        switch, flags = Switch(), Flags()
        assert switch.bring(flags, acme=LIMIT, other=NONE) == [Change("acme", NONE, LIMIT)]
        assert switch.bring(flags, acme=LIMIT, other=NONE) == []
        assert switch.bring(flags, acme=CREDIT) == [Change("acme", LIMIT, CREDIT)]
        assert switch.bring(flags, acme=NONE) == [Change("acme", CREDIT, NONE)]
        assert switch.sent == [
            "insert/acme-block/outbound/limit", "insert/acme-block/outbound/credit",
            "delete/acme-block/outbound",
        ]  # fmt: skip
        assert switch.db.realms == {}

    def test_what_an_agent_before_has_set_is_known(self) -> None:
        switch, flags = Switch(), Flags()
        switch.db.run("insert/acme-block/outbound/limit")
        switch.db.run("insert/gone-block/outbound/credit")
        assert switch.bring(flags, acme=LIMIT, gone=NONE) == [Change("gone", CREDIT, NONE)]
        assert flags.there == {"acme": LIMIT}

    def test_another_switch_is_asked_anew(self) -> None:
        switch, flags = Switch(), Flags()
        switch.bring(flags, acme=LIMIT)
        switch.db = Db()
        assert switch.bring(flags, acme=LIMIT) == []
        flags.forget()
        assert switch.bring(flags, acme=LIMIT) == [Change("acme", NONE, LIMIT)]

    def test_what_somebody_took_away_by_hand_comes_back(self) -> None:
        switch, flags = Switch(), Flags()
        switch.bring(flags, acme=LIMIT)
        switch.db = Db()
        asyncio.run(flags.check(switch.ask, ["acme"]))
        assert switch.bring(flags, acme=LIMIT) == [Change("acme", NONE, LIMIT)]

    def test_a_good_word_alone_is_no_proof(self) -> None:
        """mod_db says +OK without a look at what its database said."""
        switch, flags = Switch(), Flags()
        switch.deaf = True
        with pytest.raises(FlagError, match="acme"):
            switch.bring(flags, acme=LIMIT)
        assert flags.there == {}
        switch.deaf = False
        assert switch.bring(flags, acme=LIMIT) == [Change("acme", NONE, LIMIT)]
