"""A PDF of fax pages: their lines go into it as they are (ISO 32000-1, 7.4.6 CCITTFaxDecode)."""

import re
from collections.abc import Sequence

from dialform.fax.documents.tiff import Page

_POINTS = 72
_NEAR = 1 << 16
"""Bytes within which an object follows: the list of all pages is the longest thing between two."""
_SIZE = rb"(?P<wide>\d+\.\d\d) (?P<high>\d+\.\d\d)"
_SHEET = rb"\nNUMBER 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox \[0 0 " + _SIZE + rb"\]"
_IMAGE = (
    rb"\nNUMBER 0 obj\n<< /Type /XObject /Subtype /Image /Width (?P<width>\d{1,5}) /Height (?P<rows>\d{1,5}) "
    rb"/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode "
    rb"/DecodeParms << /K -1 /Columns \d+ /Rows \d+ >> /Length (?P<length>\d{1,9}) >>\nstream\n"
)


def write(pages: Sequence[Page]) -> bytes:
    """The PDF, each page in its true size; the same bytes whenever the pages are the same."""
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places: list[int] = []

    def put(body: bytes) -> None:
        places.append(len(out))
        out.extend(b"%d 0 obj\n%b\nendobj\n" % (len(places), body))

    kids = b" ".join(b"%d 0 R" % (3 + 3 * index) for index in range(len(pages)))
    put(b"<< /Type /Catalog /Pages 2 0 R >>")
    put(b"<< /Type /Pages /Count %d /Kids [%b] >>" % (len(pages), kids))
    for index, page in enumerate(pages):
        wide, high = page.width / page.across * _POINTS, page.rows / page.down * _POINTS
        size = b"%.2f %.2f" % (wide, high)
        drawn = b"q %.2f 0 0 %.2f 0 0 cm /Fax Do Q" % (wide, high)
        put(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %b] /Contents %d 0 R "
            b"/Resources << /XObject << /Fax %d 0 R >> >> >>" % (size, 4 + 3 * index, 5 + 3 * index)
        )
        put(_stream(b"", drawn))
        shape = b"/Columns %d /Rows %d" % (page.width, page.rows)
        put(
            _stream(
                b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray "
                b"/BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << /K -1 %b >> "
                % (page.width, page.rows, shape),
                page.lines,
            )
        )
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(places) + 1)
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def _stream(entries: bytes, content: bytes) -> bytes:
    return b"<< %b/Length %d >>\nstream\n%b\nendstream" % (entries, len(content), content)


def read(content: bytes) -> list[Page]:
    """The pages of a PDF that `write` made. Raises ValueError where it is another one."""
    place = content.find(b"\n2 0 obj\n")
    count = re.match(rb"\n2 0 obj\n<< /Type /Pages /Count (\d{1,6}) ", content[max(0, place) :])
    if place < 0 or count is None:
        raise ValueError("it is none of ours")
    pages = []
    for number in range(int(count[1])):
        place, size = _found(_SHEET, content, place, 3 + 3 * number)
        # The length says where the next object is: what stands in the lines is never looked at.
        place, image = _found(_IMAGE, content, place, 5 + 3 * number)
        width, rows, length = (int(image[name]) for name in ("width", "rows", "length"))
        wide, high = float(size["wide"]), float(size["high"])
        if not (width and rows and wide and high) or place + length > len(content):
            raise ValueError("it is cut off, or a page has no size")
        lines = content[place : place + length]
        pages.append(Page(width, rows, width / wide * _POINTS, rows / high * _POINTS, lines))
        place += length
    return pages


def _found(pattern: bytes, content: bytes, start: int, number: int) -> tuple[int, re.Match[bytes]]:
    """An object by its number, the next one but for a short one, and where it ends."""
    found = re.compile(pattern.replace(b"NUMBER", b"%d" % number)).search(
        content, start, start + _NEAR
    )
    if found is None:
        raise ValueError("it is none of ours")
    return found.end(), found
