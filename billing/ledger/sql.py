"""The few statements that are said many times, in the words of each database.

Everything else is asked with SQLAlchemy's own constructs. What runs once a batch of facts is said here, as
text: SQLAlchemy's handling of a row costs more than SQLite's insert of it.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, CursorResult, Table

from dialform.billing.ledger.database import AgainError, checkpoint
from dialform.billing.ledger.tables import facts

Row = tuple[Any, ...]


class Sql:
    """SQLite: one transaction writes at a time, so nothing needs a lock."""

    place = "?"

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def among(self, column: str) -> str:
        """The condition that a column is one of many values, which are given by `many`."""
        return f"{column} IN (SELECT value FROM json_each(?))"  # noqa: S608

    def many(self, values: Iterable[Any]) -> Any:
        """Values as one parameter."""
        return json.dumps(list(values), ensure_ascii=False)

    def ask(self, statement: str, *values: Any) -> list[Row]:
        """The rows of a question. `?` is the place of a value, in both databases."""
        words = statement.replace("?", self.place)
        return self._rows(self.connection.exec_driver_sql(words, values))

    @staticmethod
    def _rows(result: CursorResult[Any]) -> list[Row]:
        # Straight from the driver: what SQLAlchemy makes of a row costs more than the row.
        return list(result.cursor.fetchall()) if result.cursor is not None else []

    def say(self, statement: str, *values: Any) -> int:
        """Do something, and how many rows it touched."""
        words = statement.replace("?", self.place)
        return self.connection.exec_driver_sql(words, values).rowcount

    def insert(self, table: Table, rows: Sequence[Row], *, unless: Sequence[str] = ()) -> None:
        """Add rows that have all columns of the table in their order; with `unless`, those that have no
        conflict in these columns."""
        if rows:
            places = ", ".join([self.place] * len(table.columns))
            after = f" ON CONFLICT ({', '.join(unless)}) DO NOTHING" if unless else ""
            self.connection.exec_driver_sql(f"{_into(table)} VALUES ({places}){after}", list(rows))

    def put(self, table: Table, rows: Sequence[Row]) -> None:
        """Add rows, or let them take the place of those with the same primary key."""
        if rows:
            keys = [column.name for column in table.primary_key]
            new = ", ".join(
                f"{column.name} = excluded.{column.name}"
                for column in table.columns
                if column.name not in keys
            )
            places = ", ".join([self.place] * len(table.columns))
            self.connection.exec_driver_sql(
                f"{_into(table)} VALUES ({places}) ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {new}",
                list(rows),
            )

    def load(self, table: Table, rows: Sequence[Row]) -> None:
        """Add many rows."""
        self.insert(table, rows)

    def facts(self, rows: Sequence[Row]) -> None:
        """Add facts that were not there when they were looked for."""
        self.insert(facts, rows)

    def take(self, table: str, count: int) -> Iterable[int]:
        """So many new values for the column `id` of facts or usage, rising."""
        ((last,),) = self.ask(f"SELECT coalesce(max(id), 0) FROM {table}")  # noqa: S608 - our own name
        return range(last + 1, last + count + 1)

    def lock(self, tenants: Sequence[str]) -> None:
        """Wait until nobody else books anything of these tenants."""

    def alone(self) -> None:
        """Wait until nobody else stores terms."""


class PostgreSql(Sql):
    """PostgreSQL: many hosts write at once, each tenant's rows behind a lock of its own."""

    place = "%s"

    def among(self, column: str) -> str:
        """As above."""
        return f"{column} = ANY(?)"

    def many(self, values: Iterable[Any]) -> Any:
        """As above."""
        return list(values)

    @staticmethod
    def _rows(result: CursorResult[Any]) -> list[Row]:
        # SQLAlchemy may have fetched some already.
        return [tuple(row) for row in result.all()] if result.returns_rows else []

    def load(self, table: Table, rows: Sequence[Row]) -> None:
        """By COPY."""
        self._copy(table.name, table, rows)

    def facts(self, rows: Sequence[Row]) -> None:
        """By COPY to a stage: another host may be booking the same keys under another tenant's lock."""
        if not rows:
            return
        self.connection.exec_driver_sql(
            "CREATE TEMPORARY TABLE IF NOT EXISTS stage (LIKE facts) ON COMMIT DELETE ROWS"
        )
        self._copy("stage", facts, rows)
        taken = self.ask(
            "INSERT INTO facts SELECT * FROM stage ORDER BY uuid, kind ON CONFLICT DO NOTHING RETURNING id"
        )
        if len(taken) != len(rows):
            raise AgainError

    def take(self, table: str, count: int) -> Iterable[int]:
        """From a sequence: what a transaction that failed took is left out."""
        rows = self.ask(f"SELECT nextval('{table}_id') FROM generate_series(1, ?)", count)  # noqa: S608
        return [number for (number,) in rows]

    def lock(self, tenants: Sequence[str]) -> None:
        """In one order, so that two who want the same ones do not wait for each other."""
        names = sorted(tenants)
        self.say(
            "INSERT INTO standing SELECT name, -1, -1 FROM unnest(?::text[]) AS name "
            "ORDER BY name ON CONFLICT DO NOTHING",
            names,
        )
        self.ask("SELECT 1 FROM standing WHERE tenant = ANY(?) ORDER BY tenant FOR UPDATE", names)

    def alone(self) -> None:
        """A lock that ends with the transaction: so copies are visible in the order of their ids."""
        self.ask("SELECT pg_advisory_xact_lock(?)", 0x4469616C5465726D)

    def _copy(self, name: str, table: Table, rows: Sequence[Row]) -> None:
        if not rows:
            return
        checkpoint("copy")
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        driver = self.connection.connection.driver_connection
        assert driver is not None
        with driver.cursor() as cursor, cursor.copy(f"COPY {name} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def sql(connection: Connection) -> Sql:
    """The words for the database of a connection."""
    return PostgreSql(connection) if connection.dialect.name == "postgresql" else Sql(connection)


def _into(table: Table) -> str:
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    return f"INSERT INTO {table.name} ({columns})"
