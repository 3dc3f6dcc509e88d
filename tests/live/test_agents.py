"""Agents of call queues: they log in on their phones, and are called only when they are free."""

from __future__ import annotations

import asyncio

from . import lab
from .callcenter import AGAIN, CALLER, LOGIN, LOGOUT, agents, log_in, served, status
from .conftest import Extension, Outsider
from .desk import desk
from .phone import answers, refuses
from .scene import scene
from .switch import Switch


@scene
async def test_agent_logs_in_and_out_on_the_phone(extension: Extension, switch: Switch) -> None:
    async with desk(extension, "queues/6001", CALLER) as (ann, caller):
        await log_in(ann)
        assert await status(switch, "queues.6001") == "Available"
        await log_in(ann, code=LOGOUT, hears=lab.LOGGED_OUT)
        assert await status(switch, "queues.6001") == "Logged Out"
        for code in (LOGIN, LOGOUT):
            call = await caller.call(code)
            assert await call.refused() == 404, "who is no agent has no such code"


@scene
async def test_agents_stay_logged_in_over_a_reload(extension: Extension, switch: Switch) -> None:
    async with (
        agents(extension, switch, "6001") as (ann,),
        desk(extension, CALLER) as (caller,),
    ):
        call = await caller.call("801")
        ringing = await ann.rung(10.0)
        assert (await switch.ask("reloadxml")).startswith("+OK")
        assert (await switch.ask("callcenter_config queue reload queues.801")).startswith("+OK")
        assert await status(switch, "queues.6001") == "Available"
        # Who never logged in is not known at all.
        assert await status(switch, "queues.6002") in ("Logged Out", "-ERR Agent not found!")
        await served(call, ringing)
        await call.hangup()


@scene
async def test_agent_on_another_call_is_not_called(extension: Extension, switch: Switch) -> None:
    async with (
        agents(extension, switch, "6001") as (ann,),
        desk(extension, CALLER, AGAIN) as (caller, friend),
    ):
        friend.behaviour = answers()
        private = await ann.call("6007")
        await private.answered()
        call = await caller.call("801")
        await call.answered()
        assert await ann.stays_quiet(3.0)
        await private.hangup()
        await served(call, await ann.rung(10.0))
        await call.hangup()


@scene
async def test_busy_phone_is_left_alone_for_a_while(extension: Extension, switch: Switch) -> None:
    async with (
        agents(extension, switch, "6001", "6002") as (ann, ben),
        desk(extension, CALLER) as (caller,),
    ):
        ann.behaviour = refuses(486)
        call = await caller.call("801")
        ringing = await ben.rung(10.0)
        await asyncio.sleep(3.0)
        assert len(ann.requests("INVITE")) == 1
        await served(call, ringing)
        await call.hangup()


@scene
async def test_two_tenants_with_the_same_numbers_never_meet(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with (
        agents(extension, switch, "6001", tenant="mirror") as (other,),
        desk(extension, "queues/6001", CALLER, "mirror/6006") as (ann, caller, mirrored),
    ):
        refused = await caller.call("800")
        assert await refused.refused() == 486, "nobody of this tenant is logged in"
        assert await ann.stays_quiet(0.5)
        call = await mirrored.call("800")
        ringing = await other.rung(10.0)
        assert await ann.stays_quiet(0.5)
        await served(call, ringing)
        await call.hangup()
        async with outsider("+19175550100", "third") as stranger:
            outside = await stranger.call("+17185550199")
            await served(outside, await other.rung(10.0))
            await outside.hangup()
    legs = [leg["variables"] for leg in switch.cdrs() if "cc_queue" in leg["variables"]]
    assert {leg["dialform_tenant"] for leg in legs} == {"mirror"}


@scene
async def test_outsider_logs_nobody_in(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    """Neither by a feature code from a trunk, nor by calling in under an agent's number."""
    async with outsider("6001", "third") as mallory:
        for target in (LOGIN, "queues.6001", "+17185550190;22"):
            call = await mallory.call(target)
            assert await call.refused() >= 400
        waits = await mallory.call("+17185550190")
        await waits.refused()
    assert await status(switch, "queues.6001") == "Logged Out"


@scene
async def test_phone_cannot_log_in_for_another_by_its_from(
    extension: Extension, switch: Switch
) -> None:
    """6006 says that it is 6001; the user that logged in counts."""
    async with desk(extension, CALLER) as (caller,):
        call = await caller.call(LOGIN, from_=f"<sip:6001@{caller.domain}>")
        assert await call.refused() >= 400
    assert await status(switch, "queues.6001") == "Logged Out"


@scene
async def test_agent_whom_somebody_called_is_not_called(
    extension: Extension, switch: Switch
) -> None:
    async with (
        agents(extension, switch, "6001") as (ann,),
        desk(extension, CALLER, AGAIN) as (caller, friend),
    ):
        private = await friend.call("6001")
        (await ann.rung(10.0)).answer()
        await private.answered()
        await switch.becomes("callcenter_config agent list queues.6001", r"\|1\n\+OK")
        call = await caller.call("801")
        await call.answered()
        assert await ann.stays_quiet(3.0)
        await private.hangup()
        await served(call, await ann.rung(10.0))
        await call.hangup()


@scene
async def test_agent_who_is_not_to_be_disturbed(extension: Extension, switch: Switch) -> None:
    async with (
        agents(extension, switch, "6001", "6002") as (ann, ben),
        desk(extension, CALLER) as (caller,),
    ):
        quiet = await ann.call("*78")
        await quiet.answered()
        await quiet.ended(10.0)
        try:
            call = await caller.call("801")
            ringing = await ben.rung(10.0)
            assert await ann.stays_quiet(1.0)
            await served(call, ringing)
            await call.hangup()
        finally:
            await switch.ask("db delete/queues-dnd/6001")


@scene
async def test_agent_hands_the_caller_over(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    """By the phone's own transfer and by the keys; the agent is free then."""
    async with (
        agents(extension, switch, "6001") as (ann,),
        desk(extension, AGAIN) as (friend,),
        outsider("+19175550100", "third") as caller,
    ):
        call = await caller.call("+17185550190")
        ringing = await ann.rung(10.0)
        await served(call, ringing)
        assert (await ringing.refer("6007")).status == 202
        other = await friend.rung(10.0)
        await ringing.hangup()
        await served(call, other)
        await other.hangup()
        await call.ended()


@scene
async def test_agent_hands_the_caller_over_by_keys(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with (
        agents(extension, switch, "6001") as (ann,),
        desk(extension, AGAIN) as (friend,),
        outsider("+19175550100", "third") as caller,
    ):
        call = await caller.call("+17185550190")
        ringing = await ann.rung(10.0)
        await served(call, ringing)
        await ringing.press("*2")
        assert await ringing.media.hears(350, 8.0, least=0.3), "the dial tone"
        await ringing.press("6007#")
        await served(call, await friend.rung(10.0))
        await ringing.ended(10.0)
        await call.hangup()
