"""Whatever happens in whatever order: when faults stop, the live switch is what the last good commit says.

Holds the invariants: it converges; the live state equals the commit that is said to be applied; nothing is sent
that the table does not know; no file is half; a tenant that nobody edited keeps its bytes.
"""

from __future__ import annotations

import asyncio
import copy
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from dialform.reconcile import requests, suspension
from dialform.reconcile.requests import Request
from dialform.reconcile.suspension import Suspension

from ..conftest import MEMORY
from . import edits
from .repository import tenant
from .test_kill import FULL, dies_at_command
from .world import World

T = TypeVar("T")
DRIFTS = (
    "sofia profile external killgw north",
    "callcenter_config queue unload alpha.800",
    "callcenter_config agent add stranger Callback",
    "callcenter_config tier add beta.800 alpha.1001 1 1",
    "local_stream stop alpha.default",
)
STARTS = ("reloadxml", "reloadacl", "sofia", "callcenter_config", "local_stream", "global_getvar")


class Host(RuleBasedStateMachine):
    """One host, its repository, its switch, and all that can happen to them."""

    @initialize()
    def boots(self) -> None:
        parent = MEMORY if MEMORY.is_dir() else None
        self.folder = tempfile.TemporaryDirectory(prefix="dialform-", dir=parent)
        self.loop = asyncio.new_event_loop()
        self.world = World(Path(self.folder.name))
        self.run(self.world.__aenter__())
        self.suspended = self.unhealed = False
        repository = self.world.repository
        self.history = [(repository.head, copy.deepcopy(repository.files))]

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(asyncio.wait_for(work, 120))

    def committed(self) -> None:
        repository = self.world.repository
        self.history.append((repository.commit(), copy.deepcopy(repository.files)))

    # What people do.

    @rule(edit=st.sampled_from(edits.EDITS))
    def edit(self, edit: edits.Edit) -> None:
        edit(self.world.repository.files)
        self.committed()

    @rule()
    def break_a_tenant(self) -> None:
        pbx = self.world.repository.pbx("beta")
        pbx["ring_groups"]["600"]["members"] = ["nobody"]
        self.committed()

    @rule()
    def mend_a_tenant(self) -> None:
        self.world.repository.files["tenants.d/beta/pbx.yaml"] = tenant(1)["pbx"]
        self.committed()

    @rule(number=st.integers(0, 30), edit=st.sampled_from(edits.EDITS))
    def force_push(self, number: int, edit: edits.Edit) -> None:
        commit, files = self.history[number % len(self.history)]
        self.world.repository.git("reset", "--quiet", "--hard", commit)
        self.world.repository.files = copy.deepcopy(files)
        edit(self.world.repository.files)
        self.committed()

    @precondition(lambda self: not self.suspended)
    @rule()
    def suspend(self) -> None:
        since = self.world.clock.now()
        suspension.write(self.world.layout, Suspension("a test", "somebody", since))
        self.suspended = True

    @precondition(lambda self: self.suspended)
    @rule()
    def resume(self) -> None:
        suspension.end(self.world.layout)
        self.suspended = False

    @rule()
    def roll_back(self) -> None:
        requests.ask(self.world.layout, Request(requests.ROLLBACK, {"allow_disruption": "yes"}))
        self.turn()

    # What happens.

    @rule()
    def turn(self) -> None:
        self.run(self.world.turn(allow_disruption=True))
        self.whole()

    @rule(number=st.integers(1, 90))
    def kill_at_a_write(self, number: int) -> None:
        self.run(self.world.killed(number, allow_disruption=True))
        self.whole()

    @rule(number=st.integers(1, 8), when=st.sampled_from(["before", "after"]))
    def kill_at_a_command(self, number: int, when: str) -> None:
        self.run(dies_at_command(self.world, number, when))
        self.whole()

    @rule(number=st.integers(1, 8))
    def restart_in_mid_apply(self, number: int) -> None:
        async def restarts() -> None:
            restarted = self.world.restart_at(number)
            await self.world.pass_(allow_disruption=True)
            await restarted()
            self.world.switch.after = lambda command: None
            await self.world.people_come()

        self.run(restarts())
        self.whole()

    @rule()
    def restart(self) -> None:
        self.run(self.world.switch.restart())
        self.run(self.world.people_come())

    @rule(start=st.sampled_from(STARTS))
    def drop(self, start: str) -> None:
        self.world.switch.faults.drop_on = {start}
        self.run(self.world.pass_(allow_disruption=True, confirm_within=10.0))
        self.world.switch.mend()
        self.whole()

    @rule(command=st.sampled_from(DRIFTS))
    def drift(self, command: str) -> None:
        self.world.switch.deaf = True
        self.run(self.world.ask(command))
        self.world.switch.deaf = False

    @rule()
    def edit_by_hand(self) -> None:
        path = self.world.layout.current / "freeswitch" / "tenants" / "alpha" / "dialplan.xml"
        if path.exists():
            path.write_bytes(path.read_bytes() + b"<!-- mine -->\n")
            self.world.edited = self.unhealed = True

    # What must hold.

    def whole(self) -> None:
        if not self.unhealed:
            self.world.whole()
        self.world.only_the_table()

    @precondition(lambda self: not self.suspended)
    @rule()
    def converges(self) -> None:
        """Left alone, whatever git says meanwhile, the switch is what is said to be applied."""
        self.run(self._at_rest())

    async def _at_rest(self) -> str:
        for _ in range(8):
            result, found = await self.world.turn(allow_disruption=True)
            if not found.left and not found.why and result.what in ("held", "unchanged"):
                break
        else:
            raise AssertionError(f"it does not come to rest: {result} {found}")
        commit = str(self.world.status()["applied"]["commit"])
        self.unhealed = False
        await self.world.expect(commit)
        return commit

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            self.run(self._ends_well())
        finally:
            self.run(self.world.__aexit__())
            self.loop.close()
            self.folder.cleanup()

    async def _ends_well(self) -> None:
        """All faults stop, and a sound commit comes on top of what runs."""
        suspension.end(self.world.layout)
        self.world.switch.mend()
        commit = await self._at_rest()
        beta = self.world.tenant("beta")
        repository = self.world.repository
        repository.git("reset", "--quiet", "--hard", commit)
        repository.files = copy.deepcopy(dict(self.history)[commit])
        edits.timeout(repository.files)
        edits.trunk_changed(repository.files)
        head = repository.commit("a sound one")
        await self.world.settle(allow_disruption=True)
        await self.world.expect(head)
        assert self.world.tenant("beta") == beta, "nobody edited that tenant"


Host.TestCase.settings = settings(
    max_examples=150 if FULL else 6,
    stateful_step_count=25 if FULL else 12,
    deadline=None,
    derandomize=not FULL,
    suppress_health_check=list(HealthCheck),
)
TestHost = Host.TestCase
