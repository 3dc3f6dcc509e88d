"""PDF and PostScript, by Ghostscript: what they become, and what they must not do."""

import zlib
from pathlib import Path

import pytest

from dialform.fax.documents import Limits
from dialform.values import replace

from . import made

pytestmark = made.GS

QUICK = replace(Limits(), seconds=6)
MARK = "0 0 100 100 rectfill showpage"


def test_each_page_is_there_on_the_paper_that_it_was_made_for(tmp_path: Path) -> None:
    a4 = made.sent(tmp_path, "a.pdf", made.pdf(3))
    letter = made.sent(tmp_path, "a.pdf", made.pdf(2, size=(612, 792)))
    wide = made.sent(tmp_path, "a.pdf", made.pdf(1, size=(842, 595)))
    sizes = [[page.size for page in made.pages(one.fine)] for one in (a4, letter, wide)]
    assert sizes == [[(1728, 2292)] * 3, [(1728, 2156)] * 2, [(1728, 2292)]]
    assert {page.size for page in made.pages(a4.standard)} == {(1728, 1146)}
    for page in made.pages(a4.fine):
        assert 0.001 < made.black(page) < 0.05


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (made.pdf(1, password="secret"), "protected by a password"),
        (made.pdf(7), "7 pages, more than the 5"),
        (made.raw_pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 0/Kids[]>>"]), "no pages"),
        (made.pdf(2)[:300], "is broken"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 20, "is broken"),
    ],
)  # fmt: skip
def test_what_cannot_be_sent_is_told(tmp_path: Path, content: bytes, why: str) -> None:
    assert why in made.refused(tmp_path, "a.pdf", content, limits=replace(Limits(), pages=5))


def test_a_pdf_that_only_forbids_changes_is_sent(tmp_path: Path) -> None:
    assert made.sent(tmp_path, "a.pdf", made.pdf(1, password="")).pages == 1


def test_bombs_end_in_time(tmp_path: Path) -> None:
    """A stream that unpacks to a thousand times its size, and forms that draw each other."""
    packed = zlib.compress(b"0 0 595 842 re f\n" * 12_000_000, 9)
    bomb = made.one_page(packed, b"null", entries=b"/Filter/FlateDecode")
    assert "longer than 6 seconds" in made.refused(tmp_path, "a.pdf", bomb, limits=QUICK)
    form = b"<</Type/XObject/Subtype/Form/BBox[0 0 600 900]%b/Length %d>>stream\n%b\nendstream"
    drawn = b"/I Do " * 20
    forms = [
        form % (b"/Resources<</XObject<</I %d 0 R>>>>" % (6 + number), len(drawn), drawn)
        for number in range(8)
    ]
    laughs = made.one_page(drawn, *forms, form % (b"", 15, b"0 0 10 10 re f "))
    (tmp_path / "a.pdf").unlink()
    assert "longer than 6 seconds" in made.refused(tmp_path, "a.pdf", laughs, limits=QUICK)


@pytest.mark.parametrize(
    "content",
    [
        made.one_page(b"0 0 m 500000 500000 l 20000 w S", box=b"[0 0 1000000 1000000]"),
        made.one_page(
            b"q 595 0 0 842 0 0 cm /I Do Q",
            b"<</Type/XObject/Subtype/Image/Width 200000/Height 200000/BitsPerComponent 8"
            b"/ColorSpace/DeviceRGB/Length 3>>stream\nabc\nendstream",
        ),
        made.one_page(b"0 0 100 100 re f").replace(b"/Count 1/", b"/Count 999999999/"),
        made.one_page(b"0 0 100 100 re f").replace(b"/Count 1/", b"/Count -5/"),
    ],
)
def test_sizes_that_lie_cost_nothing(tmp_path: Path, content: bytes) -> None:
    found = made.sent(tmp_path, "a.pdf", content)
    assert found.pages == 1
    assert made.pages(found.fine)[0].size[0] == 1728


def test_postscript_is_sent(tmp_path: Path) -> None:
    found = made.sent(tmp_path, "a.ps", f"%!PS\n{MARK} {MARK}".encode())
    assert found.pages == 2
    eps = "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n0 0 50 50 rectfill\n"
    assert made.sent(tmp_path, "a.eps", eps.encode()).pages == 1


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("(/etc/passwd) (r) file 1000 string readstring pop show showpage", "is broken"),
        ("(%pipe%touch {folder}/pwned) (w) file closefile showpage", "is broken"),
        ("({folder}/pwned) (w) file dup (x) writestring closefile showpage", "is broken"),
        ("<</OutputDevice /pngalpha>> setpagedevice showpage", "is broken"),
        ("1 1 add pop", "shows no page"),
        ("showpage", "shows no page"),
        ("{} loop", "longer than"),
        ("/a [] def {/a [a 10000 array] def} loop", ""),
        ("{" + MARK + "} loop", ""),
        ("this is no PostScript", "is broken"),
    ],
)  # fmt: skip
def test_postscript_that_does_other_things_is_refused(
    tmp_path: Path, program: str, why: str
) -> None:
    text = f"%!PS\n{program.replace('{folder}', str(tmp_path))}\n"
    assert why in made.refused(tmp_path, "a.ps", text.encode(), limits=QUICK)


@pytest.mark.parametrize(
    "program",
    [
        f"<</PageSize [900000 900000]>> setpagedevice {MARK}",
        f"<</HWResolution [7200 7200]>> setpagedevice {MARK}",
        f"<</OutputFile (elsewhere)>> setpagedevice {MARK}",
        f"{MARK} quit",
    ],
)
def test_postscript_cannot_change_what_a_fax_is(tmp_path: Path, program: str) -> None:
    found = made.sent(tmp_path, "a.ps", f"%!PS\n{program}\n".encode())
    assert found.pages == 1
    assert made.pages(found.fine)[0].width == 1728


def test_without_ghostscript_pictures_go_and_the_rest_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dialform.fax.documents.ghostscript.program", lambda name: "")
    for name, content in (("a.pdf", made.pdf(1)), ("a.ps", b"%!PS"), ("a.txt", b"hello")):
        assert "needs Ghostscript" in made.refused(tmp_path, name, content)
        (tmp_path / name).unlink()
    assert made.sent(tmp_path, "a.png", made.png(1, 1, b"\0\0\0\0")).pages == 1
