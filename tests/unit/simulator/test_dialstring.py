"""Dial strings: what the switch makes of them, and that what is written is read again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.simulator.dialling.dialstring import (
    DialString,
    DialStringError,
    Leg,
    enterprise,
    pair,
    parse,
    split,
)

NAMES = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True)
VALUES = st.text("abc XYZ019-+.@/:;,", min_size=1, max_size=12).map(str.strip).filter(bool)
"""Without quotes and backslashes: the switch reads those more than once on the way."""
PLAIN = st.from_regex(r"[a-zA-Z0-9@./+-]{1,12}", fullmatch=True)
VARIABLES = st.dictionaries(NAMES, VALUES, max_size=3)
SIMPLE = st.dictionaries(NAMES, PLAIN, max_size=3)
"""Quotes and backslashes do not outlive the `|` before the bracket of a leg: the switch eats them."""
LEGS = st.builds(Leg, st.sampled_from(["user", "sofia", "error", "loopback"]), PLAIN, SIMPLE)
DIALS = st.builds(
    DialString,
    st.lists(st.lists(LEGS, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple),
    VARIABLES,
)


@given(DIALS)
def test_what_is_written_is_read_again(dial: DialString) -> None:
    assert parse(str(dial)) == dial


@given(st.text("{}[]<>|,'\\=^;:_ab/@ ", max_size=30))
def test_nothing_that_is_written_breaks_the_reader(text: str) -> None:
    try:
        dial = parse(text)
    except DialStringError:
        return
    assert isinstance(dial.groups, tuple)


@given(st.lists(PLAIN, min_size=1, max_size=4))
def test_parts_between_blanks(words: list[str]) -> None:
    assert split("  ".join(words), " ") == words


def test_a_comma_in_brackets_parts_no_legs() -> None:
    dial = parse("[a=1,b=2]user/1@d,[^^;c=3;d=x,y]sofia/gateway/g/5|error/USER_BUSY")
    first, second = dial.groups[0]
    assert (first.endpoint, first.destination, first.variables) == (
        "user",
        "1@d",
        {"a": "1", "b": "2"},
    )
    assert second.variables == {"c": "3", "d": "x,y"}
    assert dial.groups[1] == (Leg("error", "USER_BUSY"),)


def test_global_variables_may_come_in_several_brackets() -> None:
    dial = parse("<a=0>{b=1}{c='x, y'}user/1")
    assert dial.variables == {"a": "0", "b": "1", "c": "x, y"}


def test_a_nested_bracket_belongs_to_its_value() -> None:
    dial = parse("{flags={x},a=1}user/1")
    assert dial.variables == {"flags": "{x}", "a": "1"}


def test_enterprise_dial_strings() -> None:
    variables, texts = enterprise("<a=1>{b=2}user/1:_:{c=3}user/2")
    assert variables == {"a": "1"}
    assert texts == ["{b=2}user/1", "{c=3}user/2"]


@pytest.mark.parametrize("text", ["{a=1 user/1", "[a=1 user/1", "<a user/1"])
def test_a_bracket_that_is_not_closed_is_an_error(text: str) -> None:
    with pytest.raises(DialStringError):
        parse(text)


@pytest.mark.parametrize(
    ("text", "found"), [("a=1", ("a", "1")), ("a=b=c", ("a", "b=c")), ("a=", None), ("a", None)]
)
def test_a_variable_without_a_value_is_not_set(text: str, found: tuple[str, str] | None) -> None:
    assert pair(text) == found
