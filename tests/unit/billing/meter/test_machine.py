"""Calls, deliveries, kills, cuts and crashes in any order: what can be known of a leg is booked, once."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from dialform.billing.ledger import database
from dialform.billing.ledger.errors import LedgerBusyError
from dialform.billing.spool import files
from dialform.switch import Overflow

from .conftest import MEMORY
from .legs import Leg
from .test_trouble import Refusing
from .world import Killed, World

UK_MINUTE = 20_000


class Deliveries(RuleBasedStateMachine):
    """The model is a list of legs: what was written of each, and whether the journal had it."""

    def __init__(self) -> None:
        super().__init__()
        base = MEMORY if os.access(MEMORY, os.W_OK) else None
        self.folder = Path(tempfile.mkdtemp(prefix="dialform-", dir=base))
        self.world = World(self.folder / "w")
        self.up: dict[str, Leg] = {}
        self.over: dict[str, Leg] = {}
        self.written: set[str] = set()
        self.journalled: set[str] = set()
        self.cores = 0
        self.away = False
        self.left = -1

    # Kills, and a ledger that is away.

    def _step(self, name: str) -> None:
        self.left -= 1
        if self.left == 0:
            raise Killed

    def _fails(self, name: str, _: tuple[Any, ...]) -> None:
        if self.away:
            raise LedgerBusyError("The ledger is away.")

    def _restart(self) -> None:
        world = self.world
        world.restart()
        world.meter = world._made(Refusing(world.ledger, self._fails))
        if world.line.connected:
            world.connects()

    def _does(self, work: Callable[[], None]) -> None:
        files.hook = database.hook = self._step
        try:
            work()
        except Killed:
            self._restart()
            self.left = -1
        finally:
            files.hook = database.hook = None
        self.journalled |= self.world.live()

    @initialize()
    def boots(self) -> None:
        self._restart()
        self._boots()

    def _boots(self) -> None:
        self.cores += 1
        self.world.boots(f"core-{self.cores}")

    @rule(steps=st.integers(1, 25))
    def will_be_killed(self, steps: int) -> None:
        self.left = steps

    @rule()
    def ledger_goes_or_comes(self) -> None:
        self.away = not self.away

    # What happens.

    @rule(seconds=st.integers(1, 200), trunk=st.booleans(), heard=st.booleans())
    @precondition(lambda self: self.world.line.connected)
    def answers(self, seconds: int, trunk: bool, heard: bool) -> None:
        leg = self.world.answered(seconds, trunk="mycarrier" if trunk else "")
        self.up[leg.uuid] = leg
        if heard:
            self.world.hears(leg.answer())
        self._does(self.world.turns)

    @rule(data=st.data(), written=st.sampled_from(["whole", "half", "not"]), heard=st.booleans())
    @precondition(lambda self: self.up)
    def ends(self, data: st.DataObject, written: str, heard: bool) -> None:
        uuid = data.draw(st.sampled_from(sorted(self.up)))
        leg = self.over[uuid] = self.world.ends(self.up.pop(uuid))
        if written == "whole":
            self._puts(leg)
        elif written == "half":
            self.world.puts(leg, leg.record()[:50])
        if heard and self.world.line.connected:
            self.world.hears(leg.hangup())
        elif self.world.line.connected:
            self.world.hears(Overflow(1))  # what is not heard was given up
        self._does(self.world.turns)

    def _puts(self, leg: Leg) -> None:
        if self.world.puts(leg):
            self.written.add(leg.uuid)

    @rule(data=st.data(), what=st.sampled_from(["file", "event", "answer"]))
    @precondition(lambda self: self.over)
    def delivers_again(self, data: st.DataObject, what: str) -> None:
        leg = self.over[data.draw(st.sampled_from(sorted(self.over)))]
        if what == "file":
            self._puts(leg)
        elif what == "event":
            self.world.hears(leg.hangup())
        elif (leg.uuid, "call") in self.world.booked():
            # An answer that comes again after an end that nobody told would be a call that goes on.
            self.world.hears(leg.answer())
        self._does(self.world.turns)

    @rule(seconds=st.sampled_from([1.0, 4.0, 35.0]))
    def passes(self, seconds: float) -> None:
        self._does(lambda: self.world.passes(seconds, step=max(seconds / 8, 0.5)))

    @rule()
    @precondition(lambda self: self.world.line.connected)
    def link_is_cut(self) -> None:
        self.world.line.connected = False
        self._does(self.world.turns)

    @rule()
    @precondition(lambda self: not self.world.line.connected)
    def link_is_back(self) -> None:
        self.world.connects()
        self._does(self.world.turns)

    @rule()
    def switch_crashes(self) -> None:
        for leg in self.up.values():
            leg.ended = self.world.now
        self.over |= self.up
        self.up = {}
        self.world.dies()
        self._does(self.world.turns)
        self._boots()
        self._does(self.world.turns)

    @rule()
    def spool_is_removed(self) -> None:
        self.written -= {name.removesuffix(".cdr.json") for name in self.world.waiting()}
        self.world.wipe()
        self._does(self.world.turns)

    # What holds.

    @invariant()
    def nothing_twice(self) -> None:
        real = self.world.rows("SELECT uuid, kind FROM facts WHERE provisional = 0")
        assert len(real) == len(set(real))
        assert {uuid for uuid, _ in real} <= self.over.keys()

    def teardown(self) -> None:
        try:
            files.hook = database.hook = None
            self.away, self.left = False, -1
            if not self.world.line.connected:
                self.world.connects()
            self.world.passes(90, step=2)
            self._holds()
        finally:
            self.world.close()
            shutil.rmtree(self.folder)

    def _holds(self) -> None:
        world = self.world
        booked = world.booked()
        took = dict(
            world.rows("SELECT uuid, ended - answered FROM facts ORDER BY provisional DESC")
        )
        owed = 0
        for uuid, leg in self.over.items():
            row = booked.get((uuid, "call"))
            if uuid in self.written:
                assert row is not None and row[0] == 0, "a whole record is booked as it is"
            if uuid in self.journalled:
                assert row is not None, "the journal had it"
            if row is not None and row[0] == 0:
                assert abs(took[uuid] / 1e6 - (leg.ended - leg.answered)) < 0.001
            elif row is not None:
                assert leg.trunk and took[uuid] / 1e6 <= leg.ended - leg.answered + 1
            if row is not None and leg.trunk:
                owed += UK_MINUTE * max(-(-took[uuid] // 60_000_000), 1)
        assert {uuid for uuid, _ in booked} <= self.over.keys()
        assert world.charges() == owed
        assert world.live() <= self.up.keys()
        assert world.waiting() == [] and world.ledger.verify() == []


TestDeliveries = Deliveries.TestCase
TestDeliveries.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
