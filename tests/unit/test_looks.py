"""What is known of released files is kept packed, and a change of any of them is seen, in one process or in many."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.compiler.looks import Group, Looking, Looks
from dialform.compiler.manifest import manifest, patched
from dialform.compiler.release import Released
from dialform.compiler.stamp import signature

NUMBERS = st.integers(0, 2**64 - 1)
PATHS = st.text(st.characters(exclude_characters="\0/"), min_size=1)
FILES = st.dictionaries(PATHS, st.tuples(NUMBERS, NUMBERS, NUMBERS), max_size=5)


def released(path: str, look: list[int] | None = None, sha256: str = "0" * 64) -> Released:
    return Released(path, 'tenant "ä"', sha256, 1, 0o640, look or [1, 2, 3])


@given(tenants=st.dictionaries(st.text(), FILES, max_size=3), own=FILES)
def test_looks_come_back_as_they_were_kept(
    tenants: dict[str, dict[str, tuple[int, int, int]]],
    own: dict[str, tuple[int, int, int]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("looks")
    groups = {
        name: Group.of(released(path, list(look)) for path, look in files.items())
        for name, files in {**tenants, "\0": own}.items()
    }
    kept = Looks("mark", {name: groups[name] for name in tenants}, {"pbx1": groups["\0"]})
    kept.hosts["pbx1"] = list(tenants)
    (folder / "looks").write_bytes(kept.content())
    found = Looks.read(folder)
    assert (found.mark, found.hosts, len(found)) == ("mark", kept.hosts, len(kept))
    for (name, one), (other, two) in zip(found.groups("pbx1"), kept.groups("pbx1"), strict=True):
        assert (name, one.packed(), one.paths()) == (other, two.packed(), two.paths())


@pytest.mark.parametrize("raw", [b"", b"\0" * 9, b"\0" * 7 + b"\x02[]", b"\xff" * 99])
def test_what_cannot_be_read_is_nothing(raw: bytes, tmp_path: Path) -> None:
    (tmp_path / "looks").write_bytes(raw)
    assert not Looks.read(tmp_path).mark


@pytest.fixture
def looks(tmp_path: Path) -> Looks:
    """Three tenants with three files each, on one host."""
    made = Looks("mark", hosts={"pbx1": ["a", "b", "c"]})
    for name in made.hosts["pbx1"]:
        (tmp_path / name).mkdir()
        files = []
        for number in range(3):
            path = f"{name}/{number} é\n.cfg"
            (tmp_path / path).write_text("as it was")
            files.append(released(path, signature(tmp_path / path)))
        made.tenants[name] = Group.of(files)
    return made


@pytest.mark.parametrize("workers", [0, 1, 2, 5])
def test_whatever_was_changed_is_seen_by_any_number_of_processes(
    workers: int, looks: Looks, tmp_path: Path
) -> None:
    def seen() -> dict[str, dict[str, list[str]]]:
        return Looking(looks, {"pbx1": f"{tmp_path}/"}, workers).changed()

    assert seen() == {}
    path = tmp_path / "a/1 é\n.cfg"
    before = path.stat()
    path.write_text("otherwise")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    (tmp_path / "b/0 é\n.cfg").unlink()
    (tmp_path / "b/2 é\n.cfg").replace(tmp_path / "aside")
    (tmp_path / "b/2 é\n.cfg").write_text("as it was")
    assert seen() == {"pbx1": {"a": ["a/1 é\n.cfg"], "b": ["b/0 é\n.cfg", "b/2 é\n.cfg"]}}


def test_a_look_that_was_killed_is_taken_again(looks: Looks, tmp_path: Path) -> None:
    (tmp_path / "c/0 é\n.cfg").unlink()
    looking = Looking(looks, {"pbx1": f"{tmp_path}/"}, 2)
    for _, process in looking._readers:
        os.kill(process, 9)
    assert looking.changed() == {"pbx1": {"c": ["c/0 é\n.cfg"]}}


def test_nobody_waits_for_a_look_that_is_closed(looks: Looks, tmp_path: Path) -> None:
    looking = Looking(looks, {"pbx1": f"{tmp_path}/"}, 2)
    processes = [process for _, process in looking._readers]
    looking.close()
    for process in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


ROWS = st.dictionaries(PATHS | st.text('a":{\\/b'), st.sampled_from("0123"), max_size=12)


@given(before=ROWS, fresh=ROWS, gone=st.sets(st.integers(0, 11)))
def test_a_patched_manifest_is_the_one_that_is_made_anew(
    before: dict[str, str], fresh: dict[str, str], gone: set[int]
) -> None:
    header = {"host": "pbx1", "commit": None}
    removed = [path for number, path in enumerate(before) if number in gone]
    after = {path: mark for path, mark in before.items() if path not in removed} | fresh

    def files(rows: dict[str, str]) -> list[Released]:
        return [released(path, sha256=mark * 64) for path, mark in rows.items()]

    last = manifest({**header, "commit": "another"}, files(before))
    if before:
        assert patched(last, header, removed, files(fresh)) == manifest(header, files(after))
    assert patched(last[:-1], header, (), ()) is None
