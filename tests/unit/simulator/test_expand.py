"""`${…}` in text. Each case is what a real switch made of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.simulator.dialplan.expand import expand, needs_expansion

VARIABLES = {
    "a": "abcd", "one": "1", "n": "a", "nested": "<${a}>", "uml": "äö", "arr": "ARRAY::x|:y",
    "brace": "{a}",
}  # fmt: skip


def api(name: str, arguments: str) -> str:
    return f"{name}[{arguments}]" if name == "f" else ""


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("plain", "plain"),
        ("x${a}y", "xabcdy"),
        ("$a ${a} $", "$a abcd $"),
        ("\\${a}", "${a}"),
        ("\\\\${a}", "\\abcd"),
        ("it\\'s ${a}", "its abcd"),
        ("${a}\\${a}", "abcd\\abcd"),
        ("${a:1}", "bcd"),
        ("${a:1:2}", "bc"),
        ("${a:-2}", "cd"),
        ("${a:-9}", "abcd"),
        ("${a:9}", ""),
        ("${a:0:2}", "ab"),
        ("${uml:2}", "ö"),
        ("${arr[0]}", "x"),
        ("${arr[1]}", "y"),
        ("${arr[5]}", ""),
        ("${arr}", "ARRAY::x|:y"),
        ("${arr[${one}]}", "y"),
        ("${a[0]}", ""),
        ("x${nope}y", "xy"),
        ("${${n}}", "abcd"),
        ("${${n}:1}", "bcd"),
        ("${nested}", "<abcd>"),
        ("${brace}", "{a}"),
        ("${f(1+2)}3", "f[1+2]3"),
        ("${f 1 2}", "f[1 2]"),
        ("${f((1)2)}", "f[(1)2]"),
        ("${f(1) junk}x", "f[1]x"),
        ("${f(${one}${nope})}", "f[1]"),
        ("${f(x{y}z)}", "f[x{y}z]"),
        ("${f (1)}", "f[(1]"),
        ("${nofunc(1)}|", "|"),
        ("${a", "abcd"),
        ("${a}}", "abcd}"),
        ("{${a}}", "{abcd}"),
        ("${}", ""),
    ],
)
def test_a_text_is_filled_as_the_switch_fills_it(text: str, becomes: str) -> None:
    assert expand(text, VARIABLES.get, api) == becomes


def test_a_reply_is_not_expanded_again() -> None:
    assert expand("${f()}", VARIABLES.get, lambda *_: "${a}") == "${a}"


def test_what_names_itself_comes_to_an_end() -> None:
    assert expand("${a}", {"a": "x${a}"}.get, api).startswith("xxx")


@given(st.text())
def test_text_without_a_dollar_and_a_backslash_is_left_alone(text: str) -> None:
    text = text.replace("$", "").replace("\\", "")
    assert not needs_expansion(text)
    assert expand(text, VARIABLES.get, api) == text


@given(st.text(alphabet="abc${}()[]:\\' 1"))
def test_any_text_is_filled_without_a_fault(text: str) -> None:
    assert isinstance(expand(text, VARIABLES.get, api), str)
