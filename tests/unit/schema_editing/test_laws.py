"""Laws of editing: it reads back as wanted, neighbours keep every byte, and comments stay."""

from collections.abc import Iterator
from pathlib import Path as Folder
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.cli.editing.tidy import comments
from dialform.schema.editing import GONE, at, edited, put, same, written
from dialform.schema.editing.spans import Spans
from dialform.schema.reader import Source, read
from dialform.schema.rule import Path

ROOT = Folder(__file__).resolve().parents[3]

TEXTS = st.one_of(
    st.sampled_from(["x", "Alice Doe", "1001", "+12125550199", "no", "a: b", "#c", "- x", "x ", "~", "{"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\ufeff"), max_size=8),
)  # fmt: skip
SCALARS = st.one_of(TEXTS, st.integers(-(10**17), 10**17), st.booleans(), st.none())
KEYS = st.one_of(
    st.sampled_from(["name", "1001", "1002", "b", "a", "yes", "*72"]),
    TEXTS.filter(lambda t: t != "<<"),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
TABLES = st.dictionaries(KEYS, st.dictionaries(KEYS, VALUES, max_size=4), max_size=4)
DATA = st.dictionaries(KEYS, st.one_of(TABLES, VALUES), max_size=4)


@st.composite
def laid_out(draw: st.DrawFn, data: Any, indent: int = 0) -> str:
    """The entries of a map in some layout: blocks, braces, comments, blank lines."""
    lines = []
    pad = " " * indent
    for name, value in data.items():
        if draw(st.integers(0, 5)) == 0:
            lines.append(f"{pad}# about it: [x, {{y")
        if draw(st.integers(0, 5)) == 0:
            lines.append("")
        flat = written({name: value}).strip("\n").split("\n")
        behind = "  # why" if draw(st.integers(0, 4)) == 0 else ""
        block = isinstance(value, dict) and value and draw(st.booleans())
        if block:
            inner = draw(laid_out(value, indent + draw(st.integers(1, 3))))
            lines.append(f"{pad}{_key(name)}:{behind}\n{inner}")
        else:
            lines += [f"{pad}{line}" for line in flat]
            lines[-1] += behind
    return "\n".join(lines)


def _key(name: str) -> str:
    return written({name: 1}).removesuffix(": 1\n")


def paths(data: Any, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    entries = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data if isinstance(data, list) else ())
    )
    for step, inner in entries:
        yield from paths(inner, (*path, step))


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, Path, Any]:
    data = draw(DATA.filter(bool))
    text = draw(laid_out(data)) + draw(st.sampled_from(["", "\n", "\n\n", "\n# end\n"]))
    if draw(st.integers(0, 5)) == 0:
        text = text.replace("\n", "\r\n")
    source, findings = read("x", text.encode())
    assert not findings, (text, findings)
    path = draw(st.sampled_from(list(paths(source.data))))
    if draw(st.integers(0, 2)) == 0:
        path = (*path[:-1], draw(KEYS)) if isinstance(path[-1], str) else (*path, draw(KEYS))
    return text, path, draw(st.one_of(st.just(GONE), VALUES))


@given(cases())
def test_it_says_what_was_wanted_and_neighbours_keep_every_byte(
    case: tuple[str, Path, Any],
) -> None:
    text, path, value = case
    raw = text.encode()
    made = edited("x", raw, path, value)
    before, after = read("x", raw)[0], read("x", made)[0]
    wanted = put(before.data, path, value)
    assert same(after.data or {}, wanted or {})
    _neighbours(before, after, path)


@given(cases())
def test_what_is_there_already_changes_nothing(case: tuple[str, Path, Any]) -> None:
    text, path, _ = case
    data = read("x", text.encode())[0].data
    assert edited("x", text.encode(), path, at(data, path)) == text.encode()


@given(DATA)
def test_a_new_file_says_what_it_was_made_of(data: dict[str, Any]) -> None:
    source, findings = read("x", written(data).encode())
    assert not findings
    assert same(source.data or {}, data)


FILES = sorted(
    [
        *ROOT.glob("*.yaml"),
        *ROOT.glob("*.d/**/*.yaml"),
        *ROOT.glob("tests/sites/*/*/tenants.d/**/*.yaml"),
    ]
)


def _wholesome(file: Folder) -> bool:
    source, findings = read("x", file.read_bytes())
    return not findings and isinstance(source.data, dict)


DEMO = [file for file in FILES if not {"sites", "calls.d"} & set(file.parts)]
VARIOUS = (GONE, "x", {"name": "A", "inner": {"b": ["c", {"d": 1}]}})


@pytest.mark.parametrize("file", DEMO, ids=lambda file: file.name)
def test_every_object_of_the_demo_site(file: Folder) -> None:
    raw = file.read_bytes()
    source = read(file.name, raw)[0]
    for number, path in enumerate(one for one in paths(source.data) if len(one) <= 2):
        for value in VARIOUS if len(path) == 1 else (VARIOUS[number % 3],):
            made = edited(file.name, raw, path, value)
            after = read(file.name, made)[0]
            assert same(after.data or {}, put(source.data, path, value) or {}), path
            _neighbours(source, after, path)
            if value is not GONE and not isinstance(at(source.data, path), dict | list):
                assert comments(made.decode()) == comments(raw.decode())


def test_one_object_of_files_that_tests_have() -> None:
    for file in filter(_wholesome, FILES[::4]):
        raw = file.read_bytes()
        source = read(file.name, raw)[0]
        path = max(paths(source.data), key=lambda one: (-len(one), str(one)), default=None)
        if path is None:
            continue
        for value in (GONE, "another"):
            after = read(file.name, edited(file.name, raw, path, value))[0]
            assert same(after.data or {}, put(source.data, path, value) or {}), (file, path)
            _neighbours(source, after, path)


def _neighbours(before: Source, after: Source, path: Path) -> None:
    """On the way to the path, all other keys stand as they stood, each byte of them."""
    old, new = Spans(before), Spans(after)
    node, other, flow, flow_after = before.data, after.data, False, False
    for step in path:
        if not (isinstance(node, dict) and isinstance(other, dict)):
            return
        was = {one.step: one for one in old.entries(node, flow=flow)}
        now = {one.step: one for one in new.entries(other, flow=flow_after)}
        for key, entry in was.items():
            if key != step:
                here = now[key]
                assert before.text[entry.start : entry.end] == after.text[here.start : here.end]
        if step not in node or step not in other:
            return
        flow, flow_after = was[step].value.flow, now[step].value.flow
        node, other = node[step], other[step]
