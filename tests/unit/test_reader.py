"""YAML as a site reads it: what is typed, where it stands, and that nothing makes it fail."""

import re
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from dialform.schema import reader
from dialform.schema.diagnostic import Diagnostic, Place
from dialform.schema.reader import MAX_BYTES, Source, read
from dialform.schema.rules import yaml as rules

Path = tuple[str | int, ...]

INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")
WORDS = {"true": True, "false": False, "null": None, "": None}


def load(text: str) -> Any:
    source, findings = read("x.yaml", text.encode())
    assert findings == []
    return source.data


def codes(raw: bytes) -> list[tuple[str, int, int]]:
    _, findings = read("x.yaml", raw)
    return [(d.code, d.line, d.column) for d in findings]


def walk(data: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    """Every path of some data with its value."""
    entries: Any = data.items() if isinstance(data, dict) else enumerate(data)
    found: list[tuple[Path, Any]] = []
    for step, value in entries:
        found.append(((*path, step), value))
        if isinstance(value, dict | list):
            found += walk(value, (*path, step))
    return found


class TestTyping:
    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("0", 0), ("7", 7), ("-1", -1), ("1001", 1001), ("999999999999999999", 10**18 - 1),
            ("true", True), ("false", False), ("null", None), ("", None),
            ("0012", "0012"), ("-0", "-0"), ("-01", "-01"), ("+1", "+1"), ("+442079460000",) * 2,
            ("9" * 19, "9" * 19), ("1" * 4500, "1" * 4500), ("1_000", "1_000"), ("0x1F", "0x1F"),
            ("0o17", "0o17"), ("0b1", "0b1"), ("1e3", "1e3"), ("1.5", "1.5"), (".5", ".5"),
            (".inf", ".inf"), (".nan", ".nan"), ("yes", "yes"), ("no", "no"), ("on", "on"),
            ("off", "off"), ("True", "True"), ("FALSE", "FALSE"), ("Null", "Null"), ("~", "~"),
            ("2026-12-25", "2026-12-25"), ("12:30", "12:30"), ("12:30:45", "12:30:45"),
            ("=", "="), ("١٢", "١٢"), ("'1001'", "1001"), ('"true"', "true"), ("''", ""),
        ],
    )  # fmt: skip
    def test_only_words_and_whole_numbers_are_typed(self, written: str, meant: Any) -> None:
        value = load(f"key: {written}\n")["key"]
        assert value == meant
        assert type(value) is type(meant)

    @given(st.from_regex(r"[-+0-9a-zA-Z._]{1,24}", fullmatch=True))
    def test_every_other_plain_scalar_is_the_text_as_written(self, text: str) -> None:
        # These begin something else in YAML.
        assume(not text.startswith(("-", ".")) or INTEGER.fullmatch(text))
        value = load(f"key: {text}\n")["key"]
        if text in WORDS:
            assert value is WORDS[text]
        elif INTEGER.fullmatch(text):
            assert type(value) is int
            assert str(value) == text
        else:
            assert value == text

    @pytest.mark.parametrize("key", ["1001", "true", "null", "0012", "~", "1.5"])
    def test_keys_are_texts_as_written(self, key: str) -> None:
        assert load(f"{key}: x\n") == {key: "x"}

    def test_an_empty_file_is_nothing(self) -> None:
        for text in ("", "\n\n", "# only a comment\n", "---\n"):
            assert load(text) is None


class TestRefused:
    @pytest.mark.parametrize(
        ("raw", "found"),
        [
            (b"a: \xe9\n", [("DF0111", 1, 4)]),
            (b"ok: 1\n\xc3\xbc: \xff\n", [("DF0111", 2, 4)]),
            ("a: 1\n".encode("utf-16"), [("DF0111", 1, 1)]),
            (b"a: \xed\xa0\x80\n", [("DF0111", 1, 4)]),
            (b"a: 1\nb: x\x00y\n", [("DF0112", 2, 5)]),
            (b"a: \x1b[31m\n", [("DF0112", 1, 4)]),
            (b"a: x\rb: y\n", [("DF0112", 1, 5)]),
            ("a: x\u0085b: y\n".encode(), [("DF0112", 1, 5)]),
            ("a: x\nb: y\u2028c: z\n".encode(), [("DF0112", 2, 5)]),
            ("a: 'x\u2029y'\n".encode(), [("DF0112", 1, 6)]),
            (b'a: "\\ud800"\n', [("DF0101", 1, 7)]),
            (b'a: {b: 10:00, c: "\\ud800"}\n', [("DF0101", 1, 10)]),
            (b'a: {b: 10:00, c: "\\U00110000"}\n', [("DF0101", 1, 10)]),
        ],
    )
    def test_bytes_that_nobody_can_see(self, raw: bytes, found: list[Any]) -> None:
        assert codes(raw) == found

    def test_a_file_is_at_most_5_mib(self) -> None:
        line = b"# " + b"x" * 1021 + b"\n"
        assert codes(line * 5120) == []
        assert len(line) * 5120 == MAX_BYTES
        assert codes(line * 5120 + b"\n") == [("DF0110", 1, 1)]

    def test_a_byte_order_mark_and_windows_line_ends_are_fine(self) -> None:
        source, findings = read("x.yaml", b"\xef\xbb\xbfa: 1\r\nb: [x,\r\n  y]\r\n")
        assert findings == []
        assert source.data == {"a": 1, "b": ["x", "y"]}
        assert source.place(("a",)) == Place("x.yaml", 1, 4, 5)
        assert source.place(("b", 1)) == Place("x.yaml", 3, 3, 4)

    @pytest.mark.parametrize(
        "raw",
        [
            b"a: " + b"[" * 1_000_000,
            b"a: " + b"{a: " * 300_000,
            b"- " * 300_000,
            b"? " * 200_000,
            b"a: {b: 10:00, c: " + b"[" * 100_000,
            b"\n".join(b" " * depth + b"a:" for depth in range(2000)),
        ],
        ids=["lists", "maps", "dashes", "keys", "the slow parser", "indents"],
    )
    def test_a_deep_file_is_one_finding(self, raw: bytes) -> None:
        assert [code for code, _, _ in codes(raw)] in (["DF0109"], ["DF0108"])

    @pytest.mark.parametrize(
        "raw",
        [
            b"a: " + b"x" * (MAX_BYTES - 4) + b"\n",
            b'a: "' + b"x" * (MAX_BYTES - 6) + b'"\n',
            b"#" * MAX_BYTES,
            b"\n" * MAX_BYTES,
            b" " * MAX_BYTES,
        ],
        ids=["plain", "quoted", "comment", "lines", "spaces"],
    )
    def test_5_mib_on_one_line_or_on_none(self, raw: bytes) -> None:
        assert codes(raw) == []

    def test_a_hundred_thousand_keys(self) -> None:
        data = load("".join(f"k{number}: {number}\n" for number in range(100_000)))
        assert len(data) == 100_000

    def test_a_bomb_of_aliases_stays_small(self) -> None:
        bomb = b"a: &a [x, x]\n" + b"".join(
            b"%c: &%c [*%c, *%c]\n" % (name, name, name - 1, name - 1) for name in b"bcdefghi"
        )
        source, findings = read("x.yaml", bomb)
        assert {d.code for d in findings} == {"DF0104", "DF0105"}
        assert len(repr(source.data)) < 1000

    def test_what_is_too_long_for_the_slow_parser_is_a_finding(self) -> None:
        body = b"a: {b: 10:00, c: [" + b"1," * (reader.MAX_EXACT // 2) + b"]}\n"
        assert codes(body) == [("DF0101", 1, 10)]
        assert codes(body.replace(b"10:00", b"'10:00'")) == []


# Documents as people write them: keys and scalars of any text, quoted where that is needed.
PLAIN = st.from_regex(r"[a-zA-Zäöü0-9][a-zA-Zäöü0-9 +.*_-]{0,10}", fullmatch=True).filter(
    lambda text: text == text.strip()
)
QUOTED = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="'\ufeff\ufffe\uffff"),
    max_size=12,
)  # fmt: skip
SCALAR = st.one_of(PLAIN, QUOTED.map(lambda text: f"'{text}'"))


@st.composite
def documents(draw: st.DrawFn, depth: int = 0) -> list[str]:
    """The lines of a block map, with lists and flow maps in it."""
    lines: list[str] = []
    pad = "  " * depth
    keys = draw(st.lists(SCALAR, min_size=1, max_size=4, unique_by=lambda key: key.strip("'")))
    for key in keys:
        kind = draw(st.sampled_from(["scalar", "map", "list", "flow", "nothing"]))
        if kind == "map" and depth < 3:
            lines += [f"{pad}{key}:", *draw(documents(depth + 1))]
        elif kind == "list":
            lines.append(f"{pad}{key}:")
            lines += [
                f"{pad}  - {value}" for value in draw(st.lists(SCALAR, min_size=1, max_size=3))
            ]
        elif kind == "flow":
            values = draw(st.lists(QUOTED.map(lambda text: f"'{text}'"), max_size=3))
            lines.append(f"{pad}{key}: [{', '.join(values)}]")
        elif kind == "nothing":
            lines.append(f"{pad}{key}:")
        else:
            lines.append(f"{pad}{key}: {draw(SCALAR)}")
        if draw(st.booleans()):
            lines.append(f"{pad}# {draw(PLAIN)}")
    return lines


def bare(written: str) -> str:
    """A scalar without its quotes."""
    return written[1:-1] if written.startswith("'") else written


class TestPlaces:
    @given(documents(), st.sampled_from(["\n", "\r\n"]), st.sampled_from([b"", b"\xef\xbb\xbf"]))
    def test_a_place_points_at_the_text_that_it_claims(
        self, lines: list[str], newline: str, mark: bytes
    ) -> None:
        source, findings = read("x.yaml", mark + newline.join(lines).encode())
        assert findings == []
        for path, value in walk(source.data):
            place = source.place(path)
            text = lines[place.line - 1][place.column - 1 : place.end - 1]
            if isinstance(value, dict | list):
                # The place of a container is that of its key.
                assert bare(text) == str(path[-1])
            elif value is not None:
                assert bare(text) == (value if isinstance(value, str) else str(value).lower())
            if isinstance(path[-1], str):
                key = source.place(path, "key")
                assert bare(lines[key.line - 1][key.column - 1 : key.end - 1]) == path[-1]

    @given(documents())
    def test_a_path_that_is_not_written_has_the_place_of_what_is(self, lines: list[str]) -> None:
        source, _ = read("x.yaml", "\n".join(lines).encode())
        for path, _ in walk(source.data):
            for deeper in ((*path, "no such key"), (*path, 99), (*path, "no", 0, "such")):
                assert source.place(deeper) == source.place(path)
                assert not source.has(deeper)
            assert source.has(path)

    def test_a_mac_address_is_found_in_every_spelling(self) -> None:
        text = b"devices:\n  80-5E-C0-A0-00-04: {label: a}\n  '805ec0a00005': {label: b}\n"
        source, _ = read("x.yaml", text)
        assert source.place(("devices", "805ec0a00004", "label")).line == 2
        assert source.place(("devices", "805ec0a00005"), "key").line == 3

    def test_the_first_of_two_equal_keys_is_the_one_that_holds(self) -> None:
        source, findings = read("x.yaml", b"a: {b: 1}\na: {b: 2}\n")
        assert source.data == {"a": {"b": 1}}
        assert source.place(("a", "b")).line == 1
        assert [(d.code, d.line) for d in findings] == [("DF0103", 2)]


def plausible(finding: Diagnostic, raw: bytes) -> bool:
    """Whether a finding is placed on a line of the file."""
    lines = raw.decode("utf-8", "replace").split("\n")
    if not 1 <= finding.line <= len(lines):
        return False
    return 1 <= finding.column <= finding.end <= len(lines[finding.line - 1]) + 3


PIECES = st.sampled_from(
    [b"a: ", b"- ", b"? ", b": ", b"{", b"}", b"[", b"]", b",", b"\n", b"\r\n", b"  ", b"\t", b"#",
     b"&a ", b"*a", b"!!str ", b"!x", b"<<: ", b"|\n", b">-\n", b"'", b'"', b"\\", b"%YAML 1.2\n",
     b"---\n", b"...\n", b"10:00", b"1", b"true", b"null", b"\x00", b"\x7f", b"\xff", b"\xc3\xbc",
     b"\xf0\x9f\x98\x80", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"<<<<<<< x\n", b"=======\n", b"@", b"`"]
)  # fmt: skip


class TestNeverFails:
    @given(st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=40).map(b"".join)))
    @example(b"a: {b: 10:00, ? [x] : y, *z : 1}")
    @example(b"a: {b: 10:00, c: 1, c: 2}")
    @example(b"&a *a : &b\n*a : !x\n")
    @example(b"? ? ? a\n: b\n")
    def test_whatever_the_bytes_are(self, raw: bytes) -> None:
        source, findings = read("x.yaml", raw)
        assert all(plausible(finding, raw) for finding in findings)
        assert source.readable or (findings and source.data is None)
        if isinstance(source.data, dict | list):
            for path, _ in walk(source.data):
                assert source.place(path).line >= 1

    @given(st.text(max_size=100))
    def test_whatever_the_text_is(self, text: str) -> None:
        raw = text.encode("utf-8", "surrogatepass")
        _, findings = read("x.yaml", raw)
        assert all(plausible(finding, raw) for finding in findings)


class TestTwoParsers:
    """A plain `10:00` inside of braces is read by a second parser, which must agree with the first."""

    @given(st.one_of(documents().map("\n".join), st.lists(PIECES, max_size=25).map(
        lambda pieces: b"".join(pieces).decode("utf-8", "ignore"))))  # fmt: skip
    def test_agree_where_both_read(self, text: str) -> None:
        # They differ by the YAML that they know: a mark inside of a text, colons behind a name.
        assume(not {"\ufeff", "*", "&", "!"} & set(text))
        fast, slow = Source("x.yaml", text), Source("x.yaml", text)
        fast_found = reader._Builder(fast).build()
        builder = reader._Builder(slow)
        slow_found = builder._exactly(_no_error())
        assume(fast.readable and slow.readable and isinstance(fast.data, dict))
        # YAML 1.2 lets more characters stand in a plain scalar of a flow map than 1.1 does.
        flow = "{" in text or "[" in text
        assume(not (flow and ":" in text.replace(": ", "")))
        assert fast.data == slow.data
        assert [(d.code, d.line, d.column) for d in fast_found] == [
            (d.code, d.line, d.column) for d in slow_found
        ]
        if isinstance(fast.data, dict | list):
            for path, value in walk(fast.data):
                assert value is None or fast.place(path) == slow.place(path)

    @pytest.mark.parametrize(
        ("text", "data"),
        [
            ("{at: 10:00}", {"at": "10:00"}),
            ("{at: 2026-12-24T10:00, to: +1}", {"at": "2026-12-24T10:00", "to": "+1"}),
            ("a: [10:00-12:00, 1]", {"a": ["10:00-12:00", 1]}),
            ("{url: http://x.example:80/, n: 007}", {"url": "http://x.example:80/", "n": "007"}),
        ],
    )
    def test_a_colon_inside_of_braces(self, text: str, data: Any) -> None:
        assert load(text) == data

    def test_the_second_parser_finds_what_the_first_does(self) -> None:
        raw = b"a: {t: 10:00}\nb: &x {c: 1, c: 2}\nd: *x\ne: !y z\n"
        assert codes(raw) == [
            ("DF0105", 2, 4), ("DF0103", 2, 14), ("DF0104", 3, 4), ("DF0106", 4, 4),
        ]  # fmt: skip


def _no_error() -> Any:
    from ruamel.yaml.error import MarkedYAMLError

    return MarkedYAMLError(problem="not read by the second parser either")


def test_every_finding_of_the_reader_is_documented() -> None:
    assert all(
        len(rule.explain()) > 60 for rule in vars(rules).values() if hasattr(rule, "explain")
    )
