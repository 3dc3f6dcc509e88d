"""Faxes come in while everything fails, in any order: in the end each is there once, and mailed once."""

from __future__ import annotations

import errno
import os
import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from dialform.billing.consequences.mailing import Sender
from dialform.billing.ledger.errors import LedgerError
from dialform.fax.queue import Inbox
from dialform.fax.receiving.told import UNTOLD
from dialform.reconcile import durable
from dialform.reconcile.fax.receiver import TRIES
from dialform.reconcile.fax.receiving import LONGEST, SILENT

from .mailbox import Mailbox, running
from .world import HEAD, MEMORY, Killed, World, hooked

BROKEN = HEAD + b"\xff" * 40


class Away:
    """An inbox that says, for a while, that its ledger is away."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox, self.away = inbox, False

    def __getattr__(self, name: str) -> object:
        if self.away:
            raise LedgerError("The ledger is away.")
        return getattr(self._inbox, name)


class Faxes(RuleBasedStateMachine):
    """A model that knows which faxes ended, and which mails may have gone out twice."""

    def __init__(self) -> None:
        super().__init__()
        folder = MEMORY if os.access(MEMORY, os.W_OK) else None
        self.folder = tempfile.TemporaryDirectory(dir=folder)
        self.world = World(Path(self.folder.name))
        self.true_inbox = self.world.inbox
        self.ledger = Away(self.world.inbox)
        self.world.inbox = self.ledger  # type: ignore[assignment]
        self.world.restart()
        self.server = running(Mailbox())
        self.box = self.server.__enter__()
        self.world.sender = Sender(self.box.url, "pbx@example.com", "demo")
        self.ended: set[str] = set()
        self.live: set[str] = set()
        self.repeated = 0

    def teardown(self) -> None:
        durable.hook = None
        try:
            self._all_ends_well()
        finally:
            self.server.__exit__(None, None, None)
            self.world.close()
            self.folder.cleanup()

    # What happens.

    @rule(record=st.booleans(), broken=st.booleans())
    def comes(self, record: bool, broken: bool) -> None:
        self.ended.add(self.world.fax(record=record, content=BROKEN if broken else None))

    @rule()
    def begins(self) -> None:
        self.live.add(self.world.fax(lives=True))

    @rule(heard=st.booleans())
    def ends(self, heard: bool) -> None:
        if self.live:
            leg = min(self.live)
            self.live.discard(leg)
            self.world.line.legs.discard(leg)
            self.ended.add(leg)
            if heard:
                self.world.ends(leg)
            else:
                self.world.record(leg)

    @rule(up=st.booleans())
    def the_switch_is_reached(self, up: bool) -> None:
        self.world.line.connected = up

    @rule(refuse=st.sampled_from(["", "MAIL", "DATA"]), mute=st.booleans())
    def the_mail_server_is(self, refuse: str, mute: bool) -> None:
        self.box.refuse, self.box.mute = refuse, mute

    @rule(away=st.booleans())
    def the_ledger_is(self, away: bool) -> None:
        self.ledger.away = away

    @rule(seconds=st.sampled_from([1, 60, 4000]))
    def time_passes(self, seconds: int) -> None:
        self.world.passes(seconds)

    # What the agent does.

    def _works(self) -> None:
        before = len(self.box.raw)
        with suppress(LedgerError):
            self.world.turn()
            self.world.post()
        if self.box.mute:
            self.repeated += len(self.box.raw) - before

    @rule()
    def works(self) -> None:
        self._works()

    @rule(at=st.integers(0, 30))
    def is_killed(self, at: int) -> None:
        left = [at]

        def dies(name: str) -> None:
            left[0] -= 1
            if left[0] < 0:
                self.world.restart()
                if name in ("mail.sent", "commit"):
                    self.repeated += 1
                raise Killed

        hooked(dies)
        with suppress(Killed):
            self._works()
        hooked(lambda _: None)

    @rule(at=st.integers(0, 12))
    def has_a_full_disk(self, at: int) -> None:
        left = [at]

        def full(name: str) -> None:
            left[0] -= 1
            if left[0] < 0 and not name.startswith(("mail", "spool.rem")):
                raise OSError(errno.ENOSPC, "full", "/state")

        durable.hook = full
        self._works()
        durable.hook = None

    # What must hold.

    @invariant()
    def what_is_taken_up_has_ended_and_is_on_the_disk(self) -> None:
        for row in self.true_inbox.list(most=1000):
            # Of one whose switch could not be asked for half an hour nobody knew better.
            assert row.uuid in self.ended or row.result == UNTOLD
            assert Path(row.file).stat().st_size == row.size

    @invariant()
    def nothing_is_lost(self) -> None:
        rows = {row.uuid for row in self.true_inbox.list(most=1000)}
        for leg in self.ended | self.live:
            assert leg in rows or self.world.tiff(leg).exists()

    def _all_ends_well(self) -> None:
        self.ledger.away, self.world.line.connected = False, True
        self.box.refuse, self.box.mute = "", False
        for leg in self.live:
            self.world.line.legs.discard(leg)
            self.ended.add(leg)
        for _ in range(TRIES + 2):
            self.world.passes(max(LONGEST, SILENT, 7200))
            self._works()
        rows = {row.uuid: row for row in self.true_inbox.list(most=1000)}
        assert rows.keys() == self.ended
        assert all(row.mailed for row in rows.values())
        assert not list((self.world.storage / "fax").rglob("*.tif"))
        assert self.world.receiving.error == ""
        mails = Counter(self.box.ids)
        assert set(mails) == {f"<fax.{leg}@example.com>" for leg in self.ended}
        assert mails.total() - len(mails) <= self.repeated, "only whose answer was lost comes again"


TestFaxes = Faxes.TestCase
TestFaxes.settings = settings(
    max_examples=20, stateful_step_count=25, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
