"""Pages for the eye: the dots that were sent, as a picture and out of our own PDF."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dialform.fax.documents import DocumentError, as_pdf, pages_in, picture
from dialform.fax.documents.inside import bitmap
from dialform.fax.documents.tiff import Page

PAGES = st.lists(
    st.builds(
        Page,
        width=st.integers(1, 5000),
        rows=st.integers(1, 60_000),
        across=st.sampled_from([204.0, 300.0]),
        down=st.sampled_from([98.0, 196.0, 391.0]),
        lines=st.binary(min_size=1, max_size=300).map(lambda one: one + b"\nendstream\n"),
    ),
    max_size=8,
)


@given(PAGES)
def test_what_went_into_a_pdf_comes_out_of_it(pages: list[Page]) -> None:
    found = pages_in(as_pdf(pages))
    assert [(one.width, one.rows, one.lines) for one in found] == [
        (one.width, one.rows, one.lines) for one in pages
    ]


@given(PAGES, st.integers(0, 3000))
def test_what_is_cut_off_is_refused_or_whole(pages: list[Page], place: int) -> None:
    whole = as_pdf(pages)
    try:
        found = pages_in(whole[:place])
    except DocumentError:
        return
    assert [one.lines for one in found] == [one.lines for one in pages]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n", b"\x00" * 100])
def test_a_pdf_of_somebody_else_is_refused(content: bytes) -> None:
    with pytest.raises(DocumentError, match="page by page"):
        pages_in(content)


def test_a_page_is_drawn_in_its_shape() -> None:
    black = Image.new("1", (1728, 1078), 1)
    black.paste(0, (0, 0, 864, 1078))
    made = picture(bitmap.page(black, 204, 98), width=400)
    with Image.open(io.BytesIO(made)) as shown:
        assert shown.size == (400, round(400 * (1078 / 98) / (1728 / 204)))
        assert shown.getpixel((10, 10)) == 0
        assert shown.getpixel((390, 10)) == 255


def test_a_page_of_nonsense_is_a_sentence() -> None:
    with pytest.raises(DocumentError, match="The page"):
        picture(Page(1728, 40_000_000, 204, 196, b"x"))
