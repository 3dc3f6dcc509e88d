"""Each strategy of a ring group, and what follows when nobody answers."""

from __future__ import annotations

import asyncio
import time

import pytest

from . import lab, trunk
from .conftest import Carriers, Extension
from .desk import desk, first_of
from .phone import Phone, answers, refuses
from .scene import scene
from .switch import Switch

MEMBERS = ("lab/2002", "lab/2003", "lab/2004")


async def who_rings_first(caller: Phone, group: str, members: list[Phone]) -> str:
    """Calls the group, gives up at the first ring, and waits until all is quiet."""
    call = await caller.call(group)
    phone, ringing = await first_of(members)
    await call.cancel()
    await ringing.ended()
    return phone.user


@scene
async def test_simultaneous_rings_all_and_the_first_to_answer_wins(
    extension: Extension, switch: Switch
) -> None:
    async with desk(extension, "lab/2001", "lab/2002", "lab/2003") as (caller, two, three):
        call = await caller.call("601")
        second, third = await asyncio.gather(two.rung(), three.rung())
        assert second.invite.addr("From").uri.user == "2001"
        third.media.play(600)
        third.answer()
        await call.answered()
        await second.ended()
        assert await call.media.hears(600)
        await call.hangup()
    legs = await switch.cdrs_where(3, dialform_tenant="lab", dialform_extension="2001")
    assert all("dialform_trunk" not in leg["variables"] for leg in legs)


@scene
async def test_simultaneous_with_a_delay(extension: Extension) -> None:
    async with desk(extension, "lab/2001", "lab/2002", "lab/2003") as (caller, two, three):
        await caller.call("608")
        await two.rung()
        began = time.monotonic()
        await three.rung()
        assert 1.2 < time.monotonic() - began < 3.5


@scene
async def test_sequence_shares_the_time_in_order(extension: Extension) -> None:
    async with desk(extension, "lab/2001", *MEMBERS) as (caller, two, three, four):
        await caller.call("602")
        first = await two.rung()
        began = time.monotonic()
        assert await three.stays_quiet(0.5)
        second = await three.rung()
        assert 1.8 < time.monotonic() - began < 4.5
        assert first.over
        last = await four.rung()
        assert 3.8 < time.monotonic() - began < 8.5
        assert second.over
        assert last.invite.addr("From").uri.user == "2001"


@scene
async def test_sequence_with_a_member_s_own_time(extension: Extension) -> None:
    async with desk(extension, "lab/2001", "lab/2002", "lab/2003") as (caller, two, three):
        await caller.call("609")
        await two.rung()
        began = time.monotonic()
        await three.rung()
        assert 0.9 < time.monotonic() - began < 3.5


@scene
async def test_sequence_goes_on_at_once_past_a_busy_phone(extension: Extension) -> None:
    async with desk(extension, "lab/2001", *MEMBERS) as (caller, two, three, _):
        two.behaviour = refuses(486)
        began = time.monotonic()
        await caller.call("602")
        await three.rung()
        assert time.monotonic() - began < 1.5


@scene
async def test_round_robin_starts_one_further_each_time(extension: Extension) -> None:
    async with desk(extension, "lab/2001", *MEMBERS) as (caller, *members):
        begun = [await who_rings_first(caller, "603", members) for _ in range(5)]
    order = ["2002", "2003", "2004"]
    start = order.index(begun[0])
    assert begun == [order[(start + n) % 3] for n in range(5)]


@scene
async def test_round_robin_goes_through_all(extension: Extension) -> None:
    async with desk(extension, "lab/2001", *MEMBERS) as (caller, *members):
        call = await caller.call("603")
        rung: list[str] = []
        for _ in members:
            phone, ringing = await first_of(members)
            rung.append(phone.user)
            ringing.reject(486)
        assert sorted(rung) == ["2002", "2003", "2004"]
        await call.refused()


@scene
async def test_random_begins_with_each_sooner_or_later(extension: Extension) -> None:
    async with desk(extension, "lab/2001", "lab/2002", "lab/2003") as (caller, *members):
        begun = set()
        for _ in range(40):
            begun.add(await who_rings_first(caller, "604", members))
            if len(begun) == 2:
                break
        assert begun == {"2002", "2003"}


@scene
async def test_enterprise_gives_each_leg_its_own_delay_and_time(extension: Extension) -> None:
    async with desk(extension, "lab/2001", "lab/2002", "lab/2003") as (caller, two, three):
        call = await caller.call("605")
        first = await two.rung()
        began = time.monotonic()
        second = await three.rung()
        assert 0.5 < time.monotonic() - began < 1.9
        await first.ended()
        # The switch counts in whole seconds of the clock: two may be one and a bit.
        assert 0.9 < time.monotonic() - began < 3.4
        assert second.status < 200
        assert await call.refused() == 480
        assert second.over
        assert 2.5 < time.monotonic() - began < 5.9


@pytest.mark.parametrize("status", [486, 603])
def test_group_whose_phones_are_all_busy_does_not_wait(extension: Extension, status: int) -> None:
    @scene
    async def overflows() -> None:
        phones = ("lab/2001", "lab/2002", "lab/2003")
        async with desk(extension, *phones, behaviour=refuses(status)) as (caller, *_):
            call = await caller.call("601")
            await call.answered(within=2.5)
            assert await call.media.hears(lab.BOX)

    overflows()


@scene
async def test_nobody_answers_and_the_mailbox_does(extension: Extension) -> None:
    async with desk(extension, "lab/2001", "lab/2002") as (caller, two):
        call = await caller.call("601")
        await (await two.rung()).ended()
        await call.answered()
        assert await call.media.hears(lab.BOX)


@scene
async def test_nobody_is_registered(extension: Extension) -> None:
    async with desk(extension, "lab/2001") as (caller,):
        call = await caller.call("601")
        await call.answered(within=2.5)
        assert await call.media.hears(lab.BOX)


@scene
async def test_members_mailbox_and_destinations_do_not_apply(extension: Extension) -> None:
    """2001 has a mailbox, 2005 sends busy calls to 2002: as members they ring, no more."""
    phones = ("lab/2004", "lab/2001", "lab/2005", "lab/2002", "lab/2003")
    async with desk(extension, *phones) as (caller, one, five, two, three):
        five.behaviour = refuses(486)
        call = await caller.call("610")
        await one.rung()
        assert await call.refused() >= 480
        assert await two.stays_quiet(0.2)
        assert await three.stays_quiet(0.2)


@scene
async def test_no_answer_goes_outside(
    extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    """With the caller ID of the tenant, billed to the group."""
    async with desk(extension, "lab/2004") as (caller,):
        call = await caller.call("606")
        await call.answered()
        invite = await carriers["mycarrier"].called()
        assert invite.uri.user == "+12125550177"
        assert invite.addr("From").uri.user == "+17185550101"
        await call.hangup()
    (leg,) = await switch.cdrs_where(
        1, dialform_object="ring_group 606", dialform_trunk="mycarrier"
    )
    assert leg["variables"]["dialform_direction"] == "outbound"
    assert leg["variables"]["dialform_route"] == "us-voice"


@scene
async def test_outside_member_rings_with_the_phones(
    extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    async with desk(extension, "lab/2001", "lab/2002") as (caller, two):
        call = await caller.call("607")
        ringing = await two.rung()
        invite = await carriers["mycarrier"].called()
        assert invite.uri.user == "+12125550178"
        assert invite.addr("From").uri.user == "+17185550101"
        await call.answered()
        await ringing.ended()
        call.media.play(500)
        assert await call.media.hears(500), "the carrier's echo"
        await call.hangup()
    (leg,) = await switch.cdrs_where(
        1, dialform_object="ring_group 607", dialform_trunk="mycarrier"
    )
    assert leg["variables"]["dialform_direction"] == "outbound"
    assert leg["variables"]["dialform_tenant"] == "lab"


@scene
async def test_phone_answers_before_the_outside_member(
    extension: Extension, carriers: Carriers
) -> None:
    carriers["mycarrier"].start(trunk.rings())
    async with desk(extension, "lab/2001", "lab/2002") as (caller, two):
        call = await caller.call("607")
        ringing = await two.rung()
        await carriers["mycarrier"].called()
        ringing.answer()
        await call.answered()
        await carriers["mycarrier"].gets("CANCEL")


@scene
async def test_demo_group_of_acme(extension: Extension) -> None:
    phones = ("acme/1003", "acme/1001", "acme/1002")
    async with desk(extension, *phones, behaviour=answers()) as (carol, alice, bob):
        alice.behaviour = refuses(486)
        call = await carol.call("600")
        await bob.rung()
        await call.answered()
