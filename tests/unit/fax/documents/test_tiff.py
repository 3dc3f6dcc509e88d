"""Fax TIFFs: what is written can be read, here and by others; what is not so is refused and never crashes."""

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dialform.fax.documents import pdf, tiff

PAGES = st.builds(
    tiff.Page,
    st.just(tiff.WIDTH), st.integers(1, 4000), st.just(204.0), st.sampled_from([98.0, 196.0]),
    st.binary(min_size=1, max_size=300),
)  # fmt: skip


@given(st.lists(PAGES, max_size=6))
def test_what_is_written_is_read(pages: list[tiff.Page]) -> None:
    assert tiff.read(tiff.write(pages), 6) == pages


@given(st.lists(PAGES, min_size=1, max_size=3), st.data())
def test_what_is_damaged_is_refused_or_read_and_nothing_else(
    pages: list[tiff.Page], data: st.DataObject
) -> None:
    whole = bytearray(tiff.write(pages))
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=8)):
        whole[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    try:
        found = tiff.read(bytes(whole[:cut]), 10)
    except tiff.TiffError:
        return
    for page in found:
        assert page.lines and 0 < page.rows <= 0xFFFF and page.across > 0 and page.down > 0


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    for begin in (b"", b"II*\0", b"MM\0*"):
        with contextlib.suppress(tiff.TiffError):
            tiff.read(begin + data, 10)


def test_pages_in_a_circle_end() -> None:
    whole = bytearray(tiff.write([tiff.Page(1728, 10, 204, 98, b"x")]))
    start = int.from_bytes(whole[4:8], "little")
    end = start + 2 + 12 * int.from_bytes(whole[start : start + 2], "little")
    whole[end : end + 4] = start.to_bytes(4, "little")
    with pytest.raises(tiff.TiffError, match="circle"):
        tiff.read(bytes(whole), 10)


def test_more_pages_than_there_may_be_are_refused() -> None:
    whole = tiff.write([tiff.Page(1728, 10, 204, 98, b"x")] * 5)
    assert len(tiff.read(whole, 5)) == 5
    with pytest.raises(tiff.TiffError, match="more than 4"):
        tiff.read(whole, 4)


@pytest.mark.parametrize("compression", ["group3", "tiff_lzw", None])
def test_other_codings_are_refused(compression: str | None) -> None:
    target = io.BytesIO()
    Image.new("1", (1728, 50), 1).save(target, "TIFF", compression=compression, dpi=(204, 98))
    with pytest.raises(tiff.TiffError):
        tiff.read(target.getvalue(), 1)


def test_others_read_it_too() -> None:
    page = tiff.Page(1728, 16, 204, 196, b"\xff\xff\x00\x10\x01\x00\x10\x01")  # white, then EOFB
    assert page.blank
    with Image.open(io.BytesIO(tiff.write([page, page]))) as image:
        assert (image.size, image.mode, image.n_frames) == ((1728, 16), "1", 2)
        assert tuple(map(round, image.info["dpi"])) == (204, 196)
        assert image.convert("L").getextrema() == (255, 255)


def test_a_pdf_of_pages_has_them_in_their_size() -> None:
    page = tiff.Page(1728, 2156, 204, 196, b"\xff" * 270)
    text = pdf.write([page, page])
    assert text == pdf.write([page, page])
    assert text.count(b"/Type /Page ") == 2
    assert b"/MediaBox [0 0 609.88 792.00]" in text
    start = int(text.split(b"startxref\n")[1].split()[0])
    assert text[start:].startswith(b"xref\n0 9\n")
    for line in text[start:].split(b"\n")[3:11]:
        assert text[int(line[:10]) :].split(b" ", 2)[1:] != []
        assert text[int(line[:10]) :].split(b"\n")[0].endswith(b" 0 obj")
