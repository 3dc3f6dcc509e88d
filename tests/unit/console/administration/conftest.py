"""A portal that tests of a module share, where they change nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ..stage import Stage


@pytest.fixture(scope="module")
def shared(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A portal over the demo site, for tests that change nothing in it."""
    stage = Stage(tmp_path_factory.mktemp("shared") / "stage", prepared, {})
    yield stage
    stage.close()
