"""PNG, JPEG and TIFF become faxes without any program of the system."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from dialform.fax.documents import Limits, prepare, with_cover
from dialform.values import replace

from . import made

FINE, STANDARD = (204, 196), (204, 98)


def drawn(width: int, height: int, mode: str = "L") -> Image.Image:
    """A white picture with a black frame, and a black square near the left upper corner."""
    image = Image.new(mode, (width, height), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width - 1, height - 1), outline="black", width=max(2, width // 100))
    draw.rectangle((width // 10, height // 10, width // 4, height // 4), fill="black")
    return image


@pytest.mark.parametrize(
    ("name", "format"), [("a.png", "PNG"), ("a.jpg", "JPEG"), ("a.tif", "TIFF")]
)
def test_a_picture_is_a_page_in_both_resolutions(tmp_path: Path, name: str, format: str) -> None:
    found = made.sent(tmp_path, name, made.picture(drawn(800, 1000), format))
    assert (found.name, found.pages) == (name, 1)
    for data, dots, rows in ((found.fine, FINE, 2156), (found.standard, STANDARD, 1078)):
        (page,) = made.pages(data)
        assert page.size == (1728, rows)
        assert tuple(map(round, page.info["dpi"])) == dots
        with Image.open(io.BytesIO(data)) as image:
            tags = image.tag_v2  # type: ignore[attr-defined]
            assert (tags[259], tags[262], len(tags[273])) == (4, 0, 1)
        assert 0.01 < made.black(page) < 0.2


def test_the_same_file_is_the_same_fax(tmp_path: Path) -> None:
    content = made.picture(drawn(300, 300))
    first, second = (made.sent(tmp_path, "a.png", content) for _ in range(2))
    assert first == second
    assert first.digest != made.sent(tmp_path, "a.png", made.picture(drawn(300, 301))).digest


def test_a_scan_fills_its_paper(tmp_path: Path) -> None:
    a4 = made.sent(tmp_path, "a.png", made.picture(drawn(1654, 2339), dpi=(200, 200)))
    letter = made.sent(tmp_path, "b.png", made.picture(drawn(1700, 2200), dpi=(200, 200)))
    assert made.pages(a4.fine)[0].size == (1728, 2292)
    assert made.pages(letter.fine)[0].size == (1728, 2156)
    for found in (a4, letter):
        (page,) = made.pages(found.fine)
        left, top, right, low = page.convert("L").point(lambda v: 255 - v).getbbox() or (0, 0, 0, 0)
        assert right - left > 1650 and low - top > 2100


def test_a_wide_picture_is_turned_and_a_small_one_stays_small(tmp_path: Path) -> None:
    def box(width: int, height: int) -> tuple[int, int]:
        found = made.sent(tmp_path, "a.png", made.picture(drawn(width, height)))
        (page,) = made.pages(found.fine)
        left, top, right, low = page.convert("L").point(lambda v: 255 - v).getbbox() or (0, 0, 0, 0)
        return right - left, low - top

    wide, high = box(1600, 800)
    assert high > 1.8 * wide
    wide, high = box(72, 72)
    assert 180 < wide < 230 and 170 < high < 220  # an inch


def test_shades_are_set_in_dots_that_code_well(tmp_path: Path) -> None:
    photo = Image.radial_gradient("L").resize((1200, 1600))
    found = made.sent(tmp_path, "a.jpg", made.picture(photo, "JPEG"))
    (page,) = made.pages(found.fine)
    assert 0.2 < made.black(page) < 0.7
    scattered = io.BytesIO()
    photo.resize((1600, 2000)).convert("1").save(scattered, "TIFF", compression="group4")
    assert len(found.fine) < len(scattered.getvalue()) / 2


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_white_stays_white_whatever_its_coding(tmp_path: Path, mode: str) -> None:
    white = {"LA": (0, 0), "RGBA": (9, 9, 9, 0), "I;16": 65535, "P": 0}.get(mode, "white")
    image = Image.new(mode, (500, 400), white)
    if mode == "P":
        image.putpalette([255, 255, 255] * 256)
    found = made.sent(tmp_path, "a.png", made.picture(image))
    assert made.black(made.pages(found.fine)[0]) == 0


def test_what_is_a_fax_already_is_sent_dot_by_dot(tmp_path: Path) -> None:
    pages = [drawn(1728, 2292).convert("1"), drawn(1728, 2100).convert("1")]
    fine = made.picture(
        pages[0], "TIFF", compression="group4", dpi=FINE, save_all=True, append_images=pages[1:]
    )
    found = made.sent(tmp_path, "a.tif", fine)
    for page, original in zip(made.pages(found.fine), pages, strict=True):
        assert page.tobytes() == original.tobytes()
    assert [page.height for page in made.pages(found.standard)] == [1146, 1050]
    coarse = made.picture(pages[0].resize((1728, 1146)), "TIFF", dpi=STANDARD)
    again = made.sent(tmp_path, "b.tif", coarse)
    assert made.pages(again.standard)[0].tobytes() == pages[0].resize((1728, 1146)).tobytes()
    assert made.pages(again.fine)[0].height == 2292


def test_a_line_across_stays_in_standard_resolution(tmp_path: Path) -> None:
    image = Image.new("1", (1728, 2000), 255)
    for row in (100, 301, 502):
        image.paste(0, (0, row, 1728, row + 1))
    found = made.sent(tmp_path, "a.tif", made.picture(image, "TIFF", dpi=FINE))
    (page,) = made.pages(found.standard)
    assert [row for row in range(1000) if not page.getpixel((9, row))] == [50, 150, 251]


def test_several_files_are_one_fax(tmp_path: Path) -> None:
    for name, width in (("a.png", 100), ("b.png", 200)):
        (tmp_path / name).write_bytes(made.picture(drawn(width, 300)))
    found = prepare([tmp_path / "a.png", tmp_path / "b.png"])
    assert (found.name, found.pages) == ("a.png", 2)
    alone = prepare([tmp_path / "b.png"])
    assert made.pages(found.fine)[1].tobytes() == made.pages(alone.fine)[0].tobytes()


@made.GS
def test_a_cover_goes_before_and_is_told_how_many_pages_there_are(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(made.picture(drawn(100, 300)))
    told: list[int] = []

    def cover(pages: int) -> bytes:
        told.append(pages)
        return made.pdf(1)

    bare = prepare([tmp_path / "a.png"])
    found = prepare([tmp_path / "a.png"], cover=cover)
    assert (told, found.pages) == ([2], 2)
    assert with_cover(bare, made.pdf(1)) == found
    assert prepare([], cover=made.pdf(1)).pages == 1


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("huge.png", made.png(50_000, 50_000, b"\0" * 1000), "50000 × 50000 pixels"),
        ("cut.png", made.png(100, 100, b"\0" * 50), "is broken"),
        ("cut.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF", "is broken"),
        ("cut.tif", b"II*\0\x08\0\0\0", "is broken"),
        ("cut2.png", b"\x89PNG\r\n\x1a\n", "is broken"),
    ],
)
def test_a_broken_picture_is_told(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    assert why in made.refused(tmp_path, name, content)


def test_a_tiff_of_too_many_pages_is_told(tmp_path: Path) -> None:
    page = Image.new("1", (100, 100), 255)
    content = made.picture(page, "TIFF", save_all=True, append_images=[page] * 5)
    assert made.sent(tmp_path, "a.tif", content).pages == 6
    (tmp_path / "a.tif").unlink()
    few = replace(Limits(), pages=5)
    assert "more than 5 pages" in made.refused(tmp_path, "a.tif", content, limits=few)


def test_a_picture_that_takes_too_long_or_too_much_is_told(tmp_path: Path) -> None:
    content = made.picture(drawn(3000, 3000, "RGB"))
    short, small = replace(Limits(), seconds=0.01), replace(Limits(), memory=90 << 20)
    assert "longer than" in made.refused(tmp_path, "a.png", content, limits=short)
    assert "memory" in made.refused(tmp_path, "a.png", content, limits=small)
    tiny = replace(Limits(), result=2000)
    photo = made.picture(Image.effect_noise((800, 1000), 100), "JPEG")
    (tmp_path / "a.png").unlink()
    assert "send it in parts" in made.refused(tmp_path, "b.jpg", photo, limits=tiny)
