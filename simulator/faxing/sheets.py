"""Pages in TIFF files: what a sender reads, and what a receiver writes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dialform.values import dataclass

if TYPE_CHECKING:
    from PIL.Image import Image

WIDTH, LENGTH = 1728, 1143
"""Dots of a page at 204×98 an inch, A4."""
_ACROSS, _STANDARD, _FINE, _SUPERFINE = 8040, 3850, 7700, 15400
"""Dots a metre on the line (t4_rx.h): 204 an inch across; 98, 196 and 391 down."""


class SheetsError(Exception):
    """No pages can be read from the file."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page's size in dots, and how many of them there are to an inch."""

    width: int = WIDTH
    length: int = LENGTH
    across: float = 204
    down: float = 98
    size: int = 4000
    """Bytes, as they go over the line."""

    @property
    def fine(self) -> bool:
        """Whether the receiver must know fine resolution."""
        return self._down > _STANDARD

    @property
    def line(self) -> str:
        """Dots a metre on the line: the nearest of those that fax machines know."""
        return f"{_ACROSS}x{self._down}"

    @property
    def file(self) -> str:
        """Dots a metre, as the file has them."""
        return f"{int(self.across / 0.0254)}x{int(self.down / 0.0254)}"

    @property
    def _down(self) -> int:
        known = (_STANDARD, _FINE, _SUPERFINE)
        return min(known, key=lambda one: abs(one - self.down / 0.0254))


BLANK = Page()


def read(path: Path) -> tuple[Page, ...]:
    """The pages of a TIFF. Raises SheetsError."""
    from PIL import Image

    try:
        with Image.open(path, formats=("TIFF",)) as image:
            found = []
            for place in range(getattr(image, "n_frames", 1)):
                image.seek(place)
                found.append(_page(image))
            return tuple(found)
    except (OSError, ValueError, SyntaxError, KeyError, EOFError, TypeError) as error:
        raise SheetsError(str(error)) from None


def write(path: Path, pages: Sequence[Page], source: Path | None = None, first: int = 0) -> None:
    """A TIFF of these pages: those of the source from `first` on, blank ones where there is none.

    It stands whole under its name, or not at all. Raises OSError.
    """
    from PIL import Image

    made = [Image.new("1", (page.width, page.length), 1) for page in pages]
    if source is not None:
        with Image.open(source, formats=("TIFF",)) as image:
            for place in range(min(len(made), getattr(image, "n_frames", 1) - first)):
                image.seek(first + place)
                made[place] = image.convert("1")
    dots = [(page.across, page.down) for page in pages]
    partial = path.with_name(f".{path.name}.part")
    _save(partial, made, dots)
    partial.replace(path)


def _save(path: Path, images: Sequence[Image], dots: Sequence[tuple[float, float]]) -> None:
    from PIL import TiffImagePlugin

    with TiffImagePlugin.AppendingTiffWriter(path, True) as file:
        for image, dpi in zip(images, dots, strict=True):
            image.save(file, format="TIFF", compression="group4", dpi=dpi)
            file.newFrame()


def _page(image: Image) -> Page:
    across, down = (float(one) for one in image.info.get("dpi", (204, 98)))
    width, length = image.size
    strips = getattr(image, "tag_v2", {}).get(279, (0,))
    size = sum(strips) if isinstance(strips, tuple) else int(strips)
    return Page(width, length, across, down, size)
