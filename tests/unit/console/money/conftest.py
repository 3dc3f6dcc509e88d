"""Acme's October, as somebody looks at it on the third of November."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dialform.console.clocks import Clocks
from tests.acceptance.billedsite import Facts, fill, month

from ..stage import Stage

NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC).timestamp()


@pytest.fixture
def billed(stage: Stage) -> Stage:
    """A portal whose ledger has a month of calls."""
    fill(stage.ledger, stage.site, month(Facts()))
    stage.ground.clocks = Clocks(wall=lambda: NOW)
    return stage


@pytest.fixture
def recordings(billed: Stage, tmp_path: Path) -> Path:
    """The folder of recordings of its host, with one of extension 1001, one of 1002, a conference, a secret."""
    import json

    folder = tmp_path / "recordings"
    (billed.out / "pbx1" / "recordings.json").write_text(
        json.dumps({"folder": str(folder), "keep_days": {}})
    )
    for path in (
        "acme/2026-10/2026-10-02_10-00-00_1001_00000000-0000-4000-8000-000000000001.wav",
        "acme/2026-10/2026-10-06_12-00-00_1002_00000000-0000-4000-8000-000000000003.wav",
        "acme/conferences/900/2026-10-10-17-10-00.wav",
        "janes-bakery/2026-10/2026-10-02_10-00-00_2001_00000000-0000-4000-8000-000000000009.wav",
    ):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(b"RIFF" + bytes(range(96)))
    (folder / "acme" / "secret.wav").write_bytes(b"not of a month")
    return folder
