"""How call tests are written: one value or a list, several spellings, moments."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.proof.moment import MomentError, moment
from dialform.schema.calltest import CallTest, Expect, Given
from dialform.schema.shape import shape_check

CALL = {"from": "1001", "to": "1002", "expect": {"rings": ["1002"]}}


def read(**parts: Any) -> CallTest:
    test, misfits = shape_check(CallTest, "case.yaml", {**CALL, **parts})
    assert test is not None, [misfit.flaw for misfit in misfits]
    return test


def codes(**parts: Any) -> list[str]:
    _, misfits = shape_check(CallTest, "case.yaml", {**CALL, **parts})
    return [misfit.flaw.rule.code for misfit in misfits if misfit.flaw]


LISTS = {
    "busy": "1001", "unregistered": "1001", "no_answer": "1001", "do_not_disturb": "1001",
    "gateway_down": "north", "logged_out": "1001",
}  # fmt: skip


@pytest.mark.parametrize(("key", "value"), LISTS.items())
def test_one_value_is_a_list_of_one(key: str, value: str) -> None:
    assert read(given={key: value}) == read(given={key: [value]})


@pytest.mark.parametrize("key", ["rings", "voicemail", "ivr", "queue", "plays", "not_reaches"])
def test_what_is_expected_may_be_one_or_several(key: str) -> None:
    assert read(expect={key: "1002"}) == read(expect={key: ["1002"]})


@pytest.mark.parametrize("model", [Given, Expect])
def test_each_other_spelling_is_the_key_itself(model: type[Given] | type[Expect]) -> None:
    values: dict[str, Any] = {
        **LISTS, "forward": {"1001": "1002"}, "answers": {"1001": 9}, "rings": "1001",
        "answered_by": "1001", "voicemail": "1001", "ivr": "700", "queue": "800", "as": "+12125550199",
        "plays": "media/x.wav", "not_reaches": "1001",
    }  # fmt: skip
    part = "given" if model is Given else "expect"
    for spelling, key in model.spellings().items():
        assert read(**{part: {spelling: values[key]}}) == read(**{part: {key: values[key]}})
        assert codes(**{part: {spelling: values[key], key: values[key]}}) == ["DF0304"], spelling


@pytest.mark.parametrize(
    ("written", "answers"),
    [("1001", {"1001": 3}), (["1001", "+12125550123"], {"1001": 3, "+12125550123": 3}),
     ({"1001": 0}, {"1001": 0}), (1001, {"1001": 3})],
)  # fmt: skip
def test_who_answers(written: Any, answers: dict[str, int]) -> None:
    assert read(given={"answers": written}).given.answers == answers


def test_calls_that_are_up() -> None:
    assert read(given={"calls": 3}).given.calls == {"": 3}
    assert read(given={"calls": {"north": 60, "1001": 2}}).given.calls == {"north": 60, "1001": 2}
    assert codes(given={"calls": "three"}) == ["DF0303"]
    assert codes(given={"calls": {"North": 1}}) == ["DF0305"]


def test_an_unknown_key_is_told_with_the_nearest_known_one() -> None:
    _, misfits = shape_check(CallTest, "case.yaml", {**CALL, "given": {"busi": "1001"}})
    assert misfits[0].flaw is not None
    assert "did you mean 'busy'?" in (misfits[0].flaw.hint or "")


def test_nothing_expected_is_an_error() -> None:
    assert codes(expect={}) == ["DF1801"]
    assert read(expect={"rings": []}).expect.rings == []


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(
    lambda t: t.replace(microsecond=0)
)


@given(MOMENTS, st.sampled_from(["T", " "]), st.booleans())
def test_a_moment_is_read_however_it_is_written(
    when: datetime, between: str, seconds: bool
) -> None:
    when = when if seconds else when.replace(second=0)
    text = when.strftime(f"%Y-%m-%d{between}%H:%M" + (":%S" if seconds else ""))
    kept = read(at=text).at
    assert kept is not None
    assert moment(kept, "America/New_York").replace(tzinfo=None) == when
    assert moment(text, "America/New_York") == moment(kept, "America/New_York")


@given(MOMENTS, st.integers(-14 * 60, 14 * 60))
def test_an_offset_goes_before_the_time_zone(when: datetime, minutes: int) -> None:
    sign = "-" if minutes < 0 else "+"
    offset = f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    kept = read(at=f"{when:%Y-%m-%dT%H:%M:%S}{offset}").at
    assert kept is not None
    for zone in ("Europe/Berlin", "Asia/Tokyo"):
        assert moment(kept, zone).utcoffset() == timedelta(minutes=minutes)


def test_a_moment_is_in_the_tenants_time_zone() -> None:
    berlin = moment("2026-07-01T10:00", "Europe/Berlin")
    assert berlin == moment("2026-07-01T08:00Z", "Asia/Tokyo")


@pytest.mark.parametrize(
    "text", ["2026-12-24", "10:00", "Christmas", "2026-02-30T10:00", "2026-12-24T24:10", ""]
)
def test_what_is_no_moment(text: str) -> None:
    assert codes(at=text) == ["DF1802"]
    with pytest.raises(MomentError, match=r"\."):
        moment(text, "UTC")


def test_a_day_alone_is_told_what_it_lacks() -> None:
    with pytest.raises(MomentError, match=r"without a time of day.*2026-12-24T10:00"):
        moment("2026-12-24", "UTC")


@pytest.mark.parametrize("caller", ["1001", "+12125550199", "anonymous"])
def test_who_may_call(caller: str) -> None:
    assert read(**{"from": caller}).caller == caller
    assert codes(**{"from": "alice"}) == ["DF0304"]
