"""The sample pins the shape between the agent that writes a status and the metrics that read it."""

from pathlib import Path
from typing import Any

from dialform.reconcile.layout import Layout
from dialform.reconcile.settings import Settings
from dialform.reconcile.status import StatusBook
from dialform.reconcile.times import Times


def test_the_sample_is_shaped_as_what_agents_write(status: dict[str, Any], tmp_path: Path) -> None:
    written = StatusBook(Layout(tmp_path), Settings("x", "pbx1", tmp_path), Times()).data
    # What it adds is written by the parts of the agent that know it, once they do.
    assert status.keys() - written.keys() <= {"attackers"}
    for key, value in written.items():
        assert not isinstance(value, dict) or isinstance(status.get(key, {}), dict), key
    assert status["source"].keys() == written["source"].keys()
    assert [one["type"] for one in status["conditions"]] == [
        one["type"] for one in written["conditions"]
    ]
    assert {k for one in status["conditions"] for k in one} == set(written["conditions"][0])
