"""Loudspeakers: a group's, and one colleague's (intercom)."""

from __future__ import annotations

import asyncio

import pytest

from . import audio
from .conftest import Carriers, Extension, Outsider
from .desk import desk
from .phone import Call, Phone, answers
from .scene import scene
from .switch import Switch

WITHIN = 12.0
ONE, TWO, THREE, FOUR = (f"rooms/600{n}" for n in (1, 2, 3, 4))


def answers_by_itself(call: Call) -> None:
    """What the phones of the usual vendors look at."""
    assert "answer-after=0" in call.invite.get("Call-Info")
    assert "info=alert-autoanswer" in call.invite.get("Alert-Info")
    assert "intercom=true" in call.invite.start


async def paged(phone: Phone) -> Call:
    """The page that reaches a phone, which answers by itself."""
    call = await phone.rung(within=WITHIN)
    answers_by_itself(call)
    return call


@scene
async def test_page_opens_all_phones_one_way(extension: Extension, switch: Switch) -> None:
    async with desk(extension, ONE, TWO, THREE, FOUR, behaviour=answers()) as (one, *others):
        call = await one.call("950")
        await call.answered(within=WITHIN)
        call.media.play(500)
        legs = await asyncio.gather(*(paged(phone) for phone in others))
        assert all(leg.invite.addr("From").name == "Shop floor" for leg in legs)
        heard = await asyncio.gather(*(leg.media.hears(500, within=WITHIN) for leg in legs))
        assert heard == [True] * 3
        for leg, hertz in zip(legs, (800, 1000, 1200), strict=True):
            leg.media.play(hertz)
        start = len(call.media.heard)
        await asyncio.sleep(2.0)
        assert not any(audio.hears(call.media.heard[start:], hertz) for hertz in (800, 1000, 1200))
        assert not audio.hears(legs[0].media.heard, 1000)
        await call.hangup()
        await asyncio.gather(*(leg.ended(within=WITHIN) for leg in legs))
    cdrs = await switch.cdrs_where(4, dialform_object="paging 950", dialform_tenant="rooms")
    assert {leg["variables"]["dialform_direction"] for leg in cdrs} == {"internal"}


@scene
async def test_page_leaves_out_who_is_on_a_call_or_not_to_be_disturbed(
    extension: Extension, switch: Switch
) -> None:
    async with desk(extension, ONE, TWO, THREE, FOUR, behaviour=answers()) as (
        one,
        two,
        three,
        four,
    ):
        await switch.ask("db insert/rooms-dnd/6003/on")
        outside = await two.call("901")
        await outside.answered(within=WITHIN)
        try:
            call = await one.call("950")
            await call.answered(within=WITHIN)
            leg = await paged(four)
            assert await two.stays_quiet(1.0)
            assert await three.stays_quiet(0.1)
            await call.hangup()
            await leg.ended(within=WITHIN)
        finally:
            await switch.ask("db delete/rooms-dnd/6003")
        await outside.hangup()


@scene
async def test_page_leaves_out_who_was_called(extension: Extension, switch: Switch) -> None:
    # A page may end before the last of its legs has begun.
    switch.expects("Cannot create outgoing channel")
    async with desk(extension, ONE, TWO, THREE, FOUR, behaviour=answers()) as (
        one,
        two,
        three,
        four,
    ):
        talk = await three.call("6002")
        ringing = await two.rung(within=WITHIN)
        await talk.answered(within=WITHIN)
        call = await one.call("950")
        await call.answered(within=WITHIN)
        await paged(four)
        assert await two.stays_quiet(1.0)
        assert await three.stays_quiet(0.1)
        await call.hangup()
        await talk.hangup()
        await ringing.ended(within=WITHIN)
        await switch.becomes("show channels", "\n0 total", within=WITHIN)
        again = await one.call("950")
        await again.answered(within=WITHIN)
        await asyncio.gather(paged(two), paged(three), paged(four))
        await again.hangup()


@scene
async def test_nobody_to_page_is_busy_and_so_is_a_group_that_is_paged(
    extension: Extension, switch: Switch
) -> None:
    async with desk(extension, ONE, TWO, "rooms/6005", behaviour=answers()) as (one, two, five):
        call = await one.call("951")
        await call.answered(within=WITHIN)
        leg = await paged(two)
        assert await (await five.call("951")).refused(within=WITHIN) == 486
        assert await two.stays_quiet(0.5)
        await call.hangup()
        await leg.ended(within=WITHIN)
        await two.unregister()
        assert await (await one.call("951")).refused(within=WITHIN) == 486


@scene
async def test_who_pages_its_own_group_is_not_called_back(extension: Extension) -> None:
    async with desk(extension, TWO, THREE, behaviour=answers()) as (two, three):
        call = await two.call("950")
        await call.answered(within=WITHIN)
        await paged(three)
        assert await two.stays_quiet(0.5)
        await call.hangup()


@scene
async def test_page_ends_before_the_phones_answer(extension: Extension, switch: Switch) -> None:
    switch.expects("Cannot create outgoing channel")
    async with desk(extension, ONE, TWO) as (one, two):
        call = await one.call("951")
        await call.answered(within=WITHIN)
        leg = await two.rung(within=WITHIN)
        await call.hangup()
        await leg.ended(within=WITHIN)


@pytest.mark.parametrize("after", [0.0, 0.1, 0.3, 0.6, 1.2, 2.5])
def test_page_that_ends_at_any_moment_leaves_no_phone_open(
    extension: Extension, switch: Switch, after: float
) -> None:
    switch.expects("Cannot create outgoing channel")

    @scene
    async def ends() -> None:
        phones = (ONE, TWO, THREE, FOUR)
        async with desk(extension, *phones, behaviour=answers()) as (one, *others):
            call = await one.call("950")
            await call.answered(within=WITHIN)
            await others[0].rung(within=WITHIN)
            await asyncio.sleep(after)
            await call.hangup()
            await switch.becomes("show channels", "\n0 total", within=WITHIN)

    ends()


@scene
async def test_intercom_is_heard_both_ways(extension: Extension, switch: Switch) -> None:
    async with desk(extension, ONE, TWO, behaviour=answers(hertz=800)) as (one, two):
        call = await one.call("*906002")
        leg = await paged(two)
        assert leg.invite.addr("From").uri.user == "6001"
        await call.answered(within=WITHIN)
        call.media.play(500)
        assert await leg.media.hears(500, within=WITHIN)
        assert await call.media.hears(800, within=WITHIN)
        await call.hangup()
    assert await switch.cdrs_where(2, dialform_tenant="rooms", dialform_extension="6001")


@scene
async def test_usual_call_does_not_answer_by_itself(extension: Extension) -> None:
    async with desk(extension, ONE, TWO) as (one, two):
        call = await one.call("6002")
        leg = await two.rung(within=WITHIN)
        assert not leg.invite.get("Call-Info")
        assert not leg.invite.get("Alert-Info")
        await call.cancel()


@scene
async def test_intercom_heeds_do_not_disturb(extension: Extension, switch: Switch) -> None:
    async with desk(extension, ONE, TWO, behaviour=answers()) as (one, two):
        await switch.ask("db insert/rooms-dnd/6002/on")
        try:
            assert await (await one.call("*906002")).refused(within=WITHIN) == 486
            assert await two.stays_quiet(0.5)
        finally:
            await switch.ask("db delete/rooms-dnd/6002")
        assert await (await one.call("*906009")).refused(within=WITHIN) == 480


@pytest.mark.parametrize("target", ["*906002", "950", "page-950", "*90901"])
def test_another_tenant_opens_no_loudspeaker(
    extension: Extension, carriers: Carriers, target: str
) -> None:
    @scene
    async def refused() -> None:
        async with desk(extension, TWO, "lab/2001", behaviour=answers()) as (two, mallory):
            await (await mallory.call(target)).refused(within=WITHIN)
            await (await mallory.call(f"sip:{target}@{two.domain}")).refused(within=WITHIN)
            assert await two.stays_quiet(0.5)

    refused()


@pytest.mark.parametrize("number", ["*906002", "950", "+17185550172"])
def test_outsider_opens_no_loudspeaker(
    extension: Extension, outsider: Outsider, number: str
) -> None:
    @scene
    async def refused() -> None:
        async with (
            desk(extension, ONE, TWO) as (one, two),
            outsider("+19175550100", "third") as mallory,
        ):
            bad = [
                ("Call-Info", "<sip:x>;answer-after=0"),
                ("Alert-Info", "<http://x>;info=alert-autoanswer"),
            ]
            call = await mallory.call(number, params=";intercom=true", headers=bad)
            if number.startswith("+"):
                leg = await one.rung(within=WITHIN)
                assert "answer-after" not in leg.invite.encode().decode()
                assert "autoanswer" not in leg.invite.encode().decode()
                await call.cancel()
            else:
                assert await call.refused(within=WITHIN) == 403
            assert await two.stays_quiet(0.2)

    refused()
