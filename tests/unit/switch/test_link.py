"""A connection that comes back, through restarts, refusals and a switch that hangs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.switch import (
    Backoff,
    Client,
    Event,
    Link,
    ReplyTimeout,
    SwitchError,
    Unreachable,
    questions,
)

from .servers import Puppet, puppet, response, run, said, simulated

AT_ONCE = Backoff(first=0.01, most=0.02)


@asynccontextmanager
async def linked(find: Callable[[], Any], **given: Any) -> AsyncIterator[Link]:
    given.setdefault("backoff", AT_ONCE)
    link = Link(find, **given)
    task = asyncio.create_task(link.run())
    try:
        yield link
    finally:
        await link.close()
        await task


async def until(met: Callable[[], bool]) -> None:
    while not met():
        await asyncio.sleep(0.005)


def test_it_comes_back_after_a_restart_and_says_so(tmp_path: Path) -> None:
    async def work() -> None:
        async with (
            simulated(tmp_path) as switch,
            linked(lambda: (switch.address, ["right"]), subscribe=["sofia::register"]) as link,
        ):
            up: list[str] = []

            async def resync(client: Client) -> None:
                up.append(client.core_uuid)
                await client.api("status")

            link.on_up.append(resync)
            events = link.events()
            first = (await link.up(5.0)).core_uuid
            await switch.restart()
            await until(lambda: len(up) == 2)
            assert (up[0], link.reconnects) == (first, 1)
            assert up[1] == link.core_uuid == switch.live.identity.core_uuid != first
            # What was subscribed to is subscribed to again, and the stream is the same.
            switch.register("1001@d.example")
            found = await anext(events)
            assert isinstance(found, Event)
            assert found.kind == "sofia::register"
            assert await link.api("echo x") == await link.bgapi("echo x") == "x"

    run(work)


def test_while_there_is_no_connection_nothing_waits(tmp_path: Path) -> None:
    async def work() -> None:
        async with simulated(tmp_path, refuse=True) as switch:
            async with linked(lambda: (switch.address, ["right"])) as link:
                with pytest.raises(Unreachable, match="not connected"):
                    await link.api("status")
                with pytest.raises(Unreachable, match="closed the connection"):
                    await link.up(0.1)
                switch.faults.refuse = False
                assert (await link.up(5.0)).connected
                assert link.error is None
            with pytest.raises(Unreachable):
                await link.up(5.0)

    run(work)


def test_nothing_is_sent_twice() -> None:
    async def work() -> None:
        async with (
            Puppet(lambda command: None) as server,
            linked(lambda: (server.address, ["any"])) as link,
        ):
            for turn in range(3):
                client = await link.up(5.0)
                with pytest.raises(SwitchError):
                    await link.api(f"originate {turn}")
                await client.lost()
            await link.up(5.0)
            assert server.heard == [f"api originate {turn}" for turn in range(3)]

    run(work)


def test_address_and_passwords_are_looked_up_each_time(tmp_path: Path) -> None:
    async def work() -> None:
        async with simulated(tmp_path) as switch:
            tried: list[str] = []

            def find() -> tuple[tuple[str, int], list[str]]:
                tried.append("wrong" if len(tried) < 2 else "right")
                return switch.address, [tried[-1]]

            async with linked(find) as link:
                await link.up(5.0)
            assert tried == ["wrong", "wrong", "right"]

    run(work)


def test_waits_grow_and_begin_anew_after_a_connection_that_lasted() -> None:
    waits: list[float] = []
    now = [0.0]

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        await asyncio.sleep(0)

    async def work() -> None:
        async with Puppet(lambda command: None) as server:
            backoff = Backoff(first=1.0, factor=2.0, most=5.0, jitter=0.5, settled=10.0)
            # At first nobody listens.
            address = [("127.0.0.1", 1)]
            async with linked(
                lambda: (address[0], ["any"]), backoff=backoff, sleep=sleep, random=lambda: 1.0,
                clock=lambda: now[0],
            ) as link:  # fmt: skip
                await until(lambda: len(waits) >= 4)
                assert waits[:4] == [0.5, 1.0, 2.0, 2.5]
                address[0] = server.address
                client = await link.up(5.0)
                del waits[:]
                with pytest.raises(SwitchError):  # at once: the waits stay long
                    await client.api("x")
                client = await _another(link, client)
                assert waits == [2.5]
                now[0] += 11.0
                with pytest.raises(SwitchError):
                    await client.api("x")
                await _another(link, client)
                assert waits == [2.5, 0.5]

    run(work)


async def _another(link: Link, before: Client) -> Client:
    while (client := await link.up(5.0)) is before:
        await asyncio.sleep(0)
    return client


def test_a_switch_that_hangs_is_let_go(tmp_path: Path) -> None:
    async def work() -> None:
        async with (
            simulated(tmp_path) as switch,
            linked(lambda: (switch.address, ["right"]), watch=0.05, timeout=0.1) as link,
        ):
            await link.up(5.0)
            switch.faults.silent.add("global_getvar")
            await until(lambda: isinstance(link.error, ReplyTimeout | Unreachable))
            assert not link.connected
            switch.faults.silent.clear()
            await link.up(5.0)

    run(work)


def test_who_cannot_resync_is_connected_anew() -> None:
    async def work() -> None:
        replies = iter([b"\n", response("x"), response("x")])
        async with Puppet(lambda _: next(replies)) as server:
            link = Link(lambda: (server.address, ["any"]), backoff=AT_ONCE)
            done: list[str] = []

            async def resync(client: Client) -> None:
                done.append(await client.api("status"))

            link.on_up.append(resync)
            task = asyncio.create_task(link.run())
            await until(lambda: bool(done))
            assert (done, server.connections, link.reconnects) == (["x"], 2, 1)
            await link.close()
            await task

    run(work)


def test_a_fault_of_ours_is_not_swallowed() -> None:
    async def work() -> None:
        async with Puppet(lambda _: response("x")) as server:
            link = Link(lambda: (server.address, ["any"]))

            async def broken(client: Client) -> None:
                raise ZeroDivisionError

            link.on_up.append(broken)
            with pytest.raises(ZeroDivisionError):
                await link.run()
            assert not link.connected
            with pytest.raises(Unreachable):
                await link.up(5.0)

    run(work)


def test_more_can_be_subscribed_to_later() -> None:
    async def work() -> None:
        async with (
            Puppet(lambda _: said("+OK event listener enabled json")) as server,
            linked(lambda: (server.address, ["any"])) as link,
        ):
            await link.subscribe("HEARTBEAT")  # before there is a connection
            await link.up(5.0)
            await link.subscribe("sofia::expire")
            await until(lambda: len(server.heard) == 2)
            assert server.heard == ["event json HEARTBEAT", "event json CUSTOM sofia::expire"]

    run(work)


def test_a_client_of_its_own_ends_its_streams_and_a_link_does_not() -> None:
    async def work() -> None:
        async with puppet(lambda _: None) as (client, _):
            stream = client.events()
            with pytest.raises(SwitchError):
                await client.api("x")
            with pytest.raises(SwitchError):
                await anext(stream)

    run(work)


@given(st.integers(0, 10**6), st.floats(0, 1), st.floats(0, 1))
def test_a_wait_is_never_longer_than_the_most_nor_shorter_than_chance_allows(
    tries: int, chance: float, jitter: float
) -> None:
    backoff = Backoff(first=0.5, most=30.0, jitter=jitter)
    assert 0.0 <= backoff.wait(tries, chance) <= 30.0
    assert backoff.wait(tries, 0.0) >= backoff.wait(tries, chance) >= 0.5 * (1 - jitter) * 0.999


def test_agents_and_what_people_set_outlive_a_simulated_restart(tmp_path: Path) -> None:
    async def work() -> None:
        async with (
            simulated(tmp_path) as switch,
            linked(lambda: (switch.address, ["right"])) as link,
        ):
            before = await link.up(5.0)
            switch.live.carriers.answers["north"] = None
            for command in (
                "callcenter_config agent add acme.1 Callback",
                "callcenter_config agent set status acme.1 'On Break'",
                "callcenter_config agent set state acme.1 Receiving",
                "db insert/realm/key/kept",
            ):
                assert "+OK" in await link.api(command)
            await switch.restart()
            await until(lambda: link.connected and link.core_uuid != before.core_uuid)
            agent = (await questions.agents(link.api))["acme.1"]
            assert (agent["status"], agent["state"]) == ("On Break", "Waiting")
            assert await link.api("db select/realm/key") == "kept"
            assert switch.live.carriers("north") is None

    run(work)
