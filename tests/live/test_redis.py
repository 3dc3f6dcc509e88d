"""Caps that two switches count together in one Redis: shared, gone, frozen, and left behind by a crash."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from dialform.renderers.freeswitch import caps

from .counting import NEEDED, Host, Redis
from .scene import scene
from .switch import Switch

HELP = "118"
pytestmark = NEEDED


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    server = Redis(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory, redis: Redis) -> Iterator[tuple[Host, Host]]:
    here, there = (Host(tmp_path_factory.mktemp(name), redis) for name in ("here", "there"))
    with here.switch, there.switch:
        yield here, there


@pytest.fixture(autouse=True)
def quiet(hosts: tuple[Host, Host], redis: Redis) -> Iterator[None]:
    """Each test begins without calls and without counts."""
    for host in hosts:
        host.switch.begin()
    yield
    for host in hosts:
        host.switch.settle()
        host.switch.api("hiredis_raw dialform flushall")


@scene
async def test_two_switches_count_together(hosts: tuple[Host, Host]) -> None:
    here, there = hosts
    async with here.desk("5002", "5003") as (one, two), there.desk("5003", "5004") as (three, four):
        first = await one.call("5003")
        await first.answered()
        second = await two.call("5002")
        await second.answered()
        third = await three.call("5004")
        await third.answered()
        await there.counts(3)
        assert await (await four.call("5003")).refused() == 486
        await first.hangup()
        await there.counts(2)
        again = await four.call("5003")
        await again.answered()
        assert await (await one.call("5003")).refused() == 486
        for call in (second, third, again):
            await call.hangup()
        await here.counts(0)


@scene
async def test_call_counts_once_after_a_transfer(hosts: tuple[Host, Host]) -> None:
    """mod_hiredis counts whatever runs: the leg that holds must not run it again."""
    here, _ = hosts
    async with here.desk("5002", "5003", "5004") as (two, three, four):
        call = await two.call("5003")
        await call.answered()
        await (await three.rung()).refer("5004")
        await four.rung()
        await here.counts(1)
        await call.hangup()
        await here.counts(0)


@scene
async def test_redis_that_is_gone_silences_nobody(hosts: tuple[Host, Host], redis: Redis) -> None:
    here, _ = hosts
    async with here.desk("5001", "5002", "5003", "5004") as (one, two, three, four):
        before = await one.call("5002")
        await before.answered()
        redis.stop()
        try:
            for caller, called in ((two, "5003"), (three, "5004"), (four, "5003"), (four, "5002")):
                call = await caller.call(called)
                await call.answered(within=3.0)
        finally:
            redis.start()
        await here.switch.becomes("hiredis_raw dialform ping", "PONG", 10.0)
        await here.counts(0)
        after = await three.call("5004")
        await after.answered()
        await here.counts(1)
        # What Redis has forgotten is not taken away from what it knows.
        await before.hangup()
        await after.hangup()
        await here.counts(0)
        await (await one.call("5002")).answered()
        await here.counts(1)


@scene
async def test_redis_that_hangs_stops_no_call_for_help(
    hosts: tuple[Host, Host], redis: Redis
) -> None:
    here, _ = hosts
    async with here.desk("5001") as (one,):
        redis.freeze()
        try:
            call = await one.call(HELP)
            # Nobody stands behind the trunks of these switches: all were tried.
            assert await call.refused(within=20.0) >= 500
            assert {"narrow", "third"} <= set(_tried(here.switch))
        finally:
            redis.thaw()


def _tried(switch: Switch) -> list[str]:
    """The trunks that this test's calls tried."""
    return [str(leg["variables"].get("dialform_trunk")) for leg in switch.cdrs()]


@scene
async def test_what_a_crash_left_is_set_right(hosts: tuple[Host, Host]) -> None:
    here, there = hosts
    async with there.desk("5003", "5004") as (three, four):
        async with here.desk("5002", "5003", sign_off=False) as (one, two):
            for caller, called in ((one, "5003"), (two, "5002")):
                await (await caller.call(called)).answered()
            alive = await three.call("5004")
            await alive.answered()
            await there.counts(3)
            await asyncio.to_thread(here.switch.kill)
        assert await (await four.call("5003")).refused() == 486
        # An agent counts the legs that hold a call: one is left.
        mend = caps.mend("hiredis", "tenant", "caps", counted=3, live=1)
        await there.switch.ask(mend)
        await there.counts(1)
        call = await four.call("5003")
        await call.answered()
        await there.counts(2)
        await alive.hangup()
        await call.hangup()
        await there.counts(0)
    await asyncio.to_thread(here.switch.start)
    async with here.desk("5002", "5003") as (one, _):
        await (await one.call("5003")).answered()
