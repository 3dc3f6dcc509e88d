"""Booking, against the database's own floor in the same run.

`python -m tests.bench.booking`: calls of many tenants are booked in batches. On SQLite the floor is a raw
`executemany` of the very same rows of facts, usage and entries into the same tables, with the same batches and
the same sync; on PostgreSQL it is a plain COPY of them. The floor looks nothing up, rates nothing and counts
nothing. Wanted: within 2.5 x and 5 x. No test depends on these figures.
"""

import argparse
import gc
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from dialform.billing.facts.fact import Fact
from dialform.billing.ledger import address
from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.opening import open_ledger
from dialform.billing.ledger.sql import sql
from dialform.billing.ledger.tables import accounts
from dialform.compiler.terms import Price, Prices, Terms
from tests.postgresql import programs, running

NOON = 1_794_330_000_000_000
ZONES = ("America/New_York", "Europe/Berlin", "Europe/London", "Asia/Tokyo")
COUNTRIES = [f"+{number}" for number in range(1, 400)]


def prices() -> Prices:
    """A plan of some hundred prefixes."""
    rows = tuple(
        Price(f"world:{number}", "voice", "outbound", prefix, 5_000 + number)
        for number, prefix in enumerate(COUNTRIES)
    )
    return Prices({"world": rows}, {"standard": ("world",)}, {"business": {"voice_minutes": 100}})


def terms(tenants: int) -> list[Terms]:
    """Tenants of four time zones, with a limit and an alert each."""
    return [
        Terms(f"tenant{number:04d}", "", "", ZONES[number % 4], "USD", "business", "standard",
              daily=10_000, low_credit_alert=25_000_000)
        for number in range(tenants)
    ]  # fmt: skip


def calls(count: int, tenants: int, seed: int = 1) -> list[Fact]:
    """Answered calls over a trunk, in the order of their answers."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        answered = NOON + number * 20_000
        made.append(
            Fact(
                f"{chance.getrandbits(128):032x}", "call", "pbx1", f"tenant{chance.randrange(tenants):04d}",
                answered - 6_000_000, answered, answered + chance.randrange(900) * 1_000_000, "outbound",
                "north", "world", "", False,
                f"{chance.choice(COUNTRIES)}{chance.randrange(10**8)}", "Alice Doe <1001>",
                f"1{chance.randrange(100):03d}", "", "", "4e8126f2dd4e", f"{chance.getrandbits(128):032x}",
                "8f2d1c3a-0b7e-4f3c-9d59-2d0f7d1f2a11", "NORMAL_CLEARING",
            )
        )  # fmt: skip
    return made


def batches(many: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """A list in parts."""
    for first in range(0, len(many), size):
        yield many[first : first + size]


def booked(ledger: Ledger, made: Sequence[Fact], size: int) -> float:
    """Seconds for booking all of it."""
    gc.collect()
    begin = time.perf_counter()
    for each in batches(made, size):
        ledger.book(each, now=NOON)
    return time.perf_counter() - begin


def rows_of(ledger: Ledger, size: int) -> list[list[tuple[str, list[tuple[Any, ...]]]]]:
    """The rows that a ledger has, batch by batch as they were written."""
    held: dict[str, list[tuple[Any, ...]]] = {}
    with ledger.reading() as reading:
        for name, order in (("facts", "id"), ("usage", "id"), ("entries", "usage")):
            found = reading.exec_driver_sql(f"SELECT * FROM {name} ORDER BY {order}")
            held[name] = [tuple(row) for row in found]
    last: dict[int, int] = {row[0]: row[1] for row in held["usage"]}
    parts: list[list[tuple[str, list[tuple[Any, ...]]]]] = []
    for first in range(0, len(held["facts"]), size):
        low, high = (
            held["facts"][first][0],
            held["facts"][min(first + size, len(held["facts"])) - 1][0],
        )
        parts.append([
            ("facts", held["facts"][first : first + size]),
            ("usage", [row for row in held["usage"][first : first + size] if low <= row[1] <= high]),
            ("entries", []),
        ])  # fmt: skip
    for row in held["entries"]:
        number = next_part(last[row[8]], held["facts"][0][0], size)
        parts[number][2][1].append(row)
    return parts


def next_part(fact: int, first: int, size: int) -> int:
    """The batch that a fact was in: they were numbered as they came."""
    return (fact - first) // size


def emptied(url: str) -> None:
    """A ledger without facts, with the accounts that entries name."""
    with open_ledger(url) as ledger:
        rows = [("cash", "USD"), ("revenue:voice", "USD")]
        rows += [(f"tenant:tenant{number:04d}", "USD") for number in range(10_000)]
        ledger.database.write(lambda connection: sql(connection).insert(accounts, rows))


def on_sqlite(made: Sequence[Fact], tenants: int, size: int, folder: Path) -> tuple[float, float]:
    """Seconds of booking, and of the floor."""
    with open_ledger(f"sqlite:///{folder}/ledger.db") as ledger:
        ledger.store_terms("pbx1", prices(), terms(tenants), at=0)
        seconds = booked(ledger, made, size)
        parts = rows_of(ledger, size)
    emptied(f"sqlite:///{folder}/floor.db")
    with closing(sqlite3.connect(folder / "floor.db", isolation_level=None)) as raw:
        for pragma in ("synchronous = FULL", "foreign_keys = ON", "cache_size = -32768"):
            raw.execute(f"PRAGMA {pragma}")
        gc.collect()
        begin = time.perf_counter()
        for part in parts:
            raw.execute("BEGIN IMMEDIATE")
            for name, rows in part:
                if rows:
                    places = ", ".join("?" * len(rows[0]))
                    raw.executemany(f"INSERT INTO {name} VALUES ({places})", rows)
            raw.execute("COMMIT")
        return seconds, time.perf_counter() - begin


def on_postgresql(made: Sequence[Fact], tenants: int, size: int, url: str) -> tuple[float, float]:
    """Seconds of booking, and of the floor."""
    engine = create_engine(address.read(url))
    for name in ("ledger", "floor"):
        with engine.begin() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {name} CASCADE")
            connection.exec_driver_sql(f"CREATE SCHEMA {name}")
    engine.dispose()
    with open_ledger(f"{url}&options=-csearch_path%3Dledger") as ledger:
        ledger.store_terms("pbx1", prices(), terms(tenants), at=0)
        seconds = booked(ledger, made, size)
        parts = rows_of(ledger, size)
    emptied(f"{url}&options=-csearch_path%3Dfloor")
    engine = create_engine(address.read(f"{url}&options=-csearch_path%3Dfloor"))
    gc.collect()
    begin = time.perf_counter()
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        for part in parts:
            with driver.cursor() as cursor:
                for name, rows in part:
                    with cursor.copy(f"COPY {name} FROM STDIN") as copy:
                        for row in rows:
                            copy.write_row(row)
            driver.commit()
    seconds_floor = time.perf_counter() - begin
    engine.dispose()
    return seconds, seconds_floor


def told(name: str, count: int, pairs: Sequence[tuple[float, float]], most: float) -> None:
    """The figures of the run in the middle."""
    seconds, floor = sorted(pairs, key=lambda pair: pair[0] / pair[1])[len(pairs) // 2]
    print(f"{name:<11} floor    {count / floor:9,.0f} calls/s")
    print(f"{name:<11} booking  {count / seconds:9,.0f} calls/s   "
          f"{seconds / floor:.2f} x floor   at most {most}")  # fmt: skip


def measured(run: Callable[[Path], tuple[float, float]], runs: int) -> list[tuple[float, float]]:
    """Both figures of each run, in a folder of its own."""
    found = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory(prefix="dialform-bench-") as folder:
            found.append(run(Path(folder)))
    return found


def main() -> None:
    """Measure both databases and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=20_000)
    parser.add_argument("--tenants", type=int, default=200)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    made, size, tenants = calls(options.calls, options.tenants), options.batch, options.tenants
    print(
        f"{options.calls} calls of {tenants} tenants, {size} a transaction, {options.runs} runs, medians"
    )
    told(
        "SQLite",
        len(made),
        measured(lambda folder: on_sqlite(made, tenants, size, folder), options.runs),
        2.5,
    )
    found = programs()
    if found is None:
        print("PostgreSQL  NOT MEASURED: IT IS NOT INSTALLED")
        return
    with running(found) as url:
        pairs = measured(lambda _: on_postgresql(made, tenants, size, url), options.runs)
    told("PostgreSQL", len(made), pairs, 5)


if __name__ == "__main__":
    main()
