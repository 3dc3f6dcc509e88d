"""A PDF of fax pages: their lines go into it as they are (ISO 32000-1, 7.4.6 CCITTFaxDecode)."""

from collections.abc import Sequence

from dialform.fax.documents.tiff import Page

_POINTS = 72


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
