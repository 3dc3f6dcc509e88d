"""Commands that go on for months look for garbage in circles, which short ones do not."""

import asyncio
import gc
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from dialform.cli import agent, entry, provision
from dialform.reconcile.settings import Settings


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bool]]:
    """Whether it is looked for, each time that a command begins with its work; as after `entry.script`."""
    found: list[bool] = []

    def run(work: Coroutine[Any, Any, Any]) -> None:
        work.close()
        found.append(gc.isenabled())

    monkeypatch.setattr(asyncio, "run", run)
    gc.disable()
    yield found
    gc.enable()


def test_the_service_for_phones(seen: list[bool], tmp_path: Path) -> None:
    root = tmp_path / "pbx1"
    (root / "phones").mkdir(parents=True)
    (root / "phones" / "service.json").write_text("{}")
    given = ["serve", "--root", str(root), "--state", str(tmp_path / "state")]
    provision.command(given, standalone_mode=False)
    assert seen == [True]


def test_the_agent(seen: list[bool], tmp_path: Path) -> None:
    settings = Settings(site=str(tmp_path), host="pbx1", state=tmp_path / "state")
    agent.run(settings, once=False, log_level="info")
    assert seen == [True]


def test_the_simulated_switch(seen: list[bool], tmp_path: Path) -> None:
    assert entry.main(["simulate", "--conf", str(tmp_path)]) == 64
    assert gc.isenabled()
