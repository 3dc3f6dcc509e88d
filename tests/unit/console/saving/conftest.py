"""Somebody at a desk who saves: a ground with a real repository, and no server."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from dialform.console.saving import (
    Edit,
    Repository,
    Saved,
    TestRun,
    check,
    digest_of,
    save,
    value_at,
)
from dialform.console.saving.objects import Blobs
from dialform.console.saving.results import PART, Results
from dialform.console.saving.trial import Trial
from dialform.console.visitor import Visitor, visitor_of
from dialform.schema.rule import Path as Steps

from ..stage import SUBJECTS, Stage, git

_SHARED = Results(Blobs(Path("none")), Path("none"))
"""What the rules say of commits that many tests begin with."""


class Desk:
    """What saving asks of a request: whose it is, and on what ground."""

    def __init__(self, stage: Stage, role: str) -> None:
        self.stage, self.ground = stage, stage.ground
        subject = SUBJECTS.get(role, role)
        found = visitor_of(stage.ground.released(), 1, subject, subject)
        assert found is not None
        self.visitor: Visitor = found
        self.acts: list[tuple[str, dict[str, Any]]] = []
        stage.ground.parts.setdefault(PART, _SHARED)

    def audit(self, act: str, **details: Any) -> None:
        self.acts.append((act, details))

    def edit(self, path: Steps, value: Any, tenant: str | None = "acme") -> Edit:
        """An edit that begins now."""
        now = value_at(self.repository.tip(), tenant, path)
        return Edit(tenant, path, value, digest_of(now))

    @property
    def repository(self) -> Repository:
        return Repository.of(self.ground)

    def save(self, *edits: Edit, message: str = "A change", **more: Any) -> Saved:
        return asyncio.run(save(self, list(edits), message, **more))  # type: ignore[arg-type]

    def check(self, *edits: Edit, **more: Any) -> Any:
        return asyncio.run(check(self, list(edits), **more))  # type: ignore[arg-type]

    def run(self, work: Callable[..., Any], *args: Any, **more: Any) -> Any:
        return asyncio.run(work(self, *args, **more))


def heads(stage: Stage) -> dict[str, str]:
    """The branches of the remote."""
    told = git(
        stage.remote, "for-each-ref", "--format=%(refname:short) %(objectname)", "refs/heads/"
    )
    return dict(line.split() for line in told.splitlines())


def others(stage: Stage, change: Callable[[Path], None], message: str = "By hand") -> str:
    """Somebody else commits something in a clone, and pushes it."""
    git(stage.site, "pull", "--quiet", "--ff-only", "origin", "main")
    change(stage.site)
    git(stage.site, "add", "--all")
    git(stage.site, "commit", "--quiet", "--message", message)
    git(stage.site, "push", "--quiet", "origin", "HEAD:main")
    return git(stage.site, "rev-parse", "HEAD")


def replaced(file: str, old: str, new: str) -> Callable[[Path], None]:
    """A change of a text in a file."""

    def change(site: Path) -> None:
        text = (site / file).read_text("utf-8")
        assert old in text
        (site / file).write_text(text.replace(old, new), "utf-8")

    return change


def _none(self: Trial, commit: str, tenants: Sequence[str]) -> TestRun:
    return TestRun()


@pytest.fixture(autouse=True)
def quick(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Call tests are run where a test is about them."""
    if "call_tests" not in request.fixturenames:
        monkeypatch.setattr(Trial, "run", _none)


@pytest.fixture
def call_tests() -> None:
    """Asked for by a test whose changes are proved by call tests."""


@pytest.fixture
def make_desk(make_stage: Callable[..., Stage]) -> Callable[..., Desk]:
    """Makes a desk; `console` are entries of `console:`."""
    return lambda role="tenant_admin", **console: Desk(make_stage(**console), role)


@pytest.fixture
def alice(make_desk: Callable[..., Desk]) -> Desk:
    """Acme's administrator, where nothing is merged without a review."""
    return make_desk()
