"""Ledgers of the first revision get the tables of faxes when they are opened, with all that is in them."""

from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Connection, event, inspect, text

from dialform.billing.ledger import migrating
from dialform.billing.ledger.errors import LedgerError
from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.opening import open_ledger
from dialform.fax.queue import Queue
from dialform.fax.queue.tables import metadata

from ...billing.ledger.world import NOON, balance, call, opened_with
from .world import submit

FAXES = set(metadata.tables)


class KilledError(BaseException):
    """The process is gone."""


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


@pytest.fixture
def old(url: str, ledger: Ledger) -> str:
    """A ledger of the first revision in which calls were booked."""
    opened_with(ledger)
    ledger.book([call(seconds=1200)], now=NOON)
    ledger.database.write(lambda connection: migrating.downgrade(connection, "0001"))
    with ledger.reading() as reading:
        assert migrating.revision(reading) == "0001" and not FAXES & tables(reading)
    ledger.close()
    return url


def test_an_old_ledger_is_upgraded_when_it_is_opened(old: str) -> None:
    with open_ledger(old) as ledger:
        with ledger.reading() as reading:
            assert migrating.revision(reading) == migrating.HEAD
            assert tables(reading) >= FAXES
        assert len(submit(Queue(ledger.database))) == 1
        assert balance(ledger) < 0 and ledger.book([call(seconds=1200)], now=NOON).outcomes == (
            "same",
        )
        assert ledger.verify() == []


def test_what_only_reads_says_who_upgrades(old: str) -> None:
    with pytest.raises(LedgerError, match="has no tables of this version yet: start the agent"):
        open_ledger(old, migrate=False)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_killed_in_mid_upgrade_it_is_as_it_was_or_done(old: str, ledger: Ledger) -> None:
    revisions = []
    for place in range(1, 60):
        seen = [0]

        def step(*_: Any, seen: list[int] = seen, place: int = place) -> None:
            seen[0] += 1
            if seen[0] == place:
                raise KilledError

        event.listen(ledger.database.engine, "before_cursor_execute", step)
        with suppress(KilledError):
            ledger.database.write(migrating.upgrade)
        event.remove(ledger.database.engine, "before_cursor_execute", step)
        with ledger.reading() as reading:
            revisions.append(migrating.revision(reading))
            assert FAXES & tables(reading) == (FAXES if revisions[-1] == migrating.HEAD else set())
        if seen[0] < place:
            break
    assert revisions[0] == "0001" and revisions[-1] == migrating.HEAD
    assert sorted(revisions) == revisions and len(revisions) > len(FAXES)


def test_going_back_takes_the_faxes_and_leaves_the_money(url: str, ledger: Ledger) -> None:
    opened_with(ledger)
    ledger.book([call(seconds=1200)], now=NOON)
    submit(Queue(ledger.database))
    ledger.database.write(lambda connection: migrating.downgrade(connection, "0001"))
    with ledger.reading() as reading:
        assert not FAXES & tables(reading)
        assert reading.scalar(text("SELECT count(*) FROM facts")) == 1
    with open_ledger(url) as again:
        assert Queue(again.database).jobs() == []
        assert again.verify() == []


def test_each_index_and_partial_condition_is_there(ledger: Ledger) -> None:
    """What the comparison of tables does not see: which rows an index is of."""
    with ledger.reading() as reading:
        asked = (
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND name LIKE 'fax_%'"
            if ledger.database.dialect == "sqlite"
            else "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
        )
        there = {name: sql for name, sql in reading.execute(text(asked)) if sql}
    for table in metadata.sorted_tables:
        for index in table.indexes:
            assert index.name in there
            where = index.dialect_options["sqlite"]["where"]
            assert (where is not None) == (" WHERE " in there[str(index.name)]), index.name
            assert index.unique == there[str(index.name)].startswith("CREATE UNIQUE")
