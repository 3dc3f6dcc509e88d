"""Rooms on demand: what a phone makes of a call, and whom it takes along."""

from __future__ import annotations

import asyncio

import pytest

from . import lab
from .conftest import Carriers, Extension, Outsider
from .desk import desk
from .rooms import CALLER, MODERATOR, ONE, PIN, THREE, TWO, WITHIN, joins, members
from .scene import scene
from .switch import Switch


@scene
async def test_own_room_and_others_that_join(extension: Extension, switch: Switch) -> None:
    async with desk(extension, ONE, TWO, THREE) as (one, two, three):
        assert await (await two.call("*36001")).refused(within=WITHIN) == 404, "not open yet"
        first = await joins(one, "*3", 500)
        await members(switch, "rooms.adhoc.6001", 1)
        second = await joins(two, "*36001", 800)
        await members(switch, "rooms.adhoc.6001", 2)
        assert await first.media.hears(800, within=WITHIN)
        assert await second.media.hears(500, within=WITHIN)
        third = await joins(three, "*36001")
        listed = await members(switch, "rooms.adhoc.6001", 3)
        assert [line.split(";")[4] for line in listed.splitlines() if "moderator" in line] == [
            "6001"
        ]
        for call in (first, second, third):
            await call.hangup()
        await members(switch, "rooms.adhoc.6001", 0)
        assert await (await two.call("*36001")).refused(within=WITHIN) == 404, "gone"
    assert len(await switch.cdrs_where(3, dialform_conference="6001")) == 3


@pytest.mark.parametrize("presser", ["caller", "called"])
def test_call_becomes_a_conference_by_a_key(
    extension: Extension, switch: Switch, presser: str
) -> None:
    @scene
    async def becomes() -> None:
        async with desk(extension, ONE, TWO, THREE) as (one, two, three):
            call = await one.call("6002")
            leg = await two.rung(within=WITHIN)
            leg.answer()
            await call.answered(within=WITHIN)
            call.media.play(500)
            leg.media.play(800)
            assert await call.media.hears(800, within=WITHIN)
            host, presses = ("6001", call) if presser == "caller" else ("6002", leg)
            await presses.press("*3")
            listed = await members(switch, f"rooms.adhoc.{host}", 2)
            chairs = [line for line in listed.splitlines() if "moderator" in line]
            assert len(chairs) == 1
            assert await call.media.hears(800, within=WITHIN)
            assert await leg.media.hears(500, within=WITHIN)
            third = await joins(three, f"*3{host}", 1100)
            await members(switch, f"rooms.adhoc.{host}", 3)
            counted = await switch.ask("limit_usage hash tenant rooms")
            assert counted.strip() == "3", "each leg in a room counts under the cap"
            leg.media.play(0)
            assert await call.media.hears(1100, within=WITHIN)
            await presses.hangup()
            await members(switch, f"rooms.adhoc.{host}", 2)
            other = leg if presses is call else call
            assert await other.media.hears(1100, within=WITHIN), "the others go on"
            await other.hangup()
            await third.hangup()
            await members(switch, f"rooms.adhoc.{host}", 0)
            await switch.becomes("limit_usage hash tenant rooms", r"^0\s*$", within=WITHIN)
        legs = await switch.cdrs_where(3, dialform_tenant="rooms")
        assert {leg["variables"].get("dialform_conference") for leg in legs} == {host}

    becomes()


@scene
async def test_call_from_outside_becomes_a_conference(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with (
        desk(extension, ONE, TWO) as (one, two),
        outsider(CALLER, "third") as caller,
    ):
        call = await caller.call("+17185550172")
        leg = await one.rung(within=WITHIN)
        leg.answer()
        await call.answered(within=WITHIN)
        await call.press("*3")
        await asyncio.sleep(1.5)
        assert "not found" in await switch.ask("conference rooms.adhoc.6001 get count")
        call.media.play(500)
        await leg.press("*3")
        await members(switch, "rooms.adhoc.6001", 2)
        colleague = await joins(two, "*36001", 800)
        await members(switch, "rooms.adhoc.6001", 3)
        assert await call.media.hears(800, within=WITHIN)
        assert await colleague.media.hears(500, within=WITHIN)
        for each in (leg, colleague, call):
            await each.hangup()
    (trunk,) = await switch.cdrs_where(1, dialform_trunk="third")
    assert trunk["variables"]["dialform_conference"] == "6001"


@scene
async def test_call_to_outside_becomes_a_conference(
    extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    async with desk(extension, ONE, TWO) as (one, two):
        call = await one.call("+14155550177")
        await call.answered(within=WITHIN)
        await carriers["third"].called()
        call.media.play(500)
        assert await call.media.hears(500, within=WITHIN), "the carrier's echo"
        call.media.play(0)
        await call.press("*3")
        await members(switch, "rooms.adhoc.6001", 2)
        colleague = await joins(two, "*36001", 800)
        assert await colleague.media.hears(800, within=WITHIN), "the carrier's echo"
        await call.hangup()
        await colleague.hangup()
        await members(switch, "rooms.adhoc.6001", 0)
    (leg,) = await switch.cdrs_where(1, dialform_trunk="third", dialform_conference="6001")
    assert leg["variables"]["dialform_direction"] == "outbound"


@pytest.mark.parametrize(("room", "name"), [("901", "rooms.901"), ("*3", "rooms.adhoc.6001")])
def test_caller_is_transferred_into_a_room(
    extension: Extension, outsider: Outsider, switch: Switch, room: str, name: str
) -> None:
    """The phone goes in first, as people do who announce somebody."""

    @scene
    async def transferred() -> None:
        async with (
            desk(extension, ONE, TWO) as (one, two),
            outsider(CALLER, "third") as caller,
        ):
            call = await caller.call("+17185550172")
            leg = await one.rung(within=WITHIN)
            leg.answer()
            await call.answered(within=WITHIN)
            consult = await joins(one, room)
            await members(switch, name, 1)
            colleague = await joins(two, "*36001" if room == "*3" else room, 800)
            await members(switch, name, 2)
            assert (await leg.refer(room, replaces=consult)).status == 202
            await consult.ended(within=WITHIN)
            await members(switch, name, 2)
            assert await call.media.hears(800, within=WITHIN)
            await call.hangup()
            await colleague.hangup()
        assert await switch.cdrs_where(1, dialform_trunk="third", dialform_tenant="rooms")

    transferred()


@scene
async def test_who_is_transferred_into_a_room_with_a_pin_is_asked_for_it(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with desk(extension, ONE) as (one,), outsider(CALLER, "third") as caller:
        call = await caller.call("+17185550172")
        leg = await one.rung(within=WITHIN)
        leg.answer()
        await call.answered(within=WITHIN)
        consult = await joins(one, "900", 0, MODERATOR)
        await members(switch, "rooms.900", 1)
        await leg.refer("900", replaces=consult)
        assert await call.media.hears(lab.ROOM_PIN, within=WITHIN)
        await call.press(PIN)
        listed = await members(switch, "rooms.900", 1)
        assert "moderator" not in listed
        await call.hangup()


@scene
async def test_no_way_around_the_pin_by_the_room_of_an_extension(
    extension: Extension, switch: Switch
) -> None:
    async with desk(extension, ONE, TWO) as (one, two):
        first = await joins(one, "900", 500, PIN)
        await members(switch, "rooms.900", 1)
        assert await (await two.call("*3900")).refused(within=WITHIN) == 404
        await first.hangup()


@scene
async def test_room_ends_with_the_last_phone_of_the_tenant(
    extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    """Whom one called stays no longer on the tenant's bill, while a colleague keeps the room open."""
    async with desk(extension, ONE, TWO) as (one, two):
        call = await one.call("2125550177")
        await call.answered(within=WITHIN)
        call.media.play(500)
        assert await call.media.hears(500, within=WITHIN), "the carrier's echo"
        await call.press("*3")
        await members(switch, "rooms.adhoc.6001", 2)
        second = await joins(two, "*36001")
        await members(switch, "rooms.adhoc.6001", 3)
        await call.hangup()
        await members(switch, "rooms.adhoc.6001", 2)
        await second.hangup()
        await switch.becomes("show channels", r"\n0 total", within=WITHIN)


@scene
async def test_nobody_stays_alone_whose_host_hangs_up_at_once(
    extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    async with desk(extension, ONE) as (one,):
        for wait in (0.0, 0.05, 0.1, 0.2, 0.3):
            call = await one.call("2125550177")
            await call.answered(within=WITHIN)
            call.media.play(500)
            assert await call.media.hears(500, within=WITHIN)
            await call.press("*3")
            await asyncio.sleep(wait)
            await call.hangup()
            await switch.becomes("show channels", r"\n0 total", within=WITHIN)
