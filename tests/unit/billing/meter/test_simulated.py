"""The whole meter, running, beside a simulated switch that writes records, is cut off, and crashes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.opening import open_ledger
from dialform.billing.meter.clocks import Clocks
from dialform.billing.meter.meter import Meter
from dialform.billing.spool import Spool
from dialform.compiler.terms import PRICES, TENANTS
from dialform.compiler.terms_json import prices_from, tenants_from
from dialform.simulator.scene import Dial
from dialform.simulator.served import SimulatedSwitch
from dialform.switch import Backoff, Link, SwitchError

ALICE = "1001@acme.example.com"
FASTER = 20
"""The switch's clock runs so much faster, and the meter's with it: a call of a minute takes 3 s."""


class Beside:
    """A switch, a spool, a ledger; meters come and go."""

    def __init__(self, compiled: Path, folder: Path) -> None:
        began = time.time()
        self.now = lambda: began + (time.time() - began) * FASTER
        self.spool = folder / "cdr"
        self.spool.mkdir()
        self.switch = SimulatedSwitch(
            compiled / "freeswitch", esl=("127.0.0.1", 0), cdr=self.spool, seed=1, now=self.now
        )
        self.ledger: Ledger = open_ledger(f"sqlite:///{folder}/ledger.db")
        prices = prices_from((compiled / PRICES).read_bytes())
        terms = tenants_from((compiled / TENANTS).read_bytes())
        self.ledger.store_terms("pbx1", prices, terms.values(), at=0)
        self.alarms: list[tuple[str, str]] = []

    @asynccontextmanager
    async def meter(self, **given: Any) -> Any:
        link = Link(
            lambda: (self.switch.address, [self.switch.password]), backoff=Backoff(0.05, most=0.2)
        )
        spool = Spool(self.spool, "pbx1", now=self.now, alarm=self._alarm)
        meter = Meter(
            self.ledger, "pbx1", link=link, alarm=self._alarm, grace=10.0, every=0.05,
            clocks=Clocks(now=self.now, steady=self.now), **({"spool": spool} | given),
        )  # fmt: skip
        running = asyncio.create_task(meter.run())
        try:
            await link.up(5.0)
            yield meter
        finally:
            meter.stop()
            await running

    def _alarm(self, kind: str, words: str) -> None:
        self.alarms.append((kind, words))

    def legs(self) -> list[dict[str, Any]]:
        with self.ledger.database.reading() as connection:
            found = connection.execute(
                text("SELECT * FROM facts WHERE trunk <> '' ORDER BY answered")
            )
            return [dict(row._mapping) for row in found]

    def live(self) -> set[str]:
        return {row.fact.uuid for row in self.ledger.live("pbx1")}

    def calls(self, number: str = "2125550177", patience: float = 600.0) -> None:
        self.switch.register(ALICE)
        self.switch.call(Dial(ALICE, number, patience=patience))

    async def until(self, met: Callable[[], Any], within: float = 15.0) -> Any:
        async with asyncio.timeout(within):
            while not (found := met()):
                await asyncio.sleep(0.02)
            return found


Play = Callable[[Callable[[Beside], Awaitable[None]]], None]


@pytest.fixture
def play(compiled: Path, fast: Path) -> Iterator[Play]:
    def played(scene: Callable[[Beside], Awaitable[None]]) -> None:
        async def work() -> None:
            beside = Beside(compiled, fast)
            async with beside.switch:
                await scene(beside)
            assert beside.ledger.verify() == []
            beside.ledger.close()

        asyncio.run(work())

    return played


def test_calls_are_journalled_and_booked_by_their_records(play: Play) -> None:
    @play
    async def scene(beside: Beside) -> None:
        async with beside.meter() as meter:
            beside.calls()
            await beside.until(beside.live)
            [leg] = await beside.until(beside.legs)
            assert leg["tenant"] == "acme" and leg["number"] == "+12125550177"
            assert (leg["ended"] - leg["answered"]) // 1_000_000 == 20
            await beside.until(lambda: not beside.live() and not list(beside.spool.glob("*.json")))
            assert meter.stats.events == 0 and beside.alarms == []


def test_events_alone_make_the_same_bill(play: Play) -> None:
    @play
    async def scene(beside: Beside) -> None:
        async with beside.meter(spool=None) as meter:
            beside.calls()
            [leg] = await beside.until(beside.legs)
            await beside.until(lambda: meter.stats.events == 2)
            assert (leg["ended"] - leg["answered"]) // 1_000_000 == 20
        async with beside.meter() as meter:
            await beside.until(lambda: meter.stats.duplicates == 2)
            assert meter.stats.conflicts == 0 and len(beside.legs()) == 1


def test_a_crash_with_calls_up(play: Play) -> None:
    @play
    async def scene(beside: Beside) -> None:
        async with beside.meter() as meter:
            for _ in range(3):
                beside.calls()
            await beside.until(lambda: len(beside.live()) == 3)
            await asyncio.sleep(10 / FASTER)
            await beside.switch.restart()
            legs = await beside.until(lambda: len(beside.legs()) == 3 and beside.legs())
            assert {leg["provisional"] for leg in legs} == {1}
            assert all(5 <= (leg["ended"] - leg["answered"]) / 1e6 <= 25 for leg in legs)
            assert meter.stats.provisional == 3 and beside.live() == set()
            beside.calls()
            await beside.until(lambda: len(beside.legs()) == 4)


def test_a_link_that_is_cut_loses_no_end(play: Play) -> None:
    """Nobody hears how the calls end; their records lie there."""

    @play
    async def scene(beside: Beside) -> None:
        async with beside.meter() as meter:
            beside.calls()
            await beside.until(beside.live)
            beside.switch.faults.refuse = True
            beside.switch.faults.drop_on = {"show"}
            assert meter.link is not None
            with pytest.raises(SwitchError):
                await meter.link.api("show calls")
            legs = await beside.until(beside.legs)
            assert [leg["provisional"] for leg in legs] == [0]
            beside.switch.faults.refuse, beside.switch.faults.drop_on = False, set()
            beside.calls()
            await beside.until(lambda: len(beside.legs()) == 2)
            assert meter.stats.provisional == 0


def test_a_switch_that_never_answers_is_no_reason_to_stop(play: Play) -> None:
    @play
    async def scene(beside: Beside) -> None:
        beside.switch.faults.replies = {"show channels": "-ERR rubbish", "uuid_dump": "{half"}
        async with beside.meter():
            beside.calls()
            [leg] = await beside.until(beside.legs)
            assert leg["provisional"] == 0


def test_meters_that_come_and_go_miss_nothing(play: Play) -> None:
    @play
    async def scene(beside: Beside) -> None:
        for _ in range(4):
            async with beside.meter():
                beside.calls()
                beside.calls(patience=5.0)
                await asyncio.sleep(8 / FASTER)
        async with beside.meter():
            legs = await beside.until(lambda: len(beside.legs()) == 8 and beside.legs(), 20.0)
            await beside.until(lambda: not beside.live())
            assert {leg["provisional"] for leg in legs} == {0}
