"""Limits and credit on the real switch: the agent flags a tenant, and the next call outside is refused."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from . import lab
from .agent import AgentHost, off
from .conftest import Extension, answering, phones_of
from .desk import desk
from .phone import Phone, answers
from .scene import scene
from .switch import Switch

ACCOUNT = "tenants.d/acme/account.yaml"
OUTSIDE, WORLD, HELP = "2125550177", "+442079460000", "911"
DID, CALLER = "+12125550199", "+19175550100"


class Paying(AgentHost):
    """A host whose tenant acme has limits and pays for what it uses."""

    def __init__(self, site: Any) -> None:
        with site.edit("billing.yaml") as billing:
            billing["packages"]["business"]["included"]["voice_minutes"] = 0
        with site.edit("tenants.d/acme/pbx.yaml") as pbx:
            pbx["inbound_routes"][DID] = {"extension": "1002"}
        super().__init__(site)

    def agreed(self, **account: Any) -> str:
        """Another account of acme, committed."""
        with self.site.edit(ACCOUNT) as data:
            for key, value in account.items():
                data[key] = value
        return self.commit("an account")

    async def comes_to_be(self, process: Any, **account: Any) -> None:
        """The same, proven by the agent that stays."""
        commit = self.agreed(**account)
        self.poke(process)
        await off(lambda: self.comes_to(commit))

    async def flag(self, word: str, within: float = 15.0) -> float:
        """Waits until acme's flag on the switch is this; how many seconds that took."""
        began = time.monotonic()
        pattern = rf"^{word}$" if word else r"^-ERR no reply"
        await self.switch.becomes("db select/acme-block/outbound", pattern, within)
        return time.monotonic() - began

    def billing(self) -> dict[str, Any]:
        found: dict[str, Any] = self.status().get("billing") or {}
        return found


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paying]:
    site = lab.demo(tmp_path_factory.mktemp("limits"))
    with answering(site):
        host = Paying(site)
        host.once()  # lays out the files for a switch that never ran
        with host.switch as running:
            running.until(running.registered, 15.0, "carriers do not let it register")
            host.settle()
            yield host


@pytest.fixture(scope="module")
def switch(host: Paying) -> Switch:
    """In the place of the suite's own: after each test nobody speaks and no error was logged."""
    return host.switch


@pytest.fixture
def extension(host: Paying) -> Extension:
    return phones_of(host.site)


@contextlib.asynccontextmanager
async def beside(host: Paying) -> AsyncIterator[Any]:
    """An agent that stays, once its billing has begun."""
    async with host.staying("--interval", "3600") as process:
        pid = process.pid

        def bills() -> bool:
            return host.status()["pid"] == pid and host.billing().get("backlog") is not None

        await off(lambda: host.until(bills))
        yield process


def from_outside(host: Paying) -> Phone:
    source = host.site.carriers["third"][0]
    return Phone(CALLER, source, bind=source, proxy=host.site.address("external"))


async def refused_outside(host: Paying, phone: Phone, why: str) -> None:
    """What costs is refused for this reason; calls for help, calls inside and calls that come in go on."""
    for number in (OUTSIDE, WORLD):
        assert await (await phone.call(number)).refused() == 403
    await host.switch.cdrs_where(2, dialform_refused=why, dialform_tenant="acme")
    help_ = await phone.call(HELP)
    await help_.answered()
    await help_.hangup()


@scene
async def test_a_daily_limit_is_reached_at_the_answer(host: Paying, extension: Extension) -> None:
    async with beside(host) as process, desk(extension, "acme/1001", "acme/1002") as (alice, bob):
        bob.behaviour = answers()
        await host.comes_to_be(process, limits={"daily": 2})
        await host.flag("")
        first = await alice.call(OUTSIDE)
        await first.answered()
        second = await alice.call(OUTSIDE)
        await second.answered()
        took = await host.flag("limit")
        print(f"the flag stood {took * 1000:.0f} ms after the answer")
        await refused_outside(host, alice, "limit")
        async with from_outside(host) as caller:
            incoming = await caller.call(DID)
            await incoming.answered()
            await incoming.hangup()
        for call in (first, second):
            await call.hangup()
        await off(lambda: host.until(lambda: host.billing()["flags"]["limit"] == ["acme"]))
        assert await (await alice.call(OUTSIDE)).refused() == 403, "they are booked now"
        await host.comes_to_be(process, limits={"daily": 20})
        await host.flag("")
        again = await alice.call(OUTSIDE)
        await again.answered()
        await again.hangup()
        await host.comes_to_be(process, limits={"daily": -1})


@scene
async def test_credit_ends_in_mid_call_and_a_payment_lifts_it(
    host: Paying, extension: Extension
) -> None:
    async with beside(host) as process, desk(extension, "acme/1001", "acme/1002") as (alice, bob):
        bob.behaviour = answers()
        # What earlier tests used up is paid for, and one minute more.
        used = -await off(lambda: balance(host))
        credit = {"date": "2026-11-27", "amount": f"{(used + 10_000) / 1_000_000:.6f}"}
        subscription = {"package": "business", "plan": "standard", "on_zero_credit": "block"}
        await host.comes_to_be(process, payments={"p1": credit}, subscription=subscription)
        await host.flag("")
        long = await alice.call(OUTSIDE)
        await long.answered()
        short = await bob.call(OUTSIDE)
        await short.answered()
        await short.hangup()
        took = await host.flag("credit")
        print(f"the flag stood {took * 1000:.0f} ms after the call that used it up was over")
        long.media.play(620)
        assert await long.media.hears(620), "whoever talks goes on talking"
        await refused_outside(host, bob, "credit")
        inside = await alice.call("1002")
        await inside.answered()
        await inside.hangup()
        more = {"p1": credit, "p2": {"date": "2026-11-28", "amount": "5.00"}}
        await host.comes_to_be(process, payments=more)
        await host.flag("")
        again = await bob.call(OUTSIDE)
        await again.answered()
        for call in (again, long):
            await call.hangup()
        await off(lambda: host.until(lambda: host.billing()["backlog"] == 0))
    assert host.billing()["error"] is None


@scene
async def test_a_switch_that_was_started_again_has_its_flags(
    host: Paying, extension: Extension
) -> None:
    async with beside(host) as process:
        await host.comes_to_be(process, limits={"daily": 0})
        await host.flag("limit")
        await off(host.switch.stop)
        for path in (host.site.state / "db").glob("call_limit*"):
            path.unlink()
        await off(host.switch.start)
        await host.flag("limit", within=30.0)
        await host.comes_to_be(process, limits={"daily": -1})
        await host.flag("")
        await asyncio.sleep(0)


def balance(host: Paying) -> int:
    """Of acme, in micro-units."""
    from dialform.billing.ledger.opening import open_ledger

    asked = "SELECT coalesce(sum(balance), 0) FROM balances WHERE tenant = 'acme'"
    with (
        open_ledger(f"sqlite:///{host.agent_state / 'ledger.db'}") as ledger,
        ledger.reading() as one,
    ):
        return int(one.exec_driver_sql(asked).scalar_one())
