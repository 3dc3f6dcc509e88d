"""From a picture to the lines of a fax page, by Pillow."""

import io
from typing import Any

from PIL import Image, ImageChops
from PIL.TiffImagePlugin import STRIP_SIZE

from dialform.fax.documents import tiff
from dialform.fax.documents.inside.halftone import halftone

A4, LETTER = 2292, 2156
"""Lines of a page at 196 an inch. A page of letter length is printed whole on either paper."""

_WHITE = 255
_DARK = 150
"""Below this a grey is black where nothing is set in dots: thin strokes stay."""
_GREYS = slice(48, 208)
_PHOTO = 0.15
"""The share of greys from which on a picture is set in dots."""
_LANDSCAPE = 1.15
_MARGIN = 40
"""Dots that are left free around a picture."""
_DOTS = 72
"""Dots an inch, at least: a small picture is not blown up beyond this."""
_PAPERS = {A4: 1.414, LETTER: 1.294}
_LIKE_PAPER = 0.03


def grey(image: Image.Image) -> Image.Image:
    """Any picture in shades of grey, on white."""
    if image.mode in ("I;16", "I;16B", "I;16L", "I"):
        return image.convert("I").point(lambda value: value / 257).convert("L")
    if image.mode == "F":
        return image.convert("L")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        seen = image.convert("RGBA")
        white = Image.new("L", seen.size, _WHITE)
        white.paste(seen.convert("L"), mask=seen.getchannel("A"))
        return white
    return image.convert("L")


def both(image: Image.Image, dots: tuple[float, float]) -> tuple[tiff.Page, tiff.Page]:
    """A picture on a page, fine and standard. `dots` an inch are those of the file; 0 where it says none."""
    if is_fax(image, dots):
        return _as_it_is(image, dots[1] > 150)
    across, down = dots if min(dots) >= _DOTS else (float(_DOTS), float(_DOTS))
    turned = image.width / across > _LANDSCAPE * image.height / down
    if turned:
        image, across, down = image.transpose(Image.Transpose.ROTATE_90), down, across
    wide, high = image.width / across, image.height / down
    length, like = _paper(high / wide)
    margin = 0 if like else _MARGIN
    box = (tiff.WIDTH - 2 * margin) / tiff.ACROSS, (length - 2 * margin) / tiff.FINE
    scale = min(box[0] / wide, box[1] / high) if like else min(box[0] / wide, box[1] / high, 1.0)
    size = wide * scale, high * scale
    found = grey(_smaller(image, size))
    return (
        _placed(found, size, length, tiff.FINE, margin),
        _placed(found, size, length // 2, tiff.STANDARD, margin),
    )


def is_fax(image: Image.Image, dots: tuple[float, float]) -> bool:
    """Whether a picture is a page of a fax already."""
    return (
        image.mode == "1"
        and image.width == tiff.WIDTH
        and abs(dots[0] - tiff.ACROSS) < 6
        and (abs(dots[1] - tiff.FINE) < 6 or abs(dots[1] - tiff.STANDARD) < 4)
        and image.height <= 2 * A4
    )


def page(image: Image.Image, across: float, down: float) -> tiff.Page:
    """A black and white picture as a page, coded."""
    target = io.BytesIO()
    whole = max(STRIP_SIZE, (image.width + 7) // 8 * image.height)
    # Not `invert`, which counts the white of a new picture, 1, as black.
    turned = ImageChops.logical_xor(image, Image.new("1", image.size, _WHITE))
    turned.save(target, "TIFF", compression="group4", strip_size=whole)
    return tiff.Page(image.width, image.height, across, down, _lines(target.getvalue()))


def _lines(data: bytes) -> bytes:
    """The one strip of a TIFF that was just made."""
    with Image.open(io.BytesIO(data), formats=["TIFF"]) as made:
        tags: Any = made.tag_v2  # type: ignore[attr-defined]
        (start,), (length,) = tags[273], tags[279]
    return data[start : start + length]


def _paper(aspect: float) -> tuple[int, bool]:
    """How long the page is, and whether the picture has the shape of a sheet of paper."""
    for length, shape in _PAPERS.items():
        if abs(aspect / shape - 1) < _LIKE_PAPER:
            return length, True
    return LETTER, False


def _smaller(image: Image.Image, inches: tuple[float, float]) -> Image.Image:
    """What is far larger than needed, made smaller at once: it costs less from then on."""
    factor = int(
        min(image.width / (inches[0] * tiff.ACROSS), image.height / (inches[1] * tiff.FINE))
    )
    if factor < 3 or image.mode not in ("L", "RGB", "RGBA", "CMYK", "YCbCr"):
        return image
    return image.reduce(factor // 2 or 1) if factor // 2 > 1 else image


def _placed(
    found: Image.Image, inches: tuple[float, float], rows: int, down: int, margin: int
) -> tiff.Page:
    size = (
        min(tiff.WIDTH, max(1, round(inches[0] * tiff.ACROSS))),
        min(rows, max(1, round(inches[1] * down))),
    )
    small = found.resize(size, Image.Resampling.LANCZOS)
    top = margin * down // tiff.FINE
    sheet = Image.new("1", (tiff.WIDTH, rows), 1)
    sheet.paste(_two_colours(small, down), ((tiff.WIDTH - size[0]) // 2, min(top, rows - size[1])))
    return page(sheet, tiff.ACROSS, down)


def _two_colours(image: Image.Image, down: int) -> Image.Image:
    counts = image.histogram()
    if sum(counts[_GREYS]) > _PHOTO * sum(counts):
        return halftone(image, 6 if down == tiff.FINE else 4)
    return image.point(lambda value: _WHITE if value > _DARK else 0).convert("1")


def _as_it_is(image: Image.Image, fine: bool) -> tuple[tiff.Page, tiff.Page]:
    """A fax page in its own resolution, and in the other."""
    rows = image.height
    if fine:
        return (
            page(image, tiff.ACROSS, tiff.FINE),
            page(_halved(image), tiff.ACROSS, tiff.STANDARD),
        )
    doubled = image.resize((image.width, 2 * rows), Image.Resampling.NEAREST)
    return page(doubled, tiff.ACROSS, tiff.FINE), page(image, tiff.ACROSS, tiff.STANDARD)


def _halved(image: Image.Image) -> Image.Image:
    """Of two lines the darker one: a thin line across stays."""
    size = image.width, (image.height + 1) // 2
    even = Image.new("1", (image.width, 2 * size[1]), 1)
    even.paste(image)
    shifted = Image.new("1", even.size, 1)
    shifted.paste(image, (0, 1))  # the nearest of two lines is the second one
    return ImageChops.logical_and(
        even.resize(size, Image.Resampling.NEAREST), shifted.resize(size, Image.Resampling.NEAREST)
    )
