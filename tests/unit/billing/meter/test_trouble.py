"""The ledger is away, the disk is full, the folder is gone, a record is poison: nothing is lost."""

from __future__ import annotations

import asyncio
import errno
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from dialform.billing.ledger.errors import LedgerBusyError, LedgerFullError
from dialform.billing.meter import hearing
from dialform.billing.meter.legs import Legs
from dialform.billing.meter.pending import End, Pending
from dialform.billing.spool import files

from .legs import Leg
from .world import World

UK_MINUTE = 20_000


class Refusing:
    """A ledger in which something fails when it is time."""

    def __init__(self, ledger: Any, fails: Callable[[str, tuple[Any, ...]], None]) -> None:
        self._ledger, self._fails = ledger, fails

    def __getattr__(self, name: str) -> Any:
        whole = getattr(self._ledger, name)

        def asked(*args: Any, **given: Any) -> Any:
            self._fails(name, args)
            return whole(*args, **given)

        return asked


def test_a_locked_ledger_is_waited_for(world: World) -> None:
    world.boots("core-1")
    world.turns()
    filed, told, live = world.ended(), world.ended(), world.answered(0)
    other = sqlite3.connect(world.folder / "ledger.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    world.puts(filed)
    world.hears(told.hangup(), live.answer())
    for _ in range(3):
        world.now += 5
        world.turns()
    assert world.booked() == {} and world.waiting() == [f"{filed.uuid}.cdr.json"]
    stats = world.meter.stats
    assert stats.failures == 3 and "ledger" in stats.error.lower()
    assert [kind for kind, _ in world.alarms] == ["ledger"], "said once"
    assert stats.backlog == 2 and stats.oldest >= 10
    other.execute("ROLLBACK")
    world.passes(1)
    assert world.booked().keys() == {(filed.uuid, "call"), (told.uuid, "call")}
    assert world.live() == {live.uuid}
    assert stats.failures == 0 and stats.error == "" and stats.backlog == 0
    assert [kind for kind, _ in world.alarms] == ["ledger", "ledger"]
    assert "again" in world.alarms[-1][1]


def test_waits_grow_while_the_ledger_is_away(world: World) -> None:
    away = True

    def fails(name: str, _: tuple[Any, ...]) -> None:
        if away:
            raise LedgerBusyError("The ledger is away.")

    world.restart(Refusing(world.ledger, fails))
    world.puts(world.ended())
    slept: list[float] = []

    async def work() -> None:
        for _ in range(8):
            await world.meter.turn()
            slept.append(world.meter.pause())
            world.now += 1

    asyncio.run(work())
    assert slept == sorted(slept) and slept[0] < 1 < slept[4] and slept[-1] <= 30


def test_a_full_disk_loses_neither_files_nor_events(world: World) -> None:
    full = True

    def fails(name: str, _: tuple[Any, ...]) -> None:
        if full and name == "book":
            raise LedgerFullError("The disk of the ledger is full.")

    world.restart(Refusing(world.ledger, fails))
    legs = [world.ended() for _ in range(3)]
    world.puts(legs[0])
    world.hears(*(leg.hangup() for leg in legs))
    for _ in range(4):
        world.now += 10
        world.turns()
    assert world.booked() == {} and world.meter.stats.backlog >= 3
    full = False
    world.passes(5)
    assert world.booked().keys() == {(leg.uuid, "call") for leg in legs}


def test_a_record_that_the_ledger_cannot_take_holds_up_nobody(world: World) -> None:
    legs = [world.ended() for _ in range(5)]
    poison = legs[2].uuid

    def fails(name: str, args: tuple[Any, ...]) -> None:
        if name == "book" and any(fact.uuid == poison for fact in args[0]):
            raise ValueError("secret text of a record")

    world.restart(Refusing(world.ledger, fails))
    for leg in legs:
        world.puts(leg)
    world.turns()
    assert world.booked().keys() == {(leg.uuid, "call") for leg in legs if leg.uuid != poison}
    assert f"{poison}.cdr.json" in world.names("bad")
    assert "fault of dialform" in world.alarms[0][1] and "secret text" not in world.alarms[0][1]
    assert world.meter.stats.failures == 0


def test_an_event_that_the_ledger_cannot_take_holds_up_nobody(bare: World) -> None:
    legs = [bare.ended() for _ in range(3)]
    poison = legs[1].uuid

    def fails(name: str, args: tuple[Any, ...]) -> None:
        if name == "book" and any(fact.uuid == poison for fact in args[0]):
            raise ValueError("x")

    bare.restart(Refusing(bare.ledger, fails))
    bare.hears(*(leg.hangup() for leg in legs))
    bare.turns()
    assert bare.booked().keys() == {(legs[0].uuid, "call"), (legs[2].uuid, "call")}
    assert bare.meter.stats.dropped == 1 and poison in bare.alarms[0][1]


def test_a_version_with_a_fault_makes_no_record_bad(world: World) -> None:
    faulty = True

    def fails(name: str, _: tuple[Any, ...]) -> None:
        if faulty and name == "book":
            raise NameError("name 'x' is not defined")

    world.restart(Refusing(world.ledger, fails))
    legs = [world.ended() for _ in range(4)]
    for leg in legs[:3]:
        world.puts(leg)
    world.hears(legs[3].hangup())
    for _ in range(3):
        world.now += 10
        world.turns()
    assert world.names("bad") == [] and world.meter.stats.dropped == 0
    assert "fault of dialform" in world.alarms[0][1]
    faulty = False
    world.passes(5)
    assert world.booked().keys() == {(leg.uuid, "call") for leg in legs}


def test_a_ledger_that_takes_nothing_makes_no_record_bad(world: World) -> None:
    def fails(name: str, _: tuple[Any, ...]) -> None:
        if name in ("book", "journal_seen"):
            from dialform.billing.ledger.errors import LedgerError

            raise LedgerError("The ledger may not be written by this user.")

    world.restart(Refusing(world.ledger, fails))
    legs = [world.ended() for _ in range(3)]
    for leg in legs:
        world.puts(leg)
    world.passes(60)
    assert len(world.waiting()) == 3 and world.names("bad") == []
    assert world.meter.stats.error == "The ledger may not be written by this user."


def test_a_spool_that_was_removed_is_made_again_and_events_go_on(world: World) -> None:
    world.passes(1)
    world.wipe()
    leg = world.ended()
    world.hears(leg.hangup())
    world.passes(5)
    assert world.booked().keys() == {(leg.uuid, "call")}
    assert world.path.is_dir()
    again = world.ended()
    world.puts(again)
    world.passes(1)
    assert len(world.booked()) == 2


def test_a_spool_that_may_not_be_changed_is_said_and_tried_again(world: World) -> None:
    def hook(name: str) -> None:
        if name == "move":
            raise PermissionError(errno.EACCES, "Permission denied", "x")

    files.hook = hook
    leg = world.ended()
    world.puts(leg)
    world.passes(3)
    assert world.booked().keys() == {(leg.uuid, "call")}
    assert "may not be read or changed" in world.meter.stats.error
    assert world.meter.stats.backlog == 1 and world.meter.stats.duplicates == 0
    files.hook = None
    world.passes(1)
    assert world.meter.stats.error == "" and world.waiting() == []


def test_memory_is_bounded_while_the_ledger_is_away(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    pending = Pending(most=3)
    leg = Leg(1, 2, 3)
    dropped = [pending.add(str(number), End([object()] * 2, 0, 0)) for number in range(5)]  # type: ignore[list-item]
    assert dropped == [0, 0, 0, 2, 2] and list(pending.due(1, 9)) == ["2", "3", "4"]
    assert leg.uuid not in pending

    monkeypatch.setattr(hearing, "_MOST", 4)
    monkeypatch.setattr(Legs.meet, "__defaults__", (2,))
    world.boots("core-1")
    world.turns()
    legs = [world.answered(0) for _ in range(6)]
    world.hears(*(leg.answer() for leg in legs))
    world.passes(20)
    assert world.live() == {leg.uuid for leg in legs}, "the switch was asked instead"


def test_ends_that_are_given_up_stand_in_the_journal(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ledger and spool both away for long: what memory cannot keep is booked by the journal later."""
    world.boots("core-1")
    world.turns()
    legs = [world.answered(0) for _ in range(4)]
    world.hears(*(leg.answer() for leg in legs))
    world.passes(30)
    away = True

    def fails(name: str, _: tuple[Any, ...]) -> None:
        if away:
            raise LedgerBusyError("The ledger is away.")

    world.meter._pending._most = 2
    world.meter._upkeep.ledger = world.meter._ingest.ledger = Refusing(world.ledger, fails)  # type: ignore[assignment]
    for leg in legs:
        world.hears(world.ends(leg).hangup())
    world.now += 10
    world.turns()
    assert world.meter.stats.dropped == 2
    away = False
    world.passes(20)
    booked = world.booked()
    assert booked.keys() == {(leg.uuid, "call") for leg in legs}
    assert sorted(row[0] for row in booked.values()) == [0, 0, 1, 1]


def test_a_ledger_whose_disk_is_really_full(world: World) -> None:
    """SQLite may not grow by a page: what it says then is what a full disk makes it say."""
    world.turns()
    engine = world.ledger.database.engine
    engine.dispose()
    bound = [world.rows("PRAGMA page_count")[0][0]]
    engine.dispose()

    def connected(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {bound[0]}").close()

    event.listen(engine, "connect", connected)
    legs = [world.ended() for _ in range(300)]
    for leg in legs:
        world.puts(leg)
    world.now += 5
    world.turns()
    assert world.meter.stats.failures == 1 and "disk" in world.meter.stats.error
    assert world.booked() == {} and len(world.waiting()) == 300 and world.names("bad") == []
    bound[0] = 1_000_000
    engine.dispose()
    world.now += 5
    world.turns()
    assert len(world.booked()) == 300 and world.waiting() == []
    assert world.ledger.verify() == [] and world.meter.stats.failures == 0
