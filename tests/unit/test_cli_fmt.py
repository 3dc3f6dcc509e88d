"""`dialform fmt`: files look alike, and say what they said, every comment included."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dialform.cli.editing.arrange import arranged, natural
from dialform.cli.editing.tidy import comments, tidy
from dialform.cli.entry import main
from dialform.cli.fmt import _sorter
from dialform.cli.newsite import new_site
from dialform.schema.reader import read

ROOT = Path(__file__).resolve().parents[2]
DEMO = sorted(
    path
    for pattern in ("*.yaml", "providers.d/*.yaml", "tenants.d/**/*.yaml")
    for path in ROOT.glob(pattern)
)


def laid_out(text: str) -> str:
    made, findings = tidy("pbx.yaml", text.encode())
    assert findings == []
    return made


class TestStyle:
    @pytest.mark.parametrize("path", DEMO, ids=lambda path: path.name)
    def test_the_demo_stays_as_it_is(self, path: Path) -> None:
        assert laid_out(path.read_text("utf-8")) == path.read_text("utf-8")

    def test_so_does_a_new_site(self) -> None:
        for path, content in new_site("site", "pbx.example.com", "DE").items():
            if path.endswith(".yaml"):
                assert laid_out(content.decode()) == content.decode(), path

    @pytest.mark.parametrize(
        ("text", "right"),
        [
            # Indents, of lists too, and of comments with what they stand above.
            ("a:\n      b: 1\n      # c\n      c: 2\n", "a:\n  b: 1\n  # c\n  c: 2\n"),
            ("a:\n- x\n# y\n- y\n", "a:\n  - x\n  # y\n  - y\n"),
            ("a:\n  -   b: 1\n      c: 2\n", "a:\n  - b: 1\n    c: 2\n"),
            ("  a: 1\n  b: 2\n", "a: 1\nb: 2\n"),
            # Blanks.
            ("a :   1\n", "a: 1\n"),
            ("a: {  b: 1 ,c: [ x,y ] , }\n", "a: {b: 1, c: [x, y],}\n"),
            ('a: {"b":1}\n', 'a: {"b": 1}\n'),
            ("a: 1   \n\n\n\nb: 2\n\n", "a: 1\n\nb: 2\n"),
            ("\n\na: 1", "a: 1\n"),
            ("a:\t1\n", "a: 1\n"),
            # Line ends and the byte order mark.
            ("\ufeffa: 1\r\nb: 2\r\n", "a: 1\nb: 2\n"),
            # Keys that other tools would take for something else; values are nobody's business here.
            ("1001: a\n'1002': b\n\"1003\": c\n", '"1001": a\n"1002": b\n"1003": c\n'),
            ("+4940: a\nno: b\n12-31: c\n~: d\n", '"+4940": a\n"no": b\n"12-31": c\n"~": d\n'),
            ("a: {1: x, 12e3: y, +1: z}\n", 'a: {"1": x, "12e3": y, "+1": z}\n'),
            ("'it''s': a\n'a b': c\n", "'it''s': a\n'a b': c\n"),
            # Comments behind something.
            ("a: 1 # x\n", "a: 1  # x\n"),
            ("a:   1    # x\nbc: 2     # y\n", "a: 1      # x\nbc: 2     # y\n"),
            # Values in one column stay so; one that stands alone there does not.
            ("a:   1\nbcd: 2\n", "a:   1\nbcd: 2\n"),
            ("a:   1\nbcdef: 2\n", "a: 1\nbcdef: 2\n"),
            # A flow map over several lines: below its first key, or as far in as it was.
            ("a:  {b: 1,\n     c: 2}\n", "a: {b: 1,\n    c: 2}\n"),
            ("a: { b: 1,\n     c: 2 }\n", "a: {b: 1,\n    c: 2}\n"),
            ("a: {\n    b: 1,\n    c: 2\n    }\n", "a: {\n    b: 1,\n    c: 2\n    }\n"),
            # Texts over several lines go along.
            ("a:\n    b: |\n        x\n          y\n", "a:\n  b: |\n      x\n        y\n"),
            ("a:\n    b: |+\n      x\n\n\nc: 1\n", "a:\n  b: |+\n    x\n\n\nc: 1\n"),
            ("a:\n    b: 'x\n      y'\n", "a:\n  b: 'x\n    y'\n"),
            ("# only this  \n", "# only this\n"),
            ("", ""),
        ],
    )  # fmt: skip
    def test_is(self, text: str, right: str) -> None:
        assert laid_out(text) == right

    @pytest.mark.parametrize(
        "value",
        ["0012", "no", "+442079460000", "2026-12-24T10:00", "1:30", "0o17", "0x1f", "~", "Null", "yes",
         "1_000", ".5", "1e3", "'x'", '"y"', "", "a, b", "5901-5910", "007", "it's", "a#b"],
    )  # fmt: skip
    def test_no_value_is_written_otherwise(self, value: str) -> None:
        block = f"a: {value}\n" if value else "a:\n"
        assert laid_out(block) == block
        if "," not in value:
            flow = f"a: {{b: {value}}}\n" if value else "a: {b: }\n"
            assert laid_out(flow) == flow


# Files of a site's shape, laid out by somebody in a hurry.
WORD = st.sampled_from(
    ["Alice Doe", "0012", "no", "+442079460000", "2026-12-24T10:00", "1:30", "~", "true", "-1", '"a, b"',
     "'it''s'", "12e3", "null", '"x # y"', "a#b", "10:00", "Jané Désirée", '"{"', "0o7", ""]
)  # fmt: skip
KEY = st.sampled_from(
    [
        "1001",
        '"1002"',
        "'1003'",
        "name",
        "+1212",
        "no",
        "a-b",
        "80:5e:c0",
        '"*98"',
        "x",
        "yy",
        "zzz",
    ]
)
COMMENT = st.sampled_from(["# note", "#odd", "#  {a: 1}", "# 'x", "# é 🌟", "#: -"])
BLANK = st.sampled_from(["", " ", "  ", "     "])


@st.composite
def flow(draw: Callable[..., Any], indent: int, depth: int = 0) -> str:
    if depth > 2 or draw(st.booleans()):
        return draw(WORD.filter(bool))
    is_map = draw(st.booleans())
    parts = []
    for key in draw(st.lists(KEY, unique_by=lambda k: k.strip("\"'"), max_size=4)):
        value = draw(flow(indent, depth + 1))
        parts.append(f"{key}:{draw(BLANK) or ' '}{value}" if is_map else value)
    breaks = st.sampled_from(
        ["", " ", "  "] * 3 + ["\n" + " " * (indent + 1 + n) for n in (1, 2, 6)]
    )
    joined = ""
    for number, part in enumerate(parts):
        gap = draw(breaks)
        if "\n" in gap and draw(st.booleans()):
            gap = "  " + draw(COMMENT) + gap
        joined += (
            gap + part + (draw(st.sampled_from(["", " "])) + "," if number < len(parts) - 1 else "")
        )
    end = draw(breaks)
    return f"{{{joined}{end}}}" if is_map else f"[{joined}{end}]"


@st.composite
def block(draw: Callable[..., Any], indent: int = 0, depth: int = 0) -> str:
    step = draw(st.integers(1, 5))
    lines = []

    def noise(at: int) -> None:
        for _ in range(draw(st.integers(0, 2))):
            lines.append(" " * at + draw(COMMENT) if draw(st.booleans()) else draw(BLANK))

    for key in draw(st.lists(KEY, unique_by=lambda k: k.strip("\"'"), min_size=1, max_size=4)):
        noise(draw(st.sampled_from([indent, indent + step])))
        head = " " * indent + key + draw(st.sampled_from([":", ":", " :"]))
        behind = draw(st.sampled_from(["", "", " # x", "     # y", "  "]))
        kind = draw(st.sampled_from(["flow", "flow", "map", "list", "text", "none"]))
        if kind == "map" and depth < 3:
            lines += [head + behind, draw(block(indent + step, depth + 1))]
        elif kind == "list":
            at = indent + draw(st.sampled_from([0, step]))
            lines.append(head + behind)
            for _ in range(draw(st.integers(1, 3))):
                noise(at)
                if draw(st.booleans()) or depth > 2:
                    gap = draw(st.sampled_from([" ", "   "]))
                    lines.append(" " * at + "-" + gap + draw(flow(at + 1)) + behind)
                else:
                    gap = draw(st.sampled_from([" ", "   "]))
                    inner = at + 1 + len(gap)
                    lines.append(" " * at + "-" + gap + draw(block(inner, depth + 1)).lstrip(" "))
        elif kind == "text":
            style = draw(st.sampled_from(["|", ">-", "|+", '"', "'"]))
            more = " " * (indent + step)
            if style in "\"'":
                lines.append(f"{head} {style}one\n{more}two\n\n{more}three{style}{behind}")
            else:
                lines.append(
                    f"{head} {style}{behind}\n{more}one\n{more}  two # no comment\n\n{more}three"
                )
        elif kind == "none":
            lines.append(head + behind)
        else:
            lines.append(head + (draw(BLANK) or " ") + draw(flow(indent)) + behind)
    return "\n".join(lines)


FILES = st.builds(
    lambda text, end, crlf, bom: ("\ufeff" if bom else "")
    + (text + end).replace("\n", "\r\n" if crlf else "\n"),
    block(), st.sampled_from(["", "\n", "\n\n\n", "\n  # end", "\n# end\n"]), st.booleans(), st.booleans(),
)  # fmt: skip


class TestLaws:
    @given(FILES)
    def test_says_the_same_keeps_comments_and_is_done_at_once(self, text: str) -> None:
        source, findings = read("pbx.yaml", text.encode())
        assume(not findings)
        once = laid_out(text)
        again, found = read("pbx.yaml", once.encode())
        assert not found
        assert json.dumps(again.data) == json.dumps(source.data)
        assert laid_out(once) == once
        assert comments(once) == comments(source.text.replace("\r\n", "\n"))
        assert "\r" not in once and not once.startswith("\ufeff")
        if not re.search(r": [|>]", text):  # such a text says itself how it ends
            assert once.endswith("\n") and not once.endswith("\n\n")

    @given(FILES)
    def test_sorted_too(self, text: str) -> None:
        source, findings = read("tenants.d/a/pbx.yaml", text.encode())
        assume(not findings)

        def sort(given: str) -> str:
            return arranged(given, ("zzz", "name", "1001"), {"yy", "1002", "x"})

        once, _ = tidy("tenants.d/a/pbx.yaml", text.encode(), sort)
        again, found = read("tenants.d/a/pbx.yaml", once.encode())
        assert not found
        assert again.data == source.data
        assert tidy("tenants.d/a/pbx.yaml", once.encode(), sort)[0] == once

    @given(st.sampled_from(DEMO), st.data())
    def test_the_demo_comes_back_from_other_indents_and_line_ends(
        self, path: Path, data: st.DataObject
    ) -> None:
        """Block lines twice as far in, blanks behind lines, CRLF: laid out, it is the demo again."""
        text = path.read_text("utf-8")
        spoilt = "".join(
            line.rstrip("\n") + data.draw(st.sampled_from(["", "  "])) + "\r\n"
            for line in text.splitlines()
        )
        assert laid_out(spoilt) == text


class TestSort:
    def test_top_keys_as_in_the_reference_and_objects_by_number(self) -> None:
        text = """\
# The people of acme.

# groups ring
ring_groups:
  "600": {name: S, members: ["1001"]}

# who
users:
  bob: {name: B}
  # Alice leads.
  alice: {name: A}
extensions:
  "1010": {name: Ten}
  "999999": {name: Last}
  # The first.
  "1001": {name: One}   # here
"""
        right = """\
# The people of acme.

# who
users:
  # Alice leads.
  alice: {name: A}
  bob: {name: B}
extensions:
  # The first.
  "1001": {name: One}   # here
  "1010": {name: Ten}
  "999999": {name: Last}

# groups ring
ring_groups:
  "600": {name: S, members: ["1001"]}
"""
        assert tidy("x", text.encode(), _sorter("tenants.d/acme/pbx.yaml"))[0] == right

    def test_routes_keep_their_order(self) -> None:
        text = "routes:\n  b: {providers: [x]}\n  a: {providers: [x]}\n"
        assert tidy("x", text.encode(), _sorter("routes.yaml"))[0] == text

    def test_numbers_sort_as_numbers(self) -> None:
        assert sorted(["10", "9", "a10", "a9", "+49"], key=natural) == [
            "9",
            "10",
            "+49",
            "a9",
            "a10",
        ]


class TestCommand:
    @pytest.fixture
    def site(self, tmp_path: Path) -> Path:
        (tmp_path / "tenants.d").mkdir()
        (tmp_path / "platform.yaml").write_text("platform:   demo\n")
        (tmp_path / "tenants.d/acme.yaml").write_text("company: Acme\n")
        return tmp_path

    def test_check_changes_nothing_and_says_so(
        self, site: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["fmt", "--check", "--site", str(site)]) == 3
        assert capsys.readouterr().out == "would change platform.yaml\n"
        assert (site / "platform.yaml").read_text() == "platform:   demo\n"

    def test_writes_then_is_content(self, site: Path) -> None:
        (site / "platform.yaml").chmod(0o640)
        assert main(["fmt", "--site", str(site)]) == 0
        assert (site / "platform.yaml").read_text() == "platform: demo\n"
        assert (site / "platform.yaml").stat().st_mode & 0o777 == 0o640
        assert main(["fmt", "--check", "--site", str(site)]) == 0

    def test_diff_never_shows_a_secret(
        self, site: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (site / "platform.yaml").write_text("platform:   demo\npassword:    hunter2\n")
        assert main(["fmt", "--diff", "--site", str(site)]) == 3
        out = capsys.readouterr().out
        assert "-platform:   demo\n" in out and "+platform: demo\n" in out
        assert "hunter2" not in out

    @pytest.mark.parametrize(
        "text", ["a: [1\n", "a: 1\na: 2\n", "a: &x 1\n", "<<<<<<< HEAD\na: 1\n=======\n>>>>>>> x\n"]
    )
    def test_a_file_with_mistakes_is_left_alone(
        self, text: str, site: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (site / "platform.yaml").write_text(text)
        assert main(["fmt", "--site", str(site)]) == 3
        assert (site / "platform.yaml").read_text() == text
        assert re.search(r"platform.yaml:\d+:\d+: error DF01", capsys.readouterr().err)

    def test_paths(self, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(site)
        assert main(["fmt", "tenants.d"]) == 0
        assert main(["fmt", "--check", "platform.yaml"]) == 3
        assert main(["fmt", "nowhere.yaml"]) == 64
        (site / "link.yaml").symlink_to("platform.yaml")
        assert main(["fmt", "link.yaml"]) == 64
        assert (site / "link.yaml").is_symlink()
