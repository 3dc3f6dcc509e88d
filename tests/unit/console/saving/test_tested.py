"""Whose call tests are run for a change: those of the tenants whose files it touches."""

from collections.abc import Sequence

import pytest

from dialform.console.saving import TestRun
from dialform.console.saving.acts import examine
from dialform.console.saving.trial import Trial

from ..stage import git
from .conftest import Desk


def test_of_a_comment_in_a_tenant_s_file_its_own_alone(
    alice: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Sequence[str]] = []

    def noted(self: Trial, commit: str, tenants: Sequence[str]) -> TestRun:
        asked.append(tenants)
        return TestRun()

    monkeypatch.setattr(Trial, "run", noted)
    site = alice.stage.site
    git(site, "checkout", "--quiet", "-b", "words")
    file = site / "tenants.d/acme/pbx.yaml"
    file.write_text(file.read_text("utf-8") + "# A word more.\n", "utf-8")
    git(site, "commit", "--quiet", "--all", "--message", "A word more")
    git(site, "push", "--quiet", str(alice.stage.remote), "words")
    alice.repository.fetch()
    alice.run(examine, "words")
    assert asked == [["acme"]]
