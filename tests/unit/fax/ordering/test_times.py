"""When a fax is to go, as people type it."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.fax.ordering.times import MICRO, TimeError, moment

NEW_YORK = "America/New_York"


def micro(text: str, zone: str = NEW_YORK) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()) * MICRO


NOW = micro("2026-11-28T15:00:20")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("now", "2026-11-28T15:00:20"),
        ("18:30", "2026-11-28T18:30"),
        ("9:00", "2026-11-29T09:00"),
        ("09.05", "2026-11-29T09:05"),
        ("today 15:30", "2026-11-28T15:30"),
        ("tomorrow 15:30", "2026-11-29T15:30"),
        ("Tomorrow  09:00", "2026-11-29T09:00"),
        ("tomorrow", "2026-11-29T15:00:20"),
        ("2h", "2026-11-28T17:00:20"),
        ("+30 min", "2026-11-28T15:30:20"),
        ("3d", "2026-12-01T15:00:20"),
        ("2026-12-24", "2026-12-24T00:00"),
        ("2026-12-24T18:30", "2026-12-24T18:30"),
        ("2026-12-24 18:30", "2026-12-24T18:30"),
        ("2026-12-24T18:30-05:00", "2026-12-24T18:30"),
        ("2026-12-24t23:30z", "2026-12-24T18:30"),
    ],
)
def test_a_time_is_read_in_the_tenants_zone(typed: str, meant: str) -> None:
    assert moment(typed, NEW_YORK, NOW) == micro(meant)


def test_the_minute_that_goes_on_is_not_past() -> None:
    """What a cron job orders for nine at two seconds past nine does not wait a day."""
    assert moment("15:00", NEW_YORK, NOW) == NOW
    assert moment("2026-11-28T15:00", NEW_YORK, NOW) == NOW
    assert moment("14:59", NEW_YORK, NOW) == micro("2026-11-29T14:59")


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("today 09:00", "is past: it is 2026-11-28 15:00 (America/New_York)"),
        ("2025-12-24T18:30", "is past"),
        ("2036-12-24T18:30", "more than a year ahead"),
        ("9999d", "more than a year ahead"),
        ("24:00", "is no time: write 18:30"),
        ("12:60", "is no time"),
        ("yesterday", "is no time"),
        ("", "is no time"),
        ("9999-12-31T23:59+00:00", "a year ahead"),
        ("0001-01-01T00:00+01:00", "is no time"),
    ],
)
def test_what_is_no_time_to_come_says_why(typed: str, why: str) -> None:
    with pytest.raises(TimeError, match=re.escape(why)):
        moment(typed, NEW_YORK, NOW)


def test_an_hour_that_comes_twice_is_its_first_and_hours_ahead_are_hours() -> None:
    before = micro("2026-10-31T20:00")
    twice = moment("tomorrow 01:30", NEW_YORK, before)
    assert datetime.fromtimestamp(twice / MICRO, UTC).hour == 5
    assert moment("12h", NEW_YORK, before) - before == 12 * 3600 * MICRO
    assert moment("tomorrow 20:00", NEW_YORK, before) - before == 25 * 3600 * MICRO


@given(st.text(max_size=20), st.sampled_from([NEW_YORK, "Europe/Berlin", "UTC"]))
def test_whatever_is_typed_is_a_time_to_come_or_a_sentence(typed: str, zone: str) -> None:
    try:
        found = moment(typed, zone, NOW)
    except TimeError as error:
        assert str(error)
    else:
        assert NOW <= found <= NOW + 367 * 86_400 * MICRO
