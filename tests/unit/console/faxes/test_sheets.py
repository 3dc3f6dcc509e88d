"""Lists of contacts and of barred numbers: what goes out comes in again, what is wrong is told by its line."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.console.errors import Refused
from dialform.console.faxes.sheets import MOST, barred, contacts, written, written_numbers

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters=";"), min_size=1, max_size=20
).filter(lambda one: not one.startswith("'"))  # fmt: skip
ENTRIES = st.dictionaries(
    st.from_regex(r"[a-z0-9][a-z0-9-]{0,10}", fullmatch=True),
    st.fixed_dictionaries(
        {"name": WORDS},
        optional={
            "fax": st.sampled_from(["+12125550177", "+442079460000"]),
            "groups": st.lists(WORDS, min_size=1, max_size=3),
        },
    ),
    max_size=5,
)


def text(parts: Any) -> bytes:
    return "".join(parts).encode()


@given(ENTRIES)
def test_what_is_written_is_read_as_it_was(entries: dict[str, Any]) -> None:
    read = contacts(text(written(entries)), "US", {})
    assert not read.flaws
    assert dict(read.entries) == entries


def test_a_formula_is_none_in_the_spreadsheet() -> None:
    sheet = text(written({"evil": {"name": "=cmd|' /C calc'!A0", "groups": ["+1", "@x"]}}))
    row = list(csv.reader(io.StringIO(sheet.decode())))[1]
    assert all(not cell.startswith(("=", "+", "-", "@")) for cell in row)


def test_who_has_no_key_gets_one_by_the_name() -> None:
    read = contacts(
        b"name,fax\nCity Dentist,(212) 555-0177\nCity Dentist,\n", "US", {"city-dentist": {}}
    )
    assert dict(read.entries) == {
        "city-dentist-2": {"name": "City Dentist", "fax": "+12125550177"},
        "city-dentist-3": {"name": "City Dentist"},
    }


def test_who_is_there_is_changed_by_the_columns_that_there_are() -> None:
    there = {"dentist": {"name": "Old", "fax": "+12125550177", "email": "a@example.com"}}
    read = contacts(b"key;name;fax\ndentist;New;\n", "US", there)
    assert dict(read.entries) == {"dentist": {"name": "New", "email": "a@example.com"}}


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"key,name,fax\na,A,12\n", "Line 2: '12' is too short"),
        (b"key,name\nA b,A\n", "is no short name"),
        (b"key,name\na,A\na,B\n", "there twice"),
        (b"key,name\na,\n", "a name is needed"),
    ],
)
def test_what_is_wrong_with_a_line_is_told(raw: bytes, words: str) -> None:
    assert any(words in flaw for flaw in contacts(raw, "US", {}).flaws)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", None),
        (b"fax\n1\n", "`name` is missing"),
        (b"name\n\xff\xfe\n", "not UTF-8"),
        (b"name\n\0\n", "zero bytes"),
        (b'name\n"a\n', "is no CSV"),
        (b"name\n" + b"a\n" * (MOST + 1), "more than"),
        (b"name\n" + b"a" * (3 << 20), "larger than"),
    ],
)
def test_what_is_no_list_is_refused(raw: bytes, words: str | None) -> None:
    if words is None:
        assert not contacts(raw, "US", {}).entries
        return
    with pytest.raises(Refused, match=words):
        contacts(raw, "US", {})


def test_numbers_need_no_title() -> None:
    for head in (b"", b"number\n"):
        read = barred(head + b"(212) 555-0111\n'+1900*\n+12125550111\n", "US")
        assert not read.flaws
        assert list(read.entries) == ["+12125550111", "+1900*"]
    assert barred(b"12\n*\n", "US").flaws[0].startswith("Line 1: ")
    assert barred(text(written_numbers(["+12125550111"])), "US").entries == {"+12125550111": None}
