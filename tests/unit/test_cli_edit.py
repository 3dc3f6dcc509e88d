"""One number of a YAML file changes, and not one other byte."""

import copy
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.cli.edit import EditError, with_key
from dialform.schema.reader import read

PATH = ("extensions", "1001")


def edited(text: str, path: tuple[str | int, ...] = PATH, value: int = 2) -> str:
    source, findings = read("pbx.yaml", text.encode())
    assert not findings
    return with_key(source, path, "rotate", value)


@pytest.mark.parametrize(
    "marked",
    [
        # In braces, behind the last plain value; a comment behind it stays where it is.
        'extensions: {"1001": {name: A[[, rotate: 2]]}}',
        'extensions: {"1001": {[[rotate: 2]]}}',
        'extensions: {"1001": {[[rotate: 2, ]]busy: {ivr: "70"}}}',
        'extensions:\n  "1001": {name: A,  # who\n    toll: local[[, rotate: 2]],  # what\n  }\n',
        # A block: a line of its own, behind a comment.
        "extensions:\n  1001:\n    name: A  # who[[\n    rotate: 2]]\n    busy:\n      ivr: 70\n",
        "extensions:\n  1001:\n    name: A[[\n    rotate: 2]]",
        "extensions:\r\n  1001:\r\n    name: A\r[[\n    rotate: 2\r]]\n",
        # Letters of several bytes before the place.
        '# 中村 🌟\nextensions: {"1001": {name: Ünî 🌟[[, rotate: 2]]}}',
        # A plain time within braces is read by the other parser.
        'calls: [{at: 10:00}]\nextensions: {"1001": {name: A[[, rotate: 2]]}}',
    ],
)
def test_adds_the_key(marked: str) -> None:
    """What stands in double brackets is what comes in."""
    before = re.sub(r"\[\[.*?\]\]", "", marked, flags=re.DOTALL)
    assert edited(before) == marked.replace("[[", "").replace("]]", "")


@pytest.mark.parametrize(
    "text",
    [
        'extensions: {"1001": {rotate: 1, name: A}}',
        "extensions:\n  1001:\n    rotate: 1 # why\n    name: 😀",
        "# rotate: 2 was too few\nextensions:\n  1001: {name: '🌟', rotate: 1}",
    ],
)
def test_changes_the_value(text: str) -> None:
    assert edited(text, value=12) == text.replace("rotate: 1", "rotate: 12")


def test_true_is_an_empty_map() -> None:
    text = 'extensions: {"1001": {name: A, voicemail: true, toll: local}}'
    made = edited(text, (*PATH, "voicemail"))
    assert made == 'extensions: {"1001": {name: A, voicemail: {rotate: 2}, toll: local}}'


def test_refuses_rather_than_guess() -> None:
    with pytest.raises(EditError):
        edited("extensions:\n  1001:\n    busy:\n      ivr: 70\n")


VALUES = st.sampled_from(["A", "'a: b'", '"q\\"x"', "true", "Ærø & Sons", "{ivr: 70}", "[1, 2]"])


@given(
    values=st.lists(VALUES, min_size=1, max_size=4),
    flow=st.booleans(),
    indent=st.integers(1, 5),
    blank=st.booleans(),
)
def test_the_data_differs_by_the_key_alone(
    values: list[str], flow: bool, indent: int, blank: bool
) -> None:
    gap = "\n\n" if blank else "\n"
    if flow:
        inner = ", ".join(f"k{i}: {value}" for i, value in enumerate(values))
        text = f"a: b{gap}extensions:\n  '1001': {{{inner}}}  # end\n  1002: {{name: x}}\n"
    else:
        pad = " " * (indent + 2)
        inner = gap.join(f"{pad}k{i}: {value} # c{i}" for i, value in enumerate(values))
        text = f"a: b{gap}extensions:\n  1001:\n{inner}\n  1002: {{name: x}}\n"
    old, _ = read("x", text.encode())
    try:
        made = edited(text)
    except EditError:
        assert not flow
        assert all(value[0] in "{[" for value in values)
        return
    expected: Any = copy.deepcopy(old.data)
    expected["extensions"]["1001"]["rotate"] = 2
    assert read("x", made.encode())[0].data == expected
    assert len(made) - len(text) <= len("\n       rotate: 2")
