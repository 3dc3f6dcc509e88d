from __future__ import annotations

from collections.abc import Iterator

import pytest

from ..faults.world import World
from .post import Post, opened


@pytest.fixture
def post(world: World) -> Iterator[Post]:
    with opened(world) as made:
        yield made
