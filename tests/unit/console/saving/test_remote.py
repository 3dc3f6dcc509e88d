"""The repository away, damaged, or the portal killed in between: nothing is half, and one is told."""

import asyncio
import contextlib
import shutil
import sys
import threading
from collections.abc import Callable, Iterator, Mapping

import pytest

from dialform.compiler.check import Run, validate
from dialform.compiler.secrets import open_store
from dialform.console import turns
from dialform.console.errors import Away, Refused
from dialform.console.saving import (
    GONE,
    Repository,
    TestRun,
    changes,
    check,
    fetching,
    log,
    value_at,
)
from dialform.console.saving.copy import Copy
from dialform.console.saving.objects import tree_at
from dialform.console.saving.results import Results
from dialform.console.saving.trial import Trial
from dialform.reconcile import durable
from dialform.reconcile.source import SourceError
from dialform.schema.diagnostic import Severity
from dialform.schema.rule import Path

from ..stage import git
from .conftest import Desk, heads, others, replaced

LABEL = ("devices", "aabbcc112233", "label")


class Killed(BaseException):
    """Nothing runs after it."""


@pytest.mark.parametrize("moment", ["saving.fetch", "source.keep", "saving.push", "saving.pushed"])
def test_killed_in_between_the_change_is_there_whole_or_not_at_all(
    make_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    desk = make_desk("user", self_service=["devices.label"])
    before = heads(desk.stage)["main"]
    edit = desk.edit(LABEL, "Mine")
    others(desk.stage, replaced("platform.yaml", "# The platform:", "# Our platform:"))
    desk.repository.ground.parts.clear()

    def die(name: str) -> None:
        if name == moment:
            raise Killed

    monkeypatch.setattr(durable, "hook", die)
    died = True
    try:
        desk.save(edit)
        died = False
    except Killed:
        pass
    assert died or moment == "source.keep"
    monkeypatch.setattr(durable, "hook", None)
    git(desk.stage.remote, "fsck", "--strict", "--no-dangling")
    desk.ground.parts.clear()  # it starts again
    tip = heads(desk.stage)["main"]
    there = value_at(desk.repository.tip(fresh=0), "acme", LABEL) == "Mine"
    assert there is (moment in ("saving.pushed", "source.keep"))
    assert tip != before
    again = desk.save(edit)
    assert again.changed is not there
    assert value_at(desk.repository.tip(), "acme", LABEL) == "Mine"


def test_where_the_remote_is_away_pages_still_show_and_saving_says_so(alice: Desk) -> None:
    tip = alice.repository.tip()
    edit = alice.edit(LABEL, "Mine")
    away = alice.stage.remote.with_name("away.git")
    alice.stage.remote.rename(away)
    assert alice.repository.tip().commit == tip.commit
    with pytest.raises(Away, match="Nothing was changed"):
        alice.save(edit)
    away.rename(alice.stage.remote)
    assert alice.save(edit).changed


def test_a_remote_that_does_not_answer_is_not_asked_by_everybody_in_a_row(
    alice: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def away(copy: Copy) -> Mapping[str, str]:
        asked.append(copy)
        raise SourceError("nobody answers", "unreachable")

    alice.repository.tip()
    with monkeypatch.context() as patch:
        patch.setattr(Copy, "asked", away)
        for _ in range(5):
            with pytest.raises(Away, match="nobody answers"):
                alice.repository.fetch()
            assert alice.repository.tip(fresh=-1).commit  # pages show what is there
        assert len(asked) == 1
        monkeypatch.setattr(sys.modules[Repository.__module__], "AGAIN", -1.0)
        with pytest.raises(Away):
            alice.repository.fetch()
        assert len(asked) == 2
    monkeypatch.setattr(sys.modules[Repository.__module__], "AGAIN", -1.0)
    alice.repository.fetch()
    assert not alice.repository.fetching.trouble


def test_one_account_does_not_take_all_threads(
    alice: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each check waits for those before it: who sends a hundred keeps nobody else waiting."""
    edit = alice.edit(LABEL, "Mine")
    begun = threading.Semaphore(0)
    go_on = threading.Event()

    def held(*_: object, **__: object) -> TestRun:
        begun.release()
        go_on.wait(60)
        return TestRun()

    monkeypatch.setattr(Trial, "run", held)

    async def look() -> None:
        running = [asyncio.create_task(check(alice, [edit])) for _ in range(turns.AT_ONCE)]  # type: ignore[arg-type]
        for _ in running:
            await asyncio.to_thread(begun.acquire)
        with pytest.raises(Refused, match="before"):
            await check(alice, [edit])  # type: ignore[arg-type]
        go_on.set()
        await asyncio.gather(*running)
        assert not alice.ground.parts["turns"]
        assert (await check(alice, [edit])).changes  # type: ignore[arg-type]

    asyncio.run(look())


def test_a_damaged_copy_is_made_anew(alice: Desk) -> None:
    alice.repository.tip()
    for pack in alice.repository.folder.glob("objects/**/*.pack"):
        pack.chmod(0o600)
        pack.write_bytes(b"PACK" + b"\0" * 60)
    shutil.rmtree(alice.repository.folder / "refs")
    alice.ground.parts.clear()
    assert alice.save(alice.edit(LABEL, "Mine")).changed


def test_two_portals_of_one_state_wait_for_each_other(alice: Desk) -> None:
    other = Repository(alice.ground)
    with alice.repository.using():
        assert alice.repository.tip().commit
    assert other.tip().commit == alice.repository.tip().commit


def test_the_branch_is_found_where_nobody_names_it(alice: Desk) -> None:
    alice.ground.branch = ""
    alice.ground.parts.clear()
    assert alice.repository.branch == "main"


EDITS: list[tuple[str | None, Path, object]] = [
    ("acme", ("extensions", "1002", "name"), "Robert"),
    ("acme", ("numbers", "+494066969100"), {"provider": "mycarrier"}),
    ("acme", ("devices", "000413a00001"), {"label": "x", "vendor": "snom", "model": "d785", "lines": [{"extension": "1001"}]}),
    ("acme", ("users", "zoe"), {"name": "Zoe", "role": "user", "git": "@zoe-oc"}),
    ("acme", ("domain",), "nordlicht.pbx.example.com"),
    ("acme", ("voicemails", "1999"), GONE),
    ("janes-bakery", (), GONE),
    (None, ("providers", "backup"), GONE),
    (None, ("billing", "packages", "solo", "slots", "extensions"), 0),
    (None, ("platform", "hosts", "pbx1", "tenants"), ["acme"]),
]  # fmt: skip


@pytest.mark.parametrize(("tenant", "path", "value"), EDITS)
def test_what_is_looked_at_anew_says_what_a_look_at_all_would(
    make_desk: Callable[..., Desk], tenant: str | None, path: Path, value: object
) -> None:
    from dialform.console.saving.commits import author_of
    from dialform.console.saving.documents import changed_files
    from dialform.console.saving.saving import commit_on

    ops = make_desk("admin")
    base = ops.repository.tip()
    files = changed_files(base, [ops.edit(path, value, tenant)])
    made, _ = commit_on(ops.repository, base, files, author_of(ops.visitor), "x")
    results = Results(ops.repository.blobs, ops.ground.state / "findings")
    results.findings(base)
    found = results.findings(ops.repository.site(made))
    whole = validate(Run(tree_at(ops.repository.blobs, made), open_store(None, {}), 1))
    assert found == [one for one in whole if one.severity is not Severity.INFO or one in found]
    assert {one for one in whole if one.severity is not Severity.INFO} <= set(found)


def test_many_tenants_are_looked_at_by_another_process_and_remembered(
    make_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    from dialform.console.saving import results, surveyor

    desk = make_desk("admin")
    site = desk.repository.tip()
    plain = Results(desk.repository.blobs, desk.ground.state / "none").findings(site)
    monkeypatch.setattr(results, "MANY", 1)
    file = desk.ground.state / "findings"
    assert Results(desk.repository.blobs, file).findings(site) == plain
    assert file.stat().st_mode & 0o777 == 0o600
    monkeypatch.setattr(results, "survey", None)  # what is remembered is not looked at again
    assert Results(desk.repository.blobs, file).findings(site) == plain
    raw = file.read_bytes()
    for broken in (b"x" + raw, raw[:-9], b"", raw.replace(b"\n", b"", 1)):
        durable.write(file, broken)
        assert surveyor.remembered(file) is None
    durable.write(file, raw, 0o666)
    file.chmod(0o666)
    assert surveyor.remembered(file) is None


@contextlib.contextmanager
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Copy]]:
    """A remote that takes what it is asked and says nothing. Whoever asked stands in the list."""
    asked: list[Copy] = []
    go_on = threading.Event()

    def silent(copy: Copy) -> Mapping[str, str]:
        asked.append(copy)
        assert go_on.wait(120)
        raise SourceError("it did not answer within 60 seconds", "timeout")

    with monkeypatch.context() as patch:
        patch.setattr(Copy, "asked", silent)
        patch.setattr(fetching, "PATIENCE", 0.01)
        patch.setattr(fetching, "SAVING", 0.1)
        try:
            yield asked
        finally:
            go_on.set()


def test_pages_are_answered_while_a_remote_hangs_and_saving_says_so(
    alice: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = alice.repository
    tip = repository.tip()
    edit = alice.edit(LABEL, "Mine")
    before = heads(alice.stage)
    reached = repository.reached
    with hanging(monkeypatch) as asked:
        assert repository.tip(fresh=-1).commit == tip.commit
        assert changes(repository, fresh=-1) == []
        assert log(repository)[0].hash == tip.commit
        assert alice.check(edit).changes  # a form is looked at, too
        repository._asked = float("-inf")
        with pytest.raises(Away, match=r"not answered yet\. Nothing was changed"):
            alice.save(edit)
        assert len(asked) == 1  # one asks for all
        assert heads(alice.stage) == before
    run = repository.fetching.begin()
    assert run.wait(60)
    assert repository.reached == reached
    monkeypatch.setattr(sys.modules[Repository.__module__], "AGAIN", -1.0)
    assert alice.save(edit).changed


def test_a_portal_that_starts_while_the_remote_is_away_shows_what_it_had(
    alice: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tip = alice.repository.tip().commit
    alice.ground.parts.clear()
    with hanging(monkeypatch) as asked:
        assert alice.repository.tip().commit == tip
        assert alice.repository.reached is not None
        assert not asked
    alice.ground.parts.clear()
    shutil.rmtree(alice.repository.folder)
    with hanging(monkeypatch), pytest.raises(Away, match="for the first time"):
        alice.repository.tip()


def test_who_waits_for_another_portal_too_long_is_told(alice: Desk) -> None:
    other = Repository(alice.ground)
    alice.repository.tip()
    with (
        alice.repository.using(),
        pytest.raises(Away, match="not answered yet"),
        other.using(within=0.05),
    ):
        raise AssertionError("both have it")
    with other.using(within=0.05):
        pass


def test_a_copy_that_lost_objects_is_made_anew_by_who_reads(alice: Desk) -> None:
    alice.repository.tip()
    alice.ground.parts.clear()
    for pack in alice.repository.folder.glob("objects/pack/*"):
        pack.unlink()
    for loose in alice.repository.folder.glob("objects/??/*"):
        loose.unlink()
    assert alice.repository.tip().tenant("acme") is not None
    assert alice.save(alice.edit(LABEL, "Mine")).changed
