"""How a review is written out: nothing in it acts on a terminal, a log or a pull request."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.cli.rulings import FORMATS, render_github, render_json, render_markdown, render_text
from dialform.compiler.reviewing.roles import Membership, Person
from dialform.compiler.reviewing.verdicts import Review, Ruling, Verdict, grouped
from dialform.schema.diagnostic import Place

EVIL = "x|`</td><img src=x>\n::error::\x1b[2J [a](http://b) @ops #1 ${x}"
TEXTS = st.one_of(st.just(EVIL), st.text(max_size=40))


def review(text: str = "acme extension 1001", why: str = "a reason") -> Review:
    person = Person(("@a",), memberships=(Membership("acme", "a", "user"),))
    yes, no = Ruling(True, "theirs"), Ruling(False, why, "an admin")
    verdicts = (
        Verdict(text, "acme", "update", no, Place(text, 3), "head", ((text,), ("b", 1))),
        Verdict(text, "acme", "delete", no, Place("gone.yaml", 7), "base"),
        Verdict(text, "acme", "create", yes, Place("new.yaml", 1)),
    )
    return Review(person, "main (0123)", "HEAD (4567)", verdicts, (f"note {why}",))


class TestText:
    def test_says_what_where_why_and_who(self) -> None:
        assert render_text(review()).splitlines()[2:4] == [
            "\x1b[31m\x1b[1mdenied \x1b[0m  ~ acme extension 1001 acme extension 1001, b.1"
            "  acme extension 1001:3",
            "         a reason; it takes an admin",
        ]

    def test_counts(self) -> None:
        assert render_text(review()).splitlines()[-1] == "1 allowed, 2 denied"
        nothing = Review(Person(("@a",)), "a", "b", ())
        assert render_text(nothing).splitlines()[-1] == "no changes"
        assert nothing.allowed


@given(TEXTS, TEXTS)
def test_json_holds_everything(text: str, why: str) -> None:
    data = json.loads(render_json(review(text, why)))
    assert [one["object"] for one in data["verdicts"]] == [text] * 3
    assert [one["allowed"] for one in data["verdicts"]] == [False, False, True]
    assert data["verdicts"][0]["why"] == why
    assert data["allowed"] is False


@given(TEXTS, TEXTS, st.sampled_from(["text", "markdown", "github"]))
def test_no_text_makes_a_line_of_its_own(text: str, why: str, form: str) -> None:
    plain = FORMATS[form](review())
    assert len(FORMATS[form](review(text, why)).splitlines()) == len(plain.splitlines())


@given(TEXTS, TEXTS)
def test_markdown_is_not_broken_out_of(text: str, why: str) -> None:
    rows = [r for r in render_markdown(review(text, why)).splitlines() if r.startswith("| denied")]
    assert len(rows) == 2
    for row in rows:
        assert row.replace("\\|", "").count("|") == 6
        outside = "".join(part for i, part in enumerate(row.split("`")) if i % 2 == 0)
        assert "<" not in outside
        assert "](" not in outside
        assert not any(f"@{c}" in outside for c in "abcdefghijklmnopqrstuvwxyz")


@pytest.mark.parametrize("form", list(FORMATS))
def test_bytes_that_are_no_text_can_be_written(form: str) -> None:
    FORMATS[form](review("media/\udcff.wav")).encode()


def test_github_names_a_line_only_where_the_head_has_it() -> None:
    first, second, *_ = render_github(review()).splitlines()
    assert first.startswith("::error file=acme extension 1001,line=3,title=")
    assert second.startswith("::error file=gone.yaml,title=")


def test_fields_with_one_ruling_stand_together() -> None:
    yes, no = Ruling(True, "y"), Ruling(False, "n")
    assert grouped([(("a",), yes), (("b",), no), (("c",), yes)]) == {
        yes: (("a",), ("c",)),
        no: (("b",),),
    }
