"""A host that receives faxes, and a mail server."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialform.billing.consequences.mailing import Sender

from .mailbox import Mailbox, running
from .world import MEMORY, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """In memory, where syncing costs nothing."""
    with tempfile.TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else tmp_path) as one:
        made = World(Path(one))
        try:
            yield made
        finally:
            made.close()


@pytest.fixture
def box(world: World) -> Iterator[Mailbox]:
    with running() as made:
        world.sender = Sender(made.url, "pbx@example.com", "demo")
        yield made
