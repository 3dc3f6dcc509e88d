"""What a plan leaves without a price, held against asking number by number."""

from bisect import bisect_left
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialform.compiler.pricing.check import literal
from dialform.compiler.pricing.cover import MANY, Part, Parts, Priced, exists
from dialform.compiler.pricing.days import Days, common, day_after, day_before, gap, meet, words

DAYS = [f"2026-01-{day:02d}" for day in range(1, 13)]
NUMBERS = ["+1" + "".join(digits) for digits in product("0123456789", repeat=3)]
"""All numbers of three digits in country 1."""


def priced(spans: dict[str, list[Days]]) -> Priced:
    return Priced([spans], [sorted(spans)])


SPAN = st.tuples(st.sampled_from(["", *DAYS]), st.sampled_from(["", *DAYS])).filter(
    lambda days: not days[1] or days[0] <= days[1]
)
PREFIX = st.text("012", max_size=3).map(lambda digits: "+1" + digits)
LONGER = PREFIX.filter(lambda prefix: prefix != "+1")


class TestHoles:
    @settings(max_examples=60, deadline=None)
    @given(
        st.dictionaries(PREFIX, st.lists(SPAN, min_size=1, max_size=2), max_size=8),
        st.lists(PREFIX, max_size=2),
        st.lists(st.builds(Part, LONGER, st.lists(PREFIX, max_size=2).map(tuple)), max_size=3),
    )
    def test_as_many_as_asking_each_number_finds(
        self, spans: dict[str, list[Days]], refused: list[str], others: list[Part]
    ) -> None:
        part = Part("+1", tuple(refused))
        found = priced(spans).holes(part, Parts(others))
        ends = {prefix: days for days, prefixes in found.ends.items() for prefix in prefixes}
        for number in NUMBERS:
            taken = not any(number.startswith(one) for one in refused) and not any(
                number.startswith(other.prefix)
                and not any(number.startswith(one) for one in other.refused)
                for other in others
            )
            days = [
                day for prefix, all_ in spans.items() if number.startswith(prefix) for day in all_
            ]
            never = any(number.startswith(prefix) for prefix in found.never)
            ended = any(number.startswith(prefix) for prefix in ends)
            assert never == (taken and not days), number
            assert not ended or (taken and gap(days)), number
            if taken and days and all(until for _, until in days):
                assert ended, number

    def test_a_prefix_is_covered_by_all_digits_that_may_follow(self) -> None:
        spans = {f"+1{digit}": [("", "")] for digit in "0123456789"}
        assert priced(spans).holes(Part("+1")).never == []
        del spans["+17"]
        assert priced(spans).holes(Part("+1")).never == ["+17"]

    def test_countries_that_do_not_exist_need_no_price(self) -> None:
        spans = {f"+{digit}": [("", "")] for digit in "13456789"} | {
            f"+2{digit}": [("", "")] for digit in "02345679"
        }
        spans["+212"] = [("", "")]
        assert priced(spans).holes(Part("+")).never == ["+211", "+213", "+216", "+218"]
        assert not exists("+210")
        assert exists("+21")
        assert exists("+2125")

    def test_of_very_many_holes_no_more_are_looked_for(self) -> None:
        spans = {f"+1{n:07d}": [("", "")] for n in range(0, 10**7, 10**4)}
        assert len(priced(spans).holes(Part("+")).never) == MANY

    def test_one_number_is_covered_by_what_it_begins_with_alone(self) -> None:
        spans = {"31": [("", "")], "1161": [("", "")], "+3": [("", "")]}
        assert priced(spans).number("311").never == []
        assert priced(spans).number("116").never == ["116"]
        assert priced({"3": [("", "2026-01-31")]}).number("311").ends == {
            ("2026-02-01", ""): ["311"]
        }


class TestDays:
    @given(st.lists(SPAN, min_size=1, max_size=4))
    def test_a_gap_is_the_first_days_after_the_beginning_that_nobody_has(
        self, spans: list[Days]
    ) -> None:
        calendar = ["2025-12-31", *DAYS, *(f"2026-01-{day}" for day in range(13, 31))]
        held = [any(a <= day and (not b or day <= b) for a, b in spans) for day in calendar]
        begin = max(0, bisect_left(calendar, min(spans)[0]))
        free = [day for day, has in zip(calendar[begin:], held[begin:], strict=True) if not has]
        found = gap(spans)
        assert (found is None) == (not free)
        if found is not None:
            assert found[0] == free[0]

    @given(SPAN, SPAN)
    def test_spans_meet_where_a_day_is_in_both(self, one: Days, other: Days) -> None:
        both = [
            day for day in DAYS if all(a <= day and (not b or day <= b) for a, b in (one, other))
        ]
        if both:
            assert meet(one, other)
            start, until = common(one, other)
            assert start <= both[0]
            assert not until or until >= both[-1]
        assert meet(one, other) == meet(other, one)

    @pytest.mark.parametrize("day", ["2026-02-28", "2028-02-28", "2026-12-31"])
    def test_the_day_before_the_day_after_is_the_day(self, day: str) -> None:
        assert day_before(day_after(day)) == day

    def test_in_words(self) -> None:
        assert words(("2026-01-01", "")) == "from 2026-01-01 on"
        assert words(("", "2026-01-01")) == "until 2026-01-01"
        assert words(("2026-01-01", "2026-01-02")) == "from 2026-01-01 until 2026-01-02"


@pytest.mark.parametrize(
    ("pattern", "start"),
    [
        (r"^\+1(212|646)\d{7}$", "+1"), (r"^\+44[0-9]+$", "+44"), (r"^\+4?9\d+$", "+"),
        (r"^\+49{2}1$", "+4"), (r"^\+49*$", "+4"), ("^311$", "311"), (r"^(1|2)3$", ""), (r"^1\+2$", ""),
    ],
)  # fmt: skip
def test_what_all_numbers_of_a_pattern_begin_with(pattern: str, start: str) -> None:
    assert literal(pattern) == start
