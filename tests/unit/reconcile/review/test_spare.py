"""A spare folder that cannot be made leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialform.reconcile import durable
from dialform.reconcile.generations import Generations
from dialform.reconcile.layout import Layout

from ..keeping.compiled import compiled, full


def test_a_spare_folder_that_cannot_be_made_is_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generations = Generations(Layout(tmp_path))
    one = generations.take(compiled(tmp_path / "build", {"freeswitch/a.xml": "<a/>"}), "a" * 40)
    before = sorted(path.name for path in generations.folder.iterdir())

    def hook(name: str) -> None:
        if name == "syncfs":
            raise full()

    monkeypatch.setattr(durable, "hook", hook)
    with pytest.raises(OSError, match="No space"):
        generations.prepare(one)
    assert sorted(path.name for path in generations.folder.iterdir()) == before
