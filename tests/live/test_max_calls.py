"""Calls at once of one extension, in both directions and over all of its phones."""

from __future__ import annotations

import pytest

from .conftest import Carriers, Extension, Outsider
from .desk import desk
from .phone import answers
from .scene import scene
from .switch import Switch

CALLER, NUMBER = "+19175550100", "+17185550186"


async def has(switch: Switch, calls: int, extension: str = "7001") -> None:
    """The extension has so many calls."""
    await switch.becomes(f"limit_usage hash extension once.{extension}", f"^{calls}$", 8.0)


@scene
async def test_next_call_finds_it_busy(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    """While it rings as while it talks; its busy destination takes the call."""
    async with (
        desk(extension, "once/7001", "once/7003", "once/7004") as (one, busy, four),
        outsider(CALLER, "third") as caller,
    ):
        first = await caller.call(NUMBER)
        ringing = await one.rung()
        await has(switch, 1)
        second = await four.call("7001")
        await busy.rung()
        await second.cancel()
        ringing.answer()
        await first.answered()
        third = await four.call("7001")
        await busy.rung()
        await third.cancel()
        assert await one.stays_quiet(0.2)
        await has(switch, 1)
        await first.hangup()
        await has(switch, 0)
        await four.call("7001")
        await one.rung()


@scene
async def test_next_call_that_it_makes_is_refused_and_emergency_is_not(
    extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    async with desk(extension, "once/7001", "once/7001", "once/7003") as (desktop, mobile, three):
        three.behaviour = answers()
        call = await desktop.call("7003")
        await call.answered()
        for phone in (desktop, mobile):
            for number in ("7004", "2125550177"):
                assert await (await phone.call(number)).refused() == 486, number
        for number in ("911", "*98"):
            allowed = await mobile.call(number)
            await allowed.answered()
            await allowed.hangup()
        await has(switch, 1)
        await call.hangup()
        await has(switch, 0)
        await (await mobile.call("7003")).answered()
    await switch.cdrs_where(4, dialform_refused="cap", dialform_tenant="once")


@scene
async def test_several_phones_are_one_call(extension: Extension, switch: Switch) -> None:
    """Whichever of them answers."""
    phones = ("once/7001", "once/7001", "once/7001", "once/7003", "once/7004")
    async with desk(extension, *phones) as (first, second, third, busy, four):
        for phone in (first, second, third):
            call = await four.call("7001")
            legs = {p: await p.rung() for p in (first, second, third)}
            await has(switch, 1)
            legs[phone].answer()
            await call.answered()
            for other in (first, second, third):
                if other is not phone:
                    await legs[other].ended()
            await has(switch, 1)
            again = await busy.call("7001")
            await busy.rung()
            await again.cancel()
            await call.hangup()
            await has(switch, 0)


@scene
async def test_two_calls_in_both_directions(extension: Extension, switch: Switch) -> None:
    async with desk(extension, "once/7002", "once/7003", "once/7004") as (two, three, four):
        for phone in (two, three):
            phone.behaviour = answers()
        coming = await four.call("7002")
        await coming.answered()
        going = await two.call("7003")
        await going.answered()
        await has(switch, 2, "7002")
        assert await (await four.call("7002")).refused() == 486
        assert await (await two.call("7004")).refused() == 486
        await coming.hangup()
        await has(switch, 1, "7002")
        await (await four.call("7002")).answered()


@pytest.mark.parametrize("group", ["600", "601"])
def test_group_passes_a_busy_member_by(extension: Extension, switch: Switch, group: str) -> None:
    @scene
    async def passes() -> None:
        async with desk(extension, "once/7001", "once/7003", "once/7004", "once/7002") as (
            one,
            three,
            four,
            two,
        ):
            two.behaviour = answers()
            call = await one.call("7002")
            await call.answered()
            await four.call(group)
            await three.rung()
            assert await one.stays_quiet(0.3)
            await call.hangup()
            await has(switch, 0)

    passes()


@scene
async def test_call_of_a_group_counts(extension: Extension, switch: Switch) -> None:
    async with desk(extension, "once/7001", "once/7003", "once/7004") as (one, _, four):
        one.behaviour = answers()
        call = await four.call("600")
        await call.answered()
        await has(switch, 1)
        assert await (await one.call("7004")).refused() == 486


@scene
async def test_transferred_call_counts_where_it_is(extension: Extension, switch: Switch) -> None:
    async with desk(extension, "once/7001", "once/7003", "once/7004") as (one, three, four):
        for phone in (one, three):
            phone.behaviour = answers(hertz=600)
        call = await four.call("7003")
        assert await call.media.hears(600)
        await (await three.rung()).refer("7001")
        await one.rung()
        await has(switch, 1)
        assert await (await one.call("7004")).refused() == 486
        await call.hangup()
        await has(switch, 0)
