"""PNG, JPEG and TIFF, to pages of a fax."""

import itertools
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from dialform.fax.documents import tiff
from dialform.fax.documents.inside import Wrong, bitmap

_DRAFT = (2 * tiff.WIDTH, 2 * bitmap.A4)
"""The size below which a JPEG need not be read in full."""


def run(asked: dict[str, Any]) -> dict[str, Any]:
    """`file` of a `format`, of `pages` and `pixels` at most, becomes `fine.tif` and `standard.tif`."""
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None  # checked below
    fine: list[tiff.Page] = []
    standard: list[tiff.Page] = []
    for image in frames(Path(asked["file"]), asked["format"], asked["pages"], asked["pixels"]):
        pair = bitmap.both(image, dots_of(image))
        fine.append(pair[0])
        standard.append(pair[1])
    if not fine:
        raise Wrong("{name} has no pages: there is nothing to send.")
    Path("fine.tif").write_bytes(tiff.write(fine))
    Path("standard.tif").write_bytes(tiff.write(standard))
    return {}


def frames(path: Path, format: str, most: int, pixels: int) -> Iterator[Image.Image]:
    """The pictures of a file, one after the other. Raises Wrong."""
    try:
        with Image.open(path, formats=[format]) as image:
            if _next(image, most):
                raise Wrong(f"{{name}} has more than {most} pages: send it in parts.")
            image.seek(0)
            for number in itertools.count():
                if number and not _next(image, number):
                    break
                yield _loaded(image, pixels)
    except UnidentifiedImageError:
        raise Wrong(f"{{name}} is broken: it begins like a {format} and is none.") from None
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError) as error:
        raise Wrong(f"{{name}} is broken ({_first_line(error)}): save it anew.") from None


def _next(image: Image.Image, number: int) -> bool:
    """Go on to the next page; only a TIFF has several."""
    if image.format != "TIFF":
        return False
    try:
        image.seek(number)
    except EOFError:
        return False
    return True


def _loaded(image: Image.Image, pixels: int) -> Image.Image:
    if image.width * image.height > pixels:
        raise Wrong(
            f"{{name}} has {image.width} × {image.height} pixels, more than {pixels // 1_000_000} million: "
            "make it smaller."
        )
    if not image.width or not image.height:
        raise Wrong("{name} has a page without any pixels.")
    if image.format == "JPEG":
        image.draft("L", _DRAFT)
    image.load()
    return image if image.format == "TIFF" else ImageOps.exif_transpose(image)


def dots_of(image: Image.Image) -> tuple[float, float]:
    """Dots an inch, across and down; zeros where the file does not say."""
    try:
        across, down = image.info.get("dpi", (0, 0))
        across, down = float(across), float(down)
    except (TypeError, ValueError, ZeroDivisionError):
        return 0.0, 0.0
    ok = 0 < across < 10_000 and 0 < down < 10_000
    return (across, down) if ok else (0.0, 0.0)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:80]
