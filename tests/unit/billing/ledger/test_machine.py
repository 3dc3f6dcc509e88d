"""The ledger against a naive model: whatever comes, however often, in whatever order, and whoever is killed."""

import functools
import random
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import event

from dialform.billing.facts.fact import Fact
from dialform.billing.ledger import database as database_
from dialform.billing.ledger import queries
from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.opening import open_ledger
from dialform.compiler.terms import Prices

from .naive import Naive
from .world import DAY, HOST, MINUTE, SECOND, at, call, paid, price, prices, terms

TENANTS = ("acme", "bolt")
BEGIN = at("2026-10-30 12:00:00")

quick = settings().max_examples < 1000
LITTLE = (
    settings(max_examples=25, stateful_step_count=25) if quick else settings(stateful_step_count=60)
)


class KilledError(BaseException):
    """The process is gone."""


@functools.cache
def empty() -> bytes:
    """The file of an empty ledger: migrations take longer than all else."""
    with tempfile.TemporaryDirectory() as folder:
        open_ledger(f"sqlite:///{folder}/ledger.db").close()
        return Path(folder, "ledger.db").read_bytes()


def costs(per_minute: int) -> Prices:
    packages = {str(limit): {"voice_minutes": limit} for limit in range(31)}
    return prices(price(per_minute=per_minute), packages=packages)


moments = st.integers(0, 96)
"""Hours since the beginning: two days before a month ends (and a clock goes back), and two after."""

facts = st.builds(
    lambda number, seconds, tenant, hour, provisional: call(
        f"u{number}", seconds, tenant=tenant, answered=BEGIN + hour * 60 * MINUTE, provisional=provisional
    ),
    st.integers(0, 11), st.sampled_from([1, 60, 61, 300, 1200]), st.sampled_from(TENANTS), moments,
    st.booleans(),
)  # fmt: skip


class Machine(RuleBasedStateMachine):
    """One ledger in a file, one model, and everything that was ever delivered."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="dialform-machine-"))
        self.path = self.folder / "ledger.db"
        self.path.write_bytes(empty())
        self.url = f"sqlite:///{self.path}"
        self.ledger = open_ledger(self.url)
        self.model = Naive()
        self.delivered: list[Fact] = []
        self.now = BEGIN
        self.price, self.limit = 10_000, dict.fromkeys(TENANTS, 5)
        self.paid: dict[str, dict[str, int]] = {tenant: {} for tenant in TENANTS}
        self.step = 0

    @initialize()
    def begin(self) -> None:
        self._store()

    @rule(many=st.lists(facts, min_size=1, max_size=6))
    def deliver(self, many: list[Fact]) -> None:
        self.delivered += many
        wanted = tuple(self.model.deliver(each) for each in many)
        assert self._done(lambda: self.ledger.book(many, now=self.now).outcomes, wanted) == wanted

    @precondition(lambda self: self.delivered)
    @rule(seed=st.integers(0, 2**32))
    def deliver_again(self, seed: int) -> None:
        """Whatever came before comes again, in another order: no money moves."""
        many = random.Random(seed).sample(self.delivered, min(len(self.delivered), 12))
        wanted = tuple(self.model.deliver(each) for each in many)
        assert set(wanted) <= {"same", "conflict"}
        assert self.ledger.book(many, now=self.now).outcomes == wanted

    @rule(tenant=st.sampled_from(TENANTS), number=st.integers(0, 3), amount=st.integers(-5, 50))
    def pay(self, tenant: str, number: int, amount: int) -> None:
        """A payment, or another amount of one that is booked: that counts for nothing."""
        self.paid[tenant][f"inv-{number}"] = amount * 1000
        self._store()

    @rule(per_minute=st.sampled_from([0, 7_777, 10_000, 60_001]))
    def change_rate(self, per_minute: int) -> None:
        self.price = per_minute
        self._store()

    @rule(tenant=st.sampled_from(TENANTS), limit=st.sampled_from([0, 5, 30]))
    def change_package(self, tenant: str, limit: int) -> None:
        self.limit[tenant] = limit
        self._store()

    @rule(hours=st.integers(1, 30))
    def tick(self, hours: int) -> None:
        self.now += hours * 60 * MINUTE

    @rule(step=st.integers(1, 30))
    def kill_next(self, step: int) -> None:
        """The next deed dies at this statement, or when it commits, before or after."""
        self.step = step

    @rule()
    def reopen(self) -> None:
        self.ledger.close()
        self.ledger = open_ledger(self.url)

    def _store(self) -> None:
        given = [
            terms(tenant, package=str(self.limit[tenant]),
                  payments=tuple(paid(name, amount) for name, amount in self.paid[tenant].items()))
            for tenant in TENANTS
        ]  # fmt: skip
        self.now += SECOND
        wanted = {
            (tenant, name)
            for tenant, all_ in self.paid.items()
            for name, amount in all_.items()
            if self.model.payments.setdefault((tenant, name), amount) != amount
        }
        if not self.model.prices or self.model.prices[-1][1] != self.price:
            self.model.prices.append((self.now, self.price))
        for tenant, limit in self.limit.items():
            held = self.model.limits.setdefault(tenant, [])
            if not held or held[-1][1] != limit:
                held.append((self.now, limit))
        stored = self._done(
            lambda: self.ledger.store_terms(HOST, costs(self.price), given, at=self.now), None
        )
        if stored is not None:
            assert {(one.tenant, one.id) for one in stored.changed} == wanted

    def _done(self, deed: Any, killed: Any) -> Any:
        """Do it. Who is killed is started again, and does it again."""
        if not self.step:
            return deed()
        seen, number, self.step = [0], self.step, 0

        def count(*_: object) -> None:
            seen[0] += 1
            if seen[0] == number:
                raise KilledError

        event.listen(self.ledger.database.engine, "before_cursor_execute", count)
        database_.hook = count
        try:
            return deed()
        except KilledError:
            database_.hook = None
            self.ledger.close()
            self.ledger = open_ledger(self.url)
            deed()
            return killed
        finally:
            database_.hook = None
            if seen[0] < number:
                event.remove(self.ledger.database.engine, "before_cursor_execute", count)

    @invariant()
    def adds_up(self) -> None:
        faults = self.ledger.verify()
        assert faults == []
        with self.ledger.reading() as reading:
            sides = reading.exec_driver_sql(
                "SELECT (SELECT coalesce(sum(amount), 0) FROM (SELECT debit AS name, amount FROM entries)), "
                "(SELECT coalesce(sum(amount), 0) FROM (SELECT credit AS name, amount FROM entries))"
            ).one()
            assert sides[0] == sides[1]
            rows = reading.exec_driver_sql("SELECT sum(1 - 2 * (seq & 1)) FROM usage").scalar() or 0
            assert rows == len(self.model.booked)
            for tenant in TENANTS:
                self._is_as_in_the_model(reading, tenant)

    def _is_as_in_the_model(self, reading: Any, tenant: str) -> None:
        model = self.model
        assert queries.balance(reading, tenant, "USD").balance == model.balance(tenant)
        for period in ("2026-10", "2026-11"):
            used = queries.counted(reading, tenant, period).get("voice_minutes", queries.Counter())
            assert used.free == model.free(tenant, period)
            assert used.free <= model.most_included.get((tenant, period), 0)
            counted = queries.transactions_of(reading, tenant, period)
            assert counted == {period: model.transactions(tenant, period)}

    def teardown(self) -> None:
        try:
            if self.delivered:
                everything = self.delivered * 2
                outcomes = self.ledger.book(everything, now=self.now).outcomes
                assert set(outcomes) <= {"same", "conflict"}
                self.adds_up()
        finally:
            self.ledger.close()
            shutil.rmtree(self.folder)


TestMachine = Machine.TestCase
TestMachine.settings = LITTLE


@settings(max_examples=20 if quick else 500)
@given(
    many=st.lists(facts, min_size=2, max_size=12, unique_by=lambda one: one.uuid),
    seed=st.integers(0, 2**32),
)
def test_the_order_in_which_calls_come_changes_no_month(many: list[Fact], seed: int) -> None:
    shuffled = random.Random(seed).sample(many, len(many))
    assert totals([many]) == totals([[each] for each in shuffled])


def totals(batches: Iterable[list[Fact]]) -> list[tuple[Any, ...]]:
    """Months and balances after these batches, at one rate."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "ledger.db").write_bytes(empty())
        with open_ledger(f"sqlite:///{folder}/ledger.db") as ledger:
            given = [terms(tenant, package="30") for tenant in TENANTS]
            ledger.store_terms(HOST, costs(7_777), given, at=0)
            for each in batches:
                ledger.book(each, now=BEGIN + 9 * DAY)
            return _kept(ledger)


def _kept(ledger: Ledger) -> list[tuple[Any, ...]]:
    with ledger.reading() as reading:
        return [
            tuple(row)
            for table in ("counters", "balances", "transactions")
            for row in reading.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1, 2, 3")
        ]
