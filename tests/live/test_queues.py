"""Call queues: who is called in which order, what callers hear, and where they go."""

from __future__ import annotations

import asyncio
import time

import pytest

from . import lab
from .callcenter import AGAIN, CALLER, LOGOUT, RINGBACK, agents, log_in, served
from .conftest import Extension, Outsider
from .desk import desk, first_of
from .scene import scene
from .switch import Switch


@scene
async def test_caller_waits_hears_ringing_and_is_answered(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    """A call from outside: the agent's phone shows who calls, and every leg is marked."""
    async with (
        agents(extension, switch, "6001") as (ann,),
        outsider("+19175550100", "third") as caller,
    ):
        call = await caller.call("+17185550190", name="Bob & <Caller>")
        await call.answered()
        ringing = await ann.rung(10.0)
        assert await call.media.hears(RINGBACK, 10.0)
        shown = ringing.invite.addr("From")
        assert shown.uri.user == "+19175550100"
        assert "Bob" in shown.name
        await served(call, ringing)
        await call.hangup()
        await ringing.ended()
    legs = await switch.cdrs_where(2, cc_queue="queues.800")
    assert {leg["variables"]["dialform_tenant"] for leg in legs} == {"queues"}
    inner = [leg for leg in legs if leg["variables"].get("cc_side") == "agent"]
    assert [leg["variables"]["dialform_direction"] for leg in inner] == ["internal"]


@scene
async def test_longest_idle_agent_is_called_first(extension: Extension, switch: Switch) -> None:
    async with (
        agents(extension, switch, "6001", "6002") as (ann, ben),
        desk(extension, CALLER) as (caller,),
    ):
        order = []
        for _ in range(3):
            call = await caller.call("800")
            phone, ringing = await first_of([ann, ben], 15.0)
            order.append(phone.user)
            await served(call, ringing)
            await call.hangup()
            await ringing.ended()
            await asyncio.sleep(1.1)  # the switch counts idle time in whole seconds
        assert order[0] != order[1]
        assert order[0] == order[2]


@scene
async def test_ring_all_rings_all_and_the_first_wins(extension: Extension, switch: Switch) -> None:
    async with (
        agents(extension, switch, "6001", "6002") as (ann, ben),
        desk(extension, CALLER) as (caller,),
    ):
        call = await caller.call("801")
        first, second = await asyncio.gather(ann.rung(10.0), ben.rung(10.0))
        await served(call, second)
        await first.ended()
        await call.hangup()
        await second.ended()


@scene
async def test_top_down_follows_the_list(extension: Extension, switch: Switch) -> None:
    async with (
        agents(extension, switch, "6001", "6002", "6003") as (ann, ben, cem),
        desk(extension, CALLER) as (caller,),
    ):
        call = await caller.call("802")
        order = []
        for _ in range(3):
            phone, ringing = await first_of([ann, ben, cem], 15.0)
            order.append(phone.user)
            if len(order) < 3:
                ringing.reject(486)
        assert order == ["6003", "6001", "6002"]
        await served(call, ringing)
        await ringing.hangup()
        await call.ended()


@scene
async def test_next_level_joins_in_later(extension: Extension, switch: Switch) -> None:
    async with (
        agents(extension, switch, "6001", "6002") as (ann, ben),
        desk(extension, CALLER) as (caller,),
    ):
        call = await caller.call("803")
        await ann.rung(10.0)
        began = time.monotonic()
        ringing = await ben.rung(10.0)
        assert 1.0 < time.monotonic() - began < 7.0
        await served(call, ringing)
        await call.hangup()


@scene
async def test_level_without_anybody_is_not_waited_for(
    extension: Extension, switch: Switch
) -> None:
    async with (
        agents(extension, switch, "6002") as (ben,),
        desk(extension, CALLER) as (caller,),
    ):
        call = await caller.call("803")
        await call.answered()
        await ben.rung(2.5)
        await call.hangup()


@scene
async def test_round_robin_goes_on_where_it_was(extension: Extension, switch: Switch) -> None:
    async with (
        agents(extension, switch, "6001", "6002", "6003") as phones,
        desk(extension, CALLER) as (caller,),
    ):
        order = []
        for _ in range(4):
            call = await caller.call("808")
            phone, ringing = await first_of(phones, 15.0)
            order.append(phone.user)
            await served(call, ringing)
            await call.hangup()
            await ringing.ended()
            await asyncio.sleep(1.1)
        following = {"6001": "6002", "6002": "6003", "6003": "6001"}
        assert [following[one] for one in order[:-1]] == order[1:]


@scene
async def test_ring_progressively_adds_one_agent_after_the_other(
    extension: Extension, switch: Switch
) -> None:
    async with (
        agents(extension, switch, "6001", "6002") as (ann, ben),
        desk(extension, CALLER) as (caller,),
    ):
        call = await caller.call("809")
        first = await ann.rung(10.0)
        second = await ben.rung(20.0)
        assert not first.over, "the first goes on ringing"
        await served(call, second)
        await first.ended()
        await call.hangup()


@pytest.mark.parametrize("queue", ["810", "811", "812"])
def test_other_strategies_reach_an_agent(extension: Extension, switch: Switch, queue: str) -> None:
    @scene
    async def reaches() -> None:
        async with (
            agents(extension, switch, "6001", "6002") as phones,
            desk(extension, CALLER) as (caller,),
        ):
            call = await caller.call(queue)
            _, ringing = await first_of(phones, 10.0)
            await served(call, ringing)
            await call.hangup()

    reaches()


@scene
async def test_agent_who_does_not_answer_gives_way_to_the_next(
    extension: Extension, switch: Switch
) -> None:
    async with (
        agents(extension, switch, "6004", "6002") as (dan, ben),
        desk(extension, CALLER) as (caller,),
    ):
        call = await caller.call("813")
        first = await dan.rung(10.0)
        ringing = await ben.rung(10.0)
        assert first.over
        await served(call, ringing)
        await call.hangup()


@scene
async def test_caller_who_gives_up_rings_nobody(extension: Extension, switch: Switch) -> None:
    async with (
        agents(extension, switch, "6001", "6002") as (ann, ben),
        desk(extension, CALLER) as (caller,),
    ):
        call = await caller.call("801")
        first, second = await asyncio.gather(ann.rung(10.0), ben.rung(10.0))
        await call.hangup()
        await first.ended()
        await second.ended()
        assert await ann.stays_quiet(2.0)


@scene
async def test_patience_ends_in_the_mailbox(extension: Extension, switch: Switch) -> None:
    """Nobody is logged in, and 804 says nothing of that: its callers wait until their time is up."""
    async with desk(extension, CALLER) as (caller,):
        call = await caller.call("804")
        began = time.monotonic()
        assert await call.media.hears(lab.BOX, 15.0)
        assert time.monotonic() - began > 1.5
        await call.hangup()


@scene
async def test_nobody_is_logged_in(extension: Extension, switch: Switch) -> None:
    async with desk(extension, CALLER, "queues/6001") as (caller, ann):
        call = await caller.call("805")
        assert await call.media.hears(lab.BOX, 5.0)
        await call.hangup()
        busy = await caller.call("800")
        assert await busy.refused() == 486
        assert await ann.stays_quiet(0.5)


@scene
async def test_last_agent_logs_out_while_a_caller_waits(
    extension: Extension, switch: Switch
) -> None:
    async with (
        agents(extension, switch, "6001") as (ann,),
        desk(extension, CALLER) as (caller,),
    ):
        call = await caller.call("805")
        ringing = await ann.rung(10.0)
        ringing.reject(486)
        await log_in(ann, code=LOGOUT, hears=lab.LOGGED_OUT)
        assert await call.media.hears(lab.BOX, 15.0)
        await call.hangup()


@scene
async def test_full_queue_goes_to_the_next_queue(extension: Extension, switch: Switch) -> None:
    async with (
        agents(extension, switch, "6002") as (ben,),
        desk(extension, CALLER) as (caller,),
    ):
        call = await caller.call("814")
        ringing = await ben.rung(15.0)
        await served(call, ringing)
        await call.hangup()


@scene
async def test_menu_leads_to_a_queue(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with (
        agents(extension, switch, "6001") as (ann,),
        outsider("+19175550100", "backup") as caller,
    ):
        call = await caller.call("+17185550191")
        await call.answered()
        assert await call.media.hears(lab.MENU)
        await call.press("1")
        await served(call, await ann.rung(10.0))
        await call.hangup()


@scene
async def test_agent_rests_after_a_call(extension: Extension, switch: Switch) -> None:
    async with (
        agents(extension, switch, "6005") as (eve,),
        desk(extension, CALLER) as (caller,),
    ):
        call = await caller.call("806")
        ringing = await eve.rung(10.0)
        await served(call, ringing)
        await call.hangup()
        await ringing.ended()
        began = time.monotonic()
        again = await caller.call("806")
        await eve.rung(15.0)
        assert time.monotonic() - began > 3.0
        await again.hangup()


@scene
async def test_callers_are_told_their_place(extension: Extension, switch: Switch) -> None:
    """At first and again; who moves up hears it."""
    async with (
        agents(extension, switch, "6001") as (ann,),
        desk(extension, CALLER, AGAIN) as (first, second),
    ):
        one = await first.call("807")
        ringing = await ann.rung(10.0)
        assert await one.media.hears(lab.YOUR_PLACE, 10.0)
        two = await second.call("807")
        assert await two.media.hears(lab.YOUR_PLACE, 10.0)
        waiting = await switch.ask("callcenter_config queue list members queues.807")
        assert waiting.index("6006") < waiting.index("6007")
        assert await two.media.hears(RINGBACK, 10.0), "the music goes on"
        assert await two.media.hears(lab.YOUR_PLACE, 12.0), "told again"
        ringing.media.play(600)
        ringing.answer()
        assert await one.media.hears(600, 10.0)
        assert not await one.media.hears(lab.YOUR_PLACE, 7.0), "not while somebody speaks"
        assert await one.media.hears(600, 3.0)
        await one.hangup()
        await two.hangup()
    told = {"6006": set[str](), "6007": set[str]()}
    for leg in await switch.cdrs_where(2, cc_queue="queues.807", cc_side="member"):
        done = leg["app_log"]["applications"]
        number = leg["variables"]["dialform_extension"]
        told[number] |= {a["app_data"] for a in done if a["app_name"] == "phrase"}
    assert told["6006"] == {"queue_place,1"}
    assert told["6007"] == {"queue_place,1", "queue_place,2"}


@scene
async def test_music_is_heard_while_waiting(extension: Extension, switch: Switch) -> None:
    async with (
        agents(extension, switch, "6001") as (ann,),
        desk(extension, CALLER) as (caller,),
    ):
        call = await caller.call("815")
        ringing = await ann.rung(10.0)
        assert await call.media.hears(lab.MUSIC["tones/hold-1.wav"], 10.0)
        await served(call, ringing)
        assert not await call.media.hears(lab.MUSIC["tones/hold-1.wav"], 2.0)
        await call.hangup()
