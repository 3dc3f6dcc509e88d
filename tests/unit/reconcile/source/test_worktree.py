"""A folder as a source: what lies there is what is applied."""

import os

import pytest

from dialform.reconcile.source import NO_COMMIT, SourceError, Worktree
from dialform.reconcile.source.atcommit import AtCommit


def test_a_folder_without_git_has_no_commit(tmp_path):
    (tmp_path / "platform.yaml").write_text("x\n")
    folder = Worktree(tmp_path)
    assert folder.fetch() == NO_COMMIT
    assert folder.dirty
    assert folder.check_out(NO_COMMIT) == tmp_path
    assert folder.relation("1" * 40, NO_COMMIT) == "forward"
    assert folder.commits("1" * 40, NO_COMMIT) == []
    assert folder.read(NO_COMMIT, "platform.yaml") == b"x\n"
    assert folder.read(NO_COMMIT, "nowhere") is None


def test_a_folder_of_a_repository_has_its_commit_and_says_what_is_not_committed(upstream):
    first = upstream.commit({"pbx/platform.yaml": "x\n", "other": "y\n"})
    folder = Worktree(upstream.folder / "pbx")
    assert (folder.fetch(), folder.dirty) == (first, False)
    upstream.write({"other": "changed elsewhere\n"})
    assert (folder.fetch(), folder.dirty) == (first, False)
    upstream.write({"pbx/platform.yaml": "changed\n"})
    assert (folder.fetch(), folder.dirty) == (first, True)
    second = upstream.commit()
    assert (folder.fetch(), folder.dirty) == (second, False)
    assert folder.relation(first, second) == "forward"
    assert folder.relation(second, first) == "rewritten"
    assert folder.relation("1" * 40, first) == "rewritten"
    assert folder.commits(first, second) == [second]
    assert folder.check_out(second) == upstream.folder / "pbx"
    upstream.write({"pbx/new.yaml": "new\n"})
    assert (folder.fetch(), folder.dirty) == (second, True)


def test_what_nobody_committed_nobody_signed(upstream, signer):
    ann = signer("ann")
    keys = {"keys/ann.pub": ann.public}
    first = upstream.commit(sign=ann.sign)
    second = upstream.commit({"platform.yaml": "x\n"}, sign=ann.sign)
    folder = Worktree(upstream.folder)
    folder.fetch()
    assert folder.verify(first, second, keys) == []
    upstream.write({"platform.yaml": "y\n"})
    folder.fetch()
    assert [str(one) for one in folder.verify(first, second, keys)]
    assert folder.verify(first, second, {}) == []


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(SourceError) as told:
        Worktree(tmp_path / "nowhere")
    assert told.value.kind == "not_found"


def test_settings_of_the_folders_repository_run_nothing(upstream, tmp_path):
    upstream.commit({"a": "1"})
    ran = tmp_path / "ran"
    script = tmp_path / "run.sh"
    script.write_text(f"#!/bin/sh\ntouch {ran}\n")
    script.chmod(0o755)
    upstream.git("config", "core.fsmonitor", str(script))
    upstream.git("config", "core.hooksPath", str(tmp_path))
    folder = Worktree(upstream.folder)
    folder.fetch()
    assert not ran.exists()


@pytest.mark.skipif(
    os.geteuid() != 0, reason="NOT TESTED: only root can give a repository to another user"
)
def test_another_users_repository_is_refused_with_the_way_out(upstream):
    upstream.commit({"a": "1"})
    for path in (upstream.folder, *upstream.folder.rglob("*")):
        os.chown(path, 12345, 12345)
    with pytest.raises(SourceError) as told:
        Worktree(upstream.folder).fetch()
    assert told.value.kind == "ownership"


def test_damage_in_somebodys_own_repository_is_told_and_nothing_is_written_there(upstream, layout):
    commit = upstream.commit({"a": "1"})
    blob = upstream.git("rev-parse", "HEAD:a")
    (upstream.folder / ".git/objects" / blob[:2] / blob[2:]).unlink()
    folder = AtCommit(upstream.folder, commit, layout)
    folder.fetch()
    before = sorted(path.name for path in (upstream.folder / ".git").iterdir())
    with pytest.raises(SourceError, match=str(upstream.folder)) as told:
        folder.check_out(commit)
    assert told.value.kind == "broken"
    assert sorted(path.name for path in (upstream.folder / ".git").iterdir()) == before
