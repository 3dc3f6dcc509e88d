"""CSV that no spreadsheet obeys, and from which all can be read back."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.billing.statements.spreadsheet import cell, harmless, lines
from dialform.billing.statements.table import Column
from dialform.billing.statements.values import Moment, Money, Span, data, shown

from .drawn import hostile

SIGNS = "=+-@\t\r\n＝＋－＠"


@given(hostile)
def test_no_text_is_a_formula(text: str) -> None:
    made = harmless(text)
    assert not made.lstrip(" ").startswith(tuple(SIGNS))


@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\t\r\n"), max_size=30)
)
def test_text_is_kept_but_for_the_apostrophe(text: str) -> None:
    assert harmless(text) in (text, f"'{text}")
    assert (harmless(text) == text) is not text.lstrip(" ").startswith(tuple(SIGNS))


@given(hostile)
def test_no_text_controls_a_terminal(text: str) -> None:
    import unicodedata

    assert not [
        one for one in harmless(text) if unicodedata.category(one) == "Cc" and one not in "\t\r\n"
    ]


@given(st.lists(st.tuples(hostile, st.integers(), hostile), max_size=5))
def test_every_cell_is_read_back_in_its_place(rows: list[tuple[str, int, str]]) -> None:
    columns = (Column("a"), Column("b"), Column("c"))
    text = "".join(lines(columns, rows))
    text.encode()
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read == [["a", "b", "c"], *([harmless(a), str(b), harmless(c)] for a, b, c in rows)]


@given(st.integers(-(10**17), 10**17), st.sampled_from(["USD", "JPY", "KWD"]))
def test_our_own_amounts_stay_numbers(micro: int, currency: str) -> None:
    from decimal import Decimal

    for made in (cell(Money(micro, currency)), data(Money(micro, currency))):
        assert isinstance(made, str)
        assert int(Decimal(made).scaleb(6)) == micro
    assert cell(-5) == -5
    assert cell(Span(-95)) == -95


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Money(1_234_500_000, "USD"), "1,234.50"),
        (Money(-1_234_567_890_123, "USD"), "-1,234,567.890123"),
        (Money(-10_000, "USD"), "-0.01"),
        (Money(1_000_000_000, "JPY"), "1,000"),
        (Money(1_500_000, "JPY"), "1.5"),
        (Money(1_000_000, "KWD"), "1.000"),
        (Span(95), "1:35"),
        (Span(-95), "-1:35"),
        (Span(75_000), "1,250:00"),
        (Moment(1_762_063_200_000_000, "America/New_York"), "2025-11-02 01:00:00"),
        (Moment(0, "America/New_York"), ""),
        (True, "yes"),
        (1500, "1,500"),
        (None, ""),
        ("a\x1b[31mb\u202e", "a\ufffd[31mb\ufffd"),
    ],
)
def test_what_people_read(value: object, text: str) -> None:
    assert shown(value) == text  # type: ignore[arg-type]


def test_the_hour_that_comes_twice_is_told_apart_for_machines() -> None:
    first, second = 1_762_061_400_000_000, 1_762_065_000_000_000
    assert data(Moment(first, "America/New_York")) == "2025-11-02T01:30:00-04:00"
    assert data(Moment(second, "America/New_York")) == "2025-11-02T01:30:00-05:00"


def test_amounts_of_a_column_stand_under_each_other() -> None:
    from dialform.billing.statements.table import Table, for_people

    rows = [("a", Money(12_345_000, "USD")), ("b", Money(1_000_000_000, "USD"))]
    table = Table(
        "t",
        "T",
        (
            Column("what", "What"),
            Column("hidden_too"),
        ),
        rows,
    )
    assert for_people(table)[1] == [["a"], ["b"]]
    table = Table("t", "T", (Column("what", "What"), Column("x", "USD", right=True)), rows,
                  ("Total", Money(0, "USD")))  # fmt: skip
    assert for_people(table)[1:] == ([["a", "12.345"], ["b", "1,000.000"]], ["Total", "0.000"])
