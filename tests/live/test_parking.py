"""Parking: by transfer, by dialling, by a code in the call; the slot is told, and the call taken."""

from __future__ import annotations

import asyncio

import pytest

from . import audio, lab
from .conftest import Extension, Outsider
from .desk import desk
from .phone import Call, Phone, answers, rings
from .scene import scene
from .switch import Switch
from .watch import Watch

CALLER = "+19175550100"
DID, MENU, NEXT = "+17185550140", "+17185550141", "+17185550145"
FULL, MUSIC = 425, lab.MUSIC["tones/parked.wav"]


async def parked(switch: Switch, *slots: str, lot: str = "parking") -> None:
    """Waits until calls wait in exactly these slots of a tenant."""
    waiting = "".join(rf'\s*<extension uuid="[^"]+">{slot}</extension>' for slot in slots)
    await switch.becomes("valet_info", rf'<lot name="{lot}@[^"]*">{waiting}\s*</lot>', within=15.0)


async def connected(caller: Outsider | Phone, phone: Phone, did: str = DID) -> tuple[Call, Call]:
    """A call from outside to a phone of the house: both ends, up."""
    phone.behaviour = answers(hertz=600)
    call = await caller.call(did)  # type: ignore[union-attr]
    await call.answered(within=15.0)
    call.media.play(500)
    return call, await phone.rung(15.0)


async def told(call: Call) -> str:
    """The slot that is said in the call. Another test may have used the first one just now."""
    said = {"5901": lab.ONE, "5902": lab.TWO}
    start = len(call.media.heard)
    async with asyncio.timeout(20.0):
        while True:
            for slot, hertz in said.items():
                if audio.hears(call.media.heard[start:], hertz):
                    return slot
            await asyncio.sleep(0.1)


@pytest.fixture(autouse=True)
def _just_used(request: pytest.FixtureRequest) -> None:
    """A slot that an earlier test has left is held for taken for some seconds, and this is logged."""
    request.getfixturevalue("switch").expects("lot is full")


@scene
async def test_transfer_to_the_lot_tells_the_slot_and_another_phone_takes_the_call(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with (
        desk(extension, "parking/5001", "parking/5002") as (one, two),
        outsider(CALLER, "third") as caller,
    ):
        call, ringing = await connected(caller, one)
        assert (await ringing.refer("5900")).status == 202
        back = await one.rung(20.0)
        slot = await told(back)
        assert await call.media.hears(MUSIC, within=10.0)
        await parked(switch, slot)
        assert back.invite.addr("From").uri.user == slot
        await back.ended(within=15.0)
        fetched = await two.call(slot)
        await fetched.answered(within=15.0)
        fetched.media.play(700)
        assert await fetched.media.hears(500, within=10.0)
        assert await call.media.hears(700, within=10.0)
        await parked(switch)
        await fetched.hangup()
        await call.ended(within=10.0)
    (leg,) = await switch.cdrs_where(1, dialform_trunk="third")
    assert leg["variables"]["dialform_direction"] == "inbound"
    assert leg["variables"]["dialform_did"] == DID
    await switch.cdrs_where(4, dialform_tenant="parking")


@scene
async def test_attended_transfer_to_the_lot_keeps_the_announced_slot(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with (
        desk(extension, "parking/5001", "parking/5002") as (one, two),
        outsider(CALLER, "third") as caller,
    ):
        call, ringing = await connected(caller, one)
        asks = await one.call("5900")
        await asks.answered(within=15.0)
        slot = await told(asks)
        assert (await ringing.refer("5900", replaces=asks)).status == 202
        await asks.ended(within=15.0)
        await parked(switch, slot)
        assert await one.stays_quiet(1.0)
        fetched = await two.call(slot)
        await fetched.answered(within=15.0)
        fetched.media.play(700)
        assert await fetched.media.hears(500, within=10.0)
        assert await call.media.hears(700, within=10.0)
        await call.hangup()
        await fetched.ended(within=10.0)


@scene
async def test_a_call_that_nobody_takes_comes_back_and_says_so(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with (
        desk(extension, "parking/5001") as (one,),
        outsider(CALLER, "third", name="Eve / Sales: <${hostname}>") as caller,
    ):
        switch.expects("contains a variable")
        call, ringing = await connected(caller, one)
        await ringing.refer("5902")
        await parked(switch, "5902")
        back = await one.rung(30.0)
        shown = back.invite.addr("From")
        assert shown.uri.user == CALLER
        assert shown.name.startswith("Park: Eve / Sales: <"), shown
        assert await call.media.hears(600, within=10.0)
        await parked(switch)
        await call.hangup()


@scene
async def test_a_call_comes_back_to_what_its_extension_does_with_calls(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with (
        desk(extension, "parking/5001", "parking/5003", "parking/5002") as (one, three, two),
        outsider(CALLER, "third") as caller,
    ):
        call, ringing = await connected(caller, one)
        two.behaviour, three.behaviour = answers(hertz=700), answers()
        await ringing.refer("5003")
        handed = await three.rung(15.0)
        await call.media.hears_sound()
        await handed.refer("5901")
        await parked(switch, "5901")
        three.behaviour = rings()
        assert (await two.rung(30.0)).invite.addr("From").name.startswith("Park: ")
        assert await call.media.hears(700, within=10.0)
        await call.hangup()


@scene
async def test_full_lot_gives_the_call_back(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with (
        desk(extension, "parking/5001", "parking/5002") as (one, two),
        outsider(CALLER, "third") as caller,
    ):
        first, second = await two.call("5901"), await two.call("5902")
        await first.answered(within=15.0)
        await second.answered(within=15.0)
        await parked(switch, "5901", "5902")
        third = await one.call("5900")
        await third.answered(within=15.0)
        assert await third.media.hears(FULL, within=20.0)
        await third.hangup()
        call, ringing = await connected(caller, one)
        await ringing.refer("5900")
        back = await one.rung(20.0)
        assert back.invite.addr("From").name.startswith("Full: ")
        assert await call.media.hears(600, within=10.0)
        await call.hangup()


@scene
async def test_transfer_into_a_taken_slot_connects_nobody(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with (
        desk(extension, "parking/5001", "parking/5002") as (one, two),
        outsider(CALLER, "third") as caller,
    ):
        waits = await two.call("5901")
        await waits.answered(within=15.0)
        await parked(switch, "5901")
        waits.media.play(700)
        call, ringing = await connected(caller, one)
        await ringing.refer("5901")
        assert (await one.rung(15.0)).invite.addr("From").name.startswith("Full: ")
        assert not await call.media.hears(700, within=1.0)
        await call.hangup()


@scene
async def test_two_tenants_with_the_same_slots_never_meet(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with (
        desk(extension, "parking/5001", "parking/5002") as (one, two),
        desk(extension, "parking-next/5001", "parking-next/5002") as (other, thief),
        outsider(CALLER, "third") as caller,
        outsider("+19175550101", "third") as stranger,
    ):
        call, ringing = await connected(caller, one)
        await ringing.refer("5901")
        await parked(switch, "5901")
        theirs, rings = await connected(stranger, other, NEXT)
        await rings.refer("5901")
        await parked(switch, "5901", lot="parking-next")
        assert not await theirs.media.hears_sound(within=1.0), "no music of their own"
        theirs.media.play(800)
        fetched = await thief.call("5901")
        await fetched.answered(within=15.0)
        assert await fetched.media.hears(800, within=10.0)
        assert not await fetched.media.hears(500, within=0.5)
        assert other.calls[0].over and await other.stays_quiet(0.5), "no call_back wanted"
        mine = await two.call("5901")
        await mine.answered(within=15.0)
        assert await mine.media.hears(500, within=10.0)
        await call.hangup()
        await theirs.hangup()


@scene
async def test_an_outsider_neither_parks_nor_takes(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with (
        desk(extension, "parking/5001") as (one,),
        outsider(CALLER, "third") as caller,
        outsider("+19175550101", "backup") as mallory,
    ):
        call, ringing = await connected(caller, one)
        await ringing.refer("5901")
        await parked(switch, "5901")
        attempt = await mallory.call(MENU)
        await attempt.answered(within=15.0)
        assert await attempt.media.hears(lab.MENU, within=10.0)
        await attempt.press("5901")
        assert not await attempt.media.hears(500, within=2.0)
        straight = await mallory.call("5901")
        assert await straight.refused(within=15.0) in (403, 404)
        await parked(switch, "5901")
        await call.hangup()
        await attempt.hangup()


@scene
async def test_a_parked_call_still_counts_once(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    """Two calls are allowed: who waits is one of them, who takes the call is none."""
    usage = "limit_usage hash tenant parking"
    async with (
        desk(extension, "parking/5001", "parking/5002") as (one, two),
        outsider(CALLER, "third") as caller,
    ):
        call, ringing = await connected(caller, one)
        await switch.becomes(usage, "^1$")
        await ringing.refer("5901")
        await parked(switch, "5901")
        await switch.becomes(usage, "^1$")
        fetched = await two.call("5901")
        await fetched.answered(within=15.0)
        assert await fetched.media.hears(500, within=10.0)
        await switch.becomes(usage, "^1$")
        await fetched.refer("5902")
        await parked(switch, "5902")
        await switch.becomes(usage, "^1$")
        await call.hangup()
        await switch.becomes(usage, "^0$")


@scene
async def test_two_phones_that_meet_in_a_slot_count_as_a_call(
    extension: Extension, switch: Switch
) -> None:
    usage = "limit_usage hash tenant parking"
    async with desk(extension, "parking/5001", "parking/5002") as (one, two):
        waits = await one.call("5901")
        await waits.answered(within=15.0)
        waits.media.play(500)
        await parked(switch, "5901")
        await switch.becomes(usage, "^0$")
        meets = await two.call("5901")
        assert await meets.media.hears(500, within=15.0)
        await switch.becomes(usage, "^1$")
        await meets.hangup()
        await waits.ended(within=10.0)
        await switch.becomes(usage, "^0$")


@scene
async def test_whoever_waits_may_press_hash_to_go_back(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with (
        desk(extension, "parking/5001") as (one,),
        outsider(CALLER, "third") as caller,
    ):
        call, ringing = await connected(caller, one)
        await ringing.refer("5901")
        await parked(switch, "5901")
        await asyncio.sleep(0.3)
        await call.press("#")
        await one.rung(5.0)
        assert await call.media.hears(600, within=10.0)
        await call.hangup()


@scene
async def test_the_code_of_parking_parks_the_other_side_and_says_where(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with (
        desk(extension, "parking/5001", "parking/5002") as (one, two),
        outsider(CALLER, "third") as caller,
    ):
        call, ringing = await connected(caller, one)
        assert await ringing.media.hears(500, within=10.0)
        await ringing.press("*5")
        slot = await told(ringing)
        await parked(switch, slot)
        await ringing.ended(within=15.0)
        assert await one.stays_quiet(0.5)
        fetched = await two.call(slot)
        await fetched.answered(within=15.0)
        fetched.media.play(700)
        assert await call.media.hears(700, within=10.0)
        assert await fetched.media.hears(500, within=10.0)
        await fetched.press("*5")
        slot = await told(fetched)
        await parked(switch, slot)
        await fetched.ended(within=15.0)
        await call.hangup()


@scene
async def test_the_code_of_parking_on_a_calling_phone(extension: Extension, switch: Switch) -> None:
    """Who called parks who was called, and gets the call back."""
    async with desk(extension, "parking/5001", "parking/5002") as (one, two):
        two.behaviour, one.behaviour = answers(hertz=700), answers(hertz=600)
        call = await one.call("5002")
        assert await call.media.hears(700, within=15.0)
        await call.press("*5")
        slot = await told(call)
        await parked(switch, slot)
        await call.ended(within=15.0)
        await switch.becomes("limit_usage hash tenant parking", "^1$")
        back = await one.rung(30.0)
        shown = back.invite.addr("From")
        assert (shown.uri.user, shown.name) == ("5002", "Park: Second")
        assert await two.calls[-1].media.hears(600, within=10.0)
        await back.hangup()
        await two.calls[-1].ended(within=10.0)


@scene
async def test_the_code_of_parking_while_the_lot_is_full_leaves_the_call_alone(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with (
        desk(extension, "parking/5001", "parking/5002") as (one, two),
        outsider(CALLER, "third") as caller,
    ):
        call, ringing = await connected(caller, one)
        for slot in ("5901", "5902"):
            await (await two.call(slot)).answered(within=15.0)
        await parked(switch, "5901", "5902")
        assert await ringing.media.hears(500, within=10.0)
        await ringing.press("*5")
        assert await ringing.media.hears(FULL, within=10.0)
        assert await ringing.media.hears(500, within=15.0)
        assert await call.media.hears(600, within=10.0)
        await call.hangup()


@scene
async def test_handed_over_to_the_lot_by_key(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with (
        desk(extension, "parking/5001", "parking/5002") as (one, two),
        outsider(CALLER, "third") as caller,
    ):
        call, ringing = await connected(caller, one)
        assert await ringing.media.hears(500, within=10.0)
        await ringing.press("*2")
        assert await ringing.media.hears(350, within=8.0, least=0.3)
        await ringing.press("5900#")
        await ringing.ended(within=15.0)
        slot = await told(await one.rung(20.0))
        await parked(switch, slot)
        fetched = await two.call(slot)
        assert await fetched.media.hears(500, within=15.0)
        await call.hangup()


@scene
async def test_asked_for_first_by_key(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    """*4 to the lot: the slot is heard, and hanging up leaves the call there."""
    async with (
        desk(extension, "parking/5001", "parking/5002") as (one, two),
        outsider(CALLER, "third") as caller,
    ):
        call, ringing = await connected(caller, one)
        assert await ringing.media.hears(500, within=10.0)
        await ringing.press("*4")
        assert await ringing.media.hears(350, within=8.0, least=0.3)
        await ringing.press("5900#")
        slot = await told(ringing)
        await parked(switch, slot)
        await ringing.hangup()
        fetched = await two.call(slot)
        fetched.media.play(700)
        assert await fetched.media.hears(500, within=15.0)
        assert await call.media.hears(700, within=15.0)
        await call.hangup()
        await fetched.ended(within=10.0)


@scene
async def test_a_key_that_dials_what_it_watches_parks_and_takes(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    """As keys of phones do that have one value for both (Yealink, Grandstream)."""
    async with (
        desk(extension, "parking/5001", "parking/5002") as (one, two),
        outsider(CALLER, "third") as caller,
    ):
        call, ringing = await connected(caller, one)
        assert (await ringing.refer("park+5902")).status == 202
        await parked(switch, "5902")
        fetched = await two.call("park+5902")
        await fetched.answered(within=15.0)
        fetched.media.play(700)
        assert await call.media.hears(700, within=10.0)
        await fetched.hangup()
        await call.ended(within=10.0)
        assert await (await two.call("park+9999")).refused() == 404


@scene
async def test_lamp_of_a_slot(extension: Extension, switch: Switch) -> None:
    async with (
        desk(extension, "parking/5001", "parking/5002") as (one, two),
        desk(extension, "parking-next/5001") as (other,),
    ):
        lamp, theirs = Watch(one, "park+5902"), Watch(other, "park+5902")
        for watch in (lamp, theirs):
            assert (await watch.subscribe()).status in (200, 202)
            await watch.becomes(lit=False)
        waits = await two.call("5902")
        await waits.answered(within=15.0)
        await parked(switch, "5902")
        await lamp.becomes(lit=True, within=15.0)
        late = Watch(one, "park+5902")
        await late.subscribe()
        await late.becomes(lit=True)
        blind = Watch(other, "park+5902")
        await blind.subscribe()
        await blind.becomes(lit=False)
        await waits.hangup()
        await lamp.becomes(lit=False, within=15.0)
        assert not any(b"confirmed" in m.body for m in (*theirs.notifies, *blind.notifies))
