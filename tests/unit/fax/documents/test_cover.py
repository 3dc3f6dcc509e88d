"""Cover pages: what a template may say and load, and that nothing of it goes further."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from dialform.fax.documents import Cover, DocumentError, Limits, cover_sheet, prepare
from dialform.values import replace

from . import made

COVER = Cover(
    company="Acme <b>&amp;</b> Söhne", sender="Front desk", number="+12125550150",
    recipient="City Dentist", to="+12125550177", subject="Your appointment",
    text="Hello,\n\n{{ 7 * 7 }} <script>x</script> 你好 שלום مرحبا\n" + "x" * 300,
    at=datetime(2026, 11, 28, 16, 5, tzinfo=ZoneInfo("America/New_York")), language="de", pages=3,
)  # fmt: skip


def made_of(folder: Path, html: str, cover: Cover = COVER, **limits: float) -> bytes:
    template = folder / "cover.html"
    template.write_text(html)
    return cover_sheet(template, cover, limits=replace(Limits(), **limits))  # type: ignore[arg-type]


def why(folder: Path, html: str, **limits: float) -> str:
    with pytest.raises(DocumentError) as caught:
        made_of(folder, html, **limits)
    said = str(caught.value)
    assert said.isprintable() and said.endswith(".") and str(folder) not in said
    return said


def printed(pdf: bytes) -> list[Image.Image]:
    return made.pages(prepare([], cover=pdf).fine)


def test_the_one_that_comes_along_is_set_for_any_text_and_language() -> None:
    assert cover_sheet(None, COVER).startswith(b"%PDF-")
    assert cover_sheet(None, Cover()).startswith(b"%PDF-")
    assert cover_sheet(None, replace(COVER, language="xx")).startswith(b"%PDF-")


@made.GS
def test_it_is_one_page_with_something_on_it() -> None:
    (page,) = printed(cover_sheet(None, COVER))
    assert page.size == (1728, 2156) and 0.005 < made.black(page) < 0.2
    (bare,) = printed(cover_sheet(None, Cover()))
    assert made.black(bare) < made.black(page)


@made.GS
def test_a_template_is_filled(tmp_path: Path) -> None:
    filled = made_of(tmp_path, "<h1>{{ subject }}</h1><p>{{ date }} {{ time }}</p>{{ pages + 1 }}")
    plain = made_of(tmp_path, "<h1>Your appointment</h1><p>2026-11-28 16:05</p>4")
    assert printed(filled)[0].tobytes() == printed(plain)[0].tobytes()


@made.GS
def test_what_it_is_told_is_text_and_no_markup(tmp_path: Path) -> None:
    given = replace(COVER, text="<img src='logo.png'> {{ to }}")
    shown = made_of(tmp_path, "<p>{{ text }}</p>", given)
    written = made_of(tmp_path, "<p>&lt;img src='logo.png'&gt; {{ '{{ to }}' }}</p>")
    assert printed(shown)[0].tobytes() == printed(written)[0].tobytes()


@made.GS
def test_it_shows_pictures_of_its_folder_and_no_others(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    black = Image.new("L", (300, 300), 0)
    black.save(inner / "logo.png")
    black.save(tmp_path / "other.png")
    (shown,) = printed(made_of(inner, "<img src='logo.png' width='300' height='300'>x"))
    assert made.black(shown) > 0.02
    for source in (
        "../other.png", str(tmp_path / "other.png"), f"file://{tmp_path}/other.png", "/etc/passwd",
        "http://127.0.0.1:9/logo.png", "https://example.com/logo.png",
    ):  # fmt: skip
        (hidden,) = printed(made_of(inner, f"<img src='{source}' width='300' height='300'>x"))
        assert made.black(hidden) < 0.001


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("{{ nosuch }}", "'nosuch' is undefined"), ("a\n{% if %}", "wrong in line 2"),
        ("{{ ''.__class__ }}", "unsafe"), ("{{ text.format }}{{ 1 / 0 }}", "division by zero"),
        ("{% include 'x' %}", "cannot be filled"), ("{% for i in range(10**9) %}{% endfor %}", "cannot be"),
        ("<div>" * 300 + "x", "cannot be set"), ("x" * 300_000, "more than the 256 KB"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_template_is_told(tmp_path: Path, html: str, reason: str) -> None:
    assert reason in why(tmp_path, html)


def test_a_template_ends_in_time_and_has_so_much_memory(tmp_path: Path) -> None:
    loop = "{% for a in range(9999) %}" * 3 + "{% endfor %}" * 3
    assert "longer than 3 seconds" in why(tmp_path, loop, seconds=3)
    assert "memory" in why(tmp_path, "{{ 'a' * 10**10 }}")


def test_other_faults_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(b"\xff\xfe\0")
    with pytest.raises(DocumentError, match="UTF-8"):
        cover_sheet(tmp_path / "a.html", COVER)
    with pytest.raises(DocumentError, match="No such file"):
        cover_sheet(tmp_path / "none.html", COVER)
    with pytest.raises(DocumentError, match="20000 letters"):
        cover_sheet(None, replace(COVER, text="x" * 20_001))


@made.GS
def test_a_cover_of_many_pages_is_refused(tmp_path: Path) -> None:
    long = made_of(tmp_path, "{% for i in range(400) %}<p>{{ i }}</p>{% endfor %}")
    with pytest.raises(DocumentError, match=r"cover page has .* pages, more than the 5"):
        prepare([], cover=long)
