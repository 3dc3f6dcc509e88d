"""Keys pressed during a call: *2 hands it over, *4 asks first."""

from __future__ import annotations

import asyncio

from . import lab
from .call import Call
from .conftest import Carriers, Extension, Outsider
from .desk import desk
from .phone import answers
from .scene import scene
from .switch import Switch

CALLER, FIRST = "+19175550100", "+17185550201"
VOICE = 500  # hertz, of who must be heard before keys are pressed: so long the keys mean nothing


async def press(mine: Call, theirs: Call, keys: str) -> None:
    """Presses keys once the other side is heard, and hears the dial tone."""
    theirs.media.play(VOICE)
    assert await mine.media.hears(VOICE, within=8.0)
    await mine.press(keys)
    assert await mine.media.hears(350, within=8.0, least=0.3), "the dial tone"


@scene
async def test_called_phone_hands_a_call_over(extension: Extension, outsider: Outsider) -> None:
    async with (
        desk(extension, "office/2101", "office/2102", behaviour=answers(hertz=600)) as (one, two),
        outsider(CALLER, "third") as caller,
    ):
        one.behaviour = answers()
        call = await caller.call(FIRST)
        await call.answered()
        ringing = await one.rung()
        await press(ringing, call, "*2")
        await ringing.press("2102#")
        assert (await two.rung(within=8.0)).invite.addr("From").uri.user == CALLER
        assert await call.media.hears(600, within=8.0)
        await ringing.ended(within=8.0)


@scene
async def test_calling_phone_hands_a_call_over(extension: Extension) -> None:
    async with desk(extension, "office/2101", "office/2102", "office/2103") as (one, two, three):
        two.behaviour, three.behaviour = answers(), answers(hertz=600)
        call = await one.call("2102")
        await call.answered()
        ringing = await two.rung()
        await press(call, ringing, "*2")
        await call.press("2103#")
        await three.rung(within=8.0)
        assert await ringing.media.hears(600, within=8.0)
        await call.ended(within=8.0)


@scene
async def test_hand_over_that_is_given_up(extension: Extension, outsider: Outsider) -> None:
    """No number after *2: the call goes on, and the keys still work."""
    async with (
        desk(extension, "office/2101", "office/2102", behaviour=answers(hertz=600)) as (one, two),
        outsider(CALLER, "third") as caller,
    ):
        call = await caller.call(FIRST)
        await call.answered()
        ringing = await one.rung()
        await press(ringing, call, "*2")
        await ringing.press("#")
        call.media.play(500)
        assert await ringing.media.hears(500, within=15.0)
        await press(ringing, call, "*2")
        await ringing.press("2102#")
        await two.rung(within=8.0)


@scene
async def test_hand_over_to_the_outside_is_the_phone_s(
    extension: Extension, outsider: Outsider, carriers: Carriers, switch: Switch
) -> None:
    async with (
        desk(extension, "office/2101", behaviour=answers()) as (one,),
        outsider(CALLER, "third") as caller,
    ):
        call = await caller.call(FIRST)
        await call.answered()
        ringing = await one.rung()
        await press(ringing, call, "*2")
        await ringing.press("2125550177#")
        invite = await carriers["mycarrier"].called(within=8.0)
        assert invite.addr("From").uri.user == "+17185550202"  # 2101's own caller ID
        await asyncio.sleep(0.5)
        await call.hangup()
    (leg,) = await switch.cdrs_where(1, dialform_trunk="mycarrier")
    assert leg["variables"]["dialform_object"] == "extension 2101"


@scene
async def test_attended_transfer_by_hanging_up(extension: Extension, outsider: Outsider) -> None:
    async with (
        desk(extension, "office/2101", "office/2102", behaviour=answers(hertz=600)) as (one, two),
        outsider(CALLER, "third") as caller,
    ):
        one.behaviour = answers(hertz=700)
        call = await caller.call(FIRST)
        await call.answered()
        ringing = await one.rung()
        await press(ringing, call, "*4")
        await ringing.press("2102#")
        asked = await two.rung(within=8.0)
        assert await ringing.media.hears(600, within=8.0)
        assert await asked.media.hears(700, within=8.0)
        await ringing.hangup()
        call.media.play(500)
        assert await asked.media.hears(500, within=8.0)
        assert await call.media.hears(600, within=8.0)


@scene
async def test_attended_transfer_is_cancelled(extension: Extension, outsider: Outsider) -> None:
    async with (
        desk(extension, "office/2101", "office/2102", behaviour=answers(hertz=600)) as (one, two),
        outsider(CALLER, "third") as caller,
    ):
        one.behaviour = answers(hertz=700)
        call = await caller.call(FIRST)
        await call.answered()
        ringing = await one.rung()
        await press(ringing, call, "*4")
        await ringing.press("2102#")
        asked = await two.rung(within=8.0)
        assert await ringing.media.hears(600, within=8.0)
        await ringing.press("#")
        await asked.ended(within=8.0)
        call.media.play(500)
        assert await ringing.media.hears(500, within=8.0)
        assert await call.media.hears(700, within=8.0)


@scene
async def test_attended_transfer_to_nobody_comes_back(
    extension: Extension, outsider: Outsider
) -> None:
    async with (
        desk(extension, "office/2101", behaviour=answers(hertz=700)) as (one,),
        outsider(CALLER, "third") as caller,
    ):
        call = await caller.call(FIRST)
        await call.answered()
        ringing = await one.rung()
        await press(ringing, call, "*4")
        await ringing.press("2102#")  # not registered
        call.media.play(500)
        assert await ringing.media.hears(500, within=15.0)


@scene
async def test_attended_transfer_to_the_outside(
    extension: Extension, outsider: Outsider, carriers: Carriers, switch: Switch
) -> None:
    async with (
        desk(extension, "office/2101", behaviour=answers(hertz=700)) as (one,),
        outsider(CALLER, "third") as caller,
    ):
        call = await caller.call(FIRST)
        await call.answered()
        ringing = await one.rung()
        await press(ringing, call, "*4")
        await ringing.press("2125550177#")
        invite = await carriers["mycarrier"].called(within=8.0)
        assert invite.addr("From").uri.user == "+17185550202"
        assert await ringing.media.hears(700, within=8.0), "the carrier's echo"
        await ringing.hangup()
        call.media.play(500)
        assert await call.media.hears(500, within=8.0), "the carrier's echo"
        await call.hangup()
    (leg,) = await switch.cdrs_where(1, dialform_trunk="mycarrier")
    assert leg["variables"]["dialform_object"] == "extension 2101"


@scene
async def test_attended_transfer_beyond_the_toll_class(
    extension: Extension, carriers: Carriers
) -> None:
    async with desk(extension, "office/2104", "office/2102", behaviour=answers(hertz=600)) as (
        inside, two,
    ):  # fmt: skip
        call = await inside.call("2102")
        await call.answered()
        ringing = await two.rung()
        await press(call, ringing, "*4")
        await call.press("2125550177#")
        assert await call.media.hears(VOICE, within=15.0), "back to the call"
        assert carriers["mycarrier"].invites == []


@scene
async def test_who_calls_from_outside_has_no_keys(
    extension: Extension, outsider: Outsider, carriers: Carriers
) -> None:
    async with (
        desk(extension, "office/2101", "office/2102", behaviour=answers(hertz=700)) as (one, two),
        outsider(CALLER, "third") as caller,
    ):
        call = await caller.call(FIRST)
        await call.answered()
        await one.rung()
        assert await call.media.hears(700)
        for keys in ("*2", "2125550177#", "*4", "2102#"):
            await call.press(keys)
        assert not await call.media.hears(350, within=1.5, least=0.3)
        assert await two.stays_quiet(0.2)
        assert all(carrier.invites == [] for carrier in carriers)


@scene
async def test_keys_mean_nothing_in_a_menu_or_mailbox(extension: Extension) -> None:
    """After a transfer of a phone into a menu its *2 is the menu's again."""
    async with desk(extension, "office/2101", "office/2102", behaviour=answers()) as (one, two):
        call = await one.call("2102")
        await call.answered()
        ringing = await two.rung()
        assert (await ringing.refer("700")).status == 202
        assert await call.media.hears(lab.MENU, within=8.0)
        await call.press("*2")
        assert not await call.media.hears(350, within=2.0, least=0.3)
