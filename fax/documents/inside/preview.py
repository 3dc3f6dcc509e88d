"""Pages of a fax as pictures for a screen."""

from pathlib import Path
from typing import Any

from PIL import Image

from dialform.fax.documents.inside import Wrong

_TALLEST = 4
"""So many times as high as wide a picture may be: a roll of paper is shown squeezed."""


def run(asked: dict[str, Any]) -> dict[str, Any]:
    """The page of `file`, a TIFF of one page, `across` and `down` dots an inch, becomes `page.png`, `width`
    pixels wide, in shades of grey.
    """
    Image.MAX_IMAGE_PIXELS = None  # whoever asks has looked at its size
    try:
        with Image.open(Path(asked["file"]), formats=["TIFF"]) as image:
            grey = image.convert("L")
    except (OSError, ValueError, SyntaxError, TypeError, KeyError):
        raise Wrong("{name} cannot be shown: the page is broken.") from None
    width = min(asked["width"], grey.width)
    shape = grey.height / asked["down"] / (grey.width / asked["across"])
    height = max(1, round(width * min(shape, _TALLEST)))
    grey.resize((width, height), Image.Resampling.BOX).save("page.png", "PNG", optimize=True)
    return {}
