"""The world of a bill: a site with prices of its own, and ledgers that are given what its switch left."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from dialform.billing.facts import CONFERENCE, facts_of_event
from dialform.billing.ledger import lines, queries
from dialform.billing.ledger.lines import Line
from dialform.billing.ledger.opening import open_ledger
from dialform.billing.ledger.values import Booked, Rerated
from dialform.billing.meter.ingest import Ingest
from dialform.billing.meter.stats import Stats
from dialform.billing.spool import Spool
from dialform.compiler.terms import PRICES, TENANTS, Price
from dialform.compiler.terms_json import prices_from, tenants_from
from dialform.values import replace

from . import lab
from .site import HOST, Site, load

BILL = Path(__file__).parent / "bill"
METERED, RIVAL = "metered", "rival"


def site(folder: Path) -> Site:
    """The demo site with the tenants, carriers, routes and prices of `bill/`, not yet compiled."""
    made = Site.demo(folder, also=BILL)
    lab.write_tone(made.source / "media" / "tones/main.wav", lab.MENU)
    lab.write_prompts(made)
    for name, keys in (("routes.yaml", ("routes",)), ("billing.yaml", ("rates", "plans"))):
        with made.edit(name) as data:
            for key in keys:
                data[key].update(load(BILL / name)[key])
    with made.edit("providers.d/mycarrier.yaml") as provider:
        # Its far end is there while a test runs, and the switch is up before.
        provider["register"] = False
    return made


class Charged(NamedTuple):
    """What a leg, or a stay in a room, came to: units and those of them that were free; micro-units."""

    units: int
    free: int
    amount: int


class Part(NamedTuple):
    """What is charged by itself: a leg of a trunk, or (`trunk` empty) a stay in a room."""

    direction: str
    trunk: str
    number: str


class Books:
    """A ledger in a file. It knows what the site was compiled to."""

    def __init__(self, path: Path, compiled: Site) -> None:
        self.url, self._site = f"sqlite:///{path}", compiled
        self.ledger = open_ledger(self.url)
        folder = compiled.out / HOST
        self._prices = prices_from((folder / PRICES).read_bytes())
        self._tenants = list(tenants_from((folder / TENANTS).read_bytes()).values())
        self.ledger.store_terms(HOST, self._prices, self._tenants, at=_now())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.ledger.close()

    def take_files(self, uuids: Iterable[str]) -> Stats:
        """Books the records of these legs from the spool, one after another, and puts them away."""
        stats = Stats()
        spool = Spool(self.spool, HOST)
        ingest = Ingest(self.ledger, HOST, spool, stats, _now, _alarm)
        for uuid in uuids:
            batch = spool.find([uuid])
            assert [one.uuid for one in batch.read] == [uuid]
            ingest.files(batch)
        return stats

    def take_events(self, events: Iterable[dict[str, Any]]) -> list[Booked]:
        """Books the ends of legs as the event socket told them, one after another."""
        found = (facts_of_event(event, HOST) for event in events)
        return [self.ledger.book(facts, now=_now()) for facts in found if facts]

    def price_later(self, plan: str, price: Price) -> list[Rerated]:
        """What had no price gets this one, and is rated anew."""
        known = self._prices
        rates = {**known.rates, price.name: (price,)}
        plans = {**known.plans, plan: (*known.plans[plan], price.name)}
        prices = replace(known, rates=rates, plans=plans)
        self.ledger.store_terms(HOST, prices, self._tenants, at=_now())
        return self.ledger.rerate(now=_now())

    def command(self, *words: str) -> str:
        """What `dialform billing` says, where it exits 0, which it must."""
        done = subprocess.run(self._command(*words), capture_output=True, text=True, check=False)
        assert done.returncode == 0, (
            f"billing {words}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        )
        return done.stdout

    def _command(self, *words: str) -> list[str]:
        script, site = str(Path(sys.executable).with_name("dialform")), self._site
        found = ["--ledger", self.url, "--state", str(site.folder / "agent")]
        given = ["--site", str(site.source), "--secrets", str(site.secrets)]
        return [script, "billing", *words, *found, *given]

    def ingest(self) -> dict[str, Any]:
        """`dialform billing ingest`: what lies in the spool, in whatever order; what it counted."""
        said = self.command("ingest", "--out", str(self._site.out), "--format", "json")
        found: dict[str, Any] = json.loads(said)
        return found

    @contextlib.contextmanager
    def watching(self, within: float = 30.0) -> Iterator[None]:
        """`dialform billing ingest --watch` runs beside the switch, and ends when all is booked."""
        words = ("ingest", "--watch", "--out", str(self._site.out), "--format", "json")
        errors = self._site.folder / "watch.txt"
        with errors.open("wb") as said:
            process = subprocess.Popen(
                self._command(*words), stdin=subprocess.DEVNULL, stdout=said, stderr=said
            )
        try:
            yield
            deadline = time.monotonic() + within
            while list(self.spool.glob("*.cdr.json")) or self.ledger.live(HOST):
                assert process.poll() is None and time.monotonic() < deadline, errors.read_text()
                time.sleep(0.1)
            process.send_signal(signal.SIGINT)
            assert process.wait(within) == 0, errors.read_text()
        finally:
            process.kill()
            process.wait()

    @property
    def spool(self) -> Path:
        """The folder that the switch writes its records to."""
        return self._site.state / "cdr"

    def unbooked(self, uuids: Iterable[str]) -> None:
        """Puts records back into the spool, as after a crash between booking and putting away."""
        for uuid in uuids:
            (path,) = self.spool.glob(f"booked/*/{uuid}.cdr.json")
            path.rename(self.spool / path.name)

    def statement(self, tenant: str, month: str) -> dict[str, Any]:
        """A month's statement, as data."""
        said = self.command("statement", "--tenant", tenant, "--month", month, "--format", "json")
        found: dict[str, Any] = json.loads(said)
        return found

    def lines(self, tenant: str) -> list[Line]:
        """All that stands of a tenant's legs."""
        with self.ledger.reading() as reading:
            return list(lines.calls(reading, tenant))

    def parts(self, tenant: str) -> dict[Part, Line]:
        """The tenant's legs of trunks and stays in rooms; the test lets no two be called alike."""
        found: dict[Part, Line] = {}
        for line in self.lines(tenant):
            fact = line.fact
            if fact.kind == CONFERENCE:
                part = Part("room", "", fact.trunk or fact.extension)
            elif fact.on_trunk:
                part = Part(fact.direction, fact.trunk, fact.number)
            else:
                assert (line.units, line.amount) == (0, 0), "a leg inside costs something"
                continue
            assert part not in found, f"two of {part}"
            found[part] = line
        return found

    def charges(self) -> dict[str, int]:
        """What each tenant was charged that was charged anything."""
        with self.ledger.reading() as reading:
            return {each.tenant: each.charges for each in queries.accounts(reading) if each.charges}

    def everything(self) -> list[Any]:
        """All that another booking could change."""
        with self.ledger.reading() as reading:
            entries = list(queries.entries_of(reading))
            balances, waiting = queries.accounts(reading), queries.waiting(reading)
        return [self.lines(METERED), self.lines(RIVAL), entries, balances, waiting]

    def used(self, tenant: str, month: str) -> dict[str, tuple[int, int]]:
        """Units and free units of a month, by resource."""
        with self.ledger.reading() as reading:
            counted = queries.counted(reading, tenant, month)
        return {resource: (each.units, each.free) for resource, each in counted.items()}


def charged(line: Line) -> Charged:
    """What a line says of money."""
    assert line.units == line.free + line.billed
    return Charged(line.units, line.free, line.amount)


def _now() -> int:
    return time.time_ns() // 1000


def _alarm(kind: str, words: str) -> None:
    raise AssertionError(f"{kind}: {words}")
