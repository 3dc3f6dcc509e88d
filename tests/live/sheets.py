"""Pages of faxes: drawn, written as TIFF, and compared dot by dot."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

WIDTH = 1728
_ROWS_PER_STRIP = 278

FINE, STANDARD = (204, 196), (204, 98)


def draw(pages: int, seed: str = "", rows: int = 700) -> list[Image.Image]:
    """Pages that no two of a test are alike, with figures at every edge. `rows` keeps them short."""
    font = ImageFont.load_default(48)
    drawn = []
    for number in range(1, pages + 1):
        page = Image.new("1", (WIDTH, rows), 1)
        pen = ImageDraw.Draw(page)
        pen.rectangle((40, 40, WIDTH - 40, rows - 80), outline=0, width=3)
        pen.text((120, 90), f"{seed} page {number} of {pages}", fill=0, font=font)
        for line in range(number * 3 + len(seed)):
            x = 120 + 61 * line % (WIDTH - 400)
            pen.line((x, 200, x + 17 * number, rows - 140), fill=0, width=1 + line % 4)
        drawn.append(page)
    return drawn


def write(path: Path, pages: list[Image.Image], dpi: tuple[int, int] = FINE) -> Path:
    """One file of them, as txfax reads it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    first, *others = pages
    strip = {_ROWS_PER_STRIP: first.height}
    first.save(
        path, compression="group4", dpi=dpi, save_all=True, append_images=others, tiffinfo=strip
    )
    return path


def read(path: Path) -> list[Image.Image]:
    """The pages of a file."""
    pages = []
    with Image.open(path) as stream:
        for number in range(getattr(stream, "n_frames", 1)):
            stream.seek(number)
            pages.append(stream.convert("1"))
    return pages


def unlike(sent: list[Image.Image], received: list[Image.Image], cut: int = 0) -> list[str]:
    """How pages differ, in words: nothing if all came as they were sent. `cut` rows were put at the top."""
    if len(sent) != len(received):
        return [f"{len(received)} pages instead of {len(sent)}"]
    found = []
    for number, (mine, its) in enumerate(zip(sent, received, strict=True), 1):
        rows = min(mine.height, its.height - cut)
        if mine.width != its.width or rows < mine.height - cut:
            found.append(f"page {number}: {its.size} instead of {mine.size}")
            continue
        want = mine.crop((0, 0, WIDTH, rows))
        have = its.crop((0, cut, WIDTH, cut + rows))
        if want.tobytes() != have.tobytes():
            found.append(f"page {number}: other dots")
    return found
