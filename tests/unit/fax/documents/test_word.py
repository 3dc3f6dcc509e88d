"""Word documents, by LibreOffice: what they become, and what they must not do."""

import io
import zipfile
from pathlib import Path

import pytest

from dialform.fax.documents import Limits
from dialform.fax.documents.office import check
from dialform.fax.documents.room import Room
from dialform.values import replace

from . import made


@made.OFFICE
def test_a_document_is_sent(tmp_path: Path) -> None:
    body = (
        made.paragraph("Hello Grüße") + '<w:p><w:r><w:br w:type="page"/><w:t>two</w:t></w:r></w:p>'
    )
    found = made.sent(tmp_path, "a.docx", made.docx(body))
    assert found.pages == 2
    assert all(made.black(page) > 0.0001 for page in made.pages(found.fine))


@made.OFFICE
@pytest.mark.parametrize(
    ("body", "before"),
    [
        (made.paragraph("&x;"), "<!DOCTYPE x [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"),
        (
            made.paragraph("&b;"),
            f"<!DOCTYPE x [<!ENTITY a '{'a' * 99}'><!ENTITY b '{'&a;' * 99}'>]>",
        ),
        ("<w:p>", ""),
    ],
)
def test_a_broken_or_cunning_one_is_told(tmp_path: Path, body: str, before: str) -> None:
    said = made.refused(tmp_path, "a.docx", made.docx(body, before))
    assert "cannot be opened by LibreOffice" in said


@made.OFFICE
def test_nothing_is_read_into_it(tmp_path: Path) -> None:
    """A field that includes a text shows what was there when it was saved."""
    secret = tmp_path / "secret.txt"
    secret.write_text("X" * 2000)
    field = f'<w:p><w:fldSimple w:instr="INCLUDETEXT &quot;{secret}&quot;"><w:r><w:t>%s</w:t></w:r></w:fldSimple></w:p>'
    shown = made.sent(tmp_path, "a.docx", made.docx(field % "old"))
    plain = made.sent(tmp_path, "b.docx", made.docx(made.paragraph("old")))
    black = [made.black(made.pages(one.fine)[0]) for one in (shown, plain)]
    assert black[0] < 2 * black[1]


def test_bombs_and_other_archives_are_told_before_anything_opens_them(tmp_path: Path) -> None:
    def why(content: bytes, **limits: int) -> str:
        with pytest.raises(Exception, match=r"a\.docx") as caught:
            check(Room(tmp_path, "a.docx", replace(Limits(), **limits)), content)  # type: ignore[arg-type]
        return str(caught.value)

    bomb = made.docx(made.paragraph("x" * 30_000_000))
    assert "unpacks to 28 MB" in why(bomb)
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for name in ("[Content_Types].xml", "word/document.xml", *map(str, range(5000))):
            archive.writestr(name, b"")
    assert "unpacks to" in why(many.getvalue())
    assert "no whole ZIP" in why(b"PK\x03\x04junk")
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("xl/workbook.xml", "x")
    assert "no Word document" in why(other.getvalue())
    assert "unpacks to" in why(made.docx(made.paragraph("word " * 999)), bytes=100)


def test_without_libreoffice_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialform.fax.documents.office.office", lambda: "")
    monkeypatch.setattr("dialform.fax.documents.ghostscript.program", lambda name: "/usr/bin/gs")
    said = made.refused(tmp_path, "a.docx", made.docx(made.paragraph("x")))
    assert "needs LibreOffice" in said and "save it as PDF" in said


def test_without_landlock_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialform.fax.documents.office.office", lambda: "/usr/bin/soffice.bin")
    monkeypatch.setattr("dialform.fax.documents.ghostscript.program", lambda name: "/usr/bin/gs")
    monkeypatch.setattr("dialform.fax.sandbox.landlock.version", lambda: 0)
    said = made.refused(tmp_path, "a.docx", made.docx(made.paragraph("x")))
    assert "a kernel with Landlock" in said and "save it as PDF" in said
