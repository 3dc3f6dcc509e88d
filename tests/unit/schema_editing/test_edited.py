"""Something else at one path of a file, and what it looks like: what stands in double brackets comes in."""

import re
from typing import Any

import pytest

from dialform.schema.editing import GONE, EditError, edited, edited_many
from dialform.schema.reader import read

Path = tuple[str | int, ...]


def changed(text: str, path: Path, value: Any, order: tuple[str, ...] = ()) -> str:
    return edited("pbx.yaml", text.encode(), path, value, order).decode()


@pytest.mark.parametrize(
    ("path", "value", "marked"),
    [
        # A value in its place: what was quoted stays so, and so does all behind it.
        (("a", "b"), "v", "a: {b: ((x))[[v]], c: 1}  # why\n"),
        (("a", "b"), "v", "a: {b: ((\"x\"))[[\"v\"]], c: 1}\n"),
        (("a", "b"), "it's", "a: {b: (('x'))[['it''s']]}\n"),
        (("a", "b"), 30, "a:\n  b: ((25))[[30]]   # seconds\n  c: 1\n"),
        (("a", "b"), "no", "a: {b: ((x))[[\"no\"]]}\n"),
        (("a", "b"), "1001", "a: {b: ((x))[[\"1001\"]]}\n"),
        (("a", "b"), "# x", "a: {b: ((x))[[\"# x\"]]}\n"),
        (("a", "b"), None, "a: {b: ((x))[[null]]}\n"),
        # Something new: sorted as its neighbours are, in brackets or in lines as they are.
        (("t", "1002"), {"name": "B"}, 't:\n  "1001": {name: A}[[\n  "1002": {name: B}]]\n  "1003": {name: C}\n'),
        (("t", "1004"), {"name": "D"}, 't:\n  "1003": {name: C}  # last[[\n  "1004": {name: D}]]\n\nu: 1\n'),
        (("t", "9"), {"name": "D"}, 't:\n[[  "9": {name: D}\n]]  "10": {name: C}\n  "11": {name: C}\n'),
        (("t", "b"), {"name": "B"}, "t:\n  a:\n    name: A\n[[  b:\n    name: B\n]]  c:\n    name: C\n"),
        (("t", "zoe"), {"x": "v"}, "t:\n  bob: {x: v}\n  alice: {x: v}[[\n  zoe: {x: v}]]\n"),
        (("a", "m"), 1, "a: {b: x[[, m: 1]]}\n"),
        (("a", "m"), 1, "a: {b: x[[, m: 1]],}\n"),
        (("a", "c"), 1, "a: {b: x, d: y[[, c: 1]]}\n"),
        (("a", "m"), 1, "a: {b: x[[, m: 1]]  # why\n}\n"),
        (("a", "m"), 1, "a: {(())[[m: 1]]}\n"),
        (("a", "m"), 1, "a:[[ {m: 1}]]\nb: 1\n"),
        (("a", "m"), 1, "a: ((true))[[{m: 1}]]\nb: 1\n"),
        (("a", "0"), 1, 'a: {[["0": 1, ]]"1": x, "2": y}\n'),
        (("l", 1), "z", "l: [x, ((v))[[z]] ]\n"),
        (("m",), 1, "a: 1[[\nm: 1]]"),
        (("m",), 1, "# nothing yet\n[[m: 1\n]]"),
        # What goes takes its line, its comma and the comment that was about it alone.
        (("t", "1002"), GONE, 't:\n  "1001": {name: A}\n((  # about 1002\n  "1002": {name: B}  # B\n))\n'),
        (("t", "1001"), GONE, '# people\nt:\n  # all of them\n((  "1001": {name: A}\n))  "1002": {name: B}\n'),
        (("t", "1001"), GONE, 't:((\n  "1001": {name: A}))[[ {}]]\nu: 1\n'),
        (("a", "b"), GONE, "a: {((b: x, ))c: y}\n"),
        (("a", "c"), GONE, "a: {b: x((, c: y))}\n"),
        (("a", "b"), GONE, "a: {((b: x))}\n"),
        (("a", "c"), GONE, "a: {b: x((,))  # why b\n((    c: y))}\n"),
        (("b",), GONE, "a: 1\n\n((b:\n  c: 1\n\n))d: 1\n"),
        (("l", 0), GONE, "l:\n((- x\n))- y\n"),
        (("l", 0, "a"), GONE, "l:\n- ((a: 1\n  ))b: 2\n"),
        # Lists keep what is alike at both ends.
        (("l",), ["x", "m", "z"], "l: [x, ((v))[[m]], z]\n"),
        (("l",), ["x", "v", "z"], "l: [x,[[ v,]] z]\n"),
        (("l",), ["x", "z"], "l:\n  - x  # first\n((  - y\n))  - z\n"),
        # Line ends and letters of several bytes.
        (("t", "b"), 2, "t:\r\n  a: 1  # é[[\r\n  b: 2]]\r\nu: 中\r\n"),
        (("t", "x"), "ø", "# é 🌟\nt: {n: 中村, x: ((ü))[[ø]]}\n"),
        # A text in lines of its own.
        (("t", "b"), 2, "t:\n  a: |\n    one\n    two\n[[  b: 2\n]]u: 1\n"),
        (("t", "a"), "x", "t:\n  a: ((|\n    one\n    two))[[x]]\n  b: 1\n"),
        # A time within braces is read by the other parser.
        (("c", "b"), 2, "c: {at: 10:00[[, b: 2]]}\n"),
    ],
)  # fmt: skip
def test_what_is_written(path: Path, value: Any, marked: str) -> None:
    before = re.sub(r"\[\[.*?\]\](?!\])", "", marked, flags=re.DOTALL)
    before = before.replace("((", "").replace("))", "")
    after = re.sub(r"\(\(.*?\)\)", "", marked, flags=re.DOTALL)
    after = re.sub(r"\[\[(.*?)\]\](?!\])", r"\1", after, flags=re.DOTALL)
    assert changed(before, path, value) == after


def test_a_new_table_comes_where_its_order_has_it_and_keeps_the_blank_lines() -> None:
    text = "users: {}\n\nextensions:\n  a: {name: A}\n\ncalls: []\n"
    order = ("users", "extensions", "ring_groups", "calls")
    made = changed(text, ("ring_groups",), {"600": {"members": ["1001"]}}, order)
    assert made == text.replace(
        "\n\ncalls", '\n\nring_groups:\n  "600": {members: ["1001"]}\n\ncalls'
    )


def test_a_long_object_is_broken_behind_a_comma() -> None:
    text = 't:\n  "1": {name: A}\n'
    made = changed(text, ("t", "2"), {f"key{n}": "a long text of somebody" for n in range(6)})
    lines = made.splitlines()
    assert all(len(line) <= 100 for line in lines)
    assert lines[3].startswith("        key")  # below the first key, behind the brace


def test_of_an_object_only_the_fields_that_differ_are_touched() -> None:
    text = "t:\n  a: {name: 'A',   toll: local,  # why\n      busy: {ivr: \"70\"}}\n"
    made = changed(text, ("t", "a"), {"name": "A", "toll": "national", "busy": {"ivr": "70"}})
    assert made == text.replace("local", "national")


def test_a_mac_is_found_in_any_spelling() -> None:
    text = 'devices:\n  "80-5E-C0-A0-00-04": {label: A}\n'
    assert changed(text, ("devices", "805ec0a00004", "label"), "B") == text.replace("A}", "B}")


def test_a_byte_order_mark_stays() -> None:
    assert edited("x", b"\xef\xbb\xbfa: 1\n", ("a",), 2) == b"\xef\xbb\xbfa: 2\n"


def test_several_changes_one_after_the_other() -> None:
    made = edited_many("x", b"a: 1\n", [(("b",), 2), (("a",), GONE), (("b",), 3)])
    assert made == b"b: 3\n"


@pytest.mark.parametrize(
    "text", ["a: &x 1\nb: *x\n", "a: 1\na: 2\n", "a: [\n", "- 1\n", "a: !!str 1\n", "a: \xff"]
)
def test_what_cannot_be_read_is_not_changed(text: str) -> None:
    with pytest.raises(EditError):
        edited("x", text.encode("latin-1"), ("c",), 1)


@pytest.mark.parametrize("value", ["\ud800", b"bytes", 1.5, 10**30])
def test_what_yaml_cannot_say_is_refused(value: Any) -> None:
    with pytest.raises((EditError, ValueError)):
        edited("x", b"a: 1\n", ("b",), value)


def test_control_characters_are_escaped() -> None:
    text = "a\tb\nc\x00\x85\u2028\U0001f600\u200b"
    made = edited("x", b"a: 1\n", ("b",), text)
    assert read("x", made)[0].data == {"a": 1, "b": text}
    assert all(ord(char) >= 0x20 for char in made.decode() if char != "\n")
