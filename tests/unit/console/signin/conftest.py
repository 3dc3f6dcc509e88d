"""One stage for all tests of a module: each begins with accounts of its own (`House`)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ..stage import Stage


@pytest.fixture(scope="module")
def stage(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A portal over the demo site."""
    stage = Stage(tmp_path_factory.mktemp("house") / "stage", prepared)
    yield stage
    stage.close()
