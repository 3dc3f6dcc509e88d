"""Forwarding (*72), do not disturb (*78) and follow-me, as people use them."""

from __future__ import annotations

import pytest

from . import lab
from .conftest import Carriers, Extension, Outsider
from .desk import desk
from .phone import Phone, refuses
from .scene import scene
from .switch import Switch

CALLER, FIRST, GROUP = "+19175550100", "+17185550201", "+17185550202"


async def dial(phone: Phone, code: str, heard: float) -> None:
    """Dials a feature code and hears what it says."""
    call = await phone.call(code)
    await call.answered()
    assert await call.media.hears(heard, within=8.0)
    await call.ended(within=10.0)


@pytest.fixture(autouse=True)
def nobody_forwards(switch: Switch) -> None:
    """What a test set is gone in the next one."""
    for number in range(2101, 2115):
        for kind in ("cfa", "dnd"):
            switch.api(f"db delete/office-{kind}/{number}")


@scene
async def test_forward_a_call_inside_and_take_it_back(extension: Extension) -> None:
    async with desk(extension, "office/2101", "office/2102", "office/2103") as (one, two, three):
        await dial(one, "*722103", lab.FORWARD_SET)
        await two.call("2101")
        assert (await three.rung()).invite.addr("From").uri.user == "2102"
        assert await one.stays_quiet(0.2)
        await dial(one, "*73", lab.FORWARD_OFF)
        await two.call("2101")
        await one.rung()


@scene
async def test_forward_to_the_outside_is_the_extension_s_bill(
    extension: Extension, outsider: Outsider, carriers: Carriers, switch: Switch
) -> None:
    async with desk(extension, "office/2101") as (one,), outsider(CALLER, "third") as caller:
        await dial(one, "*722125550177", lab.FORWARD_SET)
        call = await caller.call(FIRST)
        await call.answered()
        invite = await carriers["mycarrier"].called()
        assert invite.uri.user == "+12125550177"
        assert invite.addr("From").uri.user == "+17185550201"
        await call.hangup()
    (leg,) = await switch.cdrs_where(1, dialform_trunk="mycarrier")
    assert leg["variables"]["dialform_forwarder"] == "extension 2101"
    assert leg["variables"]["dialform_object"] == "extension 2101"


@scene
async def test_forward_is_bound_by_the_extension_s_toll(
    extension: Extension, carriers: Carriers
) -> None:
    """Not by the caller's: 2101 may dial the country, 2104 only inside."""
    async with desk(extension, "office/2101", "office/2104") as (one, inside):
        await dial(inside, "*722125550177", lab.FORWARD_SET)
        assert await (await one.call("2104")).refused() == 403
        await dial(one, "*722125550177", lab.FORWARD_SET)
        await (await inside.call("2101")).answered()
        assert len(carriers["mycarrier"].invites) == 1


@scene
async def test_forward_asks_for_the_number(extension: Extension) -> None:
    async with desk(extension, "office/2101", "office/2102", "office/2103") as (one, two, three):
        call = await one.call("*72")
        await call.answered()
        assert await call.media.hears(lab.WHERE_TO, within=8.0)
        await call.press("2103#")
        assert await call.media.hears(lab.FORWARD_SET, within=8.0)
        await call.ended(within=10.0)
        await two.call("2101")
        await three.rung()


@scene
async def test_who_cannot_be_forwarded_to(extension: Extension) -> None:
    async with desk(extension, "office/2101", "office/2102") as (one, two):
        for number in ("911", "2101"):
            await dial(one, f"*72{number}", lab.INVALID)
        await two.call("2101")
        await one.rung()


@scene
async def test_two_who_forward_to_each_other_ring_in_the_end(extension: Extension) -> None:
    async with desk(extension, "office/2101", "office/2102", "office/2103") as (one, two, three):
        await dial(one, "*722102", lab.FORWARD_SET)
        await dial(two, "*722101", lab.FORWARD_SET)
        await three.call("2101")
        await two.rung()


@scene
async def test_do_not_disturb_goes_where_busy_goes(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with (
        desk(extension, "office/2101", "office/2102", "office/2103", "office/2105") as (
            one, two, three, five,
        ),
    ):  # fmt: skip
        await dial(two, "*78", lab.DND_ON)
        await dial(five, "*78", lab.DND_ON)
        assert switch.api("reloadxml").startswith("+OK [Success]")
        assert await (await one.call("2102")).refused() == 486
        await one.call("2105")
        await three.rung()
        assert await two.stays_quiet(0.2) and await five.stays_quiet(0.2)
        await dial(two, "*79", lab.DND_OFF)
        await one.call("2102")
        await two.rung()


@scene
async def test_do_not_disturb_holds_in_a_group_too(
    extension: Extension, outsider: Outsider
) -> None:
    async with (
        desk(extension, "office/2102", "office/2103") as (two, three),
        outsider(CALLER, "third") as caller,
    ):
        await dial(two, "*78", lab.DND_ON)
        await caller.call(GROUP)
        await three.rung()
        assert await two.stays_quiet(0.5)


@scene
async def test_do_not_disturb_goes_before_forwarding(extension: Extension) -> None:
    async with desk(extension, "office/2101", "office/2102", "office/2103") as (one, two, three):
        await dial(two, "*722103", lab.FORWARD_SET)
        await dial(two, "*78", lab.DND_ON)
        assert await (await one.call("2102")).refused() == 486
        assert await three.stays_quiet(0.2)


# Follow-me.


@scene
async def test_follow_me_in_order_after_no_answer(
    extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    async with desk(extension, "office/2110", "office/2102", "office/2103") as (ten, two, three):
        call = await three.call("2110")
        await ten.rung()
        await two.rung(within=8.0)
        await call.answered(within=12.0)
        invite = await carriers["mycarrier"].called()
        assert invite.uri.user == "+12125550177"
        assert invite.addr("From").uri.user == "+17185550201"
        await call.hangup()
    (leg,) = await switch.cdrs_where(1, dialform_trunk="mycarrier")
    assert leg["variables"]["dialform_forwarder"] == "extension 2110"
    assert leg["variables"]["dialform_direction"] == "outbound"


@scene
async def test_follow_me_in_vain_goes_where_the_first_reason_says(
    extension: Extension, carriers: Carriers
) -> None:
    from . import trunk

    carriers["mycarrier"].start(trunk.rejects(486))
    async with desk(extension, "office/2110", "office/2101", "office/2103") as (ten, one, three):
        ten.behaviour = refuses(486)
        await one.call("2110")
        await three.rung(within=12.0)


@scene
async def test_follow_me_at_once_when_nobody_is_registered(
    extension: Extension, carriers: Carriers, outsider: Outsider
) -> None:
    from . import trunk

    carriers["mycarrier"].start(trunk.rings())
    async with desk(extension, "office/2101", "office/2102") as (one, two):
        call = await one.call("2111")
        ringing = await two.rung()
        assert (await carriers["mycarrier"].called()).uri.user == "+12125550178"
        ringing.answer()
        await call.answered()


@scene
async def test_follow_me_always_leaves_the_phone_alone(extension: Extension) -> None:
    async with desk(extension, "office/2112", "office/2101", "office/2102", "office/2103") as (
        twelve, one, two, three,
    ):  # fmt: skip
        await one.call("2112")
        await two.rung()
        await three.rung(within=8.0)
        assert await twelve.stays_quiet(0.1)


@scene
async def test_follow_me_with_confirmation(extension: Extension, carriers: Carriers) -> None:
    """The carrier answers at once as a mailbox would: only a key takes the call."""
    async with desk(extension, "office/2101", "office/2102", "office/2114") as (one, two, slow):
        call = await one.call("2114")
        await slow.rung()
        ringing = await two.rung(within=8.0)
        ringing.answer()
        assert await ringing.media.hears(lab.ACCEPT, within=8.0)
        assert not call.up
        await ringing.press("1")
        await call.answered(within=8.0)
        call.media.play(500)
        assert await ringing.media.hears(500, within=8.0)


@scene
async def test_follow_me_that_nobody_confirms(
    extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    async with desk(extension, "office/2101") as (one,):
        call = await one.call("2113")
        await carriers["mycarrier"].called()
        assert await call.refused(within=25.0) >= 400


@scene
async def test_do_not_disturb_goes_before_follow_me(extension: Extension) -> None:
    async with desk(extension, "office/2110", "office/2101", "office/2102", "office/2103") as (
        ten, one, two, three,
    ):  # fmt: skip
        await dial(ten, "*78", lab.DND_ON)
        await one.call("2110")
        await three.rung()
        assert await two.stays_quiet(0.2)


@scene
async def test_no_code_works_from_outside(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    """By a menu or by its own invention: a caller sets nothing."""
    async with outsider(CALLER, "third") as caller:
        for dialled in ("*722125550177", "*78"):
            assert await (await caller.call(dialled)).refused() == 403
        call = await caller.call("+17185550203")
        await call.answered()
        assert await call.media.hears(lab.MENU, within=8.0)
        await call.press("*78")
        await call.hangup()
    assert "on" not in switch.api("db select/office-dnd/2101")
