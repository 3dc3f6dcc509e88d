"""Files are put away once, whatever dies or fails in between."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable

import pytest

from dialform.billing.spool import files

from .records import DAY, Folder, Killed, drain, new_uuid, record


def failing(at: str, error: BaseException, times: int = 1_000_000) -> Callable[[str], None]:
    left = [times]

    def hook(name: str) -> None:
        if name == at and left[0]:
            left[0] -= 1
            raise error

    return hook


def counting() -> tuple[Callable[[str], None], list[str]]:
    seen: list[str] = []
    return seen.append, seen


def test_a_file_that_changed_since_it_was_read_is_read_again(folder: Folder) -> None:
    uuid = folder.call()
    spool = folder.spool()
    [batch] = spool.passes()
    folder.put(f"{uuid}.cdr.json", record(uuid, dialform_to="+12125550100"), age=50)
    spool.settle(batch.read)
    assert folder.waiting() == [f"{uuid}.cdr.json"]
    [again] = spool.passes()
    assert again.read[0].facts[0].number == "+12125550100"


def test_what_lies_there_already_stays(folder: Folder) -> None:
    uuid = folder.call()
    drain(folder.spool())
    for number in (2, 3):
        folder.put(f"{uuid}.cdr.json", record(uuid, dialform_to=f"+1212555010{number}"))
        drain(folder.spool())
    names = [f"{uuid}.cdr.json", f"{uuid}.cdr.json.2", f"{uuid}.cdr.json.3"]
    assert folder.names(f"booked/{DAY}") == names
    for number in (1, 2):
        folder.put(f"{uuid}.cdr.json", b"%d}\n" % number)
        drain(folder.spool())
    assert (folder.path / f"bad/{uuid}.cdr.json").read_bytes() == b"1}\n"
    assert (folder.path / f"bad/{uuid}.cdr.json.2").read_bytes() == b"2}\n"
    assert len([name for name in folder.names("bad") if name.endswith(".reason.txt")]) == 2


def test_what_the_ledger_does_not_take_is_bad(folder: Folder) -> None:
    uuid = folder.call()
    spool = folder.spool()
    [batch] = spool.passes()
    spool.refuse(batch.read[0], "The ledger has it with other content.")
    assert folder.waiting() == []
    assert "other content" in folder.reason(f"{uuid}.cdr.json")
    assert spool.counted == {"The ledger has it with other content.": 1}


def test_killed_at_any_step_each_file_lies_in_one_place(folder: Folder) -> None:
    """Put away or still there, never twice and never lost; and the next run ends the same."""

    def work() -> None:
        spool = folder.spool()
        drain(spool)

    def lay() -> set[str]:
        shutil.rmtree(folder.path)
        folder.path.mkdir()
        uuids = {folder.call(), folder.call()}
        folder.put(f"{(bad := new_uuid())}.cdr.json", b"rubbish}\n")
        return {f"{uuid}.cdr.json" for uuid in (*uuids, bad)}

    lay()
    files.hook, steps = counting()
    work()
    assert len(steps) > 8
    for place in range(len(steps)):
        wanted = lay()
        seen = 0

        def dies(name: str, place: int = place) -> None:
            nonlocal seen
            seen += 1
            if seen == place + 1:
                raise Killed

        files.hook = dies
        with pytest.raises(Killed):
            work()
        files.hook = None
        found = [
            path.name
            for path in folder.path.rglob("*.cdr.json")
        ]  # fmt: skip
        assert sorted(found) == sorted(wanted), f"killed at {steps[place]}"
        work()
        assert folder.waiting() == []
        assert len(folder.names(f"booked/{DAY}")) == 2
        assert len(folder.names("bad")) == 2, "the file and its reason"


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.ENOSPC, errno.EIO])
def test_what_cannot_be_moved_is_not_read_again_and_moves_later(
    folder: Folder, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    uuid = folder.call()
    spool = folder.spool()
    files.hook = failing("move", OSError(number, os.strerror(number), "the file"))
    assert drain(spool) == [uuid]
    assert folder.waiting() == [f"{uuid}.cdr.json"]
    assert drain(spool) == [], "its facts are booked: it is only in the way"
    assert spool.trouble and spool.left.files == 1
    assert [kind for kind, _ in folder.alarms] == ["spool"], "said once"
    assert "\n" not in spool.trouble
    files.hook = None
    assert drain(spool) == [] and drain(spool) == []
    assert folder.names(f"booked/{DAY}") == [f"{uuid}.cdr.json"] and spool.trouble == ""


def test_another_file_in_the_place_of_one_that_is_stuck_is_read(folder: Folder) -> None:
    uuid = folder.call()
    spool = folder.spool()
    files.hook = failing("move", PermissionError(errno.EACCES, "denied", "x"), times=1)
    drain(spool)
    folder.put(f"{uuid}.cdr.json", record(uuid, dialform_to="+12125550100"), age=5)
    assert drain(spool) == [] and drain(spool) == [uuid]


def test_on_a_full_disk_a_bad_file_goes_without_its_reason(folder: Folder) -> None:
    name = f"{new_uuid()}.cdr.json"
    folder.put(name, b"rubbish}\n")
    files.hook = failing("note", OSError(errno.ENOSPC, "full", "x"))
    drain(folder.spool())
    assert folder.names("bad") == [name]
    assert "no JSON" in folder.alarms[0][1], "the alarm says it all the same"


def test_what_may_not_be_read_is_left_and_said(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, good = folder.call(), folder.call()
    opened = os.open

    def denied(path: object, flags: int, *more: int) -> int:
        if secret in str(path):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return opened(path, flags, *more)  # type: ignore[arg-type]

    spool = folder.spool()
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", denied)
        assert drain(spool) == [good]
        assert drain(spool) == []
        assert "may not be read" in spool.trouble and secret in spool.trouble
        assert folder.waiting() == [f"{secret}.cdr.json"], "there is money in it"
        assert len(folder.alarms) == 1
    assert drain(spool) == [secret]
    assert spool.trouble == ""


def test_a_folder_that_was_removed_is_made_as_it_was(folder: Folder) -> None:
    folder.path.chmod(0o2775)
    spool = folder.spool()
    drain(spool)
    shutil.rmtree(folder.path)
    assert drain(spool) == []
    assert folder.path.stat().st_mode & 0o7777 == 0o2775
    assert "made anew" in folder.alarms[0][1] and len(folder.alarms) == 1
    assert spool.trouble == ""
    uuid = folder.call()
    assert drain(spool) == [uuid]


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(folder: Folder) -> None:
    shutil.rmtree(folder.path)
    folder.path.parent.joinpath("cdr").write_text("a file is in the way")
    spool = folder.spool()
    assert drain(spool) == [] and drain(spool) == []
    assert str(folder.path) in spool.trouble and len(folder.alarms) == 1


@pytest.mark.parametrize("name", ["booked", "bad"])
def test_a_file_called_as_a_shelf_is_said_and_loses_nothing(folder: Folder, name: str) -> None:
    (folder.path / name).write_text("in the way")
    uuid, bad = folder.call(), f"{new_uuid()}.cdr.json"
    folder.put(bad, b"rubbish}\n")
    spool = folder.spool()
    assert drain(spool) == [uuid]
    assert name in spool.trouble
    left = {"booked": f"{uuid}.cdr.json", "bad": bad}[name]
    assert left in folder.waiting()
    (folder.path / name).unlink()
    drain(spool)
    assert folder.waiting() == []


def test_what_was_booked_long_ago_is_removed_in_portions(folder: Folder) -> None:
    for day, count in (("2026-08-01", 5), ("2026-08-24", 2), (DAY, 3)):
        shelf = folder.path / "booked" / day
        shelf.mkdir(parents=True)
        for _ in range(count):
            (shelf / f"{new_uuid()}.cdr.json").write_text("old")
    outside = folder.path.parent / "outside"
    outside.mkdir()
    (outside / "precious").write_text("stays")
    (folder.path / "booked" / "2020-01-01").symlink_to(outside)
    (folder.path / "booked" / "2020-1-1").mkdir()
    spool = folder.spool()
    assert [spool.prune(90, most=3) for _ in range(3)] == [3, 2, 0]
    assert folder.names("booked") == ["2020-01-01", "2020-1-1", "2026-08-24", DAY]
    assert spool.prune(89) == 2
    assert (outside / "precious").exists()
