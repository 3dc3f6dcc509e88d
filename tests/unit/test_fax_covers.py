"""Cover pages: what is wrong with one is said before a fax needs it, and what it shows comes along."""

import pytest

from dialform.compiler.faxcovers import LARGEST, VALUES, cover_files, why_no_cover
from dialform.compiler.scope import PlatformView, Scope
from dialform.fax.documents.cover import Cover
from dialform.schema.billing import Billing
from dialform.schema.platform import Platform
from dialform.schema.tenant import Tenant

PLATFORM = Platform.model_validate(
    {"platform": "p", "domain": "p.example", "hosts": {"h": {"address": "203.0.113.1"}}}
)
COVER = "media/acme/cover.html"


def scope(*files: str) -> Scope:
    account = {"cover": COVER}
    tenant = Tenant.model_validate({"company": "Acme", "fax": {"accounts": {"1050": account}}})
    view = PlatformView(PLATFORM, {}, Billing(), {}, files=frozenset({COVER, *files}))
    return Scope("acme", "tenants.d/acme", tenant, view)


def why(text: str | bytes, *files: str) -> str:
    raw = text.encode() if isinstance(text, str) else text
    return why_no_cover(scope(*files), COVER, lambda path, size=64, /: raw[:size])


def shown(text: str, *files: str) -> list[str]:
    return list(cover_files(scope(*files), lambda path, size=64, /: text.encode()[:size]))


def test_it_may_say_what_is_known_of_a_fax_and_nothing_else() -> None:
    assert Cover().said().keys() == VALUES
    assert why("".join(f"{{{{ {name} }}}}" for name in VALUES)) == ""
    assert "nothing is called subjekt; a fax has company, date" in why("{{ subjekt }}")


@pytest.mark.parametrize(
    "text",
    [
        "<p>Plain</p>", "{% for line in text.splitlines() %}{{ line|upper }}<br>{% endfor %}",
        "{% set who = recipient or to %}{{ who }}", "\ufeff{{ to }}", "{{ range(3)|list }}",
        "{% macro row(a) %}{{ a }}{{ varargs }}{% endmacro %}{{ row(to) }}", "{{ 9 ** 9 ** 9 }}",
        "{% for a in [1] %}{{ loop.index }}{{ a is odd }}{% endfor %}",
        '<a href="https://acme.example">{{ company }}</a>', '<img src="data:image/png;base64,AAAA">',
    ],
)  # fmt: skip
def test_what_jinja_reads_is_a_cover_page(text: str) -> None:
    assert why(text) == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{ subject }", "line 1"), ("a\n{% if pages %}", "line 2"), ("{{ to|nosuch }}", "no filter is called nosuch"),
        ("{{ to is nosuch }}", "no test is called nosuch"), ("{{ " + "(" * 9000, "too deeply"),
        ("{% include 'other.html' %}", "another template"), ("{% extends 'base.html' %}", "another template"),
        (b"\xff\xfe", "UTF-8"), (b"a\0", "no text"), (b"", "no text"), ("x" * (LARGEST + 1), "larger than 256 KiB"),
        ('<img src="https://acme.example/logo.png">', "nothing is fetched"),
        ('<img src="//acme.example/logo.png">', "nothing is fetched"),
        ('<img src="logo.gif">', "no such file"),
        ('<img src="../other/logo.png">', "no such file"), ('<img src="/etc/passwd">', "no such file"),
        ("<style>@font-face {src: url(letters.ttf)}</style>", "letters.ttf"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_cover_page_is_said(text: str | bytes, reason: str) -> None:
    assert reason in why(text, "media/other/logo.png", "media/acme/logo.png")


@pytest.mark.parametrize("part", ["<link ", "url( ", "src = ", " ", "{{", "url('a", "{% if 1 %}"])
def test_no_text_takes_long(part: str) -> None:
    text = part * (LARGEST // len(part))
    assert shown(text) == []
    assert (why(text) == "") == (part.strip() not in ("{{", "{% if 1 %}", ""))


def test_what_it_shows_comes_along() -> None:
    text = """<style>@font-face {src: url('letters.ttf')}</style>
    <img alt="" SRC="logo.png"> <table background="parts/paper.png"> {{ to }} <img src="gone.png">"""
    there = ["media/acme/letters.ttf", "media/acme/logo.png", "media/acme/parts/paper.png"]
    assert sorted(shown(text, *there)) == there
    assert shown('<img src="../other/logo.png">', "media/other/logo.png") == []


def test_above_the_folders_of_tenants_it_shows_nothing_of_theirs() -> None:
    cover, logo = "media/acme-cover.html", "media/globex/logo.png"
    tenant = Tenant.model_validate(
        {"company": "Acme", "fax": {"accounts": {"1050": {"cover": cover}}}}
    )
    view = PlatformView(
        PLATFORM, {}, Billing(), {}, files=frozenset({cover, logo, "media/logo.png"})
    )
    own = Scope("acme", "tenants.d/acme", tenant, view)
    for shown, trouble in (
        ("globex/logo.png", "right beside it"),
        ("./globex/logo.png", "beside it"),
        ("logo.png", ""),
    ):
        text = f'<img src="{shown}">'.encode()
        said = why_no_cover(own, cover, lambda path, size=64, /, text=text: text[:size])
        assert trouble in said if trouble else not said
        found = list(cover_files(own, lambda path, size=64, /, text=text: text[:size]))
        assert found == ([] if trouble else ["media/logo.png"])
