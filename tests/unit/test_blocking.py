"""Lists of numbers: what they name, and the expressions that the switch looks them up with."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.compiler.blocking import Entry, covers, number_set, read
from dialform.compiler.dialling import caller_forms, translate
from dialform.compiler.numbers import NumberError
from dialform.compiler.resolved_numbers import NumberSet
from dialform.renderers.freeswitch.numbersets import parts

DIGITS = st.text("0123456789", min_size=1, max_size=5)


def named(numbers: NumberSet, digits: str) -> bool:
    """Whether the switch finds these digits, as the templates ask."""
    return any(
        re.search(f"^{part.guard}", digits) and re.search(f"^{part.expression}$", digits)
        for part in parts(numbers)
    )


@given(st.sets(DIGITS, max_size=30), st.sets(DIGITS, max_size=5), DIGITS)
def test_expressions_find_what_is_named_and_nothing_else(
    numbers: set[str], prefixes: set[str], other: str
) -> None:
    made = NumberSet(tuple(sorted(numbers - prefixes)), tuple(sorted(prefixes)))
    for digits in {*numbers, *prefixes, other, other + "7"}:
        wanted = digits in numbers or digits.startswith(tuple(prefixes))
        assert named(made, digits) == wanted, digits


def test_ten_thousand_entries_are_many_short_expressions() -> None:
    numbers = [
        f"+1{(212, 303, 415, 718)[n % 4]}{200 + n % 700}{n % 9973:04d}" for n in range(10_000)
    ]
    made = number_set(numbers, "US")
    assert len(made.numbers) == len(set(numbers))
    found = parts(made)
    # PCRE takes at most 64 KiB; the guards are short, and one in a hundred numbers fits one part.
    assert max(len(part.expression) for part in found) < 8_000
    assert len(found) < 300
    for digits in made.numbers[::97]:
        assert sum(digits.startswith(part.guard) for part in found) <= 2
        assert named(made, digits)
        assert not named(made, digits[:-1] + "x")


@pytest.mark.parametrize(
    ("written", "country", "entry"),
    [
        ("+1900*", "US", Entry("1900", True)),
        ("900*", "US", Entry("1900", True)),
        ("1900*", "US", Entry("1900", True)),
        ("01149*", "US", Entry("49", True)),
        ("0900*", "DE", Entry("49900", True)),
        ("0044*", "DE", Entry("44", True)),
        ("+12125550111", "US", Entry("12125550111", False)),
        ("2125550111", "US", Entry("12125550111", False)),
        ("04066969666", "DE", Entry("494066969666", False)),
        ("311", "US", Entry("311", False, short=True)),
    ],
)
def test_an_entry_is_read_as_its_country_dials(written: str, country: str, entry: Entry) -> None:
    assert read(written, country) == entry


@pytest.mark.parametrize("written", ["+0*", "+1212555", "12345678901234"])
def test_what_names_no_number_is_refused(written: str) -> None:
    with pytest.raises(NumberError):
        read(written, "US")


def test_what_a_prefix_covers_is_left_out() -> None:
    made = number_set(["+1900*", "+19005550100", "+190055*", "+44900*", "nonsense"], "US")
    assert made == NumberSet((), ("1900", "44900"))
    assert covers(made, "+19005550100")
    assert not covers(made, "+12125550100")
    assert covers(number_set(["311"], "US"), "311")


@pytest.mark.parametrize(
    ("country", "text", "digits"),
    [
        ("US", "+19005550111", "19005550111"),
        ("US", "19005550111", "19005550111"),
        ("US", "9005550111", "19005550111"),
        ("US", "0119005550111", "9005550111"),
        ("US", "442079460000", "442079460000"),
        ("DE", "+494066969100", "494066969100"),
        ("DE", "04066969100", "494066969100"),
        ("DE", "00494066969100", "494066969100"),
        ("DE", "494066969100", "494066969100"),
        ("DE", "442079460000", "442079460000"),
        ("DE", "12125550177", "12125550177"),
        ("GB", "02079460000", "442079460000"),
        ("IN", "9812345678", "919812345678"),
        ("US", "anonymous", None),
        ("US", "", None),
    ],
)
def test_a_caller_s_number_is_read_in_all_its_forms(
    country: str, text: str, digits: str | None
) -> None:
    assert translate(caller_forms(country), text) == digits
