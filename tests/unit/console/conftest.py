"""A portal over the demo site, without a server: requests go straight into the application."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dialform.console.saving import fetching

from .stage import Stage, prepare


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled demo site, once."""
    return prepare(tmp_path_factory.mktemp("portal") / "made")


@pytest.fixture
def make_stage(prepared: Path, tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    """Makes a stage; `console` are entries of `console:`."""
    made: list[Stage] = []

    def make(**console: Any) -> Stage:
        stage = Stage(tmp_path / f"stage{len(made)}", prepared, console)
        made.append(stage)
        return stage

    yield make
    for one in made:
        one.close()


@pytest.fixture
def stage(make_stage: Callable[..., Stage]) -> Stage:
    """A portal over the demo site."""
    return make_stage()


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fetch is waited for however busy the machine is: a test that is about that says so."""
    monkeypatch.setattr(fetching, "PATIENCE", 60.0)
    monkeypatch.setattr(fetching, "SAVING", 120.0)
