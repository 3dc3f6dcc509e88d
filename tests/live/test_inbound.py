"""Calls from carriers: the forms of a DID, schedules, and who is turned away."""

from __future__ import annotations

import pytest

from . import lab
from .conftest import Carriers, Extension, Outsider
from .desk import desk, first_of
from .phone import answers
from .scene import scene
from .site import Site
from .switch import Switch

CALLER = "+19175550100"


@pytest.mark.parametrize("dialled", ["+17185550106", "17185550106", "7185550106"])
def test_did_in_any_form(
    extension: Extension, outsider: Outsider, switch: Switch, dialled: str
) -> None:
    @scene
    async def rings() -> None:
        async with (
            desk(extension, "lab/2002", behaviour=answers(hertz=600)) as (called,),
            outsider(CALLER, "backup", name="Zoë & Söhne <GmbH> O'B 🌙") as caller,
        ):
            call = await caller.call(dialled)
            await call.answered()
            shown = (await called.rung()).invite.addr("From")
            assert shown.uri.user == CALLER
            assert shown.name == "Zoë & Söhne <GmbH> O'B 🌙"
            assert await call.media.hears(600)

    rings()


@pytest.mark.parametrize("dialled", ["+494066969110", "04066969110", "4066969110"])
def test_did_in_the_form_of_its_own_country(
    extension: Extension, outsider: Outsider, dialled: str
) -> None:
    @scene
    async def comes_in() -> None:
        async with (
            desk(extension, "nordlicht/2003", "nordlicht/2004", "nordlicht/2012") as _,
            outsider("+491701234567", "mycarrier") as caller,
        ):
            call = await caller.call(dialled)
            await call.ringing()
            assert call.status < 300

    comes_in()


@scene
async def test_did_of_one_carrier_from_another_keeps_its_own_trunk(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with (
        desk(extension, "lab/2002", behaviour=answers()) as (_,),
        outsider("+19175550199", "third") as caller,
    ):
        call = await caller.call("+17185550106")
        await call.answered()
        await call.hangup()
    legs = await switch.cdrs_where(2, dialform_object="number +17185550106")
    inbound, internal = sorted(legs, key=lambda leg: leg["variables"]["direction"])
    marks = inbound["variables"]
    assert marks["dialform_trunk"] == "backup"
    assert marks["dialform_direction"] == "inbound"
    assert (marks["dialform_tenant"], bool(marks["dialform_revision"])) == ("lab", True)
    assert "dialform_trunk" not in internal["variables"]
    assert internal["variables"]["dialform_direction"] == "internal"
    assert internal["variables"]["dialform_revision"] == marks["dialform_revision"]


@scene
async def test_registered_carrier_calls_the_name_that_we_registered(
    extension: Extension, outsider: Outsider, compiled: Site
) -> None:
    host, port = compiled.address("external")
    async with (
        desk(extension, "lab/2002") as (called,),
        outsider(CALLER, "mycarrier") as caller,
    ):
        target = f"sip:gw+mycarrier@{host}:{port}"
        await caller.call(target, params=";gw=mycarrier", to=f"<sip:+17185550106@{host}>")
        await called.rung()


@pytest.mark.parametrize(
    ("did", "rings"),
    [
        ("+17185550102", "2002"),  # open now
        ("+17185550103", "2003"),  # not yet open
        ("+17185550104", "2003"),  # a holiday of this year
        ("+17185550105", "2003"),  # a holiday of every year
        ("+17185550112", "2002"),  # open by the schedule's own time zone
    ],
)
def test_schedule(extension: Extension, outsider: Outsider, did: str, rings: str) -> None:
    @scene
    async def decides() -> None:
        async with (
            desk(extension, "lab/2002", "lab/2003") as phones,
            outsider(CALLER, "third") as caller,
        ):
            await caller.call(did)
            phone, _ = await first_of(phones)
            assert phone.user == rings

    decides()


@pytest.mark.parametrize(
    ("did", "hears"), [("+12125550199", lab.MENU), ("+15045550142", lab.CLOSED)]
)
def test_demo_tenants_open_and_closed(outsider: Outsider, did: str, hears: int) -> None:
    """Acme is open: its menu. The bakery is closed: the greeting of its mailbox."""

    @scene
    async def answered() -> None:
        async with outsider(CALLER, "mycarrier") as caller:
            call = await caller.call(did)
            await call.answered()
            assert await call.media.hears(hears)

    answered()


@scene
async def test_announcement(outsider: Outsider) -> None:
    async with outsider(CALLER, "third") as caller:
        call = await caller.call("+17185550109")
        await call.answered()
        assert await call.media.hears(lab.BOX)
        await call.ended()


@scene
async def test_hang_up_with_a_cause(outsider: Outsider) -> None:
    async with outsider(CALLER, "third") as caller:
        call = await caller.call("+17185550110")
        assert await call.refused() == 486


@scene
async def test_did_straight_to_a_mailbox(outsider: Outsider) -> None:
    async with outsider(CALLER, "third") as caller:
        call = await caller.call("+17185550111")
        await call.answered()
        assert await call.media.hears(lab.BOX)


@scene
async def test_did_straight_outside(outsider: Outsider, carriers: Carriers, switch: Switch) -> None:
    """Two trunk legs, one in and one out, both of this tenant; the tenant's caller ID goes out."""
    async with outsider("+19175550107", "third") as caller:
        call = await caller.call("+17185550107")
        await call.answered()
        invite = await carriers["mycarrier"].called()
        assert invite.uri.user == "+12125550177"
        assert invite.addr("From").uri.user == "+17185550101"
        await call.hangup()
    legs = await switch.cdrs_where(2, dialform_object="number +17185550107")
    by_way = {leg["variables"]["dialform_direction"]: leg["variables"] for leg in legs}
    assert by_way["inbound"]["dialform_trunk"] == "backup"
    outbound = by_way["outbound"]
    assert (outbound["dialform_trunk"], outbound["dialform_tenant"]) == ("mycarrier", "lab")
    assert outbound["dialform_route"] == "us-voice"


@scene
async def test_did_outside_with_the_caller_s_own_number(
    outsider: Outsider, carriers: Carriers
) -> None:
    async with outsider(CALLER, "third", name="Mobile") as caller:
        call = await caller.call("+17185550108")
        await call.answered()
        invite = await carriers["mycarrier"].called()
        assert invite.uri.user == "+12125550176"
        assert invite.addr("From").uri.user == CALLER


@pytest.mark.parametrize("caller", ["anonymous", "2001", "alice", "0"])
def test_caller_without_a_number_shows_the_tenant_s(
    outsider: Outsider, carriers: Carriers, caller: str
) -> None:
    @scene
    async def passes() -> None:
        async with outsider(caller, "third") as phone:
            call = await phone.call("+17185550108")
            await call.answered()
            invite = await carriers["mycarrier"].called()
            assert invite.addr("From").uri.user == "+17185550101"

    passes()


UNKNOWN = [
    "+17185559999", "7185559999", "1001", "2001", "600", "700", "*98", "911", "+12125550177",
    "did-17185550106", "inbound", "voicemail-2001", "outside-12125550177", "toll", "106", "", "+",
]  # fmt: skip


@pytest.mark.parametrize("place", ["third", "127.0.0.66"])
def test_what_is_no_did_gets_403(
    extension: Extension, outsider: Outsider, carriers: Carriers, place: str
) -> None:
    @scene
    async def refused() -> None:
        async with (
            desk(extension, "acme/1001", "lab/2001") as phones,
            outsider(CALLER, place) as caller,
        ):
            for number in UNKNOWN:
                target = f"sip:{number}@{caller.domain}" if number else f"sip:{caller.domain}"
                call = await caller.call(target)
                assert await call.refused() == 403, number
            for phone in phones:
                assert await phone.stays_quiet(0.1)
        assert carriers["mycarrier"].invites == carriers["backup"].invites == []

    refused()


@scene
async def test_did_from_a_stranger_gets_403(extension: Extension, outsider: Outsider) -> None:
    async with (
        desk(extension, "lab/2002") as (called,),
        outsider(CALLER, "127.0.0.66") as stranger,
    ):
        for number in ("+17185550106", "17185550106", "7185550106"):
            assert await (await stranger.call(number)).refused() == 403
            assert await (await stranger.call(number, params=";gw=backup")).refused() == 403
        assert await called.stays_quiet(0.2)
