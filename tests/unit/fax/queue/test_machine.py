"""The queue against a naive model: several hosts, killed between any two writes, none of whom knows the others."""

import functools
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import event

from dialform.billing.ledger import database as database_
from dialform.billing.ledger.opening import open_ledger
from dialform.fax.queue import Queue
from dialform.fax.queue.hearing import SILENT
from dialform.fax.queue.values import Limits, New, Next
from dialform.values import replace

from .naive import Fax, Naive
from .world import MINUTE, NOW, SHEETS, attempt, submit

HOSTS, TRUNKS, TENANTS = ("pbx1", "pbx2", "pbx3"), ("north", "south"), ("acme", "bolt")
LIMITS = Limits(tenant=2, trunk=3)

quick = settings().max_examples < 1000
LITTLE = (
    settings(max_examples=20, stateful_step_count=40) if quick else settings(stateful_step_count=80)
)

hosts, trunks, tenants = map(st.sampled_from, (HOSTS, TRUNKS, TENANTS))
which = st.integers(0, 2**20)
pages = st.integers(0, 4)
ends = st.builds(
    Next,
    state=st.sampled_from(["queued", "sending", "sent", "failed", "cancelled"]), cause=st.just("Busy."),
    due=st.integers(0, 3).map(lambda minutes: NOW + minutes * 10 * MINUTE), step=st.integers(0, 3),
    confirmed=st.integers(0, 2), coarse=st.booleans(), counts=st.booleans(), held=st.booleans(),
)  # fmt: skip


class KilledError(BaseException):
    """The process is gone."""


@functools.cache
def empty() -> bytes:
    """The file of an empty ledger."""
    with tempfile.TemporaryDirectory() as folder:
        open_ledger(f"sqlite:///{folder}/ledger.db").close()
        return Path(folder, "ledger.db").read_bytes()


class Machine(RuleBasedStateMachine):
    """One database, one model, three hosts."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="dialform-faxes-"))
        Path(self.folder, "ledger.db").write_bytes(empty())
        self.ledger = open_ledger(f"sqlite:///{self.folder}/ledger.db")
        self.queue = Queue(self.ledger.database)
        self.model = Naive()
        self.now, self.step, self.legs, self.batches = NOW, 0, 0, 0
        self.most: dict[int, int] = {}

    @initialize()
    def first(self) -> None:
        self._submit("acme", 3, 0)

    @rule(tenant=tenants, count=st.integers(1, 4), later=st.integers(0, 20))
    def order(self, tenant: str, count: int, later: int) -> None:
        self._submit(tenant, count, later)

    def _submit(self, tenant: str, count: int, later: int) -> None:
        self.batches += 1
        batch, due = f"b{self.batches}", self.now + later * MINUTE if later else 0
        sheets = replace(SHEETS, digest=f"d{self.batches % 3}")
        news = [New(f"+1212555010{number}", due=due) for number in range(count)]
        ids = self._done(
            lambda: submit(
                self.queue, news=news, tenant=tenant, batch=batch, sheets=sheets, now=self.now
            )
        )
        assert not set(ids) & set(self.model.jobs), "a number is never used again"
        for id_ in ids:
            self.model.jobs[id_] = Fax(tenant, sheets.pages, due or self.now)

    @rule(job=which, host=hosts, trunk=trunks)
    def claim(self, job: int, host: str, trunk: str) -> None:
        if (id_ := self._some(job)) is not None:
            args = (id_, host, trunk, LIMITS, self.now)
            self._same(lambda: self.queue.claim(*args), self.model.claim(*args))

    @rule(host=hosts, trunk=trunks)
    def claim_what_is_due(self, host: str, trunk: str) -> None:
        for job in self.queue.due(TENANTS, self.now)[:2]:
            args = (job.id, host, trunk, LIMITS, self.now)
            self._same(lambda args=args: self.queue.claim(*args), self.model.claim(*args))

    @rule(job=which, host=hosts, trunk=trunks)
    def begin(self, job: int, host: str, trunk: str) -> None:
        if (id_ := self._some(job)) is not None:
            self._begin(id_, host, trunk)

    @rule(host=hosts)
    def begin_what_is_held(self, host: str) -> None:
        for job in self.queue.unbegun(host):
            assert self.model.idle(job.id, host)
            self._begin(job.id, host, job.trunk)

    def _begin(self, id_: int, host: str, trunk: str) -> None:
        self.legs += 1
        uuid, start = f"leg-{self.legs}", self.model.jobs[id_].confirmed
        made = attempt(id_, uuid, host=host, trunk=trunk, start=start, began=self.now)
        self._same(lambda: self.queue.begin(made), self.model.begin(id_, uuid, host, trunk))

    @rule(leg=which, pages=pages)
    def page(self, leg: int, pages: int) -> None:
        if uuid := self._leg(leg):
            self._done(lambda: self.queue.page(uuid, pages))
            self.model.page(uuid, pages)

    @rule(leg=which, pages=pages, comes=ends, doubt=st.booleans())
    def end(self, leg: int, pages: int, comes: Next, doubt: bool) -> None:
        if uuid := self._leg(leg):
            wanted = self.model.end(uuid, pages, comes, self.now, doubt)
            self._same(
                lambda: self.queue.end(uuid, "word", "Words.", pages, {}, comes, self.now, doubt),
                wanted,
            )

    @rule(job=which, host=hosts, minutes=st.integers(1, 9))
    def hold(self, job: int, host: str, minutes: int) -> None:
        if (id_ := self._some(job)) is not None:
            due = self.now + minutes * MINUTE
            wanted = self.model.hold(id_, due, self.now, host)
            self._same(lambda: self.queue.hold(id_, "Held.", due, self.now, host), wanted)

    @rule(job=which, host=hosts)
    def fail(self, job: int, host: str) -> None:
        if (id_ := self._some(job)) is not None:
            wanted = self.model.fail(id_, self.now, host)
            self._same(lambda: self.queue.fail(id_, "Toll.", self.now, host), wanted)

    @rule(job=which)
    def cancel(self, job: int) -> None:
        if (id_ := self._some(job)) is not None:
            wanted = self.model.cancel(id_, self.now)
            self._same(lambda: self.queue.cancel(id_, self.now), wanted)

    @rule(job=which)
    def retry(self, job: int) -> None:
        if (id_ := self._some(job)) is not None:
            wanted = self.model.retry(id_, self.now)
            self._same(lambda: self.queue.retry(id_, self.now), wanted)

    @rule(host=hosts)
    def beat(self, host: str) -> None:
        self._done(lambda: self.queue.beat(host, self.now))
        self.model.beat(host, self.now)

    @rule(minutes=st.integers(1, 12))
    def tick(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @rule(comes=ends)
    def take_over_what_is_abandoned(self, comes: Next) -> None:
        comes = replace(comes, state="queued" if comes.state == "sending" else comes.state)
        for job in self.queue.abandoned(self.now):
            wanted = self.model.take_over(job.id, comes, self.now)
            assert wanted
            self._same(
                lambda id_=job.id: self.queue.take_over(id_, comes, self.now), wanted
            )  # fmt: skip

    @precondition(lambda self: any(leg.open for leg in self.model.legs.values()))
    @rule(leg=which, comes=ends)
    def fall_silent_in_mid_fax(self, leg: int, comes: Next) -> None:
        legs = sorted(uuid for uuid, one in self.model.legs.items() if one.open)
        id_ = self.model.legs[legs[leg % len(legs)]].job
        self.now += SILENT
        comes = replace(comes, state="queued" if comes.state == "sending" else comes.state)
        wanted = self.model.take_over(id_, comes, self.now)
        self._same(lambda: self.queue.take_over(id_, comes, self.now), wanted)

    @precondition(lambda self: any(leg.doubt for leg in self.model.legs.values()))
    @rule(leg=which, comes=ends, pages=pages)
    def tell_the_truth(self, leg: int, comes: Next, pages: int) -> None:
        """A host that was silent says what became of its call; its job may be anywhere by now."""
        doubtful = [one.uuid for host in HOSTS for one in self.queue.doubtful(host)]
        assert set(doubtful) == {uuid for uuid, one in self.model.legs.items() if one.doubt}
        uuid = doubtful[leg % len(doubtful)]
        wanted = self.model.end(uuid, pages, comes, self.now)
        self._same(
            lambda: self.queue.end(uuid, "word", "Words.", pages, {}, comes, self.now), wanted
        )

    @rule(tenant=tenants, minutes=st.integers(0, 30))
    def prune(self, tenant: str, minutes: int) -> None:
        before = self.now - minutes * MINUTE
        wanted = self.model.prune(tenant, before)
        self._same(lambda: self.queue.prune(tenant, before), wanted)

    @rule(step=st.integers(1, 12))
    def kill_next(self, step: int) -> None:
        """The next deed dies at this statement, or when it commits, before or after; it is done again."""
        self.step = step

    @rule(host=hosts)
    def start_again(self, host: str) -> None:
        """A host that knows nothing any more finds all that it had: it holds it, or dials it."""
        mine = {id_ for id_, job in self.model.jobs.items() if job.host == host}
        found = {one.job for one in self.queue.open_attempts(host)}
        assert found | {job.id for job in self.queue.unbegun(host)} == mine
        for job in self.queue.unbegun(host):
            wanted = self.model.hold(job.id, self.now, self.now, host)
            self._same(
                lambda id_=job.id: self.queue.hold(id_, "Again.", self.now, self.now, host), wanted
            )

    def _some(self, number: int) -> int | None:
        ids = sorted(self.model.jobs)
        return ids[number % len(ids)] if ids else None

    def _leg(self, number: int) -> str:
        """A leg; most of those that are asked for are not over."""
        known = self.model.legs
        live = sorted(uuid for uuid, leg in known.items() if leg.open or leg.doubt)
        many = live if live and number % 4 else sorted(known)
        return many[number % len(many)] if many else ""

    def _same(self, deed: Any, wanted: Any) -> None:
        killed = bool(self.step)
        found = self._done(deed)
        # Who was killed does not know whether it was done; done again it may be nothing new.
        assert killed or found == wanted

    def _done(self, deed: Any) -> Any:
        """Do it. Who is killed is started again, and does it again."""
        if not self.step:
            return deed()
        seen, number, self.step = [0], self.step, 0
        engine = self.ledger.database.engine

        def count(*_: object) -> None:
            seen[0] += 1
            if seen[0] == number:
                raise KilledError

        event.listen(engine, "before_cursor_execute", count)
        database_.hook = count
        try:
            return deed()
        except KilledError:
            event.remove(engine, "before_cursor_execute", count)
            database_.hook = None
            return deed()
        finally:
            database_.hook = None
            if seen[0] < number:
                event.remove(engine, "before_cursor_execute", count)

    @invariant()
    def is_as_in_the_model(self) -> None:
        found = {
            job.id: (
                job.state, job.host, job.trunk, job.confirmed, job.tries, job.step, job.held, job.wish,
                job.ended, job.due if job.state == "queued" else 0,
            )
            for job in self.queue.jobs(most=10_000)
        }  # fmt: skip
        assert found == {id_: job.told for id_, job in self.model.jobs.items()}
        legs = {
            one.uuid: (one.job, one.ended == 0, one.doubt, one.pages)
            for id_ in self.model.jobs
            for one in self.queue.attempts(id_)
        }
        assert legs == {
            uuid: (leg.job, leg.open, leg.doubt, leg.pages) for uuid, leg in self.model.legs.items()
        }

    @invariant()
    def keeps_its_promises(self) -> None:
        jobs = self.queue.jobs(most=10_000)
        running = self.queue.running()
        assert all(number <= 2 for number in running.tenants.values())
        assert all(number <= 3 for number in running.trunks.values())
        for job in jobs:
            open_ = [one for one in self.queue.attempts(job.id) if not one.ended]
            assert (job.state == "sending") == bool(job.host)
            assert len(open_) <= (job.state == "sending")
            assert all(one.host == job.host for one in open_)
            assert self.most.get(job.id, 0) <= job.confirmed, "what arrived stays"
            self.most[job.id] = job.confirmed
            assert self.queue.sheets(job.document) is not None

    def teardown(self) -> None:
        try:
            assert self.ledger.verify() == []
        finally:
            self.ledger.close()
            shutil.rmtree(self.folder)


TestMachine = Machine.TestCase
TestMachine.settings = LITTLE
