"""What checks leave in the portal's copy goes after a day, and nothing that somebody still needs."""

import os
import time
from collections.abc import Callable

from dialform.console.saving import keep_draft
from dialform.console.saving.pruning import AGE, prune

from ..stage import git
from .conftest import Desk

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
