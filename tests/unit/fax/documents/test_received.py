"""What the switch wrote becomes a PDF, however it ended."""

import io
from pathlib import Path

import pytest
from PIL import Image

from dialform.fax.documents import DocumentError, pdf_of

from . import made


def received(pages: int, compression: str = "group4", dpi: tuple[int, int] = (204, 98)) -> bytes:
    images = []
    for number in range(pages):
        image = Image.new("1", (1728, 1100), 255)
        image.paste(0, (100, 100, 300, 200 + 100 * number))
        images.append(image)
    target = io.BytesIO()
    images[0].save(
        target, "TIFF", compression=compression, dpi=dpi, save_all=True, append_images=images[1:]
    )
    return target.getvalue()


def turned(folder: Path, content: bytes) -> tuple[bytes, int]:
    path = folder / "fax.tif"
    path.write_bytes(content)
    return pdf_of(path, work=folder)


@pytest.mark.parametrize("compression", ["group4", "group3", "tiff_ccitt", "raw"])
def test_each_page_is_there(tmp_path: Path, compression: str) -> None:
    content, pages = turned(tmp_path, received(3, compression))
    assert pages == 3
    assert content.startswith(b"%PDF-") and content.count(b"/Type /Page ") == 3
    assert b"/MediaBox [0 0 609.88 808.16]" in content
    assert content == turned(tmp_path, received(3, compression))[0]
    assert [path.name for path in tmp_path.iterdir()] == ["fax.tif"]


def test_of_a_fax_that_broke_off_the_whole_pages_are_kept(tmp_path: Path) -> None:
    whole = received(3)
    ends = {turned(tmp_path, whole[:cut])[1] for cut in range(len(whole) // 2, len(whole) - 1, 97)}
    assert ends and ends <= {1, 2, 3}


@pytest.mark.parametrize(
    "content", [b"", b"II*\0", b"II*\0\xff\xff\xff\xff", b"hello", b"%PDF-1.4"]
)
def test_what_has_no_page_is_told(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(DocumentError, match=r"fax\.tif"):
        turned(tmp_path, content)


@made.GS
def test_its_pages_are_those_of_the_tiff(tmp_path: Path) -> None:
    """By way of another program: the PDF is printed, and compared dot by dot."""
    from dialform.fax.documents import prepare

    content, _ = turned(tmp_path, received(2, dpi=(204, 196)))
    (tmp_path / "out.pdf").write_bytes(content)
    printed = made.pages(prepare([tmp_path / "out.pdf"]).fine)
    originals = made.pages(received(2))
    for page, original in zip(printed, originals, strict=True):
        # The paper is of another length: it is made smaller or larger, but it is the same picture.
        assert abs(made.black(page) * page.height - made.black(original) * original.height) < 60
