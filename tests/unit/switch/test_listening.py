"""Events as they reach who wants them: narrow, bounded, and never missed by who waits for one."""

from __future__ import annotations

import asyncio
import gc
import json
from pathlib import Path

import pytest

from dialform.simulator.events import Event as Told
from dialform.switch import Client, Dropped, Event, Limits, NotSeen, Overflow

from .servers import event, puppet, response, run, said, simulated

LISTENING = said("+OK event listener enabled json")


def numbered(number: int, padding: str = "") -> bytes:
    return event(json.dumps({"Event-Name": "HEARTBEAT", "Number": str(number), "x": padding}))


def numbers(found: list[Event | Overflow]) -> list[str]:
    return [f"lost {e.lost}" if isinstance(e, Overflow) else e.get("Number") for e in found]


def test_only_what_was_asked_for_comes(tmp_path: Path) -> None:
    async def work() -> None:
        async with simulated(tmp_path) as switch, Client(switch.address, "right") as client:
            events = client.events()
            await client.subscribe("sofia::register", "MODULE_LOAD")
            await client.subscribe("sofia::unregister", "sofia::register")
            switch.events.fire(Told("HEARTBEAT"))
            switch.register("1001@d.example")
            switch.events.fire(Told("MODULE_LOAD"))
            switch.unregister("1001@d.example")
            kinds = []
            while "sofia::unregister" not in kinds:
                found = await anext(events)
                assert isinstance(found, Event)
                kinds.append(found.kind)
            assert kinds == ["sofia::register", "MODULE_LOAD", "sofia::unregister"]

    run(work)


def test_a_stream_takes_what_matches_and_nothing_from_before_it() -> None:
    async def work() -> None:
        async with puppet(lambda _: numbered(1) + LISTENING) as (client, server):
            await client.subscribe("HEARTBEAT")
            even = client.events(lambda event: int(event.get("Number")) % 2 == 0)
            server.send(numbered(2) + numbered(3) + numbered(4))
            assert numbers([await anext(even), await anext(even)]) == ["2", "4"]

    run(work)


def test_what_is_not_read_is_given_up_counted_and_marked() -> None:
    limits = Limits(events=3)

    async def work() -> None:
        async with puppet(lambda _: response("x"), limits=limits) as (client, server):
            slow, quick, seen = client.events(), client.events(), []
            for number in range(8):
                server.send(numbered(number))
                seen.append(await anext(quick))
            assert numbers(seen) == [str(n) for n in range(8)]
            found = [await anext(slow), await anext(slow)]
            assert numbers(found) == ["lost 7", "7"]
            assert client.overflowed == 7
            server.send(numbered(8))
            assert numbers([await anext(slow)]) == ["8"]

    run(work)


def test_what_waits_is_bounded_in_bytes_too() -> None:
    async def work() -> None:
        limits = Limits(waiting=1000)
        async with puppet(lambda _: response("x"), limits=limits) as (client, server):
            slow = client.events()
            server.send(numbered(1, "x" * 600) + numbered(2, "x" * 600))
            await client.api("status")
            assert numbers([await anext(slow), await anext(slow)]) == ["lost 1", "2"]

    run(work)


def test_replies_come_through_a_flood_of_events_that_nobody_reads() -> None:
    flood = b"".join(numbered(n) for n in range(500))

    async def work() -> None:
        async with puppet(lambda _: flood + response("x"), limits=Limits(events=10)) as (client, _):
            events = client.events()
            for _ in range(10):
                assert await client.api("status") == "x"
            assert client.overflowed > 4900
            assert isinstance(await anext(events), Overflow)

    run(work)


def test_a_stream_that_nobody_holds_costs_nothing() -> None:
    async def work() -> None:
        limits = Limits(events=2)
        async with puppet(lambda _: response("x"), limits=limits) as (client, server):
            client.events()
            gc.collect()
            server.send(b"".join(numbered(n) for n in range(9)))
            await client.api("status")
            assert client.overflowed == 0

    run(work)


def test_an_event_that_comes_before_the_reply_is_not_missed() -> None:
    async def work() -> None:
        gone = numbered(7)
        async with puppet(lambda _: gone + response("+OK")) as (client, _):
            with client.expect(lambda event: event.get("Number") == "7") as seen:
                assert await client.api("killgw") == "+OK"
                assert (await seen.next(1.0)).get("Number") == "7"
                with pytest.raises(NotSeen, match=r"within 0\.02 s"):
                    await seen.next(0.02)

    run(work)


def test_killing_a_gateway_is_seen(tmp_path: Path) -> None:
    async def work() -> None:
        async with simulated(tmp_path) as switch, Client(switch.address, "right") as client:
            await client.subscribe("sofia::gateway_delete")
            with client.expect(lambda event: event.get("Gateway") == "north") as gone:
                assert await client.api("sofia profile external killgw north") == (
                    "+OK gateway marked for deletion.\n"
                )
                assert (await gone.next(5.0)).subclass == "sofia::gateway_delete"

    run(work)


def test_waiting_ends_with_the_connection() -> None:
    async def work() -> None:
        async with puppet(lambda _: None) as (client, server):
            events = client.events()
            server.send(numbered(1))
            waits = asyncio.create_task(client.wait_for(lambda event: False, 5.0))
            await asyncio.sleep(0.02)
            with pytest.raises(Dropped):
                await client.api("x")
            with pytest.raises(Dropped):
                await waits
            # What came before the end is read before it.
            assert numbers([await anext(events)]) == ["1"]
            with pytest.raises(Dropped):
                await anext(events)

    run(work)
