"""Hold, blind and attended transfer: the transfer is the doing of the phone that makes it."""

from __future__ import annotations

from .conftest import Carriers, Extension, Outsider
from .desk import desk
from .phone import answers
from .scene import scene
from .site import Site
from .switch import Switch

CALLER = "+19175550100"


@scene
async def test_hold_and_take_back(extension: Extension) -> None:
    async with desk(extension, "lab/2001", "lab/2002") as (caller, two):
        two.behaviour = answers(hertz=600)
        call = await caller.call("2002")
        await call.answered()
        assert await call.media.hears(600)
        ringing = await two.rung()
        assert (await ringing.hold()).status == 200
        await call.media.hears_sound(within=0.3)  # what was still on its way
        assert not await call.media.hears_sound(within=0.5)
        assert (await ringing.hold("sendrecv")).status == 200
        assert await call.media.hears(600)


@scene
async def test_blind_transfer_inside(extension: Extension, outsider: Outsider) -> None:
    async with (
        desk(extension, "lab/2002", "lab/2003", behaviour=answers(hertz=600)) as (two, three),
        outsider(CALLER, "backup") as caller,
    ):
        two.behaviour = answers()
        call = await caller.call("+17185550106")
        await call.answered()
        assert (await (await two.rung()).refer("2003")).status == 202
        shown = (await three.rung()).invite.addr("From")
        assert shown.uri.user == CALLER
        assert await call.media.hears(600)


@scene
async def test_blind_transfer_outside_shows_and_bills_the_phone(
    extension: Extension, outsider: Outsider, carriers: Carriers, switch: Switch
) -> None:
    async with (
        desk(extension, "lab/2002", behaviour=answers()) as (two,),
        outsider(CALLER, "third") as caller,
    ):
        call = await caller.call("+17185550106")
        await call.answered()
        await (await two.rung()).refer("2125550177")
        invite = await carriers["mycarrier"].called()
        assert invite.uri.user == "+12125550177"
        assert invite.addr("From").uri.user == "+17185550101"
        assert not invite.has("Referred-By")
        call.media.play(500)
        assert await call.media.hears(500), "the carrier's echo"
        await call.hangup()
    (leg,) = await switch.cdrs_where(1, dialform_trunk="mycarrier")
    assert leg["variables"]["dialform_direction"] == "outbound"
    assert leg["variables"]["dialform_object"] == "extension 2002"


@scene
async def test_transfer_beyond_the_phone_s_toll_class_is_refused(
    extension: Extension, carriers: Carriers, outsider: Outsider
) -> None:
    """The caller from outside gets the rights of the phone, not more."""
    async with (
        desk(extension, "lab/2002", behaviour=answers()) as (two,),
        outsider(CALLER, "backup") as caller,
    ):
        call = await caller.call("+17185550106")
        await call.answered()
        await (await two.rung()).refer("011442079460000")
        await call.ended(within=8.0)
    assert [carrier.invites for carrier in carriers] == [[]] * 4


@scene
async def test_transfer_to_an_address_of_the_phone_s_choice_goes_nowhere(
    extension: Extension, outsider: Outsider
) -> None:
    async with (
        desk(extension, "lab/2002", "lab/2004", behaviour=answers()) as (two, four),
        outsider("911", "127.0.0.66") as elsewhere,
    ):
        call = await four.call("2002")
        await call.answered()
        host, port = elsewhere.address
        await (await two.rung()).refer(f"sip:2099@{host}:{port}")
        assert await elsewhere.stays_quiet(0.7)


@scene
async def test_transfer_into_another_tenant_is_refused(extension: Extension) -> None:
    async with desk(extension, "acme/1001", "acme/1003", "lab/2001") as (alice, carol, lab):
        carol.behaviour = answers()
        call = await alice.call("1003")
        await call.answered()
        assert (await call.refer(f"sip:2001@{lab.domain}")).status in (202, 403)
        assert await lab.stays_quiet(0.7)


@scene
async def test_attended_transfer(extension: Extension, outsider: Outsider) -> None:
    async with (
        desk(extension, "lab/2002", "lab/2003", behaviour=answers()) as (two, three),
        outsider(CALLER, "backup") as caller,
    ):
        three.behaviour = answers(hertz=600)
        call = await caller.call("+17185550106")
        await call.answered()
        first = await two.rung()
        second = await two.call("2003")
        await second.answered()
        assert (await first.refer("2003", replaces=second)).status == 202
        assert await call.media.hears(600)


@scene
async def test_attended_transfer_to_a_dialog_that_is_not_there(
    extension: Extension, carriers: Carriers, compiled: Site
) -> None:
    """A Replaces that the switch does not know must not call whatever address stands with it."""
    async with desk(extension, "lab/2002", "lab/2004", behaviour=answers()) as (two, four):
        call = await four.call("2002")
        await call.answered()
        host, port = carriers["mycarrier"].address
        target = f"sip:+19005550177@{host}:{port}?Replaces=nobody%3Bto-tag%3Da%3Bfrom-tag%3Db"
        await (await two.rung()).refer(target)
        assert await four.stays_quiet(1.0)
    assert [carrier.invites for carrier in carriers] == [[]] * 4
