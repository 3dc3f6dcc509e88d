"""A host in a test: a ledger in a file, a spool, a switch that is there or not, meters, a clock."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from sqlalchemy import text

from dialform.billing.ledger import database
from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.opening import open_ledger
from dialform.billing.meter.clocks import Clocks
from dialform.billing.meter.meter import Meter
from dialform.billing.spool import Spool, files
from dialform.compiler.terms import Price, Prices, Terms
from dialform.switch import Client, Event, Unreachable

from .legs import Leg

NOW = 1_795_346_300.0
"""2026-11-22T11:18:20Z."""
PRICES = Prices(
    rates={
        "uk": (Price("uk", "voice", "outbound", "+44", 20_000),),
        "fax": (Price("fax", "fax", "outbound", "+44", 50_000),),
        "conf": (Price("conf", "conference", "outbound", "", 2_000),),
    },
    plans={"standard": ("uk", "fax", "conf")},
    packages={},
    partial_fax=False,
)

TENANTS = [Terms(slug, slug, "", "UTC", "USD", plan="standard") for slug in ("acme", "bakery")]


@functools.cache
def _ready() -> bytes:
    """The file of a ledger that knows the terms of pbx1; to make one takes longer than a test."""
    with tempfile.TemporaryDirectory() as folder:
        with open_ledger(f"sqlite:///{folder}/ledger.db") as ledger:
            ledger.store_terms("pbx1", PRICES, TENANTS, at=0)
        return Path(folder, "ledger.db").read_bytes()


class Killed(BaseException):
    """The process dies here."""


class Line:
    """The link to a switch, as the meter uses it; the test plays the switch."""

    def __init__(self) -> None:
        self.on_up: list[Callable[[Client], Awaitable[None]]] = []
        self.connected = False
        self.core_uuid = ""
        self.up: dict[str, Leg] = {}
        self.unlisted: set[str] = set()
        """Of those that are up: whom `show channels` does not know yet."""
        self.asked: list[str] = []
        self.at = NOW

    async def api(self, command: str, *, timeout: float | None = None) -> str:
        if not self.connected:
            raise Unreachable("the switch is gone")
        self.asked.append(command)
        if command == "show channels as json":
            rows = [
                dict.fromkeys(("direction", "name", "state", "cid_num", "dest", "application"), "x")
                | {"uuid": uuid, "created_epoch": "1"}
                for uuid in self.up
                if uuid not in self.unlisted
            ]
            return json.dumps({"row_count": len(rows)} | ({"rows": rows} if rows else {}))
        leg = self.up.get(command.split()[1])
        if command.startswith("uuid_exists"):
            return "true" if leg else "false"
        return leg.dump(self.at) if leg else "-ERR No such channel!\n"


class World:
    """One host. Files and the ledger lie in `folder`, which survives a kill."""

    def __init__(
        self, folder: Path, *, spool: bool = True, url: str = "", host: str = "pbx1"
    ) -> None:
        self.folder, self.host = folder, host
        self.path = folder / f"cdr-{host}"
        self.path.mkdir(parents=True)
        self._spools = spool
        self.url = url or f"sqlite:///{folder}/ledger.db"
        self.now = NOW
        self.line = Line()
        self.alarms: list[tuple[str, str]] = []
        self.told: list[frozenset[str]] = []
        self.beats, self._beat = True, 0.0
        file = folder / "ledger.db"
        if not url and not file.exists():
            file.write_bytes(_ready())
        self.ledger = self._open()
        if url or host != "pbx1":
            self.ledger.store_terms(host, PRICES, TENANTS, at=0)
        self.meter = self._made()

    def _open(self) -> Ledger:
        return open_ledger(self.url, busy=0.05)

    def _made(self, ledger: Any = None) -> Meter:
        spool = Spool(self.path, self.host, now=lambda: self.now, alarm=self._alarm)
        return Meter(
            ledger or self.ledger, self.host, spool=spool if self._spools else None,
            link=self.line,  # type: ignore[arg-type]
            alarm=self._alarm, on_booked=self.told.append,
            clocks=Clocks(now=lambda: self.now, steady=lambda: self.now, chance=lambda: 0.5),
        )  # fmt: skip

    def _alarm(self, kind: str, words: str) -> None:
        assert "\n" not in words
        self.alarms.append((kind, words))

    def restart(self, ledger: Any = None) -> None:
        """The meter's process died and is there again; what was in its memory is gone."""
        files.hook = database.hook = None
        self.ledger.close()
        self.ledger = self._open()
        self.line.on_up.clear()
        self.meter = self._made(ledger)

    def close(self) -> None:
        files.hook = database.hook = None
        self.ledger.close()

    # The switch.

    def boots(self, core: str) -> None:
        """It starts, and the link is up."""
        self.line.core_uuid, self.line.connected = core, True
        self.line.up = {}
        self.meter.is_up()

    def connects(self) -> None:
        """The link is up again; the switch was there all the time."""
        self.line.connected = True
        self.meter.is_up()

    def dies(self) -> None:
        """All its calls with it; the link ends."""
        self.line.connected, self.line.up = False, {}

    def puts(self, leg: Leg, content: bytes | None = None, age: float = 0.0) -> bool:
        """The leg's file comes, if there is a folder for it."""
        if not self.path.is_dir():
            return False
        path = self.path / f"{leg.uuid}.cdr.json"
        path.write_bytes(leg.record() if content is None else content)
        os.utime(path, (self.now - age, self.now - age))
        return True

    def hears(self, *events: Event) -> None:
        for event in events:
            self.meter.hear(event)

    def answered(self, seconds_ago: float = 60.0, **given: Any) -> Leg:
        """A leg that was answered, and is up."""
        at = self.now - seconds_ago
        leg = Leg(at - 5, at, core=self.line.core_uuid or "core-1", **given)
        self.line.up[leg.uuid] = leg
        return leg

    def ended(self, seconds: float = 60.0, **given: Any) -> Leg:
        """A leg that ended just now."""
        leg = self.answered(seconds, **given)
        return self.ends(leg)

    def ends(self, leg: Leg) -> Leg:
        leg.ended = self.now
        self.line.up.pop(leg.uuid, None)
        return leg

    # The meter.

    def turns(self, count: int = 1) -> None:
        """So many rounds, each until there is nothing more to do at once."""
        asyncio.run(self._turns(count))

    async def _turns(self, count: int) -> None:
        for _ in range(count):
            for _ in range(200):
                if not await self.meter.turn():
                    break
            else:
                raise AssertionError("it never has nothing to do")

    def passes(self, seconds: float, step: float = 0.5) -> None:
        """Time goes by, with a round each half second."""
        until = self.now + seconds
        while self.now < until:
            self.now = min(self.now + step, until)
            if self.line.connected and self.beats and self.now - self._beat >= 20:
                self._beat = self.now
                self.hears(Event("HEARTBEAT", "", {"Event-Name": "HEARTBEAT"}))
            self.turns()

    # What the ledger has.

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.ledger.database.reading() as connection:
            return [tuple(row) for row in connection.execute(text(sql))]

    def booked(self) -> dict[tuple[str, str], tuple[Any, ...]]:
        """(uuid, kind) → (provisional, seconds between answer and end, pages, seconds); real ones first."""
        found = self.rows(
            "SELECT uuid, kind, provisional, (ended - answered) / 1000000, pages, seconds FROM facts "
            "ORDER BY provisional DESC"
        )
        return {(row[0], row[1]): row[2:] for row in found}

    def charges(self) -> int:
        """All that acme owes, in micro-units."""
        return sum(
            amount if debit == "tenant:acme" else -amount
            for debit, amount in self.rows(
                "SELECT debit, amount FROM entries WHERE tenant = 'acme' AND payment IS NULL"
            )
        )

    def live(self) -> set[str]:
        return {row.fact.uuid for row in self.ledger.live(self.host)}

    def names(self, below: str = "") -> list[str]:
        folder = self.path / below
        return (
            sorted(path.name for path in folder.rglob("*") if path.is_file())
            if folder.is_dir()
            else []
        )

    def waiting(self) -> list[str]:
        found = self.path.iterdir() if self.path.is_dir() else ()
        return [path.name for path in found if path.is_file()]

    def wipe(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
