"""Lists are searched, sorted and cut into pages by what stands in the address."""

from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dialform.console.listing import Listing, listing, paged


def context(**query: str) -> Any:
    return SimpleNamespace(
        query=query, request=SimpleNamespace(url=SimpleNamespace(path="/t/acme/things"))
    )


def numbers(size: int = 10, count: int = 25, **query: str) -> Listing[int]:
    return listing(
        context(**query), range(count), text=lambda one: f"Number {one}",
        sorts={"number": lambda one: one}, size=size,
    )  # fmt: skip


def test_a_list_is_cut_into_pages_that_say_where_they_are() -> None:
    first, last = numbers(), numbers(page="3")
    assert list(first.rows) == list(range(10)) and first.said == "1 to 10 of 25"
    assert list(last.rows) == list(range(20, 25)) and last.said == "21 to 25 of 25"


def test_a_search_looks_for_each_word_in_any_case() -> None:
    assert list(numbers(q="NUMBER 24").rows) == [24]
    assert numbers(q="24 25").total == 0


def test_sorting_again_turns_the_order_round_and_keeps_search_and_filters() -> None:
    found = numbers(sort="number", q="number", kind="desk", page="2")
    assert found.sorted("number") == "/t/acme/things?q=number&kind=desk&sort=-number"
    assert next(iter(numbers(sort="-number").rows)) == 24
    assert found.at(3) == "/t/acme/things?q=number&kind=desk&sort=number&page=3"


def test_an_order_that_there_is_not_is_none() -> None:
    assert numbers(sort="secret").sort == ""


@given(st.text(), st.integers(0, 10_000), st.integers(1, 100))
def test_whatever_page_is_asked_for_is_one_that_there_is(asked: str, total: int, size: int) -> None:
    page, pages = paged(asked, total, size)
    assert 1 <= page <= pages
    assert (pages - 1) * size < max(total, 1) <= pages * size
