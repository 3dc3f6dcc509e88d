"""What is wrong in the counts of two hosts, their agents set right: on real switches and a real Redis."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from dialform.reconcile import caps as agents
from dialform.reconcile.times import Times
from dialform.reconcile.watching import shares
from dialform.renderers.freeswitch import caps
from dialform.switch import Link

from .counting import NEEDED, Host, Redis
from .scene import scene

pytestmark = NEEDED
NAMES = ("here", "there")


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    server = Redis(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory, redis: Redis) -> Iterator[tuple[Host, Host]]:
    here, there = (Host(tmp_path_factory.mktemp(name), redis) for name in NAMES)
    with here.switch, there.switch:
        yield here, there


@pytest.fixture(autouse=True)
def quick(hosts: tuple[Host, Host], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Looks every half a second; each test begins without calls and without counts."""
    monkeypatch.setattr(agents, "EVERY", 0.5)
    monkeypatch.setattr(shares, "FRESH", 1.25)
    for host in hosts:
        host.switch.begin()
    yield
    for host in hosts:
        host.switch.settle()
        host.switch.api("hiredis_raw dialform flushall")


class Log:
    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []

    def warning(self, what: str, **more: Any) -> None:
        self.said.append({"what": what, **more})


@contextlib.asynccontextmanager
async def agent(host: Host, name: str) -> AsyncIterator[tuple[Log, dict[str, Any]]]:
    """The part of an agent that looks after caps; its log, and what it says to the status."""
    esl = host.switch.esl
    link, log, said = Link(lambda: (esl.address, [esl.password])), Log(), dict[str, Any]()
    one = agents.Caps(
        name, lambda: Path(host.site.conf).parent, log, Times(), lambda kind: None, said.update
    )
    tasks = [asyncio.create_task(link.run()), asyncio.create_task(one.run(link))]
    try:
        yield log, said
    finally:
        await link.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@scene
async def test_a_crash_is_healed_when_its_switch_is_back(
    hosts: tuple[Host, Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shares, "FRESH", 60.0)  # so that nobody but itself takes it out
    here, there = hosts
    async with (
        agent(here, "here") as (log, _), agent(there, "there"),
        there.desk("5003", "5004") as (three, _),
    ):  # fmt: skip
        async with here.desk("5002", "5003", sign_off=False) as (one, two):
            for caller, called in ((one, "5003"), (two, "5002")):
                await (await caller.call(called)).answered()
            alive = await three.call("5004")
            await alive.answered()
            await there.counts(3)
            await until(lambda: here_says(here, "tenant:caps=2"))
            await asyncio.to_thread(here.switch.kill)
        await asyncio.to_thread(here.switch.start)
        await there.counts(1, within=10.0)
        assert [one for one in log.said if one["what"] == "a count was set right"] == [
            {"what": "a count was set right", "key": "tenant:caps", "counted": 3, "live": 1}
        ]
        await alive.hangup()
        await there.counts(0)


@scene
async def test_a_host_that_stays_away_holds_nothing_after_a_while(hosts: tuple[Host, Host]) -> None:
    here, there = hosts
    async with agent(there, "there"), there.desk("5003", "5004") as (three, _):
        async with agent(here, "here"), here.desk("5002", "5003", sign_off=False) as (one, _):
            await (await one.call("5003")).answered()
            alive = await three.call("5004")
            await alive.answered()
            await there.counts(2)
            await until(lambda: here_says(here, "tenant:caps=1"))
        await asyncio.to_thread(here.switch.kill)
        await there.counts(1, within=20.0)
        await alive.hangup()
        await there.counts(0)
    await asyncio.to_thread(here.switch.start)


@scene
async def test_a_leak_that_nobody_saw_begin_is_healed_and_calls_are_not(
    hosts: tuple[Host, Host],
) -> None:
    here, there = hosts
    await here.switch.ask("hiredis_raw dialform incrby dialform:tenant:caps 1")
    await here.switch.ask("hiredis_raw dialform set dialform:tenant:elsewhere 4")
    async with (
        agent(here, "here"), agent(there, "there"),
        here.desk("5002", "5003") as (one, _), there.desk("5003", "5004") as (three, _),
    ):  # fmt: skip
        first = await one.call("5003")
        second = await three.call("5004")
        for call in (first, second):
            await call.answered()
        await here.counts(2, within=20.0)
        await here.switch.becomes(caps.usage("hiredis", "tenant", "elsewhere"), "^-ERR", 20.0)
        for call in (first, second):
            await call.hangup()
        await here.counts(0)


@scene
async def test_while_an_agent_is_silent_and_its_switch_lives_nothing_is_touched(
    hosts: tuple[Host, Host],
) -> None:
    here, there = hosts
    async with agent(there, "there") as (log, said), there.desk("5003") as (three,):
        async with agent(here, "here"):
            await until(lambda: here_says(here, "|"))
        async with here.desk("5002", "5003") as (one, _):
            call = await one.call("5003")  # its agent is gone: nobody speaks of this call
            await call.answered()
            await until(lambda: _is(said.get("silent") == ["here"]))
            await asyncio.sleep(4)
            await there.counts(1)
            assert not [one for one in log.said if one["what"] == "a count was set right"]
            await call.hangup()
            assert three is not None


async def here_says(host: Host, part: str) -> bool:
    _, words = caps.read_all(await host.switch.ask(caps.ALL))
    return part in words.get("here", "")


async def _is(met: bool) -> bool:
    return met


async def until(met: Any, within: float = 15.0) -> None:
    async with asyncio.timeout(within):
        while not await met():
            await asyncio.sleep(0.05)
