"""A meter beside a real switch: records, events where there are none, and a switch that is killed."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.opening import open_ledger
from dialform.billing.meter.meter import Meter
from dialform.billing.spool import Spool
from dialform.compiler.terms import PRICES, TENANTS
from dialform.compiler.terms_json import prices_from, tenants_from
from dialform.switch import Link

from . import lab
from .conftest import Carriers, answering, phones_of
from .desk import desk
from .scene import scene
from .site import HOST, Site
from .switch import Switch

PHONE, NUMBER = "acme/1001", "2125550177"


@dataclass
class Host:
    """A switch of its own, which may be killed, and what a meter needs beside it."""

    site: Site
    switch: Switch
    carriers: Carriers
    ledger: Ledger
    told: list[frozenset[str]] = field(default_factory=list)
    alarms: list[tuple[str, str]] = field(default_factory=list)

    @property
    def spool(self) -> Path:
        return Path(self.switch.settings("json_cdr.conf")["log-dir"])

    @contextlib.asynccontextmanager
    async def meter(self, *, events: bool = True) -> AsyncIterator[Meter]:
        esl = self.switch.esl
        link = Link(lambda: (esl.address, [esl.password])) if events else None
        alarm = lambda kind, words: self.alarms.append((kind, words))  # noqa: E731
        meter = Meter(
            self.ledger, HOST, spool=Spool(self.spool, HOST, alarm=alarm), link=link, alarm=alarm,
            on_booked=self.told.append,
        )  # fmt: skip
        running = asyncio.create_task(meter.run())
        try:
            if link is not None:
                await link.up(20.0)
            yield meter
        finally:
            meter.stop()
            await running

    def facts(self) -> list[dict[str, Any]]:
        with self.ledger.database.reading() as connection:
            rows = connection.execute(text("SELECT * FROM facts ORDER BY booked, id"))
            return [dict(row._mapping) for row in rows]

    def on_trunks(self) -> list[dict[str, Any]]:
        return [fact for fact in self.facts() if fact["trunk"]]

    async def until(self, met: Callable[[], Any], within: float = 10.0) -> Any:
        async with asyncio.timeout(within):
            while not (found := met()):
                await asyncio.sleep(0.05)
            return found

    async def call(self, seconds: float = 1.2) -> None:
        async with desk(phones_of(self.site), PHONE) as (phone,):
            call = await phone.call(NUMBER)
            await call.answered()
            await asyncio.sleep(seconds)
            await call.hangup()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Carriers]]:
    site = lab.demo(tmp_path_factory.mktemp("meter"))
    site.compile()
    with answering(site) as carriers:
        yield site, carriers


@pytest.fixture
def host(place: tuple[Site, Carriers], tmp_path: Path) -> Iterator[Host]:
    """A fresh start of the switch, an empty spool, and a ledger that knows the site's prices."""
    site, carriers = place
    carriers.reset()
    folder = site.out / HOST
    with Switch(site.conf, site.state) as switch:
        switch.until(switch.registered, 15.0, "carriers do not let it register")
        with open_ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
            prices = prices_from((folder / PRICES).read_bytes())
            terms = tenants_from((folder / TENANTS).read_bytes())
            ledger.store_terms(HOST, prices, terms.values(), at=0)
            made = Host(site, switch, carriers, ledger)
            for left in made.spool.glob("*.cdr.json"):
                left.unlink()
            yield made
            assert ledger.verify() == []


def test_a_call_is_booked_by_its_record_at_once(host: Host) -> None:
    @scene
    async def booked() -> None:
        async with host.meter() as meter, desk(phones_of(host.site), PHONE) as (phone,):
            call = await phone.call(NUMBER)
            await call.answered()
            [live] = await host.until(lambda: host.ledger.live(HOST))
            assert (live.fact.tenant, live.fact.number) == ("acme", "+12125550177")
            # Limits count it when it is answered.
            await host.until(lambda: frozenset({"acme"}) in host.told)
            await asyncio.sleep(1.2)
            await call.hangup()
            [leg] = await host.until(host.on_trunks)
            assert host.ledger.live(HOST) == []
            await host.until(lambda: meter.stats.booked == 2)
            assert meter.stats.events == 0, "the records were there"
        assert leg["provisional"] == 0 and leg["number"] == "+12125550177"
        assert 1.0 <= (leg["ended"] - leg["answered"]) / 1e6 <= 2.5
        assert list(host.spool.glob("*.cdr.json")) == []
        assert len(list(host.spool.glob("booked/*/*.cdr.json"))) >= 2
        assert host.alarms == []

    booked()


def test_where_no_record_can_be_written_the_event_is_booked(host: Host) -> None:
    """The spool is no folder any more; later the records come after all, and change nothing."""

    @scene
    async def told() -> None:
        spool, aside = host.spool, host.spool.with_name("aside")
        host.switch.expects("mod_json_cdr.c:")
        async with host.meter() as meter:
            await asyncio.sleep(0.6)
            spool.rename(aside)
            spool.write_text("in the way")
            try:
                await host.call()
                [leg] = await host.until(host.on_trunks, within=8.0)
                assert meter.stats.events == 2 and meter.stats.error
            finally:
                spool.unlink()
                aside.rename(spool)
            await asyncio.sleep(1)
            assert meter.stats.error == ""
            await host.call()
            await host.until(lambda: len(host.on_trunks()) == 2)
        assert leg["provisional"] == 0 and leg["cause"] == "NORMAL_CLEARING"
        assert [kind for kind, _ in host.alarms] == ["spool"]

    told()


def test_record_and_event_say_the_same(host: Host) -> None:
    """Booked by its event first; its record then is a duplicate, not a conflict."""

    @scene
    async def same() -> None:
        spool, aside = host.spool, host.spool.with_name("aside")
        async with host.meter(events=False) as quiet:
            quiet.spool = None  # nobody reads
            await host.call()
        records = list(spool.glob("*.cdr.json"))
        assert len(records) == 2
        spool.rename(aside)
        spool.mkdir()
        try:
            async with host.meter() as meter:
                await host.call()
                await host.until(lambda: meter.stats.booked == 2)
                for record in list(spool.glob("booked/*/*.cdr.json")):
                    record.rename(spool / record.name)  # delivered once more
                for record in aside.glob("*.cdr.json"):
                    record.rename(spool / record.name)
                await host.until(lambda: meter.stats.duplicates == 2 and meter.stats.booked == 4)
                assert meter.stats.conflicts == 0
        finally:
            for path in aside.iterdir():
                if not (spool / path.name).exists():
                    path.rename(spool / path.name)
        assert len(host.on_trunks()) == 2 and host.alarms == []

    same()


def test_a_switch_that_is_killed_leaves_one_provisional_leg(host: Host) -> None:
    @scene
    async def killed() -> None:
        async with host.meter() as meter:
            async with desk(phones_of(host.site), PHONE) as (phone,):
                call = await phone.call(NUMBER)
                await call.answered()
                await host.until(lambda: host.ledger.live(HOST))
                await asyncio.sleep(2.0)
                await asyncio.to_thread(host.switch.kill)
                await asyncio.sleep(1.0)
                assert host.on_trunks() == []
                await asyncio.to_thread(host.switch.start)
            [leg] = await host.until(host.on_trunks, within=25.0)
            assert meter.stats.provisional == 1
            assert leg["provisional"] == 1 and host.ledger.live(HOST) == []
            assert 1.0 <= (leg["ended"] - leg["answered"]) / 1e6 <= 4.0
            await host.call()
            await host.until(lambda: len(host.on_trunks()) == 2)
            assert [fact["provisional"] for fact in host.on_trunks()] == [1, 0]
        charged = host.ledger.database
        with charged.reading() as connection:
            amounts = connection.execute(text("SELECT amount FROM usage WHERE amount > 0")).all()
        assert len(amounts) <= 2

    killed()


def test_a_call_that_began_before_the_meter_is_asked_for(host: Host) -> None:
    @scene
    async def asked() -> None:
        async with desk(phones_of(host.site), PHONE) as (phone,):
            call = await phone.call(NUMBER)
            await call.answered()
            async with host.meter():
                [live] = await host.until(lambda: host.ledger.live(HOST))
                assert live.fact.tenant == "acme" and live.core == host.switch.api(
                    "global_getvar core_uuid"
                )
                assert live.fact.answered > 0
                await call.hangup()
                await host.until(host.on_trunks)
                assert host.ledger.live(HOST) == []

    asked()


def test_a_conference_counts_until_the_switch_died(host: Host) -> None:
    @scene
    async def died() -> None:
        async with host.meter():
            async with desk(phones_of(host.site), "rooms/6001") as (phone,):
                call = await phone.call("*3")
                await call.answered()
                [live] = await host.until(lambda: host.ledger.live(HOST))
                assert live.fact.kind == "conference"
                await asyncio.sleep(3.0)
                await asyncio.to_thread(host.switch.kill)
                await asyncio.to_thread(host.switch.start)
            [fact] = await host.until(
                lambda: [one for one in host.facts() if one["kind"] == "conference"], within=25.0
            )
        assert fact["provisional"] == 1 and 2 <= fact["seconds"] <= 6
        assert json.dumps(fact["tenant"]) == '"rooms"'

    died()
