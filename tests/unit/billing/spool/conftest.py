"""A spool's folder for a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dialform.billing.spool import files

from .records import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    """Its files are the real ones; its clock is the test's."""
    yield Folder(tmp_path)
    files.hook = None
