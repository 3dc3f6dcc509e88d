"""Fax TIFFs, written and read without any library: one strip a page, CCITT group 4 (TIFF 6.0, RFC 2306).

What strangers' files were turned into comes out of the sandbox as such a TIFF. It is taken apart here and
put together anew, so that the switch is given nothing but plain tags and the lines themselves.
"""

import struct
from collections.abc import Iterator, Sequence

from dialform.values import dataclass, field

WIDTH = 1728
"""Pixels of a line, at 204 dots an inch (ITU-T T.4: 215 mm)."""
ACROSS, FINE, STANDARD = 204, 196, 98
"""Dots an inch."""
LEAST, MOST = 50, 1300
"""Dots an inch that a fax can have: T.30 goes to 1200."""

_SHORT, _LONG, _RATIONAL = 3, 4, 5
_SIZES = {_SHORT: 2, _LONG: 4}
_GROUP_4 = 4
_MOST_TAGS = 256
_MOST_ROWS = 65_535


class TiffError(ValueError):
    """This is no fax TIFF as they are written here."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page: black and white, its lines coded by CCITT group 4, 0 for white. Dots an inch of both sides."""

    width: int
    rows: int
    across: float
    down: float
    lines: bytes = field(repr=False)

    @property
    def blank(self) -> bool:
        """Whether it is white: each line is as the one above it, which is one bit, 1 (ITU-T T.6)."""
        return not self.lines[: self.rows // 8].strip(b"\xff")


def write(pages: Sequence[Page]) -> bytes:
    """A TIFF of these pages, the same bytes whenever they are the same."""
    out = bytearray(b"II*\0\0\0\0\0")
    pointer = 4
    for number, page in enumerate(pages):
        start = len(out)
        out += page.lines + b"\0" * (-len(page.lines) % 2)
        place = len(out)
        struct.pack_into("<I", out, pointer, place)
        tags = _tags(page, start, number, len(pages))
        rationals = place + 2 + 12 * len(tags) + 4
        out += struct.pack("<H", len(tags))
        for index, (tag, kind, count, value) in enumerate(tags):
            far = rationals + 8 * (index - _first_rational(tags))
            out += struct.pack("<HHII", tag, kind, count, far if kind == _RATIONAL else value)
        pointer = len(out)
        out += struct.pack("<I", 0)
        for dots in (page.across, page.down):
            out += struct.pack("<II", round(dots * 100), 100)
    return bytes(out)


def _tags(page: Page, start: int, number: int, pages: int) -> list[tuple[int, int, int, int]]:
    """Tag, type, count and value, in the order of their numbers."""
    return [
        (254, _LONG, 1, 2),  # a page of several
        (256, _LONG, 1, page.width),
        (257, _LONG, 1, page.rows),
        (258, _SHORT, 1, 1),
        (259, _SHORT, 1, _GROUP_4),
        (262, _SHORT, 1, 0),  # 0 is white
        (266, _SHORT, 1, 1),
        (273, _LONG, 1, start),
        (274, _SHORT, 1, 1),
        (277, _SHORT, 1, 1),
        (278, _LONG, 1, page.rows),
        (279, _LONG, 1, len(page.lines)),
        (282, _RATIONAL, 1, 0),
        (283, _RATIONAL, 1, 0),
        (284, _SHORT, 1, 1),
        (293, _LONG, 1, 0),
        (296, _SHORT, 1, 2),  # inches
        (297, _SHORT, 2, number & 0xFFFF | (pages & 0xFFFF) << 16),
    ]


def _first_rational(tags: Sequence[tuple[int, int, int, int]]) -> int:
    return next(index for index, tag in enumerate(tags) if tag[1] == _RATIONAL)


def read(data: bytes, most: int) -> list[Page]:
    """The pages of a TIFF, `most` of them at most. Raises TiffError where one is not as `write` has it."""
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None or len(data) < 8 or struct.unpack_from(f"{order}H", data, 2)[0] != 42:
        raise TiffError("it is no TIFF")
    pages: list[Page] = []
    for entries in _directories(data, order):
        if len(pages) == most:
            raise TiffError(f"it has more than {most} pages")
        pages.append(_page(data, order, entries))
    return pages


def _directories(data: bytes, order: str) -> Iterator[dict[int, tuple[int, int, bytes]]]:
    """The tags of each page: type, count, and the four bytes of the value or of its place."""
    place, seen = _number(data, f"{order}I", 4), set[int]()
    while place:
        if place in seen:
            raise TiffError("its pages go round in a circle")
        seen.add(place)
        count = _number(data, f"{order}H", place)
        end = place + 2 + 12 * count
        if count > _MOST_TAGS or end + 4 > len(data):
            raise TiffError("it is cut off")
        found = {}
        for index in range(count):
            tag, kind, many = struct.unpack_from(f"{order}HHI", data, place + 2 + 12 * index)
            at = place + 2 + 12 * index + 8
            found[tag] = (kind, many, data[at : at + 4])
        yield found
        place = _number(data, f"{order}I", end)


def _page(data: bytes, order: str, tags: dict[int, tuple[int, int, bytes]]) -> Page:
    def one(tag: int, default: int | None = None) -> int:
        kind, count, raw = tags.get(tag, (0, 0, b""))
        if not raw and default is not None:
            return default
        if count != 1 or kind not in _SIZES:
            raise TiffError(f"its tag {tag} is not one number")
        return int.from_bytes(raw[: _SIZES[kind]], "little" if order == "<" else "big")

    def dots(tag: int) -> float:
        kind, count, raw = tags.get(tag, (0, 0, b""))
        if kind != _RATIONAL or count != 1:
            raise TiffError("it has no resolution")
        place = _number(raw, f"{order}I", 0)
        over, under = (_number(data, f"{order}I", place + shift) for shift in (0, 4))
        if not under or not LEAST <= over / under <= MOST:
            raise TiffError("it has no resolution, or none of paper")
        return over / under

    width, rows = one(256), one(257)
    wanted = {258: 1, 259: _GROUP_4, 262: 0, 266: 1, 274: 1, 277: 1, 278: rows, 296: 2}
    for tag, value in wanted.items():
        if one(tag, rows if tag == 278 else 2 if tag == 296 else 1) != value:
            raise TiffError(f"its tag {tag} is not {value}")
    start, length = one(273), one(279)
    if not 0 < rows <= _MOST_ROWS or not 0 < width <= _MOST_ROWS:
        raise TiffError("its page has no size, or is too large")
    if not length or start + length > len(data):
        raise TiffError("it is cut off")
    return Page(width, rows, dots(282), dots(283), data[start : start + length])


def _number(data: bytes, kind: str, place: int) -> int:
    if place + struct.calcsize(kind) > len(data):
        raise TiffError("it is cut off")
    return int(struct.unpack_from(kind, data, place)[0])
