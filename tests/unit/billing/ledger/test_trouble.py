"""What a database says: whether what was to be booked is at fault, or the ledger's state, which passes."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from dialform.billing.ledger import database
from dialform.billing.ledger.errors import LedgerBusyError, LedgerError, LedgerRefusedError
from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.trouble import told

from .world import call, opened_with, terms


class PostgresError(Exception):
    """As psycopg raises them."""

    def __init__(self, sqlstate: str | None, text: str = "postgresql://u:hunter2@h/db") -> None:
        super().__init__(text)
        self.sqlstate = sqlstate


def raised(state: str | None) -> LedgerError:
    return told(
        OperationalError("INSERT", {"uuid": "hunter2"}, PostgresError(state)), "books on db1"
    )


@pytest.mark.parametrize(
    "state", ["53200", "53300", "57014", "57P01", "58000", "25006", "08006", "40001"]
)
def test_what_passes_is_waited_for(state: str) -> None:
    """No memory, no connections, cancelled, a server that stops, a standby: the records are all right."""
    found = raised(state)
    assert isinstance(found, LedgerBusyError)
    assert "hunter2" not in str(found) and "books on db1" in str(found)


@pytest.mark.parametrize("state", ["22003", "22021", "23505", "23514", "P0001", "54000"])
def test_what_does_not_add_up_is_refused(state: str) -> None:
    assert type(raised(state)) is LedgerRefusedError


@pytest.mark.parametrize("state", ["42501", "42P01", "XX001"])
def test_rights_that_are_missing_are_neither(state: str) -> None:
    """No record is at fault, and it does not pass: all of it stays until somebody has mended it."""
    assert type(raised(state)) is LedgerError


@pytest.mark.parametrize("error", [sqlite3.IntegrityError("x"), sqlite3.DataError("too big")])
def test_sqlite_refuses_too(error: Exception) -> None:
    assert type(told(error, "x")) is LedgerRefusedError


def test_a_number_that_no_database_holds_is_a_record_s_fault(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""))
    with pytest.raises(LedgerRefusedError):
        ledger.book([call("u1", seconds=10**30)], now=1)


def test_others_who_are_always_in_the_way_are_a_ledger_that_is_busy(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_with(ledger)

    def hook(name: str) -> None:
        raise database.AgainError

    monkeypatch.setattr(database, "hook", hook)
    monkeypatch.setattr(ledger.database, "_sleep", lambda _: None)
    with pytest.raises(LedgerBusyError):
        ledger.book([call()], now=1)


def test_a_server_that_vanishes_is_noticed(url: str, ledger: Ledger) -> None:
    """No packet comes back, and none says so: what waits for it would wait for hours."""
    if ledger.database.dialect != "postgresql":
        pytest.skip("of a network alone")
    with ledger.reading() as reading:
        driver: Any = reading.connection.driver_connection
        found = {each.keyword.decode(): (each.val or b"").decode() for each in driver.pgconn.info}
        assert 0 < int(found["keepalives_idle"]) <= 30
        assert 0 < int(found["tcp_user_timeout"]) <= 60_000
        asked = "SELECT reset_val FROM pg_settings WHERE name = 'tcp_keepalives_idle'"
        assert reading.exec_driver_sql(asked).scalar() == "15"
