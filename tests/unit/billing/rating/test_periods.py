"""Days and months are those of the tenant's time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.billing.rating.periods import day_of, period_of
from dialform.billing.rating.rate import rate

from .made import NEW_YORK, call, micros, price, prices, terms

AUCKLAND = "Pacific/Auckland"
ZONES = [NEW_YORK, AUCKLAND, "UTC", "Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu",
         "Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns", "Pacific/Chatham"]  # fmt: skip


@given(
    st.datetimes(datetime(1980, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(ZONES),
)
def test_the_day_is_that_of_the_wall_clock(when: datetime, zone: str) -> None:
    at = round((when - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))
    there = when.astimezone(ZoneInfo(zone))
    assert day_of(at, zone) == there.date().isoformat()
    assert period_of(at, zone) == f"{there:%Y-%m}"


def test_one_moment_is_of_two_months() -> None:
    at = micros("2026-11-30T12:00", "UTC")
    assert period_of(at, AUCKLAND) == "2026-12"
    assert period_of(at, NEW_YORK) == "2026-11"


@pytest.mark.parametrize("zone", [NEW_YORK, AUCKLAND])
def test_a_month_ends_at_midnight(zone: str) -> None:
    midnight = micros("2026-12-01T00:00", zone)
    assert period_of(midnight - 1, zone) == "2026-11"
    assert period_of(midnight, zone) == "2026-12"


def test_a_call_over_the_months_end_is_of_the_month_of_its_answer() -> None:
    fact = call(7200, answered=micros("2026-11-30T23:30"))
    assert rate(fact, prices(price()), terms(), 0).period == "2026-11"
    assert rate(fact, prices(price()), terms(timezone="UTC"), 0).period == "2026-12"


@pytest.mark.parametrize(
    ("answered", "seconds"),
    [("2026-03-08T01:59:30-05:00", 60), ("2026-11-01T01:59:30-04:00", 60),
     ("2026-11-01T01:30-04:00", 3600)],
)  # fmt: skip
def test_a_call_while_clocks_are_turned_lasts_as_long_as_it_lasts(
    answered: str, seconds: int
) -> None:
    charge = rate(call(seconds, answered=micros(answered)), prices(price()), terms(), 0)
    assert charge.units == seconds


def test_a_day_of_23_or_25_hours_ends_at_its_midnight() -> None:
    for day in ("2026-03-08", "2026-11-01"):
        start = micros(f"{day}T00:00")
        end = micros(f"{day}T23:59:59") + 999_999
        assert {day_of(start, NEW_YORK), day_of(end, NEW_YORK)} == {day}
        assert day_of(end + 1, NEW_YORK) > day > day_of(start - 1, NEW_YORK)


def test_a_rate_begins_at_the_tenants_midnight() -> None:
    rows = price("old", until="2026-06-30"), price("new", price=20_000, start="2026-07-01")
    at = micros("2026-07-01T01:00", "Europe/Berlin")
    names = {
        zone: charge.price.name
        for zone in (NEW_YORK, "Europe/Berlin")
        if (charge := rate(call(answered=at), prices(*rows), terms(timezone=zone), 0)).price
    }
    assert names == {NEW_YORK: "old", "Europe/Berlin": "new"}


def test_the_rate_is_the_one_at_the_answer_though_it_changes_in_mid_call() -> None:
    rows = price("old", until="2026-06-30"), price("new", price=20_000, start="2026-07-01")
    charge = rate(call(3600, answered=micros("2026-06-30T23:50")), prices(*rows), terms(), 0)
    assert charge.amount == 60 * 10_000
