"""DID → menu → key: options, sub-menus, timeouts, wrong keys, direct dialling."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import pytest

from . import lab
from .conftest import Carriers, Extension, Outsider
from .desk import desk, first_of
from .phone import Call, answers
from .scene import scene
from .switch import Switch

CALLER = "+19175550100"


@contextlib.asynccontextmanager
async def menu(outsider: Outsider, did: str = "+17185550101") -> AsyncIterator[Call]:
    """A caller from outside who hears the menu begin."""
    async with outsider(CALLER, "third") as caller:
        call = await caller.call(did)
        await call.answered()
        assert await call.media.hears(lab.MENU)
        yield call


@scene
async def test_key_leads_to_a_ring_group(extension: Extension, outsider: Outsider) -> None:
    async with desk(extension, "lab/2002", "lab/2003") as (two, three), menu(outsider) as call:
        await call.press("1")
        ringing = await two.rung()
        await three.rung()
        assert ringing.invite.addr("From").uri.user == CALLER
        ringing.media.play(600)
        ringing.answer()
        assert await call.media.hears(600)


@scene
async def test_demo_menu_leads_to_the_sales_team(extension: Extension, outsider: Outsider) -> None:
    async with (
        desk(extension, "acme/1001", "acme/1002") as (alice, bob),
        menu(outsider, "+12125550199") as call,
    ):
        await call.press("1")
        await alice.rung()
        await bob.rung()


@scene
async def test_nobody_of_the_group_answers(extension: Extension, outsider: Outsider) -> None:
    async with menu(outsider) as call:
        await call.press("1")
        assert await call.media.hears(lab.BOX)


@scene
async def test_who_presses_nothing_hears_the_menu_twice(
    extension: Extension, outsider: Outsider
) -> None:
    """`max_timeouts` is 2."""
    async with (
        desk(extension, "lab/2004", behaviour=answers(hertz=600)) as (four,),
        menu(outsider) as call,
    ):
        assert await call.media.hears(lab.MENU, within=4.0)
        await four.rung()
        assert await call.media.hears(600)


@scene
async def test_wrong_key_repeats_until_there_were_too_many(
    extension: Extension, outsider: Outsider
) -> None:
    """`max_failures` is 2; then the call goes where nothing pressed goes."""
    async with desk(extension, "lab/2004") as (four,), menu(outsider) as call:
        await call.press("8")
        assert await call.media.hears(lab.INVALID, within=5.0)
        assert await call.media.hears(lab.MENU)
        assert await four.stays_quiet(0.1)
        await call.press("8")
        await four.rung(within=6.0)


@scene
async def test_right_key_after_a_wrong_one(extension: Extension, outsider: Outsider) -> None:
    async with desk(extension, "lab/2002") as (two,), menu(outsider) as call:
        await call.press("8")
        assert await call.media.hears(lab.INVALID, within=5.0)
        assert await call.media.hears(lab.MENU)
        await call.press("1")
        await two.rung()


@scene
async def test_sub_menu_and_back(extension: Extension, outsider: Outsider) -> None:
    async with desk(extension, "lab/2002") as (two,), menu(outsider) as call:
        await call.press("2")
        assert await call.media.hears(lab.SUBMENU)
        await call.press("9")
        assert await call.media.hears(lab.MENU)
        await call.press("2")
        assert await call.media.hears(lab.SUBMENU)
        await call.press("1")
        await two.rung()


@scene
async def test_wrong_key_with_a_destination(extension: Extension, outsider: Outsider) -> None:
    async with desk(extension, "lab/2003") as (three,), menu(outsider) as call:
        await call.press("2")
        assert await call.media.hears(lab.SUBMENU)
        await call.press("7")
        await three.rung()


@scene
async def test_no_input_without_a_destination_hangs_up(
    extension: Extension, outsider: Outsider
) -> None:
    async with desk(extension, "lab/2003") as (three,), menu(outsider) as call:
        await call.press("2")
        await call.ended(within=8.0)
        assert await three.stays_quiet(0.1)


@scene
async def test_key_leads_to_a_mailbox(outsider: Outsider) -> None:
    async with menu(outsider) as call:
        await call.press("9")
        assert await call.media.hears(lab.BOX)


@scene
async def test_direct_dial_reaches_an_extension(extension: Extension, outsider: Outsider) -> None:
    async with desk(extension, "lab/2003", "lab/2004") as phones, menu(outsider) as call:
        await call.press("2003")
        phone, _ = await first_of(phones)
        assert phone.user == "2003"


@pytest.mark.parametrize(
    "digits", ["12125550177", "911", "933", "*98", "2999", "601", "9112125550177", "0#"]
)
def test_direct_dial_never_reaches_outside(
    extension: Extension, outsider: Outsider, carriers: Carriers, digits: str
) -> None:
    @scene
    async def stays_inside() -> None:
        async with menu(outsider) as call:
            await call.press(digits)
            await call.media.hears_sound(within=2.0)
        assert [carrier.invites for carrier in carriers] == [[], [], [], []]

    stays_inside()


@scene
async def test_option_outside_shows_the_tenant_and_is_billed_to_the_menu(
    outsider: Outsider, carriers: Carriers, switch: Switch
) -> None:
    async with menu(outsider) as call:
        await call.press("3")
        invite = await carriers["mycarrier"].called()
        assert invite.uri.user == "+12125550177"
        assert invite.addr("From").uri.user == "+17185550101"
        call.media.play(500)
        assert await call.media.hears(500)
        await call.hangup()
    (leg,) = await switch.cdrs_where(1, dialform_object="ivr 700", dialform_trunk="mycarrier")
    assert leg["variables"]["dialform_direction"] == "outbound"


@scene
async def test_option_outside_that_passes_the_caller_s_number(
    outsider: Outsider, carriers: Carriers
) -> None:
    async with menu(outsider) as call:
        await call.press("4")
        invite = await carriers["mycarrier"].called()
        assert invite.addr("From").uri.user == CALLER


@scene
async def test_menu_from_a_phone_of_the_tenant(extension: Extension) -> None:
    async with desk(extension, "lab/2001", "lab/2004") as (caller, four):
        call = await caller.call("700")
        await call.answered()
        assert await call.media.hears(lab.MENU)
        await call.press("2004")
        ringing = await four.rung()
        assert ringing.invite.addr("From").uri.user == "2001"
