"""Lists of recipients: what spreadsheets write, line by line."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.fax.ordering.lists import ListError, wishes
from dialform.fax.ordering.recipients import Wish


def read(text: str) -> list[tuple[str, str, str, str]]:
    """Line, number, name, time."""
    found = list(wishes(text.encode(), "list.csv"))
    assert not any(one.trouble for one in found)
    return [(one.where.removeprefix("list.csv, line "), one.number, one.name, one.at) for one in found]  # fmt: skip


def test_name_number_and_time_in_this_order_without_titles() -> None:
    assert read("City Dentist,+12125550177\nDr. Poe,212 555 0178,18:30\n") == [
        ("1", "+12125550177", "City Dentist", ""),
        ("2", "212 555 0178", "Dr. Poe", "18:30"),
    ]


def test_titles_say_which_column_is_which() -> None:
    text = 'At,Street,Fax,Name\n"",Main St,+12125550177,"Poe, Dr."\n18:30,,+12125550178,\n'
    assert read(text) == [
        ("2", "+12125550177", "Poe, Dr.", ""),
        ("3", "+12125550178", "", "18:30"),
    ]


def test_what_spreadsheets_make_of_it() -> None:
    """A byte order mark, semicolons, CRLF, empty lines, an apostrophe before the plus."""
    assert read("\ufeffname;number\r\nMüller;'+49301234567\r\n;;\r\n\r\nPoe;+12125550177\r\n") == [
        ("2", "+49301234567", "Müller", ""),
        ("5", "+12125550177", "Poe", ""),
    ]


def test_numbers_alone_need_no_name() -> None:
    assert read("+12125550177\n+12125550178\n") == [
        ("1", "+12125550177", "", ""),
        ("2", "+12125550178", "", ""),
    ]


def test_a_line_is_counted_where_it_begins() -> None:
    assert [one[0] for one in read('"Poe\nand Sons",+12125550177\nRoe,+12125550178\n')] == ["1", "3"]  # fmt: skip


def test_what_is_wrong_with_a_line_stands_with_the_line() -> None:
    found = list(wishes(b"Poe,\nPoe,Dr.,+12125550177,18:30\nRoe,+12125550178\n", "list.csv"))
    assert [(one.where, bool(one.trouble)) for one in found] == [
        ("list.csv, line 1", True), ("list.csv, line 2", True), ("list.csv, line 3", False),
    ]  # fmt: skip
    assert found[0].trouble == "no number stands there."
    assert "quotes" in found[1].trouble


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"Poe,+12125550177\nM\xfcller,+4930123456\n", "line 2: this is not UTF-8"),
        (b"a\0b", "zero bytes"),
        (b'"Poe,+12125550177\n', "line 1: this is no CSV"),
        (b"name,email\nPoe,poe@example.com\n", "line 1: one column must be called `number`"),
        (b"number,fax\n1,2\n", "line 1: one column must be called `number`"),
        (b"x" * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
    ],
)
def test_what_is_no_list_is_one_sentence(raw: bytes, why: str) -> None:
    with pytest.raises(ListError, match=why):
        list(wishes(raw, "list.csv"))


@given(st.binary(max_size=200))
def test_whatever_the_bytes_are_they_are_lines_or_a_sentence(raw: bytes) -> None:
    try:
        found = list(wishes(raw, "list.csv"))
    except ListError as error:
        assert str(error).startswith("list.csv")
    else:
        assert all(one.where.startswith("list.csv, line ") for one in found)


_CELL = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0\r\n"), max_size=12)


@given(st.lists(st.tuples(_CELL, st.from_regex(r"\+[1-9][0-9]{6,12}", fullmatch=True)), max_size=8))
def test_what_the_csv_module_writes_is_read_back(rows: list[tuple[str, str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([("name", "number"), *rows])
    found = list(wishes(text.getvalue().encode(), "list.csv"))
    assert found == [
        Wish(f"list.csv, line {line}", number, name.strip())
        for line, (name, number) in enumerate(rows, 2)
    ]
