"""Which recordings are removed, and that nothing else ever is."""

import os
from pathlib import Path

import pytest

from dialform.reconcile.recordings import prune, recorded

NOW = 1_800_000_000.0
DAY = 86400


def put(folder: Path, name: str, days: float) -> Path:
    """A recording that was written so many days ago."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"RIFF")
    os.utime(path, (NOW - days * DAY, NOW - days * DAY))
    return path


def gone(folder: Path, *, dry_run: bool = False, **keep_days: int) -> list[str]:
    return [one.path for one in prune(folder, keep_days, NOW, dry_run=dry_run)]


def test_what_is_older_than_its_tenant_keeps_it_goes(tmp_path: Path) -> None:
    old = put(tmp_path, "acme/2026-01/a.wav", 30.1)
    young = put(tmp_path, "acme/2026-01/b.wav", 29.9)
    other = put(tmp_path, "bravo/2026-01/c.wav", 400)
    assert gone(tmp_path, acme=30) == ["acme/2026-01/a.wav"]
    assert [old.exists(), young.exists(), other.exists()] == [False, True, True]


def test_where_nobody_says_how_long_everything_stays(tmp_path: Path) -> None:
    path = put(tmp_path, "acme/2026-01/a.wav", 4000)
    assert gone(tmp_path) == []
    assert path.exists()


def test_conferences_are_kept_as_long_as_calls(tmp_path: Path) -> None:
    old = put(tmp_path, "acme/conferences/900/a.wav", 31)
    young = put(tmp_path, "acme/conferences/901/b.wav", 1)
    other = put(tmp_path, "acme/conferences/notes/c.wav", 31)
    (tmp_path / "acme/conferences/902").symlink_to(tmp_path / "acme/conferences/notes")
    assert gone(tmp_path, acme=30) == ["acme/conferences/900/a.wav"]
    assert [old.exists(), young.exists(), other.exists()] == [False, True, True]


def test_a_dry_run_removes_nothing(tmp_path: Path) -> None:
    path = put(tmp_path, "acme/2026-01/a.wav", 31)
    assert gone(tmp_path, dry_run=True, acme=30) == ["acme/2026-01/a.wav"]
    assert path.exists()


def test_an_empty_month_goes_and_its_tenant_stays(tmp_path: Path) -> None:
    put(tmp_path, "acme/2026-01/a.wav", 31)
    put(tmp_path, "acme/2026-02/b.wav", 1)
    gone(tmp_path, acme=30)
    assert [path.name for path in (tmp_path / "acme").iterdir()] == ["2026-02"]


@pytest.mark.parametrize("place", ["acme", "acme/2026-01", "acme/2026-01/a.wav"])
def test_no_link_is_followed(tmp_path: Path, place: str) -> None:
    """A tenant's folder, a month or a file that leads elsewhere is left alone, and so is elsewhere."""
    root, elsewhere = tmp_path / "recordings", tmp_path / "elsewhere"
    secret = put(elsewhere, "acme/2026-01/a.wav", 500)
    (root / place).parent.mkdir(parents=True)
    (root / place).symlink_to(elsewhere / place)
    os.utime(root / place, (0, 0), follow_symlinks=False)
    assert gone(root, acme=1) == []
    assert secret.exists()
    assert (root / place).is_symlink()
    assert list(recorded(root)) == []


def test_only_recordings_are_looked_at(tmp_path: Path) -> None:
    kept = [
        put(tmp_path, name, 500)
        for name in ("acme/2026-01/notes.txt", "acme/a.wav", "a.wav", "acme/old/a.wav",
                     "acme/2026-01/deep/a.wav", "ACME/2026-01/a.wav")
    ]  # fmt: skip
    (tmp_path / "acme/2026-01/folder.wav").mkdir()
    assert gone(tmp_path, acme=1, ACME=1) == []
    assert all(path.exists() for path in kept)


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert gone(tmp_path / "none", acme=1) == []
    assert list(recorded(tmp_path / "none")) == []


def test_list_says_what_there_is(tmp_path: Path) -> None:
    put(tmp_path, "acme/2026-02/b.wav", 1)
    put(tmp_path, "acme/2026-01/a.wav", 31)
    put(tmp_path, "bravo/2026-01/c.wav", 2)
    assert [one.path for one in recorded(tmp_path)] == [
        "acme/2026-01/a.wav", "acme/2026-02/b.wav", "bravo/2026-01/c.wav",
    ]  # fmt: skip
    (only,) = recorded(tmp_path, ["bravo"])
    assert (only.tenant, only.size, only.changed) == ("bravo", 4, NOW - 2 * DAY)
