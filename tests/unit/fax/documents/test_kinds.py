"""Kinds of documents: by the first bytes, and the name has to agree."""

import pytest

from dialform.fax.documents import DocumentError
from dialform.fax.documents.kinds import kind_of


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (b"%PDF-1.7", "a.pdf", "pdf"), (b"%PDF-1.7", "a", "pdf"), (b"%PDF-1.7", "a.PDF", "pdf"),
        (b"%PDF-1.7", "scan.2026-11-28", "pdf"), (b"%PDF-1.7", "offer.final", "pdf"), (b"%!PS-Adobe", "a.ps", "postscript"),
        (b"\x89PNG\r\n\x1a\n", "a.png", "png"), (b"\xff\xd8\xff\xe0", "a.jpeg", "jpeg"),
        (b"MM\0*", "a.tiff", "tiff"), (b"PK\x03\x04", "a.docx", "docx"), (b"hello", "a.txt", "text"),
        (b"hello", "README", "text"), (b"\xff\xfeh\0", "a.txt", "text"), (b"hello", ".txt", "text"),
        ("Grüße".encode("latin-1"), "a.txt", "text"),
    ],
)  # fmt: skip
def test_a_document_is_known(head: bytes, name: str, kind: str) -> None:
    assert kind_of(head, name).name == kind


@pytest.mark.parametrize(
    ("head", "name", "why"),
    [
        (b"", "a.pdf", "a.pdf is empty"),
        (b"\x89PNG\r\n\x1a\n", "a.pdf", "a PNG picture by its content, not a PDF"),
        (b"hello", "a.pdf", "text by its content, not a PDF"),
        (b"MZ\0\0", "a.pdf", "although its name says a PDF"),
        (b"MZ\0\0", "a.exe", "is no PDF, PostScript"),
        (b"PK\x03\x04", "a.zip", "a ZIP archive"), (b"PK\x03\x04", "a", "a ZIP archive"),
        (b"<html>", "a.html", "more than plain text"),
        (b"GIF89a\0", "a.gif", "is no PDF"), (b"\0\0\0\0", "a", "is no PDF"),
        (b"%PDF-1.7", "a.exe", "a PDF by its content, which its ending '.exe' does not say"),
        (b"\xff\xd8\xff\xe0", "a.GIF", "give it the right ending"),
        (b"MZ%PDF-1.4\0", "a.pdf", "although its name"),
    ],
)  # fmt: skip
def test_what_is_none_is_told_with_a_way_out(head: bytes, name: str, why: str) -> None:
    with pytest.raises(DocumentError) as caught:
        kind_of(head, name)
    assert why in str(caught.value)
