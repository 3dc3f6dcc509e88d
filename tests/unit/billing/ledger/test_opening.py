"""A ledger is opened by its URL, made where it is not there, and never shown with a password."""

import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine, inspect

from dialform.billing.ledger import address, migrating
from dialform.billing.ledger.database import Database
from dialform.billing.ledger.errors import LedgerBusyError, LedgerError
from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.opening import open_ledger
from dialform.billing.ledger.tables import metadata
from dialform.console.accounts.tables import metadata as portal
from dialform.fax.queue.tables import metadata as faxes

from .conftest import Raw
from .world import NOON, call, opened_with


def test_sqlite_is_safe_against_a_power_cut_and_strict(tmp_path: Path) -> None:
    with open_ledger(f"sqlite:///{tmp_path}/new/ledger.db") as ledger:
        opened_with(ledger)
        for name in ("ledger.db", "ledger.db-wal", "ledger.db-shm"):
            assert stat.S_IMODE((tmp_path / "new" / name).stat().st_mode) == 0o640, name
        with ledger.reading() as reading:
            told = {
                name: reading.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in (
                    "journal_mode",
                    "synchronous",
                    "foreign_keys",
                    "recursive_triggers",
                    "busy_timeout",
                )
            }
    assert told == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1,
        "busy_timeout": 10_000,
    }  # fmt: skip
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o750


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("ledger.db", "The ledger's URL is none"),
        ("", "The ledger's URL is none"),
        ("sqlite://", "A ledger in SQLite is a file"),
        ("sqlite:///:memory:", "A ledger in SQLite is a file"),
        ("mysql://root:hunter2@db/x", "No ledger is kept in 'mysql'"),
        ("postgresql://ops:hunter2@127.0.0.1:1/billing", "billing on 127.0.0.1 cannot be reached"),
        ("postgresql://ops:hunter2@host:port/billing", "The ledger's URL is none"),
        ("postgresql://ops:a@hunter2@127.0.0.1:1/billing", "write @ in it as %40"),
        ("postgresql://op/s:hunter2@127.0.0.1/billing", "write @ in it as %40"),
        ("postgresql:///ops:hunter2@127.0.0.1/billing", "write @ in it as %40"),
        (
            "sqlite:////proc/none/at/all/ledger.db",
            "The ledger /proc/none/at/all/ledger.db cannot be made",
        ),
    ],
)
def test_what_cannot_be_opened_is_a_sentence_without_a_password(url: str, told: str) -> None:
    with pytest.raises(LedgerError) as raised:
        open_ledger(url)
    assert told in str(raised.value)
    assert "hunter2" not in str(raised.value)
    assert raised.value.__context__ is None or raised.value.__suppress_context__


def test_no_representation_shows_a_password(database: str) -> None:
    given = address.read("postgresql://ops:hunter2@db.example/billing")
    assert address.shown(given) == "billing on db.example"
    engine = create_engine(given)
    shown = Database(engine, address.shown(given))
    assert "hunter2" not in repr(shown) + repr(Ledger(shown))


def test_what_only_reads_makes_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match=r"There is no ledger at .* yet"):
        open_ledger(f"sqlite:///{tmp_path}/ledger.db", migrate=False)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "ledger.db").touch()
    with pytest.raises(LedgerError, match="has no tables of this version yet"):
        open_ledger(f"sqlite:///{tmp_path}/ledger.db", migrate=False)


def test_a_ledger_whose_damage_is_no_text_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    open_ledger(f"sqlite:///{path}").close()
    content = path.read_bytes().replace(b"tablefactsfacts", b"table\xff\xfectsfacts")
    path.write_bytes(content.replace(b"CREATE TABLE facts", b"CREATE CHAIR facts"))
    with pytest.raises(UnicodeDecodeError):
        sqlite3.connect(path).execute("SELECT * FROM facts")
    with pytest.raises(LedgerError, match=r"is damaged: keep a copy") as raised:
        open_ledger(f"sqlite:///{path}", migrate=False)
    assert raised.value.__suppress_context__


def test_another_file_is_no_ledger_and_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(b"precious " * 1000)
    with pytest.raises(LedgerError, match="is no ledger, or is damaged"):
        open_ledger(f"sqlite:///{path}")
    assert path.read_bytes() == b"precious " * 1000


def test_a_ledger_of_a_later_version_is_left_alone(url: str, ledger: Ledger, raw: Raw) -> None:
    raw("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LedgerError, match="written by a later version of Dialform"):
        open_ledger(url)


def test_a_second_opening_finds_all_that_was_booked(url: str) -> None:
    with open_ledger(url) as ledger:
        opened_with(ledger)
        ledger.book([call()], now=NOON)
    with open_ledger(url, migrate=False) as ledger:
        assert ledger.book([call()], now=NOON).outcomes == ("same",)


def test_opening_what_is_there_costs_no_migration_library(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    open_ledger(url).close()
    told = subprocess.run(
        [sys.executable, "-c", "import sys; from dialform.billing.ledger.opening import open_ledger\n"
         f"open_ledger({url!r}); print('alembic' in sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout == "False\n"


def test_the_tables_go_up_and_down_and_up(url: str, ledger: Ledger) -> None:
    opened_with(ledger)
    database = ledger.database
    database.write(migrating.downgrade)
    with database.reading() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
        assert migrating.revision(connection) == ""
    database.write(migrating.upgrade)
    opened = open_ledger(url)
    assert opened.tenants() == []
    opened_with(opened)
    assert opened.book([call()], now=NOON).outcomes == ("new",)
    opened.close()


def all_tables() -> MetaData:
    """What the program thinks of, of money, of faxes and of the portal."""
    found = MetaData()
    for one in (metadata, faxes, portal):
        for table in one.sorted_tables:
            table.to_metadata(found)
    return found


def test_the_tables_are_those_that_the_program_thinks_of(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, all_tables()) == []


def test_the_program_knows_the_last_revision(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        script = ScriptDirectory.from_config(migrating.config(connection))
    assert script.get_current_head() == migrating.HEAD


def test_processes_that_start_at_once_make_one_ledger(url: str) -> None:
    code = (
        "import sys; from dialform.billing.ledger.opening import open_ledger\n"
        "print('ready', flush=True); sys.stdin.readline(); open_ledger(sys.argv[1], busy=60).close()"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    many = [
        subprocess.Popen([sys.executable, "-c", code, url], text=True, **pipes) for _ in range(4)
    ]
    for one in many:
        assert one.stdout and one.stdout.readline() == "ready\n"
    for one in many:
        assert one.stdin
        one.stdin.write("\n")
        one.stdin.flush()
    told = [one.communicate() for one in many]
    assert [one.returncode for one in many] == [0] * 4, told
    with open_ledger(url, migrate=False) as ledger:
        assert ledger.verify() == []


def test_a_ledger_that_another_writer_holds_is_busy_and_nothing_is_half(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with open_ledger(f"sqlite:///{path}", busy=0.05) as ledger:
        opened_with(ledger)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerBusyError, match=r"Another process holds the ledger .*ledger\.db"):
            ledger.book([call()], now=NOON)
        with ledger.reading() as reading:
            assert reading.exec_driver_sql("SELECT count(*) FROM facts").scalar() == 0
        other.execute("ROLLBACK")
        assert ledger.book([call()], now=NOON).outcomes == ("new",)
        other.close()


def test_a_file_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    open_ledger(f"sqlite:///{path}").close()
    with open_ledger(f"sqlite:///{path}") as ledger:
        with ledger.reading() as reading:
            reading.exec_driver_sql("PRAGMA query_only = ON")
        with pytest.raises(LedgerError, match="may not be written by this user"):
            ledger.book([call()], now=NOON)
