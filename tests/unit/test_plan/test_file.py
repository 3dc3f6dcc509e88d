"""A plan in a file is refused where anything is no longer as it was planned."""

import json
from pathlib import Path

import pytest

from dialform.compiler.planning import planfile
from dialform.compiler.planning.plan import Plan, make_plan
from dialform.compiler.planning.planfile import (
    PlanFileError,
    PlanSpec,
    checksum,
    mismatches,
    read_plan,
    save_plan,
)
from dialform.compiler.secrets import open_store
from dialform.compiler.states.state import open_state

from . import sites

ACME = "tenants.d/acme.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository whose working tree differs from HEAD."""
    folder = tmp_path / "site"
    folder.mkdir()
    sites.repository(folder)
    after = sites.site()
    after[ACME]["extensions"]["1005"] = {"name": "Eve", "password": "Eves0Own0Secret"}
    return sites.write(folder, after)


@pytest.fixture
def saved(root: Path, tmp_path: Path) -> Path:
    """Its plan, saved."""
    path = tmp_path / "plan.json"
    save_plan(path, planned(root), PlanSpec("HEAD", "worktree"), root / "out")
    return path


def planned(root: Path) -> Plan:
    base, head = open_state("HEAD", root), open_state("worktree", root)
    return make_plan(base, head, open_store(None, {}))


def reasons(path: Path, root: Path) -> list[str]:
    return list(mismatches(read_plan(path), root, root / "out"))


def test_one_that_still_fits(root: Path, saved: Path) -> None:
    assert reasons(saved, root) == []


def test_says_what_it_was_made_from(root: Path, saved: Path) -> None:
    data = json.loads(saved.read_text())
    base, head = data["plan"]["base"], data["plan"]["head"]
    assert base["commit"] == sites.git(root, "rev-parse", "HEAD")
    assert base["digest"] != head["digest"]
    assert head["dirty"]
    assert data["live"] == {"": base["digest"]}


def test_holds_no_secret(saved: Path) -> None:
    text = saved.read_text()
    assert "Eves0Own0Secret" not in text
    assert not any(secret in text for secret in sites.SECRETS)


def test_is_its_owner_s_alone(saved: Path) -> None:
    assert saved.stat().st_mode & 0o777 == 0o600


def test_the_head_changed(root: Path, saved: Path) -> None:
    (root / "routes.yaml").write_text((root / "routes.yaml").read_text() + "\n# x\n")
    assert reasons(saved, root) == [
        "The files of 'worktree' changed after it was planned: plan again."
    ]


def test_the_base_moved(root: Path, saved: Path) -> None:
    sites.commit(root)
    assert any("The base 'HEAD' was" in one for one in reasons(saved, root))


def test_what_a_host_was_given_changed(root: Path, tmp_path: Path) -> None:
    manifest = root / "out/pbx1/manifest.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text(json.dumps({"files": {"a": {"sha256": "1"}}}))
    path = tmp_path / "with.json"
    save_plan(path, planned(root), PlanSpec("HEAD", "worktree"), root / "out")
    assert reasons(path, root) == []
    manifest.write_text(json.dumps({"files": {"a": {"sha256": "2"}}}))
    assert reasons(path, root) == [
        "What pbx1 was given is no longer what it was planned against: plan again."
    ]


def test_another_compiler(root: Path, saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planfile, "compiler_name", lambda: "9.9.9+other")
    assert ["9.9.9+other" in one for one in reasons(saved, root)] == [True]


def test_an_edit_is_seen(saved: Path) -> None:
    data = json.loads(saved.read_text())
    data["plan"]["safety"]["refusals"] = []
    data["plan"]["summary"]["impact"] = "none"
    saved.write_text(json.dumps(data))
    with pytest.raises(PlanFileError, match="edited"):
        read_plan(saved)


@pytest.mark.parametrize("part", ["base", "head", "live", "checksum", "compiler"])
def test_without_a_digest(saved: Path, part: str) -> None:
    data = json.loads(saved.read_text())
    if part in ("base", "head"):
        data["plan"][part]["digest"] = ""
    elif part == "live":
        data["live"] = {}
    else:
        del data[part]
    if part != "checksum":
        data["checksum"] = checksum(data)
    saved.write_text(json.dumps(data))
    with pytest.raises(PlanFileError, match="no digest"):
        read_plan(saved)


@pytest.mark.parametrize("text", ["", "[]", "{}", "no", "[" * 100_000, '{"dialform_plan": 99}'])
def test_what_is_no_plan_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "x").write_text(text)
    with pytest.raises(PlanFileError, match="plan"):
        read_plan(tmp_path / "x")
