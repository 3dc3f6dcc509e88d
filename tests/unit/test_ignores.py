"""Comments that silence findings: each silences what it names on its own line, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dialform.schema.rules  # noqa: F401 -- registers them all
from dialform.schema.diagnostic import Diagnostic, Place, Severity
from dialform.schema.ignores import apply_ignores, find_ignores
from dialform.schema.rule import rule, rules

OURS = [r for r in rules() if r.__module__.startswith("dialform.schema.rules")]
SOFT = sorted(r.code for r in OURS if r.severity is not Severity.ERROR)
HARD = sorted(r.code for r in OURS if r.severity is Severity.ERROR)


def finding(code: str, line: int, file: str = "x.yaml") -> Diagnostic:
    found = rule(code)
    assert found is not None
    return Diagnostic(code, found.severity, file, line, 1, 2, f"{code} on {line}")


def codes(text: str) -> tuple[list[tuple[str, ...]], list[str]]:
    ignores, bad = find_ignores("x.yaml", text)
    return [ignore.codes for ignore in ignores], [d.code for d in bad]


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        ("a: 1  # dialform: ignore[DF1204] meant so", [("DF1204",)], []),
        ("# dialform: ignore[DF1204] a whole line", [("DF1204",)], []),
        ("a: 1 #dialform:ignore[DF1204,DF1203]both", [("DF1204", "DF1203")], []),
        ("a: 1  # dialform: ignore[ DF1204 , DF1203 ] both\r", [("DF1204", "DF1203")], []),
        ("a: 1  # dialform: ignore[DF1204]", [("DF1204",)], []),
        ("a: 1  # dialform: ignore", [], ["DF0004"]),
        ("a: 1  # dialform: ignore[]", [], ["DF0004"]),
        ("a: 1  # dialform: ignore[DF1204", [], ["DF0004"]),
        ("a: 1  # dialform: ignore[DF9999] x", [], ["DF0004"]),
        ("a: 1  # dialform: ignore[df1204] x", [], ["DF0004"]),
        ("a: 1  # dialform: ignore[*] x", [], ["DF0004"]),
        ("a: 1  # dialform: ignore[DF1202] a circle", [], ["DF0004"]),
        ("a: 1  # dialform: ignore[DF1204, DF0401] one is an error", [], ["DF0004"]),
        ("a: 1  # dialform:", [], ["DF0004"]),
        ("a: https://x/#dialform: ignore[DF1204] no comment", [], []),
        ("# dialform is a word like any other", [], []),
    ],
)
def test_reads_comments(text: str, good: list[tuple[str, ...]], bad: list[str]) -> None:
    assert codes(text) == (good, bad)


def test_the_place_is_the_comment() -> None:
    ignores, _ = find_ignores("x.yaml", "\na: 1   # dialform: ignore[DF1204] meant so  \n")
    assert ignores[0].place == Place("x.yaml", 2, 8, 43)
    assert ignores[0].reason == "meant so"


@pytest.mark.parametrize("code", HARD)
def test_an_error_is_never_silenced(code: str) -> None:
    ignores, bad = find_ignores("x.yaml", f"a: 1  # dialform: ignore[{code}] please")
    assert [d.code for d in bad] == ["DF0004"]
    assert finding(code, 1) in apply_ignores([finding(code, 1)], ignores)


def test_without_a_reason_nothing_is_silenced() -> None:
    ignores, _ = find_ignores("x.yaml", "a: 1  # dialform: ignore[DF1204]\n")
    left = apply_ignores([finding("DF1204", 1)], ignores)
    assert sorted(d.code for d in left) == ["DF0002", "DF1204"]


def test_a_comment_speaks_for_its_own_file_only() -> None:
    ignores, _ = find_ignores("x.yaml", "a: 1  # dialform: ignore[DF1204] here\n")
    left = apply_ignores([finding("DF1204", 1, "y.yaml")], ignores)
    assert sorted(d.code for d in left) == ["DF0001", "DF1204"]


LINES = st.lists(st.lists(st.sampled_from(SOFT), max_size=3, unique=True), min_size=1, max_size=6)
FOUND = st.lists(st.tuples(st.sampled_from(SOFT), st.integers(1, 6)), max_size=10)


@given(LINES, FOUND)
def test_what_is_named_on_its_line_is_gone_and_all_else_stays(
    lines: list[list[str]], found: list[tuple[str, int]]
) -> None:
    text = "\n".join(
        f"a: 1  # dialform: ignore[{', '.join(here)}] reason" if here else "a: 1" for here in lines
    )
    ignores, bad = find_ignores("x.yaml", text)
    assert bad == []
    before = [finding(code, line) for code, line in found]
    after = apply_ignores(before, ignores)
    named = {(code, number) for number, here in enumerate(lines, 1) for code in here}
    kept = [d for d in before if (d.code, d.line) not in named]
    unused = {line for code, line in named if (code, line) not in set(found)}
    assert [d for d in after if d.code != "DF0001" or d in before] == kept
    assert {d.line for d in after if d.code == "DF0001" and d not in before} == unused
    # What is left after one round is left after two, but for the ignores that silence nothing now.
    assert [d for d in apply_ignores(kept, []) if d in kept] == kept


@given(st.text(max_size=200))
def test_never_fails(text: str) -> None:
    ignores, bad = find_ignores("x.yaml", f"{text} # dialform: {text}")
    lines = f"{text} # dialform: {text}".split("\n")
    for place in (*(i.place for i in ignores), *bad):
        assert 1 <= place.line <= len(lines)
        assert 1 <= place.column <= place.end <= len(lines[place.line - 1]) + 1
