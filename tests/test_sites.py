"""Every folder of tests/sites with an expect.yaml is a test.

A case holds only what differs from tests/sites/base: files to add or to put in their place, and

    about: what the case shows, in a sentence
    remove: [files of the base that are not there]
    strict: true        # with --strict
    infos: true         # infos count too
    findings:
      - {code: DF1202, file: tenants.d/acme/case.yaml, line: 2, column: 50, says: a part of it}
    exit: 3

All findings must stand there, and no others. `column`, `severity` and `says` (a part of the message
or the hint) may be left out. A folder `secrets/` is handed over with --secrets.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import dialform.schema.rules  # noqa: F401 -- registers them all
from dialform.cli.entry import main
from dialform.schema.rule import rules

SITES = Path(__file__).parent / "sites"
BASE = SITES / "base"
CASES = sorted(path.parent for path in SITES.rglob("expect.yaml"))

ELSEWHERE = {
    "DF0110": "a file of 5 MiB: tests/unit/test_reader.py",
    "DF0111": "bytes that are no UTF-8: tests/unit/test_reader.py",
    "DF0112": "characters that no editor shows: tests/unit/test_reader.py",
    "DF0202": "a symbolic link: tests/unit/test_tree.py",
    "DF0203": "a git repository inside of the site: tests/unit/test_tree.py",
    "DF0205": "two names that are one file on some machines: tests/unit/test_tree.py",
    "DF0208": "a named pipe: tests/unit/test_tree.py",
    "DF1504": "100,001 rows: tests/unit/test_pricing/test_ratefile.py",
    "DF1513": "what was booked before: tests/unit/test_pricing/test_payments.py",
    "DF0213": "a file without permissions: tests/unit/test_tree.py",
}
"""Rules whose case cannot lie in git, and where they are tested."""


def expectation(case: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe", pure=True).load(case / "expect.yaml")
    return loaded


def build(case: Path, site: Path, removed: list[str]) -> None:
    """The base with the case laid over it."""
    shutil.copytree(BASE, site)
    for name in removed:
        (site / name).unlink()
    skip = shutil.ignore_patterns("expect.yaml", "secrets")
    shutil.copytree(case, site, dirs_exist_ok=True, ignore=skip)


def told(finding: dict[str, Any], keys: list[str]) -> tuple[Any, ...]:
    return tuple(finding[key] for key in keys)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.relative_to(SITES)))
def test_a_site_has_these_findings_and_no_others(
    case: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    expected = expectation(case)
    site = tmp_path / "site"
    build(case, site, expected.get("remove", []))
    arguments = ["validate", "--site", str(site), "--format", "json"]
    if expected.get("strict"):
        arguments.append("--strict")
    if (case / "secrets").is_dir():
        arguments += ["--secrets", str(case / "secrets")]

    status = main(arguments)

    found = json.loads(capsys.readouterr().out)["diagnostics"]
    if not expected.get("infos"):
        found = [finding for finding in found if finding["severity"] != "info"]
    wanted = expected["findings"]
    shown = "\n".join(
        f"{f['code']} {f['file']}:{f['line']}:{f['column']} {f['message']}" for f in found
    )
    keys = ["code", "file", "line"]
    assert sorted(told(f, keys) for f in found) == sorted(told(w, keys) for w in wanted), shown
    for want in wanted:
        exact = [key for key in (*keys, "column", "severity") if key in want]
        alike = [f for f in found if told(f, exact) == told(want, exact)]
        assert alike, f"{want}\n{shown}"
        said = [f"{f['message']} {f['hint']}" for f in alike]
        assert any(want.get("says", "") in text for text in said), f"{want}\n{said}"
    assert status == expected["exit"], shown


def test_every_rule_has_a_case() -> None:
    shown = {finding["code"] for case in CASES for finding in expectation(case)["findings"]}
    ours = {rule.code for rule in rules() if rule.__module__.startswith("dialform.schema.rules")}
    assert ours - shown - ELSEWHERE.keys() == set()
    assert ELSEWHERE.keys() & shown == set(), "these have a case now: take them from the list"


def test_every_case_says_what_it_shows() -> None:
    for case in CASES:
        expected = expectation(case)
        assert expected["about"].endswith("."), case
        allowed = {"about", "remove", "strict", "infos", "findings", "exit"}
        assert expected.keys() <= allowed, case
