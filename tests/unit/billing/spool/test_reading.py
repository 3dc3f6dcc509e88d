"""What counts as a record, what is left for later, and what goes to `bad/`."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialform.billing.facts import CALL
from dialform.billing.spool import spool as module

from .records import DAY, Folder, drain, new_uuid, record


def test_a_record_is_read_settled_and_kept_by_the_day(folder: Folder) -> None:
    uuid = folder.call(dialform_extension="1001")
    spool = folder.spool()
    [batch] = spool.passes()
    [one] = batch.read
    [fact] = one.facts
    assert (fact.uuid, fact.kind, fact.tenant, fact.host) == (uuid, CALL, "acme", "pbx1")
    assert folder.waiting() == [f"{uuid}.cdr.json"], "what is read lies there until it is booked"
    spool.settle(batch.read)
    assert folder.waiting() == []
    assert folder.names(f"booked/{DAY}") == [f"{uuid}.cdr.json"]
    assert folder.alarms == []


def test_a_leg_of_nobody_is_put_away_without_facts(folder: Folder) -> None:
    uuid = folder.call(dialform_tenant="", dialform_trunk="")
    assert drain(folder.spool()) == [uuid]
    assert folder.waiting() == []


@pytest.mark.parametrize("cut", [0, 1, 40, -2, -1])
def test_what_is_not_complete_is_left_for_thirty_seconds(folder: Folder, cut: int) -> None:
    uuid = new_uuid()
    name, whole = f"{uuid}.cdr.json", record(uuid)
    folder.put(name, whole[:cut], age=29)
    spool = folder.spool()
    assert drain(spool) == []
    assert folder.waiting() == [name] and spool.left.files == 1
    folder.put(name, whole, age=0)
    assert drain(spool) == [uuid], "it was still being written"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b'{"variables":', "does not end"),
        (os.urandom(5000) + b"x", "does not end"),
        (b'{"variables":{}', "does not end"),
    ],
)
def test_what_stays_incomplete_is_bad(folder: Folder, content: bytes, says: str) -> None:
    name = f"{new_uuid()}.cdr.json"
    folder.put(name, content, age=31)
    good = folder.call()
    spool = folder.spool()
    assert drain(spool) == [good], "the rest goes on"
    assert folder.waiting() == []
    assert (folder.path / "bad" / name).read_bytes() == content
    assert says in folder.reason(name) and folder.reason(name).startswith("2026-11-22T")
    assert [kind for kind, _ in folder.alarms] == ["bad"] and name in folder.alarms[0][1]
    assert sum(spool.counted.values()) == 1


def test_a_name_says_nothing_to_a_terminal(folder: Folder) -> None:
    folder.put("a\n\x1b[31mb\x9b.cdr.json", b"}\n", age=31)
    assert drain(folder.spool()) == []
    [(kind, words)] = folder.alarms
    assert kind == "bad" and words.isprintable() and r"a\n\x1b[31mb" in words


def test_very_many_bad_files_are_not_as_many_alarms(folder: Folder) -> None:
    for _ in range(50):
        folder.put(f"{new_uuid()}.cdr.json", b"rubbish}\n")
    spool = folder.spool()
    drain(spool)
    drain(spool)
    assert len(folder.alarms) == 21 and folder.alarms[-1][1].startswith("30 more files")
    assert sum(spool.counted.values()) == 50


def test_a_time_in_the_future_does_not_keep_rubbish_for_ever(folder: Folder) -> None:
    name = f"{new_uuid()}.cdr.json"
    folder.put(name, b"half", age=-3600)
    drain(folder.spool())
    assert name in folder.names("bad")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x00\x01\x02}\n", "no JSON"),
        (b'{"variables":{"uuid":"../../etc/passwd","dialform_tenant":"acme"}}\n', "names no leg"),
        (b'{"a":' * 100_000 + b"}\n", "too deep"),
        (b"[]}\n", "no JSON"),
    ],
)
def test_rubbish_that_ends_well_is_bad_at_once(folder: Folder, content: bytes, says: str) -> None:
    name = f"{new_uuid()}.cdr.json"
    folder.put(name, content, age=0)
    drain(folder.spool())
    assert says in folder.reason(name)


def test_a_file_of_100_mb_is_not_read(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"{new_uuid()}.cdr.json"
    with folder.put(name, b"").open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    asked: list[int] = []
    read = os.read
    monkeypatch.setattr(os, "read", lambda fd, size: (asked.append(size), read(fd, size))[1])
    good = folder.call()
    assert drain(folder.spool()) == [good]
    assert max(asked) < 100_000
    assert "104,857,600 bytes" in folder.reason(name)


@pytest.mark.parametrize(
    "kind", ["folder", "symlink", "dangling", "pipe", "socket", "name", "dots"]
)
def test_what_is_no_record_file_at_all_is_bad(folder: Folder, kind: str, tmp_path: Path) -> None:
    name = f"{new_uuid()}.cdr.json"
    outside = tmp_path / "outside"
    outside.write_bytes(record(new_uuid()))
    path = folder.path / name
    if kind == "folder":
        (path / "deep").mkdir(parents=True)
    elif kind in ("symlink", "dangling"):
        path.symlink_to(outside if kind == "symlink" else tmp_path / "nothing")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        here = Path.cwd()
        os.chdir(folder.path)  # the whole path may be too long for a socket
        try:
            socket.socket(socket.AF_UNIX).bind(name)
        finally:
            os.chdir(here)
    else:
        name = {"name": "notes.txt", "dots": ".cdr.json"}[kind]
        (folder.path / name).write_text("mine")
    os.utime(folder.path / name, (folder.now - 5, folder.now - 5), follow_symlinks=False)
    good = folder.call()
    spool = folder.spool()
    assert drain(spool) == [good]
    assert folder.waiting() == [name], "it may be somebody's copying under way"
    folder.now += 365 * 86400
    assert drain(spool) == []
    assert folder.waiting() == []
    assert name in folder.names("bad") and folder.reason(name)
    assert outside.exists()


def test_batches_are_read_lazily(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many files as one likes: no more of them are looked at than are asked for."""
    uuid = folder.call()
    [entry] = [each for each in os.scandir(folder.path) if each.name.startswith(uuid)]
    looked = 0

    class Endless:
        def __enter__(self) -> Iterator[os.DirEntry[str]]:
            return self.entries()

        def __exit__(self, *_: object) -> None: ...

        def entries(self) -> Iterator[os.DirEntry[str]]:
            nonlocal looked
            while True:
                looked += 1
                yield entry

    monkeypatch.setattr(module.os, "scandir", lambda path: Endless())
    passes = folder.spool(batch=50).passes()
    assert [len(next(passes).read) for _ in range(3)] == [50, 50, 50]
    assert looked == 150
    passes.close()


def test_one_pass_over_many_takes_them_all(folder: Folder) -> None:
    uuids = sorted(folder.call() for _ in range(230))
    sizes = []
    spool = folder.spool(batch=100)
    for batch in spool.passes():
        sizes.append(len(batch.read))
        spool.settle(batch.read)
    assert sorted(sizes, reverse=True) == [100, 100, 30]
    assert [name.removesuffix(".cdr.json") for name in folder.names(f"booked/{DAY}")] == uuids


def test_a_single_record_is_found_by_its_leg(folder: Folder) -> None:
    uuid = folder.call(age=0)
    spool = folder.spool()
    assert spool.holds(uuid) and not spool.holds(new_uuid())
    assert not spool.holds("../cdr/" + uuid)
    batch = spool.find([new_uuid(), "../../etc/passwd", "", uuid])
    assert [one.uuid for one in batch.read] == [uuid]
    spool.settle(batch.read)
    assert not spool.holds(uuid)


def test_a_folder_in_which_nothing_changed_is_not_listed(folder: Folder) -> None:
    spool = folder.spool()
    assert not spool.unchanged()
    folder.call()
    drain(spool)
    folder.now = (folder.path.stat().st_mtime) + 10
    drain(spool)
    assert spool.unchanged()
    folder.call()
    os.utime(folder.path, (folder.now, folder.now))
    assert not spool.unchanged()
    drain(spool)
    folder.now += 3600
    drain(spool)
    os.utime(folder.path, (folder.now - 10, folder.now - 10))
    drain(spool)
    assert spool.unchanged()
    folder.now += 61
    assert not spool.unchanged(), "its time alone is not trusted for ever"


def test_a_folder_that_changed_a_moment_ago_is_listed_again(folder: Folder) -> None:
    """Two changes within one tick of the file system's clock leave one time."""
    spool = folder.spool()
    os.utime(folder.path, (folder.now - 1, folder.now - 1))
    drain(spool)
    assert not spool.unchanged()


def test_how_much_waits_is_counted_up_to_a_bound(folder: Folder) -> None:
    for age in (500, 100, 300):
        folder.call(age=age)
    spool = folder.spool()
    left = spool.survey()
    assert (left.files, left.oldest) == (3, folder.now - 500)
    assert spool.survey(most=2).files == 2


def test_somebody_else_may_put_files_away_meanwhile(folder: Folder) -> None:
    uuid = folder.call()
    one, other = folder.spool(), folder.spool()
    [batch] = one.passes()
    assert drain(other) == [uuid]
    one.settle(batch.read)
    one.refuse(batch.read[0], "it does not add up")
    assert folder.names(f"booked/{DAY}") == [f"{uuid}.cdr.json"]
    assert one.trouble == "" and folder.alarms == []
