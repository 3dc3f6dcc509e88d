"""Writes are the old or the new one, whatever happens at whichever step."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dialform.reconcile import durable

from .compiled import Killed, at, full

NEW = b"the new one, which is longer"


def _write(root: Path) -> None:
    durable.write(root / "status.json", NEW)


def _flip(root: Path) -> None:
    durable.flip(root / "current", "generations/new")


ACTIONS: dict[str, Callable[[Path], None]] = {"write": _write, "flip": _flip}


def _state(root: Path) -> tuple[bytes, str]:
    return (root / "status.json").read_bytes(), str((root / "current").readlink())


def _prepared(root: Path) -> Path:
    root.mkdir(parents=True)
    (root / "status.json").write_bytes(b"old")
    (root / "current").symlink_to("generations/old")
    return root


@pytest.mark.parametrize("fault", [Killed, full])
@pytest.mark.parametrize("name", ACTIONS)
def test_old_or_new_at_every_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, fault: Callable[[], BaseException]
) -> None:
    action = ACTIONS[name]
    with at(monkeypatch, 0, full()) as passed:
        action(_prepared(tmp_path / "whole"))
    assert len(passed) > 3
    new = _state(tmp_path / "whole")
    for number in range(1, len(passed) + 1):
        root = _prepared(tmp_path / str(number))
        old = _state(root)
        with at(monkeypatch, number, fault()), pytest.raises((Killed, OSError)) as caught:
            action(root)
        assert _state(root) in (old, new)
        if isinstance(caught.value, OSError):
            assert str(root) in str(caught.value.filename)
        durable.sweep(root)
        assert sorted(p.name for p in root.iterdir()) == ["current", "status.json"]
        action(root)
        assert _state(root) == new


def test_a_write_keeps_what_is_secret_to_its_owner(tmp_path: Path) -> None:
    durable.write(tmp_path / "record.json", b"{}")
    assert (tmp_path / "record.json").stat().st_mode & 0o777 == 0o600


def test_what_is_no_json_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("{")
    assert durable.read_json(tmp_path / "x") is None
    assert durable.read_json(tmp_path / "y") is None


def test_a_full_disk_is_said_with_the_way_out() -> None:
    error = full()
    error.filename = "/var/lib/dialform/status.json"
    assert durable.explained(error) == (
        "The disk is full: /var/lib/dialform/status.json cannot be written. Free space there "
        "(`df -h`); what runs goes on, and the agent tries again."
    )


def test_removing_follows_no_link(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "kept").write_text("x")
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "link").symlink_to(other)
    durable.remove_tree(tree)
    (tmp_path / "alias").symlink_to(other)
    durable.remove_tree(tmp_path / "alias")
    assert (other / "kept").read_text() == "x"
    assert not tree.exists()
    assert not (tmp_path / "alias").is_symlink()


def test_leftovers_of_a_living_process_stay(tmp_path: Path) -> None:
    theirs = tmp_path / f".status.json.{os.getppid()}.new"
    dead = tmp_path / ".status.json.4194305.new"
    for path in (theirs, dead):
        path.write_text("x")
    durable.sweep(tmp_path)
    assert theirs.exists()
    assert not dead.exists()


def test_links_are_copies_where_there_are_no_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b/c").write_text("x")
    (tmp_path / "a/b/c").chmod(0o640)
    monkeypatch.setattr(os, "link", refuse)
    durable.link_tree(tmp_path / "a", tmp_path / "d", ["b/c"])
    made = tmp_path / "d/b/c"
    assert made.read_text() == "x"
    assert made.stat().st_mode & 0o777 == 0o640
    assert made.stat().st_ino != (tmp_path / "a/b/c").stat().st_ino
