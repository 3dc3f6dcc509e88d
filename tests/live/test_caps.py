"""Calls at once: a cap of several, what keeps counting, what never does, and what a crash leaves."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from . import trunk
from .conftest import Carriers, Extension, Outsider
from .desk import desk
from .phone import answers
from .scene import scene
from .switch import Switch
from .test_queues import agents

CALLER, NUMBER, QUEUE = "+19175550100", "+17185550181", "+17185550185"
HELP = "118"  # over narrow, which takes one call at a time, then third


async def counts(switch: Switch, calls: int, within: float = 8.0) -> None:
    """So many calls of the tenant count."""
    await switch.becomes("limit_usage hash tenant caps", rf"^{calls}$", within)


@contextlib.asynccontextmanager
async def flags(switch: Switch, **state: str) -> AsyncIterator[None]:
    """Run-time state of the tenant, as `block="outbound/credit"`, for as long as the context lasts."""
    for realm, entry in state.items():
        await switch.ask(f"db insert/caps-{realm}/{entry}")
    try:
        yield
    finally:
        for realm, entry in state.items():
            await switch.ask(f"db delete/caps-{realm}/{entry.partition('/')[0]}")


@scene
async def test_cap_of_three_over_a_mix_of_directions(
    extension: Extension, outsider: Outsider, carriers: Carriers, switch: Switch
) -> None:
    async with (
        desk(extension, "caps/5001", "caps/5002", "caps/5003", "caps/5004") as phones,
        outsider(CALLER, "third") as caller,
    ):
        one, two, three, four = phones
        for phone in phones:
            phone.behaviour = answers()
        inside = await one.call("5004")
        await inside.answered()
        coming = await caller.call(NUMBER)
        await coming.answered()
        going = await three.call("2125550177")
        await going.answered()
        await counts(switch, 3)
        assert await (await four.call("5001")).refused() == 486
        assert await (await four.call("2125550178")).refused() == 486
        assert await (await caller.call(NUMBER)).refused() == 486
        await coming.hangup()
        await counts(switch, 2)
        again = await four.call("2125550178")
        await again.answered()
        await counts(switch, 3)
        assert await (await two.call("5001")).refused() == 486
        for call in (inside, going, again):
            await call.hangup()
    await counts(switch, 0)
    assert len(await switch.cdrs_where(4, dialform_refused="cap", dialform_tenant="caps")) == 4


@scene
async def test_call_keeps_counting_after_a_blind_transfer(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    """By the called phone, and then by the one that the call was sent to: once, whoever is gone."""
    async with (
        desk(extension, "caps/5002", "caps/5003", "caps/5004", behaviour=answers(hertz=600)) as (
            two,
            three,
            four,
        ),
        outsider(CALLER, "third") as caller,
    ):
        call = await caller.call(NUMBER)
        assert await call.media.hears(600)
        await (await two.rung()).refer("5003")
        sends = await three.rung()
        await call.media.hears_sound(within=0.3)  # what was still on its way
        assert await call.media.hears(600)
        await sends.refer("5004")
        await four.rung()
        await counts(switch, 1)
        await call.hangup()
        await counts(switch, 0)
        first = await two.call("5003")
        assert await first.media.hears(600)
        # The leg that counts is the one that leaves.
        await first.refer("5004")
        await four.rung()
        await first.ended()
        await counts(switch, 1)


@scene
async def test_call_keeps_counting_after_an_attended_transfer(
    extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    """Two legs are left of which neither has called."""
    async with desk(
        extension, "caps/5002", "caps/5003", "caps/5004", behaviour=answers(hertz=600)
    ) as (
        two,
        _,
        four,
    ):
        first = await two.call("5003")
        await first.answered()
        second = await two.call("5004")
        await second.answered()
        assert await second.media.hears(600)
        await counts(switch, 2)
        await first.refer("5004", replaces=second)
        await first.ended()
        await second.ended()
        await counts(switch, 1)
        await (await four.rung()).hangup()
        await counts(switch, 0)
        # The same with two calls to the outside.
        first = await two.call("2125550177")
        await first.answered()
        second = await two.call("4155550177")
        await second.answered()
        await first.refer("4155550177", replaces=second)
        await first.ended()
        await second.ended()
        await counts(switch, 1)
        await switch.ask("hupall")
        await counts(switch, 0)


@scene
async def test_call_keeps_counting_after_keys_hand_it_over(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    """*2 by the phone that called, whose leg has counted."""
    async with desk(extension, "caps/5002", "caps/5003", "caps/5004") as (two, three, four):
        for phone in (three, four):
            phone.behaviour = answers(hertz=600)
        call = await two.call("5003")
        assert await call.media.hears(600)
        await asyncio.sleep(0.5)  # until the keys have a meaning
        await call.press("*2")
        assert await call.media.hears_sound(within=8.0)
        await call.press("5004#")
        await four.rung(within=15.0)
        await call.ended(within=15.0)
        await counts(switch, 1)
        await (await three.rung()).hangup()
        await counts(switch, 0)
        # *4 by the phone that called: its leg has counted, and it leaves two others behind.
        call = await two.call("5003")
        assert await call.media.hears(600)
        await asyncio.sleep(0.5)
        await call.press("*4")
        assert await call.media.hears_sound(within=8.0)
        await call.press("5004#")
        asked = await four.rung(within=15.0)
        assert await call.media.hears(600, within=8.0)
        await call.hangup()
        await counts(switch, 1)
        await asked.hangup()
        await counts(switch, 0)


@scene
async def test_call_that_follows_somebody_outside_counts_once(
    extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    async with desk(extension, "caps/5002") as (two,):
        call = await two.call("5004")
        await carriers["mycarrier"].called()
        await call.answered(within=15.0)
        await counts(switch, 1)
        await call.hangup()
        await counts(switch, 0)


@scene
async def test_call_counts_once_in_a_queue_and_in_a_parking_slot(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with (
        agents(extension, switch, "5003", tenant="caps") as (three,),
        desk(extension, "caps/5002", "caps/5004") as (two, four),
        outsider(CALLER, "third") as caller,
    ):
        three.behaviour = answers(hertz=600)
        call = await caller.call(QUEUE)
        assert await call.media.hears(600, within=15.0)
        await counts(switch, 1)
        await call.hangup()
        await counts(switch, 0)
        two.behaviour = answers(hertz=600)
        call = await caller.call(NUMBER)
        assert await call.media.hears(600)
        await (await two.rung()).refer("5901")
        await switch.becomes("valet_info", ">5901<", 10.0)
        await counts(switch, 1)
        taken = await four.call("5901")
        await taken.answered()
        call.media.play(440)
        assert await taken.media.hears(440)
        await counts(switch, 1)
        await call.hangup()
        await taken.ended()
        await counts(switch, 0)


@scene
async def test_call_that_a_phone_redirects_counts_once(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with (
        desk(extension, "caps/5002", "caps/5003") as (two, three),
        outsider(CALLER, "third") as caller,
    ):
        three.behaviour = answers(hertz=600)
        call = await caller.call(NUMBER)
        moved = [("Contact", f"<sip:5003@{two.domain}>")]
        (await two.rung()).reject(302, "Moved", moved)
        assert await call.media.hears(600, within=10.0)
        await counts(switch, 1)
        await call.hangup()
        await counts(switch, 0)


@scene
async def test_each_call_to_a_conference_counts_once(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with desk(extension, "caps/5002", "caps/5003", "caps/5004") as phones:
        calls = [await phone.call("900") for phone in phones]
        for call in calls:
            await call.answered(within=15.0)
        await counts(switch, 3)
        assert await (await phones[0].call("5003")).refused() == 486
        await calls[0].hangup()
        await counts(switch, 2)
        await (await phones[0].call("900")).answered(within=15.0)
        await counts(switch, 3)


@pytest.mark.parametrize("flag", ["limit", "credit"])
def test_emergency_passes_when_everything_is_exhausted_at_once(
    extension: Extension, outsider: Outsider, carriers: Carriers, switch: Switch, flag: str
) -> None:
    """Cap full, trunk full, money gone, the number on the do-not-call list; and a phone that may dial
    inside only, has as many calls as it may, forwards all calls and is not to be disturbed.
    """

    @scene
    async def passes() -> None:
        phones = ("caps/5001", "caps/5001", "caps/5002", "caps/5003", "caps/5004", "lab/2001")
        async with (
            flags(switch, block=f"outbound/{flag}", dnd="5001/on", cfa="5001/5002"),
            desk(extension, *phones, behaviour=answers()) as (one, mobile, _, three, four, lab),
        ):
            for caller, called in ((mobile, "5003"), (three, "5004"), (four, "5002")):
                await (await caller.call(called)).answered()
            full = await lab.call("6465550177")
            await full.answered()
            await carriers["narrow"].called()
            await counts(switch, 3)
            assert await (await one.call("5002")).refused() == 486
            call = await one.call(HELP)
            await call.answered()
            assert (await carriers["narrow"].called(count=2)).uri.user == HELP
            await call.hangup()

    passes()


@pytest.mark.parametrize("status", [486, 403, 404, 503])
def test_emergency_tries_the_next_trunk_whatever_the_first_one_says(
    extension: Extension, carriers: Carriers, status: int
) -> None:
    @scene
    async def passes() -> None:
        carriers["narrow"].start(trunk.rejects(status))
        async with desk(extension, "caps/5001") as (one,):
            call = await one.call(HELP)
            await call.answered(within=8.0)
            await carriers["narrow"].called()
            assert (await carriers["third"].called()).uri.user == HELP

    passes()


@scene
async def test_usual_call_after_an_emergency_call_counts_on_its_trunk(
    extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    async with desk(extension, "lab/2001", "lab/2002") as (one, two):
        urgent = await one.call(HELP)
        await urgent.answered()
        assert (await switch.ask("limit_usage hash trunk narrow")).strip() == "0"
        usual = await two.call("6465550177")
        await usual.answered()
        await switch.becomes("limit_usage hash trunk narrow", "^1$")


@scene
async def test_cap_is_free_after_a_crash(
    extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    """kill -9 in the midst of three calls; the counts of mod_hash end with the switch."""
    switch.expects("hash|sofia|[Gg]ateway|RTP|Bind")
    phones = [extension(f"caps/500{n}") for n in (2, 3, 4)]
    async with contextlib.AsyncExitStack() as stack:
        for phone in phones:
            await stack.enter_async_context(phone)
            assert (await phone.register()).status == 200
            phone.behaviour = answers()
        for caller, called in zip(phones, ("5003", "5004", "5002"), strict=True):
            await (await caller.call(called)).answered()
        await counts(switch, 3)
        await asyncio.to_thread(switch.kill)
    await asyncio.to_thread(switch.start)
    await asyncio.to_thread(switch.until, switch.registered, 15.0, "carriers do not let it in")
    await counts(switch, 0)
    async with desk(extension, "caps/5002", "caps/5003", behaviour=answers()) as (two, _):
        await (await two.call("5003")).answered()
        await counts(switch, 1)
