"""Statuses in a PostgreSQL database that all hosts reach: one table, a row a host."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Any, TypeVar

from dialform.reconcile.telling.masking import SHARED
from dialform.reconcile.waves.errors import BadStoreUrlError, StoreUnreachableError
from dialform.reconcile.waves.heard import heard
from dialform.reconcile.waves.record import LARGEST, Record, encode, is_host, record

T = TypeVar("T")

SECONDS = 10.0
"""For one question, from connecting to the answer."""

_LOCK = 0x4469616C666F726D
"""'Dialform', as the number of an advisory lock: two hosts that create the table at once wait."""

_THERE = "SELECT to_regclass('dialform_status') IS NOT NULL"
_CREATE = """CREATE TABLE IF NOT EXISTS dialform_status (
    platform text NOT NULL, host text NOT NULL, record text NOT NULL,
    changed timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (platform, host))"""
_PUBLISH = """INSERT INTO dialform_status (platform, host, record) VALUES (%s, %s, %s)
    ON CONFLICT (platform, host) DO UPDATE SET record = excluded.record, changed = now()"""
_READ = """SELECT host, left(record, %s) FROM dialform_status
    WHERE platform = %s AND (host = ANY(%s) OR %s) ORDER BY host LIMIT 1000"""
"""Whoever may write there may write anything: what is too long comes no further than is needed to see it."""


class PostgresqlStore:
    """A database by its URL. It connects for each question: there is one a minute.

    Rows are of a platform; where it was not told, it is that of the status that was published last.
    """

    def __init__(self, url: str, platform: str = "") -> None:
        try:
            import psycopg
        except ImportError:
            raise BadStoreUrlError(
                "statuses in PostgreSQL need psycopg, which is not installed: "
                "pip install 'dialform[postgresql]'"
            ) from None
        self._psycopg, self._url, self._platform = psycopg, url, platform
        self._made = False

    def __repr__(self) -> str:
        return "<PostgresqlStore>"

    async def publish(self, host: str, status: dict[str, Any]) -> None:
        """Write this host's row. Raises StoreUnreachableError."""
        one = record({**status, "host": host})
        self._platform = self._platform or one["platform"]
        text = encode(one).decode()

        async def write(connection: Any) -> None:
            await connection.execute(_PUBLISH, (self._platform, host, text))

        await self._ask(write)

    async def read(self, hosts: Collection[str] = ()) -> dict[str, Record]:
        """The rows of the platform. Raises StoreUnreachableError."""

        async def rows(connection: Any) -> list[tuple[str, str]]:
            asked = (LARGEST + 1, self._platform, list(hosts), not hosts)
            cursor = await connection.execute(_READ, asked)
            found: list[tuple[str, str]] = await cursor.fetchall()
            return found

        return heard((host, text.encode()) for host, text in await self._ask(rows) if is_host(host))

    async def _ask(self, question: Callable[[Any], Awaitable[T]]) -> T:
        try:
            async with asyncio.timeout(SECONDS):
                async with await self._psycopg.AsyncConnection.connect(
                    self._url, connect_timeout=5, application_name="dialform",
                    options=f"-c statement_timeout={int(SECONDS * 1000)}",
                ) as connection:  # fmt: skip
                    if not self._made:
                        await self._make(connection)
                    answer = await question(connection)
                self._made = True
                return answer
        except TimeoutError:
            raise StoreUnreachableError("the statuses' database did not answer in time") from None
        except self._psycopg.errors.UndefinedTable:
            self._made = False
            raise StoreUnreachableError("the statuses' table is gone; it is made again") from None
        except (self._psycopg.Error, OSError, ValueError) as error:
            raise StoreUnreachableError(f"the statuses' database: {_reason(error)}") from None

    @staticmethod
    async def _make(connection: Any) -> None:
        """The table, where it is missing. Who may not create one needs none where it is there."""
        cursor = await connection.execute(_THERE)
        (there,) = await cursor.fetchone()
        if not there:
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            await connection.execute(_CREATE)


def _reason(error: Exception) -> str:
    """The first line of what the driver says: the rest may quote the query or the connection."""
    line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return SHARED.text(line)[:200]
