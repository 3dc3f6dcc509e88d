"""The project's own client of the event socket, on a real switch and through its restarts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from dialform.simulator.served import SimulatedSwitch
from dialform.switch import (
    Backoff,
    Client,
    Dropped,
    Event,
    JobTimeout,
    Link,
    NotSeen,
    Refused,
    ReplyTimeout,
    Unreachable,
    questions,
)

from .proxy import Proxy
from .scene import scene
from .site import Site
from .switch import FOLDERS, Switch

KEPT = (
    "callcenter_config agent add acme.2 Callback",
    "callcenter_config agent set status acme.2 'On Break'",
    "callcenter_config tier add {queue} acme.2 1 1",
    "db insert/event/socket/kept",
)
SOON = Backoff(first=0.05, most=0.2)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site of our own: its switch is killed, which would be too much for the suite's."""
    site = Site.demo(tmp_path_factory.mktemp("event-socket"))
    site.compile()
    return site


@pytest.fixture(scope="module")
def switch(own: Site) -> Iterator[Switch]:
    with Switch(own.conf, own.state) as running:
        yield running


def client(switch: Switch, *passwords: str, timeout: float = 10.0) -> Client:
    esl = switch.esl
    return Client(esl.address, passwords or [esl.password], timeout=timeout)


@asynccontextmanager
async def linked(address: tuple[str, int], password: str) -> AsyncIterator[Link]:
    link = Link(lambda: (address, [password]), subscribe=["HEARTBEAT"], backoff=SOON)
    task = asyncio.create_task(link.run())
    try:
        yield link
    finally:
        await link.close()
        await task


@scene
async def test_it_gets_in_by_the_password_that_is_right(switch: Switch) -> None:
    async with client(switch, "wrong", switch.esl.password) as us:
        assert us.password_index == 1
        assert us.core_uuid == await questions.core_uuid(us.api)
    with pytest.raises(Refused):
        await client(switch, "wrong", "older").connect()


@scene
async def test_replies_are_each_callers_own(switch: Switch) -> None:
    async with client(switch) as us:
        replies = await asyncio.gather(*(us.api(f"expr {n} + 0") for n in range(300)))
        assert replies == [str(n) for n in range(300)]
        slow = asyncio.create_task(us.api("msleep 300"))
        await asyncio.sleep(0.1)
        slow.cancel()
        assert await us.api("expr 40 + 2") == "42"
        assert await us.api("nonsense x") == "-ERR nonsense Command not found!\n"
        assert await us.api("global_getvar nonsense") == "-ERR no reply\n"


@scene
async def test_jobs_do_not_hold_up_commands(switch: Switch) -> None:
    async with client(switch) as us:
        slow = asyncio.create_task(us.bgapi("msleep 500"))
        quick = await asyncio.gather(*(us.bgapi(f"expr {n} + 0") for n in range(50)))
        assert quick == [str(n) for n in range(50)]
        assert await us.api("expr 1 + 1") == "2"
        assert not slow.done()
        await slow
        with pytest.raises(JobTimeout):
            await us.bgapi("msleep 400", timeout=0.1)
        assert await us.api("expr 1 + 1") == "2"
        assert "Command not found" in await us.bgapi("nonsense")


@scene
async def test_only_events_that_were_asked_for_come(switch: Switch) -> None:
    async with client(switch) as us:
        events = us.events()
        await us.subscribe("RELOADXML", "sofia::gateway_add", "sofia::gateway_delete")
        with us.expect(lambda event: event.name == "RELOADXML") as reloaded:
            assert await us.api("reloadxml") == "+OK [Success]\n"
            assert (await reloaded.next(5.0)).get("Core-UUID") == us.core_uuid
        gone = us.expect(lambda event: event.kind == "sofia::gateway_delete")
        back = us.expect(lambda event: event.kind == "sofia::gateway_add")
        stamp = await questions.gateway_stamp(us.api, "backup")
        with gone, back:
            assert await us.api("sofia profile external killgw backup") == (
                "+OK gateway marked for deletion.\n"
            )
            assert (await gone.next(10.0)).get("Gateway") == "backup"
            assert await questions.gateway(us.api, "backup") is None
            assert await questions.gateway_stamp(us.api, "backup") == ""
            await us.api("sofia profile external rescan")
            assert (await back.next(10.0)).get("Gateway") == "backup"
        assert await questions.gateway_stamp(us.api, "backup") == stamp != ""
        found = [await anext(events) for _ in range(4)]
        kinds = [event.kind for event in found if isinstance(event, Event)]
        assert kinds == ["RELOADXML", "sofia::gateway_delete", "RELOADXML", "sofia::gateway_add"]
        with pytest.raises(NotSeen):
            await us.wait_for(lambda event: event.kind == "sofia::gateway_delete", 0.2)


@scene
async def test_a_late_reply_ends_the_connection_and_never_answers_another(switch: Switch) -> None:
    async with client(switch) as us:
        with pytest.raises(ReplyTimeout):
            await us.api("msleep 1000", timeout=0.2)
        with pytest.raises(Unreachable):
            await us.api("status")
    async with client(switch) as us:
        assert await us.api("expr 1 + 1") == "2"


@scene
async def test_a_link_comes_back_when_its_connection_is_cut(switch: Switch) -> None:
    esl = switch.esl
    async with Proxy(esl.address) as proxy, linked(proxy.address, esl.password) as link:
        before = await link.up(5.0)
        asked = asyncio.create_task(link.api("msleep 2000"))
        await asyncio.sleep(0.2)
        proxy.cut()
        with pytest.raises(Dropped):
            await asked
        while (after := await link.up(5.0)) is before:
            await asyncio.sleep(0.02)
        assert after.core_uuid == before.core_uuid
        assert link.reconnects == 1
        assert await link.api("expr 1 + 1") == "2"


@scene
async def test_a_switch_that_starts_again_is_another(switch: Switch) -> None:
    switch.expects(".")  # what it says while it boots
    esl = switch.esl
    async with linked(esl.address, esl.password) as link:
        seen = [(await link.up(5.0)).core_uuid]
        link.on_up.append(lambda client: _note(seen, client))
        queue = min(await questions.queues(link.api))
        for command in KEPT:
            assert "+OK" in await link.api(command.format(queue=queue))
        for end in (switch.stop, switch.kill):
            asked = asyncio.create_task(link.api("msleep 5000"))
            await asyncio.sleep(0.2)
            await asyncio.to_thread(end)
            with pytest.raises(Dropped):
                await asked
            with pytest.raises(Unreachable):
                await link.api("status")
            count = len(seen)
            await asyncio.to_thread(switch.start)
            while len(seen) == count:
                await asyncio.sleep(0.02)
            assert link.core_uuid == seen[-1] == await questions.core_uuid(link.api)
            # Who is logged in, and what people set by a code, outlives it.
            assert (await questions.agents(link.api))["acme.2"]["status"] == "On Break"
            assert (queue, "acme.2") in await questions.tiers(link.api)
            assert await link.api("db select/event/socket") == "kept"
        assert len(set(seen)) == 3
        for command in ("callcenter_config agent del acme.2", "db delete/event/socket"):
            await link.api(command)


async def _note(seen: list[str], client: Client) -> None:
    seen.append(client.core_uuid)


# Questions, on both switches.


@scene
async def test_the_real_and_the_simulated_switch_answer_alike(switch: Switch, own: Site) -> None:
    known = {f"{name}_dir": str(own.state / name) for name in FOLDERS}
    async with (
        SimulatedSwitch(own.conf, ("127.0.0.1", 0), variables=known) as twin,
        client(switch) as real,
        Client(twin.address, twin.password) as simulated,
    ):
        for us in (real, simulated):
            assert "+OK" in await us.api("callcenter_config agent add acme.1 Callback")
            await us.api("callcenter_config agent set contact acme.1 user/1|user/2")
            queue = sorted(await questions.queues(us.api))[0]
            assert await us.api(f"callcenter_config tier add {queue} acme.1 2 3") == "+OK\n"
        there = (await questions.gateways(real.api)).keys()
        while (await questions.gateways(simulated.api)).keys() != there:
            await asyncio.sleep(0.05)
        mine, other = [await _answers(us, own.conf) for us in (real, simulated)]
        for name, value in mine.items():
            assert other[name] == value, name
        for us in (real, simulated):
            assert await us.api("callcenter_config agent del acme.1") == "+OK\n"
            assert await questions.tiers(us.api) == {}
            assert await questions.agents(us.api) == {}


async def _answers(us: Client, conf: Path) -> dict[str, object]:
    ask = us.api
    gateways = await questions.gateways(ask, stamps=True)
    status = await questions.status(ask)
    listed = (
        re.findall(r'module="(\w+)"', (conf / "modules.xml").read_text())
        if (conf / "modules.xml").exists()
        else ["mod_sofia"]
    )
    return {
        "revision": await questions.revision(ask),
        "conf_folder": await questions.conf_folder(ask),
        "profiles": {
            name: (each.running, sorted(each.urls), sorted(each.transports), sorted(each.aliases))
            for name, each in (await questions.profiles(ask)).items()
        },
        "gateways": {
            name: (each.profile, each.username, each.realm, each.proxy, each.stamp)
            for name, each in gateways.items()
        },
        "registrations": await questions.registrations(ask),
        "queues": await questions.queues(ask),
        "agents": await questions.agents(ask),
        "tiers": await questions.tiers(ask),
        "members": await questions.members(ask),
        "streams": await questions.streams(ask),
        "modules": await questions.modules(ask, [*listed, "mod_nonsense"]),
        "channels": await questions.channels(ask),
        "calls": await questions.calls(ask),
        "status": (status.ready, status.sessions, status.limit, status.rate_limit),
    }
