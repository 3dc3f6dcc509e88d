"""A story as a tree of text."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.proof.call import Call
from dialform.proof.ground import Ground
from dialform.proof.numbers import Numbers
from dialform.proof.paint import cells, paint
from dialform.proof.reached import Reached
from dialform.proof.run import Made
from dialform.proof.sources import Sources
from dialform.proof.story import DETAIL, Line, Story
from dialform.schema.diagnostic import Place
from dialform.schema.tree import scan
from dialform.simulator.journey import End, Journey

JOURNEY = Journey((), (), (), End("hangup", "", "NO_ANSWER"), "", "NO_ANSWER", 480, False, 25.0, {})


@pytest.fixture(scope="module")
def made() -> Made:
    ground = Ground(Path("/nowhere"), "acme")
    call = Call("acme", "1001", "1002", datetime(2026, 12, 24, 10, tzinfo=UTC), "1")
    numbers = Numbers(Sources(scan(Path("/nowhere"))), "acme")
    return Made(call, "pbx1", ground, JOURNEY, Reached(JOURNEY, ground, numbers))


def body(made: Made, *lines: Line, **how: bool) -> list[str]:
    """The lines between the head and the end, without times."""
    text = paint(Story(made, lines), **how)
    return [line[11:] for line in text.split("\n\n")[1].splitlines()]


def line(level: int, text: str, at: float = 0.0, **more: object) -> Line:
    return replace(Line(at, level, "x", text), **more)  # type: ignore[arg-type]


def test_branches(made: Made) -> None:
    levels = (0, 1, 2, 1, 0, 1, 2)
    assert body(made, *(line(level, f"{i}") for i, level in enumerate(levels))) == [
        "0", "├─ 1", "│  └─ 2", "└─ 3", "4", "└─ 5", "   └─ 6",
    ]  # fmt: skip


def test_places_stand_in_columns(made: Made) -> None:
    place = Place("tenants.d/acme.yaml", 7)
    told = body(
        made,
        line(0, "rings 中村", file="a.xml", line=12, place=place),
        line(0, "x", file="longer.xml", line=1, place=place),
        line(0, "y", place=place),
    )
    assert told == [
        "rings 中村  a.xml:12      tenants.d/acme.yaml:7",
        "x           longer.xml:1  tenants.d/acme.yaml:7",
        "y                         tenants.d/acme.yaml:7",
    ]


def test_details_only_when_asked_for(made: Made) -> None:
    lines = (line(0, "a"), line(1, "b", weight=DETAIL))
    assert body(made, *lines) == ["a"]
    assert body(made, *lines, verbose=True) == ["a", "└─ b"]


def test_what_repeats_is_told_once(made: Made) -> None:
    lines = [line(0, "queue"), *(line(1, f"rings {n % 2}", at=10.0 * n) for n in range(7))]
    assert body(made, *lines) == [
        "queue", "├─ rings 0", "├─ rings 1", "└─ and so on, 5 times more until 60 s",
    ]  # fmt: skip
    assert len(body(made, *lines, verbose=True)) == 8
    again = [*lines[:4], line(1, "hangs up", at=99)]
    assert body(made, *again) == ["queue", "├─ rings 0", "├─ rings 1", "├─ rings 0", "└─ hangs up"]
    elsewhere = [line(0, "queue"), line(1, "a"), line(0, "other"), line(1, "a")]
    assert body(made, *elsewhere) == ["queue", "└─ a", "other", "└─ a"]


def test_head_and_end(made: Made) -> None:
    text = paint(Story(made, (), "us", "national", "local")).splitlines()
    assert text[0] == "1001 → 1002, pressing 1   acme on pbx1, Thu 2026-12-24 10:00 UTC"
    assert text[-3:] == [
        "toll class national (up to local is allowed)",
        "ends       nobody answered (NO_ANSWER, SIP 480)", "lasts      25 s",
    ]  # fmt: skip


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from("abc"), st.booleans()), min_size=1, max_size=20
    )
)
def test_any_tree_has_a_row_for_each_line(made: Made, tree: list[tuple[int, str, bool]]) -> None:
    lines = [line(level, text, weight=DETAIL if more else "plain") for level, text, more in tree]
    assert len(body(made, *lines, verbose=True)) == len(lines)
    if any(one.weight != DETAIL for one in lines):
        assert len(body(made, *lines)) <= len(lines)


def test_columns() -> None:
    assert cells("abc") == 3
    assert cells("中村") == 4
    assert cells("e\u0301") == 1
