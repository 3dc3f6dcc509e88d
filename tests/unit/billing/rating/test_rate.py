"""What each kind of fact comes to."""

from __future__ import annotations

import pytest

from dialform.billing.rating.charge import EMERGENCY, NOTHING, RATED, UNRATED
from dialform.billing.rating.rate import rate

from .made import PAST_ALL, call, charged, fax, meeting, micros, price, prices, terms


@pytest.mark.parametrize(
    ("seconds", "steps", "counted"),
    [
        (95, (60, 1), 95), (95, (60, 60), 120), (95, (60, 6), 96), (95, (1, 1), 95),
        (60, (60, 60), 60), (61, (60, 60), 120), (1, (60, 60), 60), (59.2, (1, 1), 60),
        (60.000001, (60, 6), 66), (0, (60, 60), 60), (0, (1, 1), 1), (30, (30, 6), 30),
        (31, (30, 6), 36), (3600, (60, 60), 3600), (100, (7, 5), 102),
    ],
)  # fmt: skip
def test_seconds_count_in_the_steps_of_the_rate(
    seconds: float, steps: tuple[int, int], counted: int
) -> None:
    first, next_ = steps
    assert charged(call(seconds), price(first=first, next=next_)).units == counted


@pytest.mark.parametrize(
    ("row", "amount"),
    [
        (price(), 20_000),  # 2 minutes of a cent
        (price(price=15_000, next=1), 23_750),  # 95 s of 0.0150
        (price(price=15_700, next=1), 24_859),  # 24,858.33: up, once
        (price(price=1, next=1), 2),
        (price(price=15_000, next=1, connect=10_000), 33_750),
        (price(price=15_000, next=1, minimum=50_000), 50_000),
        (price(price=15_000, next=1, connect=10_000, minimum=50_000), 60_000),
        (price(price=15_000, next=1, connect=10_000, minimum=23_750), 33_750),
    ],
)
def test_a_call_of_95_seconds_costs(row: object, amount: int) -> None:
    assert charged(call(95), row).amount == amount  # type: ignore[arg-type]


def test_costs_of_thousands_are_exact() -> None:
    charge = charged(call(30 * 86400), price(price=99_999_999_999, connect=1))
    assert charge.amount == 30 * 1440 * 99_999_999_999 + 1


def test_the_free_part_is_split_at_the_boundary() -> None:
    index = prices(price(next=1, connect=10_000), included={"voice_minutes": 10})
    charge = rate(call(95), index, terms(), 590)
    assert (charge.units, charge.free, charge.billed) == (95, 10, 85)
    assert charge.amount == 10_000 + 14_167
    assert (charge.resource, charge.included) == ("voice_minutes", 600)


def test_a_call_within_the_free_part_has_no_connect_fee_and_no_minimum() -> None:
    index = prices(price(connect=10_000, minimum=500_000), included={"voice_minutes": 10})
    charge = rate(call(95), index, terms(), 480)
    assert (charge.status, charge.free, charge.billed, charge.amount) == (RATED, 120, 0, 0)


def test_the_minimum_is_one_of_what_is_not_free() -> None:
    index = prices(price(next=1, minimum=500_000), included={"voice_minutes": 10})
    assert rate(call(95), index, terms(), 510).amount == 500_000


def test_the_subscription_includes_more_or_less_than_the_package() -> None:
    index = prices(price(), included={"voice_minutes": 10, "fax_pages": 7})
    own = terms(included={"voice_minutes": 0})
    assert rate(call(95), index, own, 0).free == 0
    assert rate(call(95), index, terms(included={"fax_pages": 0}), 0).free == 120


def test_nothing_is_included_before_the_subscription_begins() -> None:
    index = prices(price(), included={"voice_minutes": 10})
    since = terms(since="2026-11-02")
    late = call(answered=micros("2026-11-01T23:59"))
    assert (rate(late, index, since, 0).free, rate(late, index, since, 0).amount) == (0, 20_000)
    assert rate(call(answered=micros("2026-11-02T00:00")), index, since, 0).free == 120


def test_what_a_smaller_package_no_longer_includes_is_not_taken_back() -> None:
    index = prices(price(), included={"voice_minutes": 10})
    assert rate(call(95), index, terms(), 5000).free == 0


def test_a_free_rate_costs_nothing_and_uses_nothing_up() -> None:
    index = prices(price(price=0, free=True, connect=7), included={"voice_minutes": 10})
    charge = rate(call(95), index, terms(), 0)
    assert (charge.status, charge.free, charge.billed, charge.amount) == (RATED, 0, 120, 0)


@pytest.mark.parametrize(
    "fact",
    [
        call(answered=0, ended=0), call(trunk=""), call(trunk="", direction="internal"),
        meeting(0), meeting(60, answered=0), fax(3, trunk=""), fax(0, fax_ok=False),
        fax(3, fax_ok=False), fax(3, answered=0), call(answered=0, emergency=True),
        call(direction="inbound"),
    ],
)  # fmt: skip
def test_there_is_nothing_to_charge_for(fact: object) -> None:
    charge = charged(fact, price(), used=0)  # type: ignore[arg-type]
    assert (charge.status, charge.units, charge.amount) == (NOTHING, 0, 0)


def test_received_pages_count_like_sent_ones() -> None:
    sent, row = fax(3), price(service="fax", price=50_000)
    received = fax(3, direction="inbound", number=sent.number)
    index = prices(row, included={"fax_pages": 1})
    assert rate(received, index, terms(), 0) == rate(sent, index, terms(), 0)
    assert rate(received, index, terms(), 0).free == 1
    assert charged(received, price(), used=0).status == UNRATED


def test_an_emergency_call_is_rated_0_and_uses_nothing_up() -> None:
    for plan in ("standard", ""):
        charge = charged(call(emergency=True, number="911"), price(), used=0, plan=plan)
        assert (charge.status, charge.units, charge.free, charge.amount) == (EMERGENCY, 0, 0, 0)
        assert charge.resource == ""


@pytest.mark.parametrize(
    ("fact", "plan"),
    [
        (call(), ""), (call(number="+442079460000"), "standard"), (call(plan="gold"), "standard"),
        (call(), "gold"), (meeting(60), "standard"), (meeting(60), ""), (fax(2), "standard"),
    ],
)  # fmt: skip
def test_without_a_rate_it_is_unrated(fact: object, plan: str) -> None:
    charge = charged(fact, price(), used=0, plan=plan)  # type: ignore[arg-type]
    assert (charge.status, charge.units, charge.amount) == (UNRATED, 0, 0)
    assert charge.price is None and charge.period == "2026-11"


def test_a_call_in_is_priced_by_the_number_that_was_called() -> None:
    rows = (price(), price("did", direction="inbound", prefix="+1212", price=5_000))
    charge = charged(call(direction="inbound", route=""), *rows)
    assert charge.amount == 10_000 and charge.price is rows[1]
    assert charged(call(direction="inbound", number="+17185550100"), *rows).status == NOTHING


def test_what_a_channel_did_before_is_not_the_plan_of_a_call_in_nor_of_a_room() -> None:
    inbound = price(direction="inbound", prefix="", price=5_000)
    assert charged(call(direction="inbound", plan="gold"), inbound).status == RATED
    room = price(service="conference", prefix="", price=2_000)
    assert charged(meeting(60, plan="gold"), room).status == RATED


def test_the_plan_of_the_route_goes_before_that_of_the_subscription() -> None:
    index = prices(price())
    index.prices.rates["dear"] = (price("dear", price=90_000),)
    index.prices.plans["gold"] = ("dear",)
    assert rate(call(plan="gold"), index, terms(), 0).amount == 180_000
    assert rate(call(), index, terms(plan="gold"), 0).amount == 180_000
    assert rate(call(plan="standard"), index, terms(plan="gold"), 0).amount == 20_000
    assert rate(call(plan="gold"), index, terms(plan=""), 0).amount == 180_000


def test_pages_of_a_fax_cost_and_its_minutes_do_not() -> None:
    row = price("us-fax", service="fax", price=50_000, connect=1, minimum=60_000)
    index = prices(row, price(), included={"fax_pages": 5, "voice_minutes": 100})
    charge = rate(fax(3), index, terms(), 3)
    assert (charge.units, charge.free, charge.billed, charge.amount) == (3, 2, 1, 60_001)
    assert (charge.service, charge.resource, charge.included) == ("fax", "fax_pages", 5)
    assert rate(fax(3), index, terms(), PAST_ALL).amount == 150_001


def test_a_fax_that_broke_off_costs_by_setting() -> None:
    row = price("us-fax", service="fax", price=50_000)
    broken = fax(2, fax_ok=False, total_pages=9)
    assert rate(broken, prices(row), terms(), 0).status == NOTHING
    assert rate(broken, prices(row, partial_fax=True), terms(), 0).amount == 100_000
    assert rate(fax(0, fax_ok=False), prices(row, partial_fax=True), terms(), 0).status == NOTHING


def test_received_pages_count_like_sent_ones_where_they_have_a_rate() -> None:
    row = price(service="fax", direction="inbound", prefix="+1212", price=20_000)
    index = prices(row, included={"fax_pages": 5})
    charge = rate(fax(3, direction="inbound"), index, terms(), 4)
    assert (charge.free, charge.billed, charge.amount) == (1, 2, 40_000)


def test_a_call_that_a_fax_tone_ran_through_is_a_call() -> None:
    rows = (price(), price(service="fax", price=50_000))
    assert charged(call(60), *rows).service == "voice"


def test_time_in_rooms_costs_without_a_trunk() -> None:
    row = price("conf", service="conference", prefix="", price=2_000, first=1, next=1)
    index = prices(row, included={"conference_minutes": 1})
    charge = rate(meeting(90), index, terms(), 0)
    assert (charge.units, charge.free, charge.amount) == (90, 60, 1_000)
    assert charge.resource == "conference_minutes"
    assert (
        rate(meeting(90, trunk="mycarrier", direction="inbound"), index, terms(), 0).amount == 1_000
    )


def test_a_leg_whose_clock_went_back_counts_as_the_shortest() -> None:
    assert charged(call(-3), price()).units == 60
