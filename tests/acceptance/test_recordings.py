"""`dialform recordings` and `dialform media` from outside."""

import json
import os
import time
from pathlib import Path

from .conftest import Run

DAY = 86400


def put(folder: Path, name: str, days: float) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"RIFF" * 100)
    then = time.time() - days * DAY
    os.utime(path, (then, then))
    return path


def compiled(site: Path, run: Run, folder: Path) -> None:
    """The site with a tenant that keeps its recordings for 30 days in this folder."""
    platform = site / "platform.yaml"
    text = platform.read_text()
    assert "address: 203.0.113.10" in text
    platform.write_text(
        text.replace(
            "address: 203.0.113.10",
            f"address: 203.0.113.10\n    paths: {{recordings: {folder}}}",
            1,
        )
    )
    file = site / "tenants.d/janes-bakery.yaml"
    file.write_text(
        file.read_text().replace(
            'caller_id: "+15045550142"}', 'caller_id: "+15045550142", record: all}', 1
        )
        + "\nrecording: {keep_days: 30}\n"
    )
    done = run("compile", cwd=site)
    assert done.status == 0, done.out + done.err


def test_list_and_prune(site: Path, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "rec"
    compiled(site, run, folder)
    old = put(folder, "janes-bakery/2026-01/a.wav", 31)
    young = put(folder, "janes-bakery/2026-02/b.wav", 2)
    others = put(folder, "elsewhere/2026-01/c.wav", 500)

    done = run("recordings", "list", "--host", "pbx1", cwd=site)
    assert done.status == 0
    assert "janes-bakery/2026-01/a.wav" in done.out
    assert done.out.splitlines()[-1] == "3 recordings, 0.0 MB"
    done = run(
        "recordings",
        "list",
        "--host",
        "pbx1",
        "--tenant",
        "elsewhere",
        "--format",
        "json",
        cwd=site,
    )
    (row,) = json.loads(done.out)["recordings"]
    assert (row["tenant"], row["path"], row["size"]) == (
        "elsewhere",
        "elsewhere/2026-01/c.wav",
        400,
    )

    done = run("recordings", "prune", "--host", "pbx1", "--dry-run", cwd=site)
    assert done.status == 0
    assert "1 would be removed" in done.out
    assert old.exists()
    done = run("recordings", "prune", "--host", "pbx1", cwd=site)
    assert done.status == 0
    assert "janes-bakery/2026-01/a.wav" in done.out
    assert [old.exists(), young.exists(), others.exists()] == [False, True, True]


def test_a_host_that_was_not_compiled(site: Path, run: Run) -> None:
    done = run("recordings", "prune", "--host", "pbx9", cwd=site)
    assert done.status == 3
    assert "run `dialform compile`" in done.err


def test_convert_says_what_is_wrong_with_each_file(run: Run, tmp_path: Path) -> None:
    done = run("media", "convert", str(tmp_path / "none.mp3"))
    assert done.status == 1
    assert "there is no file" in done.err
