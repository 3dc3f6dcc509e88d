"""The world of the agent's tests: a repository, a simulated switch, agents."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from .faults.world import World

MEMORY = Path("/dev/shm")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A host whose switch has not been started: `async with world:` does it.

    The agent syncs all that it writes; in memory that costs nothing, and here no power fails.
    """
    if not os.access(MEMORY, os.W_OK):
        yield World(tmp_path)
        return
    with tempfile.TemporaryDirectory(prefix="dialform-", dir=MEMORY) as folder:
        yield World(Path(folder))
