"""Plain text: any coding, any script, lines that are too long."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.fax.documents import Limits
from dialform.fax.documents.inside import letters, text
from dialform.values import replace

from . import made

COLUMNS = 84


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_it_is_read_in_the_coding_that_it_has(coding: str) -> None:
    assert text.decoded("Grüße".encode(coding)) == "Grüße"


@given(st.binary())
def test_any_bytes_are_some_text(data: bytes) -> None:
    assert isinstance(text.decoded(data), str)


@given(st.text(max_size=400))
def test_no_line_is_wider_than_the_paper_and_nothing_is_lost(said: str) -> None:
    lines = [line for page in text.pages(said) for line in page]
    assert all(text.columns(line) <= COLUMNS for line in lines)
    kept = "".join(one for one in said if one.isprintable() and not one.isspace())
    found = "".join(
        one for line in lines for one in line if one.isprintable() and not one.isspace()
    )
    assert found == kept


def test_a_form_feed_begins_a_page_and_columns_stay() -> None:
    found = list(text.pages("a\tb\nc\fd\f\fe\n\n"))
    assert found == [["a       b", "c"], ["d"], [], ["e"]]
    assert next(text.pages("x " * 60))[0] == ("x " * 42).strip()
    assert [len(page) for page in text.pages("x\n" * 130)] == [57, 57, 16]


@given(st.text(max_size=60))
def test_no_letter_fails(said: str) -> None:
    known = letters.faces(said)
    for face, run in letters.runs(said, known):
        assert face in known and run
        assert all(ord(one) in face.letters or one in "\ufffd?" for one in run)


def test_what_is_read_from_the_right_begins_there() -> None:
    assert letters.from_the_right("123 שלום hello")
    assert not letters.from_the_right("hello שלום")
    assert not letters.from_the_right("123")


@made.GS
def test_text_of_many_scripts_is_printed(tmp_path: Path) -> None:
    said = "Hello Grüße Привет 你好 こんにちは 안녕 שלום مرحبا नमस्ते สวัสดี 😀 \x00\x1b[0m \u202e"
    found = made.sent(tmp_path, "a.txt", said.replace("\0", "").encode())
    assert found.pages == 1
    (page,) = made.pages(found.fine)
    assert page.size == (1728, 2156) and made.black(page) > 0.0005


@made.GS
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b" \n\t\n", "no text in it"), (b"x\n" * 1000, "more than 5 pages"),
        (b"x" * 3_000_000, "more than 5 pages"), (b"\f" * 100 + b"x", "more than 5 pages"),
    ],
)  # fmt: skip
def test_text_that_is_none_or_too_much_is_told(tmp_path: Path, content: bytes, why: str) -> None:
    assert why in made.refused(tmp_path, "a.txt", content, limits=replace(Limits(), pages=5))
