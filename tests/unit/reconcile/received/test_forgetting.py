"""What is older than its tenant keeps it goes, file first; what is still owed to somebody stays."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from dialform.fax.queue.values import New, Sheets
from dialform.reconcile import durable
from dialform.reconcile.fax import pruning
from dialform.values import replace

from .mailbox import Mailbox
from .world import MICRO, Killed, World, company, hooked

DAY = 86_400


def mailed(world: World, tenant: str = "acme") -> str:
    leg = world.fax(tenant=tenant)
    world.turn()
    world.post()
    return leg


def test_old_faxes_go_with_their_files_and_young_ones_stay(world: World, box: Mailbox) -> None:
    world.keep_days(7)
    old = mailed(world)
    file = Path(world.row(old).file)
    world.passes(6 * DAY)
    young = mailed(world)
    assert world.prune() == 0
    world.passes(2 * DAY)
    assert world.prune() == 1
    assert [row.uuid for row in world.rows()] == [young]
    assert not file.exists()
    assert Path(world.row(young).file).exists()


def test_for_ever_is_for_ever_and_another_tenants_days_are_its_own(
    world: World, box: Mailbox
) -> None:
    world.companies = {"acme": company(), "bakery": company("bakery", keep_days=1)}
    kept, gone = mailed(world), mailed(world, "bakery")
    world.passes(4000 * DAY)
    assert world.prune() == 1
    assert world.inbox.one(gone) is None
    assert world.inbox.one(kept) is not None


def test_a_mail_that_no_server_took_keeps_its_fax(world: World) -> None:
    world.keep_days(1)
    leg = mailed(world)
    world.passes(30 * DAY)
    assert world.prune() == 0
    assert Path(world.row(leg).file).exists()


def test_mails_that_are_owed_keep_nothing_else(
    world: World, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "_MOST", 2)
    world.keep_days(1)
    sender, world.sender = world.sender, None
    owed = [mailed(world) for _ in range(2)]
    world.passes(10)  # not yet long enough that they are tried again
    world.sender = sender
    taken = mailed(world)
    world.passes(30 * DAY)
    assert world.prune() == 1
    assert {row.uuid for row in world.rows()} == set(owed)
    assert world.inbox.one(taken) is None


def test_of_a_large_batch_none_stays(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "_MOST", 2)
    world.keep_days(1)
    now = int(world.now * MICRO)
    sheets = Sheets("a" * 64, "letter.pdf", 1, b"II*", b"II*")
    news = [New(f"+1212555010{digit}") for digit in range(5)]
    ids = world.queue.submit(
        sheets, "acme", "1050", news, by="", title="", retries=0, coarse=False, now=now
    )
    assert all(world.queue.fail(id_, "No.", now) for id_ in ids)
    world.passes(30 * DAY)
    assert world.prune() == 5
    assert world.queue.sheets(sheets.digest) is None


def test_only_what_we_wrote_is_removed(world: World, box: Mailbox, tmp_path: Path) -> None:
    leg = mailed(world)
    foreign = tmp_path / f"{leg}.pdf"
    foreign.write_text("precious")
    row = replace(world.row(leg), file=str(foreign))
    world.inbox.forget(leg)
    world.inbox.take(row)
    world.keep_days(1)
    world.passes(30 * DAY)
    world.prune()
    assert foreign.exists()
    assert world.rows() == []


@pytest.mark.parametrize("at", range(6))
def test_killed_in_between_it_goes_on(world: World, box: Mailbox, at: int) -> None:
    world.keep_days(1)
    leg = mailed(world)
    file = Path(world.row(leg).file)
    world.passes(3 * DAY)
    left = [at]

    def dies(_: str) -> None:
        left[0] -= 1
        if left[0] < 0:
            durable.hook = None
            raise Killed

    hooked(dies)
    with suppress(Killed):
        world.prune()
    world.restart()
    world.prune()
    assert world.rows() == []
    assert not file.exists()
