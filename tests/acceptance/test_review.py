"""`dialform review` from outside: two commits of a real repository, and what CI sees of them."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Run

Git = Callable[..., str]
PBX, ACCOUNT = "tenants.d/acme/pbx.yaml", "tenants.d/acme/account.yaml"
GROUP = ("timeout: 25, members", "timeout: 30, members")
ENVIRONMENT = {
    **{k: v for k, v in os.environ.items() if not k.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
    "GIT_AUTHOR_NAME": "T", "GIT_AUTHOR_EMAIL": "t@example.com",
    "GIT_COMMITTER_NAME": "T", "GIT_COMMITTER_EMAIL": "t@example.com",
}  # fmt: skip


def git_in(folder: Path) -> Git:
    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True,
            check=True,
        )  # fmt: skip
        return done.stdout.strip()

    return git


@pytest.fixture
def git(site: Path) -> Git:
    """The demo site as a repository, on a branch of its own that left main just now."""
    git = git_in(site)
    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-qm", "base")
    git("checkout", "-qb", "topic")
    return git


def edit(site: Path, path: str, old: str, new: str) -> None:
    text = (site / path).read_text()
    assert old in text
    (site / path).write_text(text.replace(old, new, 1))


def commit(git: Git) -> None:
    git("add", "-A")
    git("commit", "-qm", "change")


def test_a_change_of_ones_own_is_allowed(site: Path, git: Git, run: Run) -> None:
    edit(site, PBX, *GROUP)
    commit(git)
    done = run("review", "--base", "main", "--as", "@alice-doe", cwd=site)
    assert done.status == 0
    assert f"allowed  ~ acme ring group 600 timeout  {PBX}:24" in done.out
    assert done.err == ""


def test_what_is_denied_comes_first_with_why_and_who(site: Path, git: Git, run: Run) -> None:
    edit(site, PBX, *GROUP)
    edit(site, ACCOUNT, "concurrent_calls: 20", "concurrent_calls: 200")
    edit(site, "platform.yaml", 'admins: ["@ops"]', 'admins: ["@ops", "@alice-doe"]')
    commit(git)
    done = run("review", "--base", "main", "--as", "@alice-doe", cwd=site)
    assert done.status == 3
    lines = done.out.splitlines()
    assert [line.split("  ")[0].strip() for line in lines[1:-1]] == [
        "denied",
        "",
        "denied",
        "",
        "allowed",
    ]
    assert lines[-1] == "1 allowed, 2 denied"
    assert run("review", "--base", "main", "--as", "@ops", cwd=site).status == 0


def test_every_format_says_the_same(site: Path, git: Git, run: Run) -> None:
    edit(site, ACCOUNT, "concurrent_calls: 20", "concurrent_calls: 200")
    commit(git)
    review = ("review", "--base", "main", "--as", "@alice-doe", "--format")
    made = json.loads(run(*review, "json", cwd=site).out)
    (verdict,) = made["verdicts"]
    assert made["allowed"] is False
    assert (verdict["file"], verdict["line"], verdict["fields"]) == (
        ACCOUNT, 7, ["limits.concurrent_calls"],
    )  # fmt: skip
    markdown = run(*review, "markdown", cwd=site)
    assert "| denied | `~ acme account limits.concurrent_calls` |" in markdown.out
    github = run(*review, "github", cwd=site)
    assert github.out.startswith(f"::error file={ACCOUNT},line=7,")
    assert markdown.status == github.status == 3


def test_a_branch_behind_main_is_not_blamed_for_main(site: Path, git: Git, run: Run) -> None:
    edit(site, PBX, *GROUP)
    commit(git)
    git("checkout", "-q", "main")
    edit(site, ACCOUNT, "concurrent_calls: 20", "concurrent_calls: 30")
    commit(git)
    git("checkout", "-q", "topic")
    assert run("review", "--base", "main", "--as", "@alice-doe", cwd=site).status == 0


def test_an_old_branch_gives_no_old_rights(site: Path, git: Git, run: Run) -> None:
    edit(site, PBX, *GROUP)
    commit(git)
    git("checkout", "-q", "main")
    edit(site, PBX, "role: tenant_admin", "role: user")
    commit(git)
    git("checkout", "-q", "topic")
    assert run("review", "--base", "main", "--as", "@alice-doe", cwd=site).status == 3


def test_undoing_what_main_did_is_a_change(site: Path, git: Git, run: Run) -> None:
    """A merge that keeps the old side of everything looks like no change to nobody."""
    edit(site, PBX, *GROUP)
    commit(git)
    git("checkout", "-q", "main")
    edit(site, ACCOUNT, "concurrent_calls: 20", "concurrent_calls: 5")
    commit(git)
    git("checkout", "-q", "topic")
    git("merge", "-q", "-s", "ours", "-m", "merge", "main")
    done = run("review", "--base", "main", "--as", "@alice-doe", cwd=site)
    assert done.status == 3
    assert "acme account limits.concurrent_calls" in done.out


def test_lines_that_crossed_are_refused(site: Path, git: Git, run: Run) -> None:
    edit(site, PBX, *GROUP)
    commit(git)
    git("checkout", "-q", "main")
    edit(site, ACCOUNT, "concurrent_calls: 20", "concurrent_calls: 30")
    commit(git)
    git("branch", "old-main")
    git("merge", "-q", "-m", "one way", "topic")
    git("checkout", "-q", "topic")
    git("merge", "-q", "-m", "the other", "old-main")
    done = run("review", "--base", "main", "--as", "@alice-doe", cwd=site)
    assert done.status == 64
    assert "parted at 2 commits" in done.err


def test_a_folder_with_the_bases_name_says_nothing(site: Path, git: Git, run: Run) -> None:
    """Else a change could bring the base along by which it is judged."""
    edit(site, "platform.yaml", 'admins: ["@ops"]', 'admins: ["@mallory"]')
    commit(git)
    git("branch", "origin/trunk", "main")
    fake = site / "origin/trunk"
    fake.mkdir(parents=True)
    (fake / "platform.yaml").write_text((site / "platform.yaml").read_text())
    commit(git)
    assert run("review", "--base", "origin/trunk", "--as", "@mallory", cwd=site).status == 3


def test_links_and_files_beside_the_site(site: Path, git: Git, run: Run) -> None:
    (site / PBX).unlink()
    (site / PBX).symlink_to("../janes-bakery.yaml")
    (site / ".github/workflows").mkdir(parents=True)
    (site / ".github/workflows/x.yml").write_text("x")
    (site / os.fsdecode(b"media/acme-\xff\n::error::x.wav")).write_text("x")
    commit(git)
    for form in ("text", "json", "markdown", "github"):
        done = run("review", "--base", "main", "--as", "@alice-doe", "--format", form, cwd=site)
        assert done.status == 3
        assert not any(line.startswith("::error::") for line in done.out.splitlines())
    text = run("review", "--base", "main", "--as", "@alice-doe", cwd=site).out
    assert "a symbolic link hides what was reviewed" in text
    assert "it is no part of the phone system" in text
    assert "allowed" not in text.replace("0 allowed", "")


def test_a_site_below_the_root_of_its_repository(tmp_path: Path, site: Path, run: Run) -> None:
    root = tmp_path / "repository"
    root.mkdir()
    site = site.rename(root / "eu")
    git = git_in(root)
    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-qm", "base")
    git("checkout", "-qb", "topic")
    edit(site, PBX, *GROUP)
    (root / "Makefile").write_text("all:\n")
    commit(git)
    done = run("review", "--base", "main", "--as", "@alice-doe", "--format", "json", cwd=site)
    made = {(v["file"], v["allowed"]) for v in json.loads(done.out)["verdicts"]}
    assert made == {(f"eu/{PBX}", True), ("Makefile", False)}


def test_whom_the_base_does_not_know_is_told_so(site: Path, git: Git, run: Run) -> None:
    edit(site, PBX, *GROUP)
    edit(site, PBX, '"@alice-doe"', '"@mallory"')
    commit(git)
    done = run("review", "--base", "main", "--as", "@mallory", cwd=site)
    assert done.status == 3
    assert "knows no @mallory" in done.out.splitlines()[1]
    assert done.out.splitlines()[-1] == "0 allowed, 2 denied"


class TestWorkingTree:
    def test_what_is_not_committed_is_told_and_not_reviewed(
        self, site: Path, git: Git, run: Run
    ) -> None:
        edit(site, "platform.yaml", "max_deletes: 20", "max_deletes: 99")
        done = run("review", "--base", "main", "--as", "@alice-doe", cwd=site)
        assert done.status == 0
        assert done.out.splitlines()[-1] == "no changes"
        assert "not committed are not reviewed" in done.err

    def test_it_can_be_the_head(self, site: Path, git: Git, run: Run) -> None:
        edit(site, "platform.yaml", "max_deletes: 20", "max_deletes: 99")
        (site / "tenants.d/newco.yaml").write_text("company: New\n")
        (site / "loose.txt").write_text("x")
        done = run(
            "review", "--base", "main", "--head", "worktree", "--as", "@alice-doe",
            "--format", "json", cwd=site,
        )  # fmt: skip
        assert done.status == 3
        assert {v["file"] for v in json.loads(done.out)["verdicts"]} == {
            "platform.yaml", "tenants.d/newco.yaml", "loose.txt",
        }  # fmt: skip


class TestRefusals:
    def told(self, run: Run, site: Path, *arguments: str) -> str:
        done = run("review", *arguments, cwd=site)
        assert done.status == 64
        return done.err

    def test_no_such_base(self, site: Path, git: Git, run: Run) -> None:
        assert "'nope' is no commit" in self.told(run, site, "--base", "nope", "--as", "@ops")
        assert "'--all' is no commit" in self.told(run, site, "--base=--all", "--as", "@ops")

    def test_no_repository(self, site: Path, run: Run) -> None:
        told = self.told(run, site, "--base", "main", "--as", "@ops")
        assert "nothing to review without a git repository" in told

    def test_no_commit(self, site: Path, run: Run) -> None:
        git_in(site)("init", "-q")
        assert "no commit yet" in self.told(run, site, "--base", "main", "--as", "@ops")

    def test_unrelated_histories(self, site: Path, git: Git, run: Run) -> None:
        git("checkout", "-q", "--orphan", "other")
        commit(git)
        assert "unrelated" in self.told(run, site, "--base", "main", "--as", "@ops")

    def test_a_shallow_clone(self, tmp_path: Path, site: Path, git: Git, run: Run) -> None:
        edit(site, PBX, *GROUP)
        commit(git)
        git("checkout", "-q", "main")
        edit(site, ACCOUNT, "concurrent_calls: 20", "concurrent_calls: 30")
        commit(git)
        clone = tmp_path / "clone"
        git("clone", "-q", "--depth", "1", "--no-single-branch", f"file://{site}", str(clone))
        told = self.told(
            run, clone, "--base", "origin/main", "--head", "origin/topic", "--as", "@ops"
        )
        assert "fetch-depth: 0" in told

    def test_nobodys_name(self, site: Path, git: Git, run: Run) -> None:
        told = self.told(run, site, "--base", "main", "--as", "alice-doe")
        assert "write '@alice-doe'" in told
