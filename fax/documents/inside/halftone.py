"""Shades of grey in black and white: dots that grow, as newspapers have them.

Scattered dots (error diffusion) look better and make group 4 coding longer than the picture itself: a page of
it takes ten minutes over the line. Dots that hang together take a quarter of that.
"""

from functools import cache

from PIL import Image, ImageChops

_CELL = 6
"""Pixels that a dot can grow to, across."""
_LEVELS = 256


def halftone(image: Image.Image, rows: int = _CELL) -> Image.Image:
    """A grey picture in dots; `rows` are a cell's, fewer where pixels are taller than wide."""
    screen = _screen(image.size, rows)
    return ImageChops.subtract(image, screen).point(lambda value: 255 if value else 0).convert("1")


def _screen(size: tuple[int, int], rows: int) -> Image.Image:
    """The thresholds, all over a picture."""
    width, height = size
    cell = Image.new("L", (_CELL, rows))
    cell.putdata(_thresholds(rows))
    line = Image.new("L", (width, rows))
    for left in range(0, width, _CELL):
        line.paste(cell, (left, 0))
    whole = Image.new("L", size)
    for top in range(0, height, rows):
        whole.paste(line, (0, top))
    return whole


@cache
def _thresholds(rows: int) -> list[int]:
    """Of a cell, line by line: what is in its middle turns black first."""
    middle, tall = (_CELL - 1) / 2, _CELL / rows
    places = [(column, row) for row in range(rows) for column in range(_CELL)]
    order = sorted(
        places,
        key=lambda at: (at[0] - middle) ** 2 + ((at[1] - (rows - 1) / 2) * tall) ** 2,
    )
    step = {place: index for index, place in enumerate(order)}
    return [_LEVELS - 1 - int((step[at] + 0.5) * _LEVELS / len(places)) for at in places]
