"""The reference pages are what the schema and the rules say today."""

import re
from pathlib import Path
from typing import Any

import pytest

from dialform.schema.export import DOCUMENTS, schema_of
from dialform.schema.reference import VALUES, main, pages, takes
from dialform.schema.rule import rules

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = dict(pages())


@pytest.mark.parametrize("name", PAGES)
def test_is_up_to_date(name: str) -> None:
    written = (DOCS / "reference" / name).read_text("utf-8")
    assert written == PAGES[name], "run: python -m dialform.schema.reference docs/reference"


def test_no_page_is_left_over() -> None:
    assert {path.name for path in (DOCS / "reference").iterdir()} == set(PAGES)


def test_writes_all_pages(tmp_path: Path) -> None:
    assert main([str(tmp_path / "new")]) == 0
    assert {p.name: p.read_text("utf-8") for p in (tmp_path / "new").iterdir()} == PAGES
    assert main([]) == 64


@pytest.mark.parametrize("name", [n for n, document in DOCUMENTS.items() if not document.part])
def test_every_key_of_a_document_has_a_row(name: str) -> None:
    schema = schema_of(name)
    for part in (schema, *schema.get("definitions", {}).values()):
        for key in part["properties"]:
            assert f"| `{key}` |" in PAGES[f"{name}.md"]


def test_every_finding_is_explained() -> None:
    page = PAGES["findings.md"]
    for rule in rules():
        if re.fullmatch("DF[0-9]{4}", rule.code):  # tests register rules of their own
            assert f"### {rule.code} {rule.__name__}" in page


def test_every_kind_of_value_is_explained() -> None:
    titles: set[str] = set()

    def collect(node: Any) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                if key in ("properties", "definitions"):
                    for one in value.values():
                        collect(
                            {k: v for k, v in one.items() if key == "properties" or k != "title"}
                        )
                else:
                    collect(value)
            titles.update([node["title"]] if isinstance(node.get("title"), str) else [])
        elif isinstance(node, list):
            for one in node:
                collect(one)

    for name in DOCUMENTS:
        collect({k: v for k, v in schema_of(name).items() if k != "title"})
    assert titles == set(VALUES)


@pytest.mark.parametrize(
    ("node", "words"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 5}, "whole number, 1 to 5"),
        ({"type": "integer", "minimum": 1}, "whole number from 1"),
        ({"anyOf": [{"title": "slug", "type": "string"}, {"type": "null"}]}, "slug"),
        ({"type": "array", "items": {"title": "slug"}, "minItems": 1}, "list of slug, not empty"),
        ({"allOf": [{"$ref": "#/definitions/Ports"}], "description": "x"}, "[Ports](#ports)"),
        ({"type": "object"}, "map"),
        ({}, "anything"),
    ],
)
def test_says_in_words_what_a_key_takes(node: dict[str, Any], words: str) -> None:
    assert takes(node) == words


LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]*)(?:#([^)]*))?\)")
PLACES = [*DOCS.rglob("*.md"), *DOCS.parent.glob("*.md")]


@pytest.mark.parametrize("page", PLACES, ids=lambda page: page.relative_to(DOCS.parent).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for target, part in LINK.findall(page.read_text("utf-8")):
        if target.startswith("https://"):
            continue
        other = (page.parent / target).resolve() if target else page
        assert other.exists(), target
        if part:
            headings = re.findall(r"^#+ (.*)$", other.read_text("utf-8"), re.MULTILINE)
            anchors = {re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in headings}
            assert part in anchors, f"{target}#{part}"
