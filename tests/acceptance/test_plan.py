"""`dialform plan` and `dialform apply` from outside, on the demo site in a repository."""

import json
import subprocess
from pathlib import Path

import pytest

from .conftest import Run


def git(root: Path, *arguments: str) -> str:
    """Run git in the test's own repository."""
    who = ("-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *who, *arguments], cwd=root, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def repo(site: Path) -> Path:
    """The demo site, committed."""
    git(site, "init", "-q", "-b", "main")
    (site / ".gitignore").write_text("/out/\n")
    git(site, "add", "-A")
    git(site, "commit", "-q", "-m", "the site")
    return site


def edit(root: Path, file: str, old: str, new: str) -> None:
    """Replace a text that is there."""
    path = root / file
    text = path.read_text()
    assert old in text, old
    path.write_text(text.replace(old, new))


def longer(root: Path) -> None:
    """One small change."""
    edit(root, "tenants.d/acme/pbx.yaml", "timeout: 25", "timeout: 30")


def test_nothing_changed(repo: Path, run: Run) -> None:
    done = run("plan", "--detailed-exitcode", cwd=repo)
    assert (done.status, "No changes." in done.out) == (0, True)


def test_one_change(repo: Path, run: Run) -> None:
    longer(repo)
    done = run("plan", cwd=repo)
    assert done.status == 0
    assert "~ acme ring group 600 timeout 25 → 30  [new calls]" in done.out
    assert "On pbx1:\n   1. reloadxml\n" in done.out
    assert done.out.rstrip().endswith(
        "Plan: 0 to add, 1 to change, 0 to remove; 1 tenant; impact: new calls"
    )
    assert "the working tree with uncommitted changes" in done.out
    assert run("plan", "--detailed-exitcode", cwd=repo).status == 2


@pytest.mark.parametrize(("one", "other"), [("--base", "--head"), ("--from", "--to")])
def test_two_commits(repo: Path, run: Run, one: str, other: str) -> None:
    longer(repo)
    git(repo, "commit", "-qam", "longer")
    done = run("plan", one, "HEAD~1", other, "HEAD", "--format", "json", cwd=repo)
    data = json.loads(done.out)
    assert [change["object"] for change in data["changes"]] == ["acme ring group 600"]
    assert not data["head"]["dirty"]
    assert run("plan", "--detailed-exitcode", cwd=repo).status == 0


def test_against_what_was_compiled(repo: Path, run: Run) -> None:
    assert run("compile", cwd=repo).status == 0
    longer(repo)
    git(repo, "commit", "-qam", "longer")
    done = run("plan", "--base", "out/pbx1", cwd=repo)
    assert "timeout 25 → 30" in done.out
    assert run("compile", cwd=repo).status == 0
    assert "No changes." in run("plan", "--base", "out/pbx1", cwd=repo).out


def test_a_compile_leaves_its_plan(repo: Path, run: Run) -> None:
    run("compile", cwd=repo)
    longer(repo)
    assert run("compile", "--plan", cwd=repo).status == 0
    data = json.loads((repo / "out/pbx1/plan.json").read_text())
    assert [one["object"] for one in data["plan"]["changes"]] == ["acme ring group 600"]
    edit(repo, "tenants.d/acme/pbx.yaml", "timeout: 30", "timeout: 31")
    run("compile", cwd=repo)
    edit(repo, "tenants.d/acme/pbx.yaml", "timeout: 31", "timeout: 32")
    run("compile", cwd=repo)
    assert not (repo / "out/pbx1/plan.json").exists()


def test_what_was_compiled_can_be_planned_without_git(site: Path, run: Run) -> None:
    done = run("plan", cwd=site)
    assert done.status == 64
    assert "git init" in done.err
    run("compile", cwd=site)
    longer(site)
    assert "timeout 25 → 30" in run("plan", cwd=site).out


def test_a_mistake_is_shown_with_its_place(repo: Path, run: Run) -> None:
    edit(repo, "tenants.d/janes-bakery.yaml", '["1001", "1002"]', '["1001", "1009"]')
    done = run("plan", cwd=repo)
    assert done.status == 3
    assert "tenants.d/janes-bakery.yaml:" in done.out
    assert "1009" in done.out


def test_a_mistake_in_a_commit_is_shown_from_the_commit(repo: Path, run: Run) -> None:
    edit(repo, "tenants.d/janes-bakery.yaml", '["1001", "1002"]', '["1001", "1009"]')
    git(repo, "commit", "-qam", "wrong")
    edit(repo, "tenants.d/janes-bakery.yaml", '["1001", "1009"]', '["1001", "1002"]')
    done = run("plan", "--base", "HEAD~1", "--head", "HEAD", cwd=repo)
    assert done.status == 3
    assert '["1001", "1009"]' in done.out


def test_a_conflict_marker(repo: Path, run: Run) -> None:
    file = repo / "tenants.d/janes-bakery.yaml"
    file.write_text("<<<<<<< HEAD\n" + file.read_text() + "=======\n>>>>>>> topic\n")
    done = run("plan", cwd=repo)
    assert done.status == 3
    assert "merge conflict" in done.out


@pytest.mark.parametrize("base", ["nix", "origin/main", "--help-me", "host:pbx1"])
def test_a_base_that_cannot_be_had(repo: Path, run: Run, base: str) -> None:
    done = run("plan", f"--base={base}", cwd=repo)
    assert done.status == 64
    assert done.err.startswith("Error: ")
    assert done.err.count("\n") == 1


def test_too_many_deletions(repo: Path, run: Run) -> None:
    for path in (repo / "tenants.d/nordlicht").iterdir():
        path.unlink()
    done = run("plan", cwd=repo)
    assert done.status == 4
    assert "tenant 'nordlicht' would be deleted" in done.out
    count = done.out.split("--force ")[1].split(" ")[0]
    assert run("plan", "--force", count, cwd=repo).status == 0
    assert run("plan", "--force", "1", cwd=repo).status == 4


def test_a_plan_in_a_file(repo: Path, run: Run, tmp_path: Path) -> None:
    longer(repo)
    git(repo, "commit", "-qam", "longer")
    plan = str(tmp_path / "p.json")
    assert run("plan", "--base", "HEAD~1", "--out", plan, cwd=repo).status == 0
    dry = run("apply", plan, "--dry-run", cwd=repo)
    assert (dry.status, "1. reloadxml" in dry.out) == (0, True)
    real = run("apply", plan, cwd=repo)
    assert real.status == 1
    assert "comes with the agent" in real.err
    edit(repo, "tenants.d/acme/pbx.yaml", "timeout: 30", "timeout: 31")
    refused = run("apply", plan, "--dry-run", cwd=repo)
    assert refused.status == 3
    assert "changed after it was planned: plan again" in refused.err


def test_a_plan_for_one_of_its_hosts(repo: Path, run: Run, tmp_path: Path) -> None:
    other = "  pbx2: {address: 203.0.113.12, tenants: [nordlicht], esl: {password: {secret: esl}}}"
    edit(repo, "platform.yaml", "\nredis: null", f"{other}\n\nredis: null")
    git(repo, "commit", "-qam", "two hosts")
    edit(repo, "platform.yaml", "ring_timeout: ", "ring_timeout: 1")
    plan = str(tmp_path / "p.json")
    assert run("plan", "--out", plan, cwd=repo).status == 0
    both = run("apply", plan, "--dry-run", cwd=repo)
    assert (both.status, "To pbx1:" in both.out, "To pbx2:" in both.out) == (0, True, True)
    one = run("apply", plan, "--dry-run", "--host", "pbx1", cwd=repo)
    assert (one.status, "To pbx1:" in one.out, "To pbx2:" in one.out) == (0, True, False)


def test_what_drops_calls_waits(repo: Path, run: Run, tmp_path: Path) -> None:
    edit(repo, "platform.yaml", '60,\n         window: "Sun 02:00-04:00"}', "60}")
    git(repo, "commit", "-qam", "no window")
    edit(repo, "platform.yaml", "address: 203.0.113.10", "address: 203.0.113.11")
    plan = str(tmp_path / "p.json")
    done = run("plan", "--save", plan, cwd=repo)
    assert done.status == 0
    assert "sofia profile internal restart" in done.out
    assert "It drops calls: it waits for --allow-disruption" in done.out
    waits = run("apply", plan, "--dry-run", cwd=repo)
    assert (waits.status, "It drops calls" in waits.err) == (3, True)
    assert run("apply", plan, "--dry-run", "--allow-disruption", cwd=repo).status == 0


def test_a_refused_plan_is_not_saved(repo: Path, run: Run, tmp_path: Path) -> None:
    for path in (repo / "tenants.d/nordlicht").iterdir():
        path.unlink()
    plan = tmp_path / "p.json"
    assert run("plan", "--out", str(plan), cwd=repo).status == 4
    assert not plan.exists()


def test_markdown_has_the_picture_of_the_flow(repo: Path, run: Run) -> None:
    edit(repo, "tenants.d/acme/pbx.yaml", '"1": {ring_group: "600"}', '"1": {queue: "800"}')
    done = run("plan", "--format", "markdown", cwd=repo)
    assert "<code>options&#46;1 {ring&#95;group 600} → {queue 800}</code>" in done.out
    assert "```mermaid\n" in done.out


def test_slips_of_the_finger(repo: Path, run: Run) -> None:
    longer(repo)
    for option in ("--tenant", "--host"):
        done = run("plan", option, "nix", cwd=repo)
        assert (done.status, "nix" in done.err) == (64, True)


def test_colour_on_a_terminal_alone(repo: Path, run: Run, run_on_terminal: Run) -> None:
    longer(repo)
    assert "\x1b[" not in run("plan", cwd=repo).out
    assert "\x1b[" in run_on_terminal("plan", cwd=repo).out
