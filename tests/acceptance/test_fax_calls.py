"""Calls to fax accounts, as `dialform trace` and `dialform test` tell them."""

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Run

PBX, TESTS = "tenants.d/acme/pbx.yaml", "calls.d/faxes.yaml"
CALLER, FAX, BOTH = "+19175550100", "+12125550150", "+12125550199"
OPEN = "2026-12-24T10:00"


@pytest.fixture
def shared(site: Path) -> Path:
    """The demo, whose main number is for calls and faxes."""
    file = site / PBX
    before = '"+12125550199": {schedule: office,'
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, f'{before} detect_fax: "1050",'))
    return site


def story(run: Run, site: Path, *words: str) -> dict[str, Any]:
    given = ("--site", str(site), "--from", CALLER, "--at", OPEN, "--format", "json")
    done = run("trace", *given, *words)
    assert done.status == 0, done.out + done.err
    told: dict[str, Any] = json.loads(done.out)
    return told


def test_a_fax_number_is_told_with_its_account(demo: Path, run: Run) -> None:
    told = story(run, demo, "--to", FAX)
    assert (told["end"]["kind"], told["end"]["name"]) == ("fax", "1050")
    (account,) = [step for step in told["steps"] if step["text"] == "fax account 1050"]
    lines = (demo / PBX).read_text().splitlines()
    assert account["yaml"]["file"] == PBX
    assert '"1050": {' in lines[account["yaml"]["line"] - 1]


def test_a_fax_machine_is_heard_on_a_number_for_both(shared: Path, run: Run) -> None:
    told = story(run, shared, "--to", BOTH, "--given", "fax")
    texts = [step["text"] for step in told["steps"]]
    heard = texts.index("is a fax machine: its tone is heard")
    assert texts[heard + 1] == "fax account 1050"
    assert told["legs"] == []


def test_people_come_where_they_came_before(shared: Path, run: Run) -> None:
    told = story(run, shared, "--to", BOTH, "--press", "1")
    assert [leg["number"] for leg in told["legs"]] == ["1001", "1002"]
    assert "is a fax machine: its tone is heard" not in [step["text"] for step in told["steps"]]


def test_call_tests_hold_for_both(shared: Path, run: Run) -> None:
    (shared / TESTS).write_text(f"""calls:
  - {{from: "{CALLER}", to: "{FAX}", expect: {{fax: "1050"}}}}
  - {{from: "{CALLER}", to: "{BOTH}", at: {OPEN}, given: {{fax: true}}, expect: {{fax: "1050", rings: []}}}}
  - {{from: "{CALLER}", to: "{BOTH}", at: {OPEN}, press: "1", expect: {{rings: ["1001", "1002"]}}}}
  - {{tenant: acme, from: "1001", to: "1050", given: {{unregistered: "1050"}}, expect: {{fax: "1050"}}}}
""")
    done = run("test", "--site", str(shared), "faxes.yaml")
    assert done.status == 0, done.out + done.err
    assert done.out.splitlines()[-1].startswith("4 passed in ")


def test_a_call_test_that_expects_the_wrong_thing_fails(shared: Path, run: Run) -> None:
    (shared / TESTS).write_text(
        f'calls:\n  - {{from: "{CALLER}", to: "{BOTH}", at: {OPEN}, press: "1", expect: {{fax: "1050"}}}}\n'
    )
    done = run("test", "--site", str(shared), "faxes.yaml")
    assert done.status == 6
    assert "expected the call at fax account 1050" in done.out
