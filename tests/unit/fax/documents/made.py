"""Documents for tests, made without any program of the system; and looks at what became of them."""

import io
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from dialform.fax.documents import DocumentError, prepare
from dialform.fax.documents.lacking import ghostscript, landlock, office
from dialform.fax.queue.values import Sheets

GS = pytest.mark.skipif(ghostscript.missing(), reason="needs Ghostscript")
OFFICE = pytest.mark.skipif(
    ghostscript.missing() or office.missing() or not landlock.version(),
    reason="needs LibreOffice, Ghostscript and Landlock",
)


def pdf(
    pages: int, *, password: str | None = None, size: tuple[float, float] = (595, 842)
) -> bytes:
    """A PDF whose pages say which they are."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    closed = None if password is None else StandardEncryption(password, "owner", strength=128)
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=size, encrypt=closed)
    for number in range(pages):
        canvas.setFont("Helvetica", 40)
        canvas.drawString(60, size[1] - 100, f"page {number + 1}")
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def raw_pdf(objects: Sequence[bytes]) -> bytes:
    """A PDF of objects as they stand: the first is the catalogue."""
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + (
        b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    )


def one_page(
    content: bytes, *more: bytes, box: bytes = b"[0 0 595 842]", entries: bytes = b""
) -> bytes:
    """A PDF of one page with this content stream; `more` are objects from the fifth on, named /I there."""
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox %b/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>"
    )
    stream = b"<<%b/Length %d>>stream\n%b\nendstream" % (entries, len(content), content)
    catalogue, pages = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
    return raw_pdf([catalogue, pages, page % box, stream, *more])


def png(width: int, height: int, data: bytes) -> bytes:
    """A PNG that says to have so many pixels in colour, with these bytes for them."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        size = len(content).to_bytes(4, "big")
        return size + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(data)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def picture(image: Image.Image, format: str = "PNG", **more: object) -> bytes:
    """A picture as a file."""
    target = io.BytesIO()
    image.save(target, format, **more)
    return target.getvalue()


_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
    'Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(body: str, before: str = "") -> bytes:
    """A Word document with this in its body."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELATIONS)
        text = f'{before}<w:document xmlns:w="{_WORDS}"><w:body>{body}</w:body></w:document>'
        archive.writestr("word/document.xml", text)
    return target.getvalue()


def paragraph(text: str) -> str:
    """A paragraph of a Word document."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def sent(folder: Path, name: str, content: bytes, **more: object) -> Sheets:
    """What a file becomes."""
    path = folder / name
    path.write_bytes(content)
    return prepare([path], work=folder, **more)  # type: ignore[arg-type]


def refused(folder: Path, name: str, content: bytes, **more: object) -> str:
    """Why a file does not become a fax: one sentence."""
    with pytest.raises(DocumentError) as caught:
        sent(folder, name, content, **more)
    said = str(caught.value)
    assert said.endswith(".") and "\n" not in said and said.isprintable()
    assert [path.name for path in folder.iterdir()] == [name]  # nothing is left behind
    return said


def pages(tiff: bytes) -> list[Image.Image]:
    """The pages of a fax, as another library sees them."""
    found = []
    with Image.open(io.BytesIO(tiff)) as image:
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            found.append(image.copy())
    return found


def black(image: Image.Image) -> float:
    """The share of black."""
    counts = image.convert("L").histogram()
    return counts[0] / sum(counts)
