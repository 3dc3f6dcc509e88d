"""PCRE on Python's engine: what the two write differently."""

import re
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.simulator.dialplan.pattern import PatternError, compile_pattern, perform, substitute


@pytest.mark.parametrize(
    ("expression", "subject", "found"),
    [
        (r"^(?|\[([0-9]+)\]|x(y))$", "[12]", ("[12]", "12")),
        (r"^(?|\[([0-9]+)\]|x(y))$", "xy", ("xy", "y")),
        (r"(?|a(b)(c)|d(e))(f)", "def", ("def", "e", "", "f")),
        (r"^(?>a|ab)c", "abc", ()),
        (r"^a++a", "aaa", ()),
        (r"^(a+):\1$", "aa:aa", ("aa:aa", "aa")),
        (r"^(?<n>a)(b)", "ab", ("ab", "a", "b")),
        (r"[[:alpha:]]+", "12ab", ("ab",)),
        (r"[^[:digit:]x]", "1xa", ("a",)),
        (r"[]a]+", "a]", ("a]",)),
        (r"x{,3}", "x{,3}", ("x{,3}",)),
        (r"x{2,}", "xxx", ("xxx",)),
        (r"\Qa.b\E.", "a.bc", ("a.bc",)),
        (r"a(?i)b|c", "AbC", ("C",)),
        (r"\Aab\z", "ab\n", ()),
        (r"\Aab\Z", "ab\n", ("ab",)),
        (r"\x41\x{42}", "AB", ("AB",)),
        ("/^AB$/i", "ab", ("ab",)),
        ("_NXX", "234", ("234",)),
        ("/ab", "ab", ()),
        ("(", "(", ()),
        ("a(?#note)b", "ab", ("ab",)),
        ("(?R)", "", ()),
    ],
)
def test_an_expression_matches_as_pcre_does(
    expression: str, subject: str, found: tuple[str, ...]
) -> None:
    assert perform(subject, expression) == found


@pytest.mark.parametrize("pattern", ["(", "a)", "[a", "(?R)", "a\\", "*a", "(?(DEFINE)a)"])
def test_what_is_no_pattern_here_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    ("text", "becomes"),
    [("$1", "a"), ("${1}x", "ax"), ("$0$2", "ab"), ("$12", ""), ("$x$", "$x$"), ("a${1", "a1")],
)
def test_groups_are_put_in(text: str, becomes: str) -> None:
    assert substitute(text, ("ab", "a")) == becomes


def test_what_is_put_in_is_cut_where_the_switch_has_no_more_room() -> None:
    assert substitute("$0$0", ("ab",), 3) == "aba"


@given(st.text(alphabet="ab01+*?|()[]^$.", max_size=8), st.text(alphabet="ab01", max_size=6))
def test_what_both_engines_read_they_read_alike(pattern: str, subject: str) -> None:
    try:
        with warnings.catch_warnings(action="ignore"):
            expected = re.search(pattern.encode(), subject.encode())
        ours = compile_pattern(pattern).search(subject.encode())
    except (re.error, PatternError):
        return
    assert (ours is None) == (expected is None)
    if ours and expected:
        assert ours[0] == expected[0].decode()


_WORD = st.text(alphabet="ab1-", max_size=3)
_CHOICES = st.lists(_WORD.filter(bool), min_size=1, max_size=3).map("|".join)
_LISTED = st.builds(
    "^{}{}{}){}{}".format, _WORD, st.sampled_from(["(", "(?:"]), _CHOICES, _WORD, st.sampled_from(["$", "", "|a"])
)  # fmt: skip
_ANY = st.text(alphabet="ab1-(|)?*[$.", max_size=7).map("^{}".format)


@given(_LISTED | _ANY, st.text(alphabet="ab1-\n", max_size=6))
def test_what_is_answered_without_the_engine_is_what_it_answers(
    expression: str, subject: str
) -> None:
    try:
        with warnings.catch_warnings(action="ignore"):
            expected = compile_pattern(expression).search(subject.encode()) or ()
    except PatternError:
        expected = ()
    assert perform(subject, expression) == expected
