"""Hosts for the meter's tests."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialform.compiler.build import Options, build
from dialform.compiler.check import Run
from dialform.compiler.secrets import open_store
from dialform.renderers import freeswitch
from dialform.schema.tree import scan

from .world import World

MEMORY = Path("/dev/shm")
ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The host's folder of the demo site, compiled without secrets."""
    out = tmp_path_factory.mktemp("demo")
    build(Run(scan(ROOT), open_store(None, os.environ), 1), freeswitch, Options(out, None))
    return out / "pbx1"


@pytest.fixture
def fast(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: the ledger syncs all that it writes, and no power fails here."""
    if not os.access(MEMORY, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="dialform-", dir=MEMORY) as folder:
        yield Path(folder)


@pytest.fixture
def world(fast: Path) -> Iterator[World]:
    """A host with a spool, and a switch that has not booted."""
    made = World(fast)
    yield made
    made.close()


@pytest.fixture
def bare(fast: Path) -> Iterator[World]:
    """A host without a spool."""
    made = World(fast, spool=False)
    yield made
    made.close()
