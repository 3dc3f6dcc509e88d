"""`dialform test` from outside, and the pytest plugin: what passes, what fails, and how that reads."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from .conftest import ROOT, Run, environment

PBX = "tenants.d/acme/pbx.yaml"


@pytest.fixture
def wrong(site: Path) -> Path:
    """The demo with a flow that no longer does what a test says: key 1 leads elsewhere."""
    file = site / PBX
    file.write_text(
        file.read_text().replace('"1": {ring_group: "600"}', '"1": {extension: "1003"}')
    )
    return site


def with_tests(site: Path, *lines: str) -> Path:
    """A site with these call tests alone."""
    for file in (site / "tenants.d").rglob("*.yaml"):
        kept = re.sub(r"^calls:\n(?:[ #].*\n|\n)*", "", file.read_text(), flags=re.MULTILINE)
        file.write_text(kept)
    (site / "calls.d/demo.yaml").write_text("calls:\n" + "".join(f"  - {line}\n" for line in lines))
    return site


class TestTheDemo:
    def test_all_its_call_tests_hold(self, demo: Path, run: Run) -> None:
        done = run("test", "--site", str(demo))
        assert done.status == 0, done.out
        assert re.fullmatch(r"\d+ passed in [\d.]+ s", done.out.splitlines()[-1])
        assert re.search(r"^tenants.d/acme/pbx.yaml \.\.\.\.$", done.out, re.MULTILINE)

    def test_in_json(self, demo: Path, run: Run) -> None:
        data = json.loads(run("test", "--site", str(demo), "--format", "json").out)
        assert data["failed"] == 0
        assert data["passed"] == len(data["tests"])
        assert {test["tenant"] for test in data["tests"]} == {"acme", "janes-bakery", "nordlicht"}
        lines = (demo / PBX).read_text().splitlines()
        for test in data["tests"]:
            if test["file"] == PBX:
                assert "expect:" in lines[test["line"] - 1]

    def test_one_tenant_and_some_words(self, demo: Path, run: Run) -> None:
        done = run("test", "--site", str(demo), "--tenant", "acme", "911", "-v")
        assert done.status == 0
        told = [line for line in done.out.splitlines() if line.startswith("passed")]
        assert len(told) == 2
        assert all("acme: 911" in line and "calls.d/demo.yaml:" in line for line in told)
        by_file = run("test", "--site", str(demo), "janes-bakery.yaml", "-v")
        assert by_file.out.count("passed  ") == 5


class TestFailures:
    def test_the_reason_the_place_and_the_trace(self, wrong: Path, run: Run) -> None:
        done = run("test", "--site", str(wrong), "--tenant", "acme")
        assert done.status == 6
        line = next(
            number
            for number, text in enumerate((wrong / PBX).read_text().splitlines(), 1)
            if 'press: "1"' in text
        )
        assert f"{PBX}:{line}" in done.out
        assert "expected 1001 and 1002 to ring, but 1003 rang" in done.out
        assert "key 1 → extension 1003 Carol Poe" in done.out
        assert re.search(r"\d+ passed, 2 failed in", done.out)
        assert "F" in done.out.splitlines()[0]

    def test_stop_at_the_first(self, wrong: Path, run: Run) -> None:
        done = run("test", "--site", str(wrong), "--tenant", "acme", "-x")
        assert done.status == 6
        assert "0 passed, 1 failed" in done.out

    def test_junit(self, wrong: Path, run: Run, tmp_path: Path) -> None:
        report = tmp_path / "report.xml"
        done = run("test", "--site", str(wrong), "--junit", str(report))
        assert done.status == 6
        assert "2 failed" in done.out
        root = ElementTree.parse(report).getroot()
        assert [suite.get("name") for suite in root] == ["acme", "janes-bakery", "nordlicht"]
        assert root.get("failures") == "2"
        assert int(root.get("tests") or 0) == len(list(root.iter("testcase")))
        failure = next(root.iter("failure"))
        assert "expected 1001 and 1002 to ring" in (failure.get("message") or "")
        assert "key 1 → extension 1003" in (failure.text or "")
        shown = run("test", "--site", str(wrong), "--format", "junit")
        assert shown.status == 6
        assert ElementTree.fromstring(shown.out.encode()).get("failures") == "2"

    def test_json_holds_the_trace(self, wrong: Path, run: Run) -> None:
        done = run("test", "--site", str(wrong), "--tenant", "acme", "--format", "json")
        assert done.status == 6
        failed = [test for test in json.loads(done.out)["tests"] if not test["passed"]]
        assert failed[0]["reasons"] == ["expected 1001 and 1002 to ring, but 1003 rang"]
        assert failed[0]["trace"]["legs"][0]["number"] == "1003"

    def test_a_site_with_errors(self, broken: Path, run: Run) -> None:
        done = run("test", "--site", str(broken))
        assert done.status == 3
        assert "DF1206" in done.err

    def test_a_test_that_cannot_be_is_an_error_of_the_site(self, site: Path, run: Run) -> None:
        with_tests(
            site,
            '{tenant: acme, from: "1001", to: "1002", at: 2026-12-24, expect: {rings: "1009"}}',
        )
        done = run("test", "--site", str(site))
        assert done.status == 3
        assert "DF1802" in done.err

    def test_a_pattern_that_fits_nothing(self, demo: Path, run: Run) -> None:
        done = run("test", "--site", str(demo), "halloween")
        assert done.status == 64
        assert "None of" in done.err

    def test_an_unknown_tenant(self, demo: Path, run: Run) -> None:
        done = run("test", "--site", str(demo), "--tenant", "acne")
        assert done.status == 64
        assert "'acme'" in done.err


class TestNoTests:
    def test_says_so(self, site: Path, run: Run) -> None:
        with_tests(site)
        (site / "calls.d/demo.yaml").unlink()
        done = run("test", "--site", str(site))
        assert done.status == 0
        assert "no call tests" in done.out
        junit = run("test", "--site", str(site), "--format", "junit")
        assert ElementTree.fromstring(junit.out.encode()).get("tests") == "0"


FACTS = [
    # (the call, what holds, what does not)
    ('tenant: acme, from: "1003", to: "900", press: "4711"', "conference: '900'", "ivr: '700'"),
    ('tenant: acme, from: "1003", to: "700", press: "2", given: {answers: {"1001": 60}}',
     "queue: '800'", "answered_by: '1003'"),
    ('tenant: nordlicht, from: "2014", to: "2003", given: {answers: "2003"}', "answered_by: '2003'",
     "not_reaches: '2003'"),
    ('tenant: acme, from: "1003", to: "*78"', "plays: ivr/ivr-dnd_activated.wav", "plays: media/hold.wav"),
    ('from: "+12125550123", to: "+12125550199", at: 2026-12-26T12:00', "voicemail: '1999'", "rings: '1001'"),
]  # fmt: skip


def test_what_holds_and_what_does_not(site: Path, run: Run) -> None:
    lines = []
    for call, holds, fails in FACTS:
        lines += [f"{{{call}, expect: {{{holds}}}}}", f"{{{call}, expect: {{{fails}}}}}"]
    done = run("test", "--site", str(with_tests(site, *lines)))
    assert ".F" * len(FACTS) in done.out, done.out + done.err


PLUGIN = "dialform.proof.pytest_plugin"
MODULE = """
import pytest

def test_christmas(call):
    result = call("+19175550100", "+12125550199", at="2026-12-25T10:00")
    assert result.voicemail == "1999"
    assert result.plays("media/general.wav")
    assert not result.reaches("1001")

def test_menu(call, dialform):
    assert "acme" in dialform.tenants
    result = call("+19175550100", "+12125550199", at="2026-12-24T10:00", press="1", answered_by="1002")
    assert (result.ivr, result.rings, result.answered_by) == ("700", ["1001", "1002"], "1002")

def test_failover(call):
    result = call("acme/1001", "2125550177", given={"gateway_down": "mycarrier"})
    assert (result.trunk, result.caller_id) == ("backup", "+12125550199")
    assert repr(result) == "<1001 → 2125550177: +12125550177 rang and it ended with NO_ANSWER>"
    assert call("1003", "+442079460000", tenant="acme").refused == "toll"

def test_that_fails(call):
    assert call("acme/1001", "1003").rings == ["1002"]

def test_whose(call):
    with pytest.raises(ValueError, match="is in acme, janes-bakery"):
        call("1001", "1002")
"""


class TestPytest:
    @pytest.fixture
    def pytest_(self, tmp_path: Path) -> "object":
        """Run pytest in a folder of its own, with the plugin and no other."""
        folder = tmp_path / "python"
        folder.mkdir()
        (folder / "test_flow.py").write_text(MODULE)

        def run(*words: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [sys.executable, "-m", "pytest", "-p", PLUGIN, "-p", "no:cacheprovider", *words],
                cwd=folder, env=environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", PYTEST_ADDOPTS=""),
                capture_output=True, text=True, timeout=120, check=False,
            )  # fmt: skip

        return run

    def test_both_kinds_of_tests(self, wrong: Path, pytest_) -> None:  # type: ignore[no-untyped-def]
        done = pytest_("--dialform-site", str(wrong), "-k", "acme or flow")
        assert done.returncode == 1
        assert "test_that_fails" in done.stdout
        assert "1003 Carol Poe" in done.stdout, "the trace of the call"
        assert f"{PBX}:" in done.stdout
        assert "expected 1001 and 1002 to ring, but 1003 rang" in done.stdout
        failed = re.search(r"(\d+) failed, (\d+) passed", done.stdout)
        assert failed
        # Python's own: one is wrong by itself, one by the changed flow; of the YAML two.
        assert failed[1] == "4"

    def test_without_the_option_only_python_is_collected(
        self, demo: Path, pytest_, tmp_path: Path
    ) -> None:  # type: ignore[no-untyped-def]
        (tmp_path / "python/pytest.ini").write_text(f"[pytest]\ndialform_site = {demo}\n")
        done = pytest_("--collect-only", "-q")
        assert "5 tests collected" in done.stdout
        assert "4 passed" in pytest_("-k", "not fails").stdout

    def test_no_site(self, pytest_, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
        done = pytest_("--dialform-site", str(tmp_path / "nowhere"))
        assert done.returncode == 4
        assert "is no site" in done.stderr + done.stdout


def test_the_repository_is_not_needed(tmp_path: Path) -> None:
    """The plugin costs a pytest that does not use it next to nothing: it imports nothing of ours."""
    code = (
        f"import {PLUGIN}, sys; print(sorted(m for m in sys.modules if m.startswith('dialform.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                          cwd=tmp_path, env={**os.environ})  # fmt: skip
    assert done.stdout.strip() == f"['dialform.proof', '{PLUGIN}']"
    assert (ROOT / "proof/pytest_plugin.py").is_file()
