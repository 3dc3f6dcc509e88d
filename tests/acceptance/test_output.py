"""What stands on standard output: for people, for programs, and nothing else."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from .conftest import DIALFORM, Run, environment

ESCAPE = "\x1b["


class TestSite:
    def test_is_found_upwards(self, broken: Path, run: Run) -> None:
        here = run("validate", cwd=broken)
        below = run("validate", cwd=broken / "tenants.d" / "acme")
        assert below.status == here.status == 3
        assert below.out == here.out
        assert "tenants.d/janes-bakery.yaml:" in below.out

    def test_is_named(self, broken: Path, run: Run) -> None:
        named = run("validate", "--site", "../site")
        assert named.out == run("validate", cwd=broken).out


class TestFormats:
    def test_text_shows_place_line_mark_and_hint(self, broken: Path, run: Run) -> None:
        out = run("validate", "--site", str(broken)).out
        found = re.search(
            r"^tenants\.d/janes-bakery\.yaml:(\d+):(\d+): error (DF\d{4}) .*1009.*\n"
            r"( {4}.*1009.*)\n( +)\^+\n {4}hint: ",
            out,
            re.MULTILINE,
        )
        assert found
        line = (broken / "tenants.d/janes-bakery.yaml").read_text().split("\n")[int(found[1]) - 1]
        assert line[int(found[2]) - 1 :].startswith('"1009"')
        assert out.splitlines()[-1].startswith("1 error")

    def test_json_is_for_programs(self, broken: Path, run: Run) -> None:
        done = run("validate", "--site", str(broken), "--format", "json")
        assert done.status == 3
        data = json.loads(done.out)
        errors = [d for d in data["diagnostics"] if d["severity"] == "error"]
        assert len(errors) == 1
        assert {"code", "severity", "file", "line", "column", "message", "hint"} <= set(errors[0])
        assert errors[0]["file"] == "tenants.d/janes-bakery.yaml"

    def test_sarif_is_for_scanners(self, broken: Path, run: Run) -> None:
        done = run("validate", "--site", str(broken), "--format", "sarif")
        assert done.status == 3
        (log,) = json.loads(done.out)["runs"]
        assert [r["level"] for r in log["results"]].count("error") == 1

    def test_github_marks_the_lines_of_a_pull_request(self, broken: Path, run: Run) -> None:
        done = run("validate", "--site", str(broken), "--format", "github")
        assert done.status == 3
        assert re.search(
            r"^::error file=tenants\.d/janes-bakery\.yaml,line=\d+,", done.out, re.MULTILINE
        )

    @pytest.mark.parametrize("form", ["json", "sarif"])
    def test_a_compile_reports_in_them_too(self, form: str, broken: Path, run: Run) -> None:
        done = run("compile", "--site", str(broken), "--format", form)
        assert done.status == 3
        assert json.loads(done.out)

    def test_a_good_site_is_valid_json_too(self, site: Path, run: Run) -> None:
        data = json.loads(run("validate", "--site", str(site), "--format", "json").out)
        assert {d["severity"] for d in data["diagnostics"]} <= {"warning", "info"}


class TestTerminal:
    def test_in_a_pipe_no_colour_and_nothing_on_standard_error(
        self, broken: Path, run: Run
    ) -> None:
        done = run("validate", "--site", str(broken))
        assert ESCAPE not in done.out
        assert done.err == ""

    def test_on_a_terminal_colour_but_not_against_the_owners_wish(
        self, broken: Path, run_on_terminal: Run
    ) -> None:
        arguments = ("validate", "--site", str(broken))
        assert ESCAPE in run_on_terminal(*arguments).out
        for more in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            done = run_on_terminal(*arguments, **more)
            assert done.status == 3
            assert ESCAPE not in done.out

    def test_progress_over_many_tenants_on_a_terminal_only(
        self, site: Path, run: Run, run_on_terminal: Run
    ) -> None:
        text = (site / "tenants.d/janes-bakery.yaml").read_text()
        for number in range(60):
            (site / f"tenants.d/shop-{number}.yaml").write_text(text)
        arguments = ("validate", "--site", str(site), "--jobs", "1", "--format", "json")
        assert "checking" in run_on_terminal(*arguments).out
        assert run(*arguments).err == ""

    def test_a_reader_that_has_gone_is_no_error(self, site: Path) -> None:
        process = subprocess.Popen(
            [DIALFORM, "validate", "--infos", "--format", "json"],
            cwd=site, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


class TestExplain:
    def test_prints_what_is_wrong_and_what_is_right(self, run: Run) -> None:
        done = run("explain", "df0103")
        assert done.status == 0
        assert done.out.startswith("DF0103 DuplicateKey (error)\n")
        assert "Right:" in done.out

    def test_lists_all_codes(self, run: Run) -> None:
        codes = [line.split()[0] for line in run("explain").out.splitlines()]
        assert codes == sorted(codes)
        assert len(codes) > 80

    def test_an_unknown_code_is_told_its_neighbours(self, run: Run) -> None:
        done = run("explain", "DF9101")
        assert done.status == 64
        assert "Near it: DF" in done.err

    def test_every_code_that_is_reported_can_be_explained(self, broken: Path, run: Run) -> None:
        data = json.loads(run("validate", "--site", str(broken), "--format", "json").out)
        for code in {d["code"] for d in data["diagnostics"]}:
            assert run("explain", code).status == 0


def test_no_output_holds_a_secret(site: Path, tmp_path: Path, run: Run) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    words = {"master": "master-of-all-secrets-1", "esl": "event-socket-word", "mycarrier": "trunk-word",
             "acme-general": "86420", "acme-conf": "97531"}  # fmt: skip
    for name, word in words.items():
        (secrets / name).write_text(word)
    for command in ("validate", "compile"):
        for form in ("text", "json", "sarif", "github"):
            done = run(command, "--site", str(site), "--secrets", str(secrets), "--format", form)
            assert done.status == 0
            for word in (*words.values(), "4711"):
                assert word not in done.out + done.err, (command, form)
    shutil.rmtree(site / "out")
