"""The database of a ledger: transactions that write, that read, and what is done when one fails."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from dialform.billing.ledger.errors import LedgerBusyError
from dialform.billing.ledger.trouble import again, telling

T = TypeVar("T")

TRIES = 8
"""How often a transaction that others stood in the way of is tried."""

hook: Callable[[str], None] | None = None
"""Called with the name of each checkpoint; None but in tests."""


def checkpoint(name: str) -> None:
    """A moment at which the process may die, for tests: `copy`, `commit`, `committed`."""
    if hook is not None:
        hook(name)


class AgainError(Exception):
    """The transaction met another one's work: it is rolled back and tried again."""


class Database:
    """An engine and its name in messages. Everything it raises is a LedgerError. Safe to use from threads."""

    def __init__(
        self, engine: Engine, name: str, *,
        sleep: Callable[[float], None] = time.sleep, chance: Callable[[], float] = random.random,
    ) -> None:  # fmt: skip
        self.engine, self.name = engine, name
        self.dialect = engine.dialect.name
        self._sleep, self._chance = sleep, chance

    def __repr__(self) -> str:
        return f"<Database {self.name}>"

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do work in one transaction. What others stood in the way of is done again, from its beginning."""
        with telling(self.name):
            for attempt in range(1, TRIES):
                try:
                    return self._once(work)
                except (AgainError, DBAPIError) as error:
                    if isinstance(error, DBAPIError) and not again(error):
                        raise
                self._sleep(0.01 * 2**attempt * (0.5 + self._chance()))
            try:
                return self._once(work)
            except AgainError:
                raise LedgerBusyError(
                    f"Others write the same to the ledger {self.name} again and again: nothing of this was "
                    "booked. Try again."
                ) from None

    def _once(self, work: Callable[[Connection], T]) -> T:
        with self.engine.connect().execution_options(dialform_writes=True) as connection:
            with connection.begin():
                found = work(connection)
                checkpoint("commit")
            checkpoint("committed")
            return found

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees the ledger as it stood at one moment. It writes nothing."""
        with telling(self.name), self.engine.connect() as connection:
            if self.dialect == "postgresql":
                connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()
