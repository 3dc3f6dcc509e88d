"""What goes wrong while somebody saves: it is said in a sentence, and nothing is lost or half."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from dialform.console.changes.history import line_of
from dialform.console.errors import Away, NotThere, Refused
from dialform.console.saving import Repository, changes, commit, log, merge, value_at
from dialform.console.saving.commits import author_of
from dialform.console.saving.copy import Copy, Pushed
from dialform.console.saving.filemerge import _by_lines
from dialform.console.saving.history import applied
from dialform.console.saving.placing import _there_already
from dialform.reconcile import durable
from dialform.reconcile.source import SourceError
from dialform.reconcile.source.clone import DOUBT
from dialform.reconcile.source.git import Done, Git

from ..stage import git
from .conftest import Desk, heads, others, replaced

FILE = "tenants.d/acme/pbx.yaml"
NAME = ("extensions", "1003", "name")
LABEL = ("devices", "aabbcc112233", "label")


def test_the_same_change_saved_twice_is_one(alice: Desk) -> None:
    edit = alice.edit(NAME, "Carol Doe")
    first, second = alice.save(edit), alice.save(edit)
    assert (second.branch, second.commit, second.url) == (first.branch, first.commit, first.url)
    assert second.way.startswith("You saved just that before")
    assert set(heads(alice.stage)) == {"main", first.branch}
    other = alice.save(alice.edit(NAME, "Carol Moe"))
    assert other.branch != first.branch
    bob = Desk(alice.stage, "admin")
    assert bob.save(edit).branch not in (first.branch, other.branch)  # somebody else's own


def test_pressed_twice_at_once_it_is_one_too(alice: Desk) -> None:
    edit = alice.edit(NAME, "Carol Doe")
    made: list[str] = []
    both = [threading.Thread(target=lambda: made.append(alice.save(edit).branch)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(120)
    assert len(made) == 2 and len(set(made)) == 1
    assert set(heads(alice.stage)) == {"main", made[0]}


def test_a_change_that_is_merged_already_changes_nothing(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk("user", self_service=["devices.label"])
    edit = desk.edit(LABEL, "Mine")
    assert desk.save(edit).merged
    again = desk.save(edit)
    assert not again.changed and again.way == "Nothing is changed by it."


def test_a_repository_that_refuses_the_branch_says_why_and_has_nothing_of_it(alice: Desk) -> None:
    hook = alice.stage.remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'Not on a Saturday' >&2\nexit 1\n")
    hook.chmod(0o755)
    before = heads(alice.stage)
    edit = alice.edit(NAME, "Carol Doe")
    with pytest.raises(Refused, match=r"Not on a Saturday.*Nothing was changed"):
        alice.save(edit)
    assert heads(alice.stage) == before
    hook.unlink()
    assert alice.save(edit).changed


def test_a_branch_that_moved_while_it_was_merged_is_looked_at_again(
    alice: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody pushes to the branch that is applied between the checks and the push."""
    done = alice.save(alice.edit(NAME, "Carol Doe"))
    ops = Desk(alice.stage, "admin")
    pushed: list[str] = []

    def meanwhile(name: str) -> None:
        if name == "saving.push" and not pushed:
            pushed.append(
                others(alice.stage, replaced(FILE, "timeout: 25, members", "timeout: 30, members"))
            )

    monkeypatch.setattr(durable, "hook", meanwhile)
    # What was looked at is said, too: what the portal itself puts on the branch is no other one's.
    merged = ops.run(merge, done.url.removeprefix("/changes/"), head=done.commit)
    monkeypatch.setattr(durable, "hook", None)
    site = ops.repository.site(heads(alice.stage)["main"])
    assert merged.merged and pushed
    assert value_at(site, "acme", NAME) == "Carol Doe"
    assert value_at(site, "acme", ("ring_groups", "600", "timeout")) == 30


def test_a_portal_killed_after_the_push_shows_what_waits(
    alice: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(name: str) -> None:
        if name == "saving.pushed":
            raise Killed

    edit = alice.edit(NAME, "Carol Doe")
    monkeypatch.setattr(durable, "hook", die)
    with pytest.raises(Killed):
        alice.save(edit)
    monkeypatch.setattr(durable, "hook", None)
    alice.ground.parts.clear()  # it starts again
    alice.repository.fetch()
    (waiting,) = changes(alice.repository)
    assert waiting.head.subject == "acme/alice"
    again = alice.save(edit)  # the visitor, who saw an error, presses the button again
    assert again.branch == waiting.branch


@pytest.mark.parametrize("command", ["hash-object", "write-tree", "commit-tree"])
def test_a_full_disk_is_said_without_a_path_of_the_host(
    alice: Desk, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    edit = alice.edit(NAME, "Carol Doe")
    before = heads(alice.stage)
    ask = Git.ask

    def full(self: Git, *arguments: str, **more: object) -> Done:
        if command in arguments:
            told = f"error: unable to write file {self.folder}/objects/x: No space left on device"
            return Done(128, b"", told)
        return ask(self, *arguments, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Git, "ask", full)
        with pytest.raises(Away, match="disk is full") as caught:
            alice.save(edit)
    assert str(alice.stage.folder) not in str(caught.value)
    assert heads(alice.stage) == before
    assert alice.save(edit).changed  # with room again


def test_a_state_folder_that_takes_nothing_is_said(
    alice: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    edit = alice.edit(NAME, "Carol Doe")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    with pytest.raises(Away, match="takes nothing") as caught:
        alice.save(edit)
    assert str(tmp_path) not in str(caught.value)


def test_a_branch_by_hand_with_the_name_of_one_of_ours_has_a_page_of_its_own(alice: Desk) -> None:
    done = alice.save(alice.edit(NAME, "Carol Doe"))
    site = alice.stage.site
    rest = done.branch.removeprefix("portal/")
    names = [rest.replace("/", "-"), f"portal/{rest}-2", f"{rest.partition('-')[0]}", "0" * 40]
    for number, name in enumerate(names):
        git(site, "checkout", "--quiet", "-B", f"made-{number}", "main")
        replaced(FILE, "Bob Roe", f"Bob {number}")(site)
        git(site, "commit", "--quiet", "--all", "--message", f"By hand {number}")
        git(site, "push", "--quiet", "origin", f"HEAD:refs/heads/{name}")
    git(site, "checkout", "--quiet", "main")
    alice.repository.fetch()
    found = changes(alice.repository)
    assert {one.branch for one in found} == {done.branch, *names}
    assert len({one.id for one in found}) == len(found)


def test_what_is_pushed_is_saved_also_where_the_copy_cannot_note_it(
    alice: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit = alice.edit(NAME, "Carol Doe")

    def full(*_: object) -> None:
        raise SourceError("the disk is full", "disk_full")

    with monkeypatch.context() as patch:
        patch.setattr(Copy, "note", full)
        done = alice.save(edit)
        assert alice.repository.heads()[done.branch] == done.commit
        assert alice.repository.remove(done.branch, done.commit).done
        assert done.branch not in alice.repository.heads()
    assert set(heads(alice.stage)) == {"main"}
    alice.repository.fetch()
    assert set(alice.repository.heads()) == {"main"}


def test_a_push_whose_answer_did_not_come_is_not_said_to_be_undone(
    alice: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit = alice.edit(NAME, "Carol Doe")
    push = Copy._push

    def late(self: Copy, what: str, branch: str, before: str) -> Pushed:
        push(self, what, branch, before)
        raise SourceError("git push did not end within 60 seconds", "timeout")

    with monkeypatch.context() as patch:
        patch.setattr(Copy, "_push", late)
        with pytest.raises(Away, match="look at Changes") as caught:
            alice.save(edit)
    assert "Nothing was changed" not in str(caught.value)
    (waiting,) = changes(alice.repository, fresh=10)  # who looks sees it at once
    assert waiting.branch in heads(alice.stage)


@pytest.mark.parametrize("times", [1, 99])
def test_a_passing_trouble_does_not_make_the_copy_anew(
    alice: Desk, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    tip = alice.repository.tip().commit
    site, left = Repository.site, [None] * times

    def hiccup(self: Repository, commit: str) -> object:
        if left:
            left.pop()
            raise NotThere("There is no such commit.")
        return site(self, commit)

    def anew(*_: object) -> None:
        raise AssertionError("it was made anew")

    monkeypatch.setattr(Repository, "site", hiccup)
    monkeypatch.setattr(Copy, "_anew_from", anew)
    if times == 1:
        assert alice.repository.tip().commit == tip
        return
    with pytest.raises(Away, match="just now"):
        alice.repository.tip()
    monkeypatch.setattr(Git, "ask", _no_git)
    with pytest.raises(Away, match="cannot be started"):
        alice.repository.tip()
    assert not (alice.repository.folder / DOUBT).exists()


def _no_git(*_: object, **__: object) -> Done:
    raise SourceError("git cannot be started (Cannot allocate memory)", "no_git")


def test_a_remote_that_is_damaged_leaves_no_doubt_of_the_copy(
    alice: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice.repository.tip()
    doubt = alice.repository.folder / DOUBT
    doubt.touch()

    def damaged(self: Copy) -> None:
        raise SourceError("did not send all necessary objects", "damaged")

    with monkeypatch.context() as patch:
        patch.setattr(Copy, "_fetch_all", damaged)
        with pytest.raises(Away, match="is damaged"):
            alice.repository.fetch()
    assert not doubt.exists()
    assert alice.repository.tip().tenant("acme") is not None


def test_a_git_that_cannot_be_started_is_said(alice: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    done = alice.save(alice.edit(NAME, "Carol Doe"))
    repository = alice.repository
    repository.tip()
    monkeypatch.setattr(Git, "ask", _no_git)
    for work in (
        lambda: applied(repository, done.commit),
        lambda: commit(repository, done.commit),
        lambda: _there_already(repository, author_of(alice.visitor), done.commit),
        lambda: _by_lines(repository, b"a\n", b"b\n", b"a\n"),
    ):
        with pytest.raises(Away, match="cannot be started"):
            work()


@pytest.mark.parametrize("name", ["numbers", "repository.lock"])
def test_a_file_of_ours_that_cannot_be_written_is_said(alice: Desk, name: str) -> None:
    edit = alice.edit(NAME, "Carol Doe")
    before = heads(alice.stage)
    place = alice.repository.folder.parent / name
    if name == "numbers":
        place.write_text("")
    else:
        place.unlink()
        place.mkdir()
    with pytest.raises(Away, match="takes nothing") as caught:
        alice.save(edit)
    assert str(place) not in str(caught.value)
    assert heads(alice.stage) == before
    shutil.rmtree(place) if place.is_dir() else place.unlink()
    assert alice.save(edit).changed


def test_a_branch_that_is_gone_is_said_by_all_that_ask_for_it(alice: Desk) -> None:
    repository = alice.repository
    tip = repository.tip().commit
    assert repository.branch == "main"
    repository._heads = {"other": tip}
    for work in (
        lambda: repository.tip(),
        lambda: log(repository),
        lambda: applied(repository, tip),
        lambda: line_of(repository),
    ):
        with pytest.raises(Away, match="no branch 'main'"):
            work()
