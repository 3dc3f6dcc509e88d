"""A PostgreSQL of this test run alone: on a socket in a folder of its own, gone with the run."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

OWNERS = ("postgres", "nobody")
"""PostgreSQL does not run as root: who it is then, the first of them that this machine knows."""


def programs() -> Path | None:
    """The folder of initdb and pg_ctl; Debian keeps them off the PATH. None: not installed."""
    found = (shutil.which(name) for name in ("initdb", "pg_ctl"))
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    folders = [*(Path(each).resolve().parent for each in found if each), *debian]
    return next((one for one in folders if {"initdb", "pg_ctl"} <= _names(one)), None)


def _version(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdigit() else 0


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def owner() -> Mapping[str, Any]:
    """Whom its processes belong to, as `subprocess` takes it."""
    if os.geteuid():
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = next(known[name] for name in OWNERS if name in known)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": ()}


@contextmanager
def running(bin_: Path) -> Iterator[str]:
    """Its URL. It listens to no network; whoever may enter its folder may do all in it."""
    who = owner()
    # Not below pytest's own folder: others than its owner may not pass there.
    with tempfile.TemporaryDirectory(prefix="dialform-pg-") as name:
        folder = Path(name)
        if who:
            os.chown(folder, who["user"], who["group"])
        data, log = folder / "data", folder / "log"

        def run(*words: str | Path) -> None:
            done = subprocess.run(
                words, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE, text=True, check=False, **who,
            )  # fmt: skip
            told = log.read_text() if log.exists() else ""
            assert done.returncode == 0, f"{words}: {done.stderr}{told}"

        run(bin_ / "initdb", "-D", data, "-U", "dialform", "-A", "trust", "-E", "UTF8",
            "--locale=C", "--no-sync")  # fmt: skip
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        run(bin_ / "pg_ctl", "start", "-w", "-D", data, "-l", log, "-o", options)
        try:
            yield f"postgresql:///postgres?host={folder}&user=dialform"
        finally:
            run(bin_ / "pg_ctl", "stop", "-w", "-m", "immediate", "-D", data)


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    """The URL of a PostgreSQL: the one that DIALFORM_POSTGRESQL names, else one of this run's own."""
    url = os.environ.get("DIALFORM_POSTGRESQL")
    if url:
        yield url
        return
    found = programs()
    if found is None:
        pytest.skip(
            "NO POSTGRESQL: IT IS NOT INSTALLED, AND DIALFORM_POSTGRESQL NAMES NO DATABASE. "
            "WHAT IS KEPT IN POSTGRESQL IS NOT TESTED"
        )
    with running(found) as url:
        yield url
