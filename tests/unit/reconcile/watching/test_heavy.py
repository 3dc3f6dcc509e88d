"""The bounded table of who comes most often keeps its promises whatever comes."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.reconcile.watching.heavy import Heavy

names = st.lists(st.sampled_from("abcdefghij") | st.integers(0, 300).map(str), max_size=400)


@given(names, st.integers(1, 12))
def test_what_it_is_sure_of_is_never_too_much_and_its_count_never_too_little(
    came: list[str], size: int
) -> None:
    table, truth = Heavy(size), Counter(came)
    for name in came:
        table.add(name)
    assert len(table) <= size
    for entry in table:
        assert entry.sure <= truth[entry.name] <= entry.count
        assert entry.error <= len(came) / size
    for name, count in truth.items():
        assert name in table or count <= len(came) / size


@given(names)
def test_with_room_for_all_it_is_exact(came: list[str]) -> None:
    table = Heavy(1000)
    for name in came:
        table.add(name)
    assert {entry.name: entry.sure for entry in table} == dict(Counter(came))


def test_a_flood_of_strangers_does_not_wash_out_the_one_who_insists() -> None:
    table = Heavy(50)
    for number in range(20_000):
        table.add(f"stranger {number}")
        if number % 20 == 0:
            table.add("insists")
    assert table.sure("insists") >= 500


def test_a_table_of_no_names_is_refused() -> None:
    with pytest.raises(ValueError, match="counts nothing"):
        Heavy(0)
