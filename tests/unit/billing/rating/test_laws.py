"""Laws that every charge keeps."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from dialform.billing.rating.prices import PriceIndex
from dialform.billing.rating.rate import rate
from dialform.compiler.terms import Price

from .made import PAST_ALL, call, fax, meeting, price, prices, terms

amounts = st.integers(0, 3_000_000) | st.integers(0, 10**12)
steps = st.integers(1, 120)
lengths = st.integers(0, 2_592_000_000_000)
"""Microseconds, up to thirty days."""


@st.composite
def voice(draw: st.DrawFn, *, free: bool = False) -> Price:
    """A voice rate."""
    return price(
        price=draw(amounts), first=draw(steps), next=draw(steps), connect=draw(amounts),
        minimum=draw(amounts), free=free and draw(st.booleans()),
    )  # fmt: skip


@given(voice(), lengths)
def test_what_counts_is_never_less_than_what_was(row: Price, length: int) -> None:
    charge = rate(call(length / 1_000_000), prices(row), terms(), 0)
    assert charge.units * 1_000_000 >= length
    assert charge.units >= row.first and (charge.units - row.first) % row.next == 0
    too_much = charge.units * 1_000_000 - length
    assert charge.units == row.first or too_much < row.next * 1_000_000


@given(voice(free=True), lengths, lengths, st.integers(0, 100_000), st.integers(0, 10**7))
def test_a_longer_call_never_costs_less(
    row: Price, one: int, other: int, included: int, used: int
) -> None:
    index = prices(row, included={"voice_minutes": included})
    short, long = (
        rate(call(length / 1_000_000), index, terms(), used) for length in sorted((one, other))
    )
    assert short.units <= long.units and short.amount <= long.amount and short.free <= long.free


@given(voice(free=True), lengths, st.integers(0, 100_000), st.integers(0, 10**7))
def test_free_and_billed_are_all_and_nothing_billed_costs_nothing(
    row: Price, length: int, included: int, used: int
) -> None:
    index = prices(row, included={"voice_minutes": included})
    charge = rate(call(length / 1_000_000), index, terms(), used)
    assert charge.free + charge.billed == charge.units
    assert 0 <= charge.free <= max(0, included * 60 - used)
    assert (charge.amount == 0) == (
        charge.billed == 0 or row.free or row.price == row.connect == row.minimum == 0
    )


@given(voice(), lengths, st.integers(0, 10**7))
def test_it_is_rounded_up_once(row: Price, length: int, used: int) -> None:
    index = prices(row, included={"voice_minutes": 50_000})
    charge = rate(call(length / 1_000_000), index, terms(), used)
    if charge.billed:
        exact = row.connect + max(Fraction(row.minimum), Fraction(charge.billed * row.price, 60))
        assert exact <= charge.amount < exact + 1


calls = st.one_of(
    st.builds(call, st.integers(0, 5000)),
    st.builds(fax, st.integers(0, 40)),
    st.builds(meeting, st.integers(1, 5000)),
)


@given(st.lists(calls, max_size=30), st.integers(0, 200), st.randoms(use_true_random=False))
def test_what_is_free_does_not_depend_on_the_order(facts: list, included: int, random) -> None:  # type: ignore[no-untyped-def, type-arg]
    resources = ("voice_minutes", "fax_pages", "conference_minutes")
    index = _three(dict.fromkeys(resources, included))
    orders = [facts, sorted(facts, key=lambda _: random.random())]
    totals = [_month(index, order) for order in orders]
    assert totals[0] == totals[1]
    for resource, (units, free) in totals[0].items():
        assert free == min(units, included * (1 if resource == "fax_pages" else 60))


def _three(included: dict[str, int]) -> PriceIndex:
    return prices(
        price(next=6), price(service="fax", price=50_000), price(service="conference", prefix=""),
        included=included,
    )  # fmt: skip


def _month(index: PriceIndex, facts: list) -> dict[str, tuple[int, int]]:  # type: ignore[type-arg]
    """Units and free units of a month, rated one after the other."""
    totals: dict[str, tuple[int, int]] = {}
    for fact in facts:
        resource = {"call": "voice_minutes", "fax": "fax_pages"}.get(
            fact.kind, "conference_minutes"
        )
        units, free = totals.get(resource, (0, 0))
        charge = rate(fact, index, terms(), free)
        totals[resource] = units + charge.units, free + charge.free
    return totals


@given(voice(free=True), lengths)
def test_the_same_fact_comes_to_the_same(row: Price, length: int) -> None:
    fact = call(length / 1_000_000)
    assert rate(fact, prices(row), terms(), PAST_ALL) == rate(fact, prices(row), terms(), PAST_ALL)
