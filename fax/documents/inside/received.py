"""A TIFF that the switch wrote, to pages that are sure to be right."""

from pathlib import Path
from typing import Any

from PIL import Image, ImageFile, UnidentifiedImageError

from dialform.fax.documents import tiff
from dialform.fax.documents.inside import Wrong, bitmap, pictures

_BLACK_AND_WHITE = 128


def run(asked: dict[str, Any]) -> dict[str, Any]:
    """`file`, with `pages` at most of `pixels` at most, becomes `fax.tif`. A page that is cut off is kept as
    far as it goes; what cannot be read at all is left out, and counted.
    """
    Image.MAX_IMAGE_PIXELS = None  # checked below
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        with Image.open(Path(asked["file"]), formats=["TIFF"]) as image:
            pages, bad = _pages(image, asked["pages"], asked["pixels"])
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, TypeError, KeyError):
        raise Wrong("{name} is no TIFF, or its first page was never finished.") from None
    if not pages:
        raise Wrong("{name} has no page that can be read.")
    Path("fax.tif").write_bytes(tiff.write(pages))
    return {"bad": bad}


def _pages(image: Image.Image, most: int, pixels: int) -> tuple[list[tiff.Page], int]:
    pages, bad = [], 0
    for number in range(most):
        try:
            image.seek(number)
        except EOFError:
            break
        except (OSError, ValueError, SyntaxError, TypeError, KeyError):
            bad += 1
            break  # where the next one begins is written in this one
        if not 0 < image.width * image.height <= pixels:
            bad += 1
            continue
        try:
            image.load()
        except (OSError, ValueError, SyntaxError, TypeError, KeyError):
            bad += 1
            continue
        across, down = (
            dots if tiff.LEAST <= dots <= tiff.MOST else 0 for dots in pictures.dots_of(image)
        )
        black = image if image.mode == "1" else _two_colours(image)
        pages.append(bitmap.page(black, across or tiff.ACROSS, down or tiff.FINE))
    return pages, bad


def _two_colours(image: Image.Image) -> Image.Image:
    return (
        bitmap.grey(image).point(lambda value: 255 if value >= _BLACK_AND_WHITE else 0).convert("1")
    )
