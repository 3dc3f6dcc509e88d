"""Where a site's files come from, and what is said where they cannot be had."""

import os
from pathlib import Path

import pytest

from dialform.compiler.planning.changes import differing
from dialform.compiler.states.state import StateError, default_base, open_state
from dialform.schema.diagnostic import Diagnostic

from . import sites


def findings(root: Path, spec: str) -> list[Diagnostic]:
    return sorted(open_state(spec, root).tree.diagnostics, key=lambda one: one.order)


class TestCommit:
    def test_is_the_same_as_the_folder_that_was_committed(self, tmp_path: Path) -> None:
        root = sites.repository(tmp_path)
        head, here = open_state("HEAD", root), open_state("worktree", root)
        assert head.digest == here.digest
        assert head.tree.tenants == here.tree.tenants
        assert head.read("platform.yaml") == (root / "platform.yaml").read_bytes()
        assert not here.dirty

    def test_is_read_below_the_root_of_a_repository(self, tmp_path: Path) -> None:
        root = tmp_path / "sites/one"
        root.mkdir(parents=True)
        sites.write(root, sites.site())
        (tmp_path / "other.txt").write_text("x")
        sites.git(tmp_path, "init", "-q", "-b", "main")
        sites.commit(tmp_path)
        assert open_state("HEAD", root).digest == open_state("worktree", root).digest

    def test_nothing_is_checked_out(self, tmp_path: Path) -> None:
        root = sites.repository(tmp_path)
        (root / "tenants.d/acme.yaml").write_text("company: Changed")
        assert b"Acme Corp" in open_state("HEAD", root).read("tenants.d/acme.yaml")
        assert (root / "tenants.d/acme.yaml").read_text() == "company: Changed"

    def test_a_symlink_is_the_same_finding_as_in_a_folder(self, tmp_path: Path) -> None:
        sites.write(tmp_path, sites.site())
        (tmp_path / "tenants.d/evil.yaml").symlink_to("/etc/passwd")
        (tmp_path / "media").symlink_to("/tmp")
        sites.git(tmp_path, "init", "-q", "-b", "main")
        sites.commit(tmp_path)
        told = findings(tmp_path, "HEAD")
        assert told == findings(tmp_path, "worktree")
        assert [one.file for one in told] == ["media", "tenants.d/evil.yaml"]

    def test_a_submodule_is_a_finding(self, tmp_path: Path) -> None:
        root = sites.repository(tmp_path)
        head = sites.git(root, "rev-parse", "HEAD")
        sites.git(root, "update-index", "--add", "--cacheinfo", f"160000,{head},tenants.d/sub")
        sites.git(root, "commit", "-q", "-m", "a submodule")
        assert [one.code for one in findings(root, "HEAD")] == ["DF0203"]

    def test_names_that_differ_in_case_only(self, tmp_path: Path) -> None:
        data = sites.site() | {"media/a.wav": b"x", "media/A.wav": b"y"}
        root = sites.repository(tmp_path, data)
        assert findings(root, "HEAD") == findings(root, "worktree") != []

    def test_where_two_lines_parted(self, tmp_path: Path) -> None:
        root = sites.repository(tmp_path)
        base = sites.git(root, "rev-parse", "HEAD")
        sites.git(root, "checkout", "-q", "-b", "topic")
        sites.commit(root, "theirs")
        sites.git(root, "checkout", "-q", "main")
        sites.commit(root, "ours")
        assert open_state("main...topic", root).commit == base


class TestWorktree:
    def test_what_git_ignores_counts_too(self, tmp_path: Path) -> None:
        root = sites.repository(tmp_path, sites.site() | {".gitignore": b"tenants.d/late.yaml\n"})
        (root / "tenants.d/late.yaml").write_text("company: Late")
        here = open_state("worktree", root)
        assert differing(open_state("HEAD", root), here) == ["tenants.d/late.yaml"]
        assert here.dirty

    def test_staged_and_unstaged_are_both_a_change(self, tmp_path: Path) -> None:
        root = sites.repository(tmp_path)
        (root / "tenants.d/acme.yaml").write_text("company: A")
        sites.git(root, "add", "tenants.d/acme.yaml")
        (root / "tenants.d/zeta.yaml").write_text("company: Z")
        (root / "routes.yaml").unlink()
        assert differing(open_state("HEAD", root), open_state("worktree", root)) == [
            "routes.yaml", "tenants.d/acme.yaml", "tenants.d/zeta.yaml",
        ]  # fmt: skip

    def test_a_touched_file_is_no_change(self, tmp_path: Path) -> None:
        root = sites.repository(tmp_path)
        os.utime(root / "routes.yaml", (1, 1))
        here = open_state("worktree", root)
        assert not here.dirty
        assert differing(open_state("HEAD", root), here) == []

    def test_a_merge_that_is_not_done(self, tmp_path: Path) -> None:
        root = sites.repository(tmp_path)
        for branch, company in (("one", "One"), ("two", "Two")):
            sites.git(root, "checkout", "-q", "-b", branch, "main")
            (root / "tenants.d/acme.yaml").write_text(f"company: {company}\n")
            sites.commit(root)
        with pytest.raises(Exception, match="merge"):
            sites.git(root, "merge", "one")
        assert differing(open_state("HEAD", root), open_state("worktree", root)) == [
            "tenants.d/acme.yaml"
        ]

    def test_inside_of_a_hook(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        root = tmp_path / "sub"
        root.mkdir()
        sites.write(root, sites.site())
        sites.git(tmp_path, "init", "-q", "-b", "main")
        sites.commit(tmp_path)
        monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
        monkeypatch.setenv("GIT_DIR", ".git")
        assert not open_state("worktree", root).dirty


class TestRefusals:
    @pytest.mark.parametrize("spec", ["nix", "--upload-pack=x", "a b", "HEAD~99", "x\ny", ":/no"])
    def test_a_base_that_does_not_exist(self, tmp_path: Path, spec: str) -> None:
        root = sites.repository(tmp_path)
        with pytest.raises(StateError, match="is no commit of this repository; fetch it"):
            open_state(spec, root)

    def test_a_shallow_clone(self, tmp_path: Path) -> None:
        origin = tmp_path / "origin"
        origin.mkdir()
        sites.repository(origin)
        first = sites.git(origin, "rev-parse", "HEAD")
        sites.commit(origin)
        sites.git(tmp_path, "clone", "-q", "--depth", "1", f"file://{origin}", "copy")
        with pytest.raises(StateError, match=r"shallow.*--unshallow.*fetch-depth: 0"):
            open_state(first, tmp_path / "copy")

    def test_a_repository_without_a_commit(self, tmp_path: Path) -> None:
        sites.write(tmp_path, sites.site())
        sites.git(tmp_path, "init", "-q")
        with pytest.raises(StateError, match="no commit yet"):
            open_state("HEAD", tmp_path)
        assert open_state("worktree", tmp_path).dirty

    def test_no_repository(self, tmp_path: Path) -> None:
        sites.write(tmp_path, sites.site())
        with pytest.raises(StateError, match="in no git repository"):
            open_state("main", tmp_path)
        with pytest.raises(StateError, match="git init"):
            default_base(tmp_path)

    def test_a_host_without_an_agent(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DIALFORM_STATE", str(tmp_path / "state"))
        with pytest.raises(StateError, match=r"No agent.*out/pbx1"):
            open_state("host:pbx1", sites.write(tmp_path, sites.site()))

    def test_a_folder_that_is_none_of_these(self, tmp_path: Path) -> None:
        (tmp_path / "x").mkdir()
        root = sites.repository(tmp_path / "x")
        with pytest.raises(StateError, match=r"neither a site.*nor a compiled"):
            open_state(str(tmp_path), root)

    def test_a_compiled_folder_of_an_older_release(self, tmp_path: Path) -> None:
        sites.write(tmp_path, sites.site())
        (tmp_path / "out/pbx1").mkdir(parents=True)
        (tmp_path / "out/pbx1/manifest.json").write_text("{}")
        with pytest.raises(StateError, match="compile again"):
            open_state(str(tmp_path / "out/pbx1"), tmp_path)

    def test_an_object_that_is_missing(self, tmp_path: Path) -> None:
        root = sites.repository(tmp_path)
        name = sites.git(root, "rev-parse", "HEAD:tenants.d/acme.yaml")
        state = open_state("HEAD", root)
        (root / ".git/objects" / name[:2] / name[2:]).unlink()
        with pytest.raises(StateError, match="cannot be read"):
            state.fetch(["tenants.d/acme.yaml"])
