"""The time attributes of a condition, as they held on a real switch."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.simulator.dialplan.hours import number_cmp, time_match

NOW = datetime(2026, 12, 24, 10, 30, 15, tzinfo=ZoneInfo("UTC"))  # a Thursday


@pytest.mark.parametrize(
    ("attributes", "held"),
    [
        ({}, None),
        ({"wday": "5"}, True),
        ({"wday": "mon-fri"}, True),
        ({"wday": "fri-mon"}, False),
        ({"wday": "Saturday,thu"}, False),
        ({"wday": "THU"}, True),
        ({"hour": "18-10"}, True),
        ({"hour": "9,11-12"}, False),
        ({"minute": "30"}, True),
        ({"mon": "12", "mday": "24-26"}, True),
        ({"mon": "12", "mday": "25"}, False),
        ({"yday": "358"}, True),
        ({"year": "2025-2027"}, True),
        ({"week": "52"}, True),
        ({"mweek": "4"}, True),
        ({"minute-of-day": "631"}, True),
        ({"time-of-day": "09:00-10:30:15"}, True),
        ({"time-of-day": "09:00-10:30"}, False),
        ({"time-of-day": "22:00-11:00"}, True),
        ({"date-time": "2026-12-24 10:30:15~2026-12-25"}, True),
        ({"date-time": "2026-12-23~2026-12-24 10:30:15"}, False),
        ({"date-time": "2026-12-24T09:00~2026-11-55"}, True),
        ({"date-time": "nonsense~2026-12-25,2026-12-24~2026-12-25"}, False),
        ({"tz-offset": "0"}, True),
        ({"tz-offset": "-5"}, False),
        ({"dst": "false"}, False),
    ],
)
def test_attributes_hold(attributes: dict[str, str], held: bool | None) -> None:
    assert time_match(attributes, NOW) is held


def test_the_zone_and_the_offset_of_the_channel() -> None:
    assert time_match({"hour": "5"}, NOW, "America/New_York")
    assert time_match({"hour": "13"}, NOW, "America/New_York", 3)
    assert time_match({"hour": "10"}, NOW, "No/Where")


def test_summer_time_is_right() -> None:
    before = datetime(2026, 3, 29, 0, 59, tzinfo=ZoneInfo("UTC"))
    after = datetime(2026, 3, 29, 1, 0, tzinfo=ZoneInfo("UTC"))
    assert time_match({"hour": "1"}, before, "Europe/Berlin")
    assert time_match({"hour": "3"}, after, "Europe/Berlin")


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_a_range_and_its_reverse_cover_everything(low: int, high: int, value: int) -> None:
    assert low == high or number_cmp(f"{low}-{high}", value) or number_cmp(f"{high}-{low}", value)
