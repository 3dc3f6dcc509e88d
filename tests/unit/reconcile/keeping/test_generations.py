"""What was compiled for the switch: whole or not there, whatever happens."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialform.reconcile.generations import DamagedError, Generation, Generations
from dialform.reconcile.layout import Layout

from .compiled import Killed, at, compiled, full, held

ONE = {"freeswitch/a.xml": "one", "freeswitch/secret.xml": "s", "freeswitch/t/x.xml": "x"}
TWO = {"freeswitch/a.xml": "two", "freeswitch/secret.xml": "s", "freeswitch/u/y.xml": "y"}
A, B = "a" * 40, "b" * 40


class State:
    """A state folder with a build."""

    def __init__(self, root: Path) -> None:
        self.layout = Layout(root)
        self.build = self.layout.build / "pbx1"
        self.generations = Generations(self.layout, now=lambda: 1000.0)

    def take(self, files: dict[str, str], commit: str | None) -> Generation:
        shutil.rmtree(self.build, ignore_errors=True)
        return self.generations.take(compiled(self.build, files), commit)


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path / "state")


def test_a_generation_holds_what_was_compiled_by_links(state: State) -> None:
    one = state.take(ONE, A)
    assert one.name.startswith("a" * 12 + "-")
    assert held(one.folder) == ONE
    assert (one.folder / "freeswitch/a.xml").samefile(state.build / "freeswitch/a.xml")
    assert (one.folder / "freeswitch/secret.xml").stat().st_mode & 0o777 == 0o640
    assert one.folder.stat().st_mode & 0o777 == 0o750
    assert (one.host, one.revision, one.commit, one.made) == ("pbx1", "r1", A, 1000.0)
    assert state.generations.damaged(one, whole=True) == []
    assert state.take(ONE, None).name.startswith("worktree-")


def test_the_same_twice_is_once(state: State) -> None:
    one = state.take(ONE, A)
    inode = one.folder.stat().st_ino
    assert state.generations.take(state.build, A) == one
    assert one.folder.stat().st_ino == inode


def test_from_a_spare_folder_comes_the_same(state: State) -> None:
    one = state.take(ONE, A)
    state.generations.prepare(one)
    two = state.take(TWO, B)
    assert held(two.folder) == TWO
    assert not (two.folder / "freeswitch/t").exists()
    assert held(one.folder) == ONE
    assert state.generations.damaged(two, whole=True) == []
    assert state.generations.all() == [two, one]


def test_current_is_relative_so_that_the_state_can_be_moved(state: State) -> None:
    one = state.take(ONE, A)
    assert state.generations.current() is None
    state.generations.flip(one)
    assert state.layout.current.readlink() == Path("generations") / one.name
    assert state.generations.current() == one
    shutil.rmtree(one.folder)
    assert state.generations.current() is None


def test_found_by_commit_or_name(state: State) -> None:
    one, two = state.take(ONE, A), state.take(TWO, A)
    assert state.generations.find("aaaaaaa") == two
    assert state.generations.find(one.name) == one
    for none in ("aaaaaa", "../../etc", "", B, "f" * 12 + "-" + "0" * 12):
        assert state.generations.find(none) is None


@pytest.mark.parametrize("spare", [False, True])
@pytest.mark.parametrize("fault", [Killed, full])
def test_at_every_checkpoint_the_next_run_converges(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Callable[[], BaseException], spare: bool
) -> None:
    """Take, flip and prune, failed at each step in turn: what is there is whole, `current` old or new."""

    def run(state: State) -> None:
        two = state.take(TWO, B)
        state.generations.flip(two)
        state.generations.prune(1)
        state.generations.prepare(two)

    def prepared(root: Path) -> tuple[State, Generation]:
        state = State(root)
        one = state.take(ONE, A)
        state.generations.flip(one)
        if spare:
            state.generations.prepare(one)
        return state, one

    whole, _ = prepared(tmp_path / "whole")
    with at(monkeypatch, 0, full()) as passed:
        run(whole)
    assert len(passed) > 20
    for number in range(1, len(passed) + 1):
        state, one = prepared(tmp_path / str(number))
        with at(monkeypatch, number, fault()), pytest.raises((Killed, OSError)):
            run(state)
        fresh = Generations(state.layout)
        for each in fresh.all():
            assert fresh.damaged(each, whole=True) == []
            assert held(each.folder) == (ONE if each.name == one.name else TWO)
        now = fresh.current()
        assert now is not None
        fresh.sweep()
        run(state)
        found = fresh.current()
        assert found is not None
        assert held(found.folder) == TWO
        assert [each.name for each in fresh.all()] == [found.name]
        left = {p.name for p in fresh.folder.iterdir()}
        notes = {f".{found.name}.note", f".{found.name}.looks", f".spare-{found.name}"}
        assert left == {found.name, *notes}


DAMAGES: dict[str, Callable[[Path], object]] = {
    "edited": lambda f: (f / "freeswitch/a.xml").write_text("eno"),
    "deleted": lambda f: (f / "freeswitch/a.xml").unlink(),
    "mode": lambda f: (f / "freeswitch/a.xml").chmod(0o666),
    "link": lambda f: (
        (f / "freeswitch/a.xml").unlink(),
        (f / "freeswitch/a.xml").symlink_to("/x"),
    ),
    "more": lambda f: (f / "freeswitch/z.xml").write_text("z"),
    "folder": lambda f: shutil.rmtree(f / "freeswitch"),
    "manifest": lambda f: (f / "manifest.json").write_text("{}"),
    "header": lambda f: (f / "manifest.json").write_text(
        (f / "manifest.json").read_text().replace("r1", "r2")
    ),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_damage_is_found_and_the_same_commit_mends_it(state: State, what: str) -> None:
    one = state.take(ONE, A)
    state.generations.flip(one)
    DAMAGES[what](one.folder)
    assert state.generations.damaged(one)
    again = state.take(ONE, A)
    assert again.name == one.name
    assert (again.number, again.made) == (one.number, one.made)
    assert state.generations.damaged(again, whole=True) == []
    assert held(state.layout.current) == ONE


def test_a_file_edited_in_place_is_damaged_in_all_that_have_it(state: State) -> None:
    one = state.take(ONE, A)
    two = state.generations.take(compiled(state.build, {**ONE, "more": "m"}), B)
    (one.folder / "freeswitch/a.xml").write_text("by hand")
    assert state.generations.damaged(one) == ["freeswitch/a.xml"]
    three = state.take(ONE, "c" * 40)  # compiled anew: another file
    assert state.generations.damaged(three) == []
    assert two.name != three.name


def test_a_build_that_is_damaged_too_is_not_taken_again(state: State) -> None:
    one = state.take(ONE, A)
    (one.folder / "freeswitch/a.xml").write_text("by hand")  # the build's own file as well
    with pytest.raises(DamagedError):
        state.generations.take(state.build, A)


def test_beside_a_phones_own_files_nobody_looks(state: State) -> None:
    """What lies there and was not compiled is in no index: nobody is given it."""
    phone = "provisioning/0004f2abcdef/0004f2abcdef.cfg"
    one = state.take({**ONE, phone: "p"}, A)
    (one.folder / "provisioning/0004f2abcdef/more.cfg").write_text("by hand")
    assert state.generations.damaged(one) == []
    (one.folder / "provisioning/000000000001").mkdir()
    (one.folder / "provisioning/000000000001/a.cfg").write_text("by hand")
    (one.folder / phone).unlink()
    assert state.generations.damaged(one) == ["provisioning/000000000001/a.cfg", phone]


def test_without_the_note_everything_is_read(state: State) -> None:
    one = state.take(ONE, A)
    for note in state.layout.generations.glob(".*"):
        note.unlink()
    found = state.generations.find(one.name)
    assert found is not None
    assert (found.revision, found.host) == ("r1", "pbx1")
    assert state.generations.damaged(found) == []


def test_a_spare_of_what_is_damaged_is_not_made(state: State) -> None:
    one = state.take(ONE, A)
    (one.folder / "freeswitch/a.xml").write_text("by hand")
    state.generations.prepare(one)
    assert not list(state.layout.generations.glob(".spare*"))


TEXTS = st.dictionaries(
    st.sampled_from(["a", "b/c", "b/d", "secret"]), st.sampled_from(["1", "22", "3"]), min_size=1
)
STEPS = st.one_of(
    st.tuples(st.just("take"), TEXTS, st.sampled_from("abcd")),
    st.tuples(st.just("flip"), st.integers(0, 9)),
    st.tuples(st.just("prune"), st.integers(0, 3)),
    st.tuples(st.just("prepare"), st.integers(0, 9)),
    st.tuples(st.just("damage"), st.integers(0, 9)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(STEPS, max_size=12))
def test_whatever_is_done_each_generation_is_what_was_taken_or_known_to_be_damaged(
    steps: list[tuple[object, ...]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        state = State(Path(folder) / "state")
        taken: dict[str, dict[str, str]] = {}
        current: str | None = None
        for kind, *rest in steps:
            there = state.generations.all()
            if kind == "take":
                files, letter = rest
                one = state.take(files, letter * 40)  # type: ignore[arg-type, operator]
                taken[one.name] = files  # type: ignore[assignment]
                assert state.generations.damaged(one, whole=True) == []
            elif kind == "prune":
                gone = state.generations.prune(rest[0])  # type: ignore[arg-type]
                assert current not in gone
                assert len(state.generations.all()) == len(there) - len(gone)
            elif there:
                one = there[rest[0] % len(there)]  # type: ignore[operator]
                if kind == "flip":
                    state.generations.flip(one)
                    current = one.name
                elif kind == "prepare":
                    state.generations.prepare(one)
                else:
                    path = next(iter(taken[one.name]))
                    (one.folder / path).write_text("damaged by hand")
                    assert path in state.generations.damaged(one)
            now = state.generations.current()
            assert (now.name if now else None) == current
            for one in state.generations.all():
                whole = held(one.folder) == taken[one.name]
                assert whole == (not state.generations.damaged(one))
