"""What checks leave in the portal's copy goes after a day, and nothing that somebody still needs."""

import asyncio
import os
import time
from collections.abc import Callable

import pytest

from dialform.console.errors import Away
from dialform.console.saving import Repository, keep_draft, keeping, pruning
from dialform.console.saving.copy import LIMITS
from dialform.console.saving.keeping import keep_up
from dialform.console.saving.pruning import AGE, EVERY, prune, prune_now_and_then
from dialform.reconcile.source.git import Done, Git
from dialform.values import replace

from ..stage import git
from .conftest import Desk, others, replaced

LABEL = ("devices", "aabbcc112233", "label")
OLD = AGE + 3600


def _loose(desk: Desk) -> set[str]:
    return {one.parent.name + one.name for one in desk.repository.folder.glob("objects/??/*")}


def _aged(desk: Desk, seconds: float) -> None:
    then = time.time() - seconds
    for one in desk.repository.folder.glob("objects/??/*"):
        os.utime(one, (then, then))


def test_what_checks_leave_does_not_pile_up(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk()
    tip = desk.repository.tip()
    before = _loose(desk)
    for number in range(5):
        assert desk.check(desk.edit(LABEL, f"Desk {number}")).changes
    left = _loose(desk) - before
    assert len(left) >= 5 * 4  # the file, its folders, the commit
    prune(desk.repository)
    assert _loose(desk) == before | left  # somebody may look at them just now
    _aged(desk, OLD)
    desk.repository._sites.clear()
    prune(desk.repository)
    assert not _loose(desk) & left
    git(desk.repository.folder, "fsck", "--strict")
    assert desk.repository.tip().commit == tip.commit
    assert desk.save(desk.edit(LABEL, "Mine")).changed


def test_what_a_draft_or_a_page_rests_on_stays(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk()
    desk.stage.account()
    first = _made(desk, "First")
    second = _made(desk, "Second")
    third = _made(desk, "Third")
    desk.repository._sites.clear()
    desk.repository.site(second)  # a page looks at it
    desk.run(lambda context: keep_draft(context, "acme", LABEL, "x", base=first))
    _aged(desk, OLD)
    prune(desk.repository)
    assert desk.repository.copy.ref(first) and desk.repository.copy.ref(second)
    assert not desk.repository.copy.ref(third)
    assert desk.repository.site(first).tree.read("tenants.d/acme/pbx.yaml")


def _made(desk: Desk, label: str) -> str:
    """A commit that nothing names."""
    from dialform.console.saving.commits import author_of
    from dialform.console.saving.documents import changed_files
    from dialform.console.saving.saving import commit_on

    base = desk.repository.tip()
    files = changed_files(base, [desk.edit(LABEL, label)])
    return commit_on(desk.repository, base, files, author_of(desk.visitor), label)[0]


def _clearing_up(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, float]]:
    """What git is asked to do of these, and within how many seconds."""
    asked: list[tuple[str, float]] = []
    ask = Git.ask

    def noted(self: Git, *arguments: str, within: float, **more: object) -> Done:
        if arguments[0] in ("prune", "gc"):
            asked.append((arguments[0], within))
        return ask(self, *arguments, within=within, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Git, "ask", noted)
    return asked


def test_a_fetch_clears_nothing_up_and_who_prunes_has_time(
    make_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make_desk()
    desk.repository.tip()
    asked = _clearing_up(monkeypatch)
    commit = others(desk.stage, replaced("platform.yaml", "# The platform:", "# Our platform:"))
    desk.repository.fetch()
    assert desk.repository.tip().commit == commit and not asked
    prune(desk.repository)
    assert asked == [("prune", LIMITS.clone), ("gc", LIMITS.clone)]


def test_a_portal_that_is_restarted_often_prunes_as_often_as_one_that_is_not(
    make_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make_desk()
    pruned: list[Repository] = []
    monkeypatch.setattr(pruning, "prune", pruned.append)
    stamp = desk.repository.folder.parent / "repository.pruned"
    for age, times in ((0.0, 1), (EVERY / 2, 1), (EVERY + 9, 2), (0.0, 2), (-3600.0, 3)):
        if stamp.exists():
            os.utime(stamp, (time.time() - age,) * 2)
        desk.ground.parts.clear()  # it starts again
        prune_now_and_then(desk.repository)
        assert len(pruned) == times, age


@pytest.mark.parametrize("error", [Away("The disk is full."), RuntimeError("/srv/secret")])
def test_what_fails_beside_is_told_once_and_keeps_nothing_else_from_being_done(
    make_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    desk = make_desk()
    pruned: list[Repository] = []
    told: list[tuple[str, str, dict[str, str]]] = []

    def look(repository: Repository) -> None:
        raise error

    async def sleep(seconds: float) -> None:
        if len(pruned) == 3:
            raise asyncio.CancelledError

    monkeypatch.setattr(keeping, "_look", look)
    monkeypatch.setattr(pruning, "prune_now_and_then", pruned.append)
    desk.ground.clocks = replace(desk.ground.clocks, sleep=sleep)
    desk.ground.say = lambda event, level, **fields: told.append((event, level, fields))
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(keep_up(desk.ground))
    assert len(pruned) == 3 and len(told) == 1
    assert "secret" not in str(told)
