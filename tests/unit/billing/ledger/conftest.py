"""Ledgers on both databases."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from dialform.billing.ledger import address
from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.opening import open_ledger

DATABASES = ("sqlite", "postgresql")


def new_url(kind: str, request: pytest.FixtureRequest, folder: Path) -> str:
    """Where a ledger may be, on a database of this kind; nothing is there yet."""
    if kind == "sqlite":
        return f"sqlite:///{folder}/ledger.db"
    schema = f"ledger_{uuid.uuid4().hex}"
    base = request.getfixturevalue("database")
    engine = create_engine(address.read(base))
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    engine.dispose()
    return f"{base}{'&' if '?' in base else '?'}options=-csearch_path%3D{schema}"


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a ledger may be, on each database."""
    return new_url(request.param, request, tmp_path)


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    """A ledger, empty."""
    with open_ledger(url) as found:
        yield found


Raw = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def raw(url: str, ledger: Ledger) -> Iterator[Raw]:
    """SQL from outside, as an administrator may type it: each statement a transaction of its own."""
    with outside(url) as run:
        yield run


@contextmanager
def outside(url: str) -> Iterator[Raw]:
    """The same, for a ledger at this URL."""
    engine = create_engine(address.read(url))

    def run(statement: str, **values: Any) -> list[tuple[Any, ...]]:
        with engine.begin() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA foreign_keys = ON")
            found = connection.execute(text(statement), values)
            return [tuple(row) for row in found] if found.returns_rows else []

    yield run
    engine.dispose()
