"""Time conditions say the same as the hours that they were made of."""

import datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from dialform.compiler.resolved import Schedule
from dialform.renderers.freeswitch.schedules import times
from dialform.schema.hours import Day, Hours

MINUTES = st.integers(0, 1440)
HOURS = st.builds(
    Hours,
    st.lists(st.integers(1, 7), min_size=1, unique=True).map(lambda days: tuple(sorted(days))),
    st.integers(0, 1439),
    MINUTES,
).filter(lambda hours: hours.start != hours.end)
DAYS = st.builds(Day, st.integers(1, 12), st.integers(1, 28), st.none() | st.integers(2026, 2028))
MOMENTS = st.datetimes(datetime.datetime(2026, 1, 1), datetime.datetime(2028, 12, 31))


def _numbers(text, value):
    """switch_utils.c, switch_number_cmp(): a list of numbers and ranges."""
    for part in text.split(","):
        low, _, high = part.partition("-")
        if int(low) <= value <= int(high or low):
            return True
    return False


def _holds(condition, moment):
    """switch_xml.c, switch_xml_std_datetime_check()."""
    values = {
        "year": moment.year,
        "mon": moment.month,
        "mday": moment.day,
        "wday": moment.isoweekday() % 7 + 1,
        "minute-of-day": moment.hour * 60 + moment.minute + 1,
    }
    return all(_numbers(text, values[name]) for name, text in condition)


def _open(hours, moment):
    minute = moment.hour * 60 + moment.minute
    today = moment.isoweekday() % 7 + 1
    yesterday = (today - 2) % 7 + 1
    if hours.end > hours.start:
        return today in hours.days and hours.start <= minute < hours.end
    return (today in hours.days and minute >= hours.start) or (
        yesterday in hours.days and minute < hours.end
    )


@given(st.lists(HOURS, max_size=3), MOMENTS)
def test_open_hours(hours, moment):
    found = times(Schedule("office", tuple(hours), (), "UTC"))
    assert any(_holds(c, moment) for c in found.open) == any(_open(h, moment) for h in hours)


@given(st.lists(DAYS, max_size=3), MOMENTS)
def test_closed_days(days, moment):
    found = times(Schedule("office", (), tuple(days), "UTC"))
    expected = any(
        (d.month, d.day) == (moment.month, moment.day) and d.year in (None, moment.year)
        for d in days
    )
    assert any(_holds(c, moment) for c in found.closed) == expected


def test_the_time_zone_is_the_schedule_s():
    zone = times(Schedule("office", (), (), "Europe/Berlin")).timezone
    assert ZoneInfo(zone).key == "Europe/Berlin"
