"""How much anybody may ask."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.provisioning import limits as module
from dialform.provisioning.limits import Limits, Rate, Rates, network_of

from .serving import Turned

RATES = Rates(Rate(1, 5), Rate(2, 8), Rate(0.5, 3), Rate(1, 6), Rate(1, 2))


def test_an_address_asks_a_few_at_once_and_then_as_many_as_come_back() -> None:
    clock = Turned()
    limits = Limits(clock, RATES)
    assert [limits.ask("a") for _ in range(6)] == [True] * 5 + [False]
    clock.now += 2
    assert [limits.ask("a") for _ in range(3)] == [True, True, False]
    clock.now += 3600
    assert [limits.ask("a") for _ in range(6)] == [True] * 5 + [False]


def test_all_together_ask_no_more_than_all_may_but_who_is_known_is_not_held_up() -> None:
    limits = Limits(Turned(), RATES)
    assert [limits.ask(f"{n}") for n in range(10)] == [True] * 8 + [False] * 2
    assert limits.ask("phone", known=True)
    assert not limits.ask("stranger")


def test_who_asks_too_much_uses_up_nothing_of_the_others() -> None:
    limits = Limits(Turned(), RATES)
    for _ in range(100):
        limits.ask("a")
    assert [limits.ask("b") for _ in range(3)] == [True] * 3


def test_being_wrong_is_limited_harder_and_by_itself() -> None:
    clock = Turned()
    limits = Limits(clock, RATES)
    for _ in range(3):
        assert not limits.suspect("a")
        limits.wrong("a")
    assert limits.suspect("a")
    assert not limits.suspect("b")
    clock.now += 2
    assert not limits.suspect("a")


def test_all_together_may_be_wrong_no_more_than_all_may() -> None:
    limits = Limits(Turned(), RATES)
    for n in range(6):
        assert not limits.suspect("b")
        limits.wrong(f"{n}")
    assert limits.suspect("b")


def test_connections_are_rationed_by_address() -> None:
    clock = Turned()
    limits = Limits(clock, RATES)
    assert [limits.connect("a") for _ in range(3)] == [True, True, False]
    assert limits.connect("b")
    clock.now += 1
    assert limits.connect("a")


def test_a_clock_that_goes_back_gives_nothing() -> None:
    clock = Turned()
    limits = Limits(clock, RATES)
    for _ in range(5):
        limits.ask("a")
    clock.now -= 3600
    assert not limits.ask("a")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ADDRESSES", 100)
    monkeypatch.setattr(module, "KNOWN", 50)


@pytest.mark.usefixtures("few")
def test_a_flood_of_addresses_fills_no_memory_and_is_limited_all_the_same() -> None:
    limits = Limits(Turned(), RATES)
    for n in range(10_000):
        limits.ask(f"{n}")
        limits.connect(f"{n}")
        limits.wrong(f"{n}")
        limits.fetched(f"{n}", "805ec0000001")
    assert len(limits) == 350
    assert limits.suspect("another")


@pytest.mark.usefixtures("few")
def test_those_who_come_again_and_again_are_not_forgotten_in_a_flood() -> None:
    limits = Limits(Turned(), RATES)
    limits.fetched("office", "mac")
    for n in range(10_000):
        limits.wrong("guesser")
        limits.wrong(f"{n}")
        limits.fetched(f"{n}", "mac")
        limits.fetched("office", "mac")
    assert limits.suspect("guesser")
    assert limits.knows("office", "mac")
    assert not limits.knows("office", "another")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False), ("2001:db8::1", "2001:db8::2", True),
        ("2001:db8::1", "2001:db8:0:0:ffff::1", True), ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True), ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
    ],
)  # fmt: skip
def test_an_ipv6_address_counts_by_its_64(one: str, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) == same


@given(st.ip_addresses())
def test_every_address_is_of_one_network(address: object) -> None:
    found = network_of(str(address))
    assert network_of(found.removesuffix("/64")) == found
