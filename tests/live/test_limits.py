"""Emergency calls, a suspended tenant, and the cap on concurrent calls."""

from __future__ import annotations

import pytest

from . import lab
from .conftest import Carriers, Extension, Outsider
from .desk import desk
from .phone import answers
from .scene import scene
from .switch import Switch

CALLER = "+19175550100"
FIRST, MENU = "+17185550120", "+17185550121"  # the capped tenant's numbers


@pytest.mark.parametrize(
    ("phone", "dialled", "caller"),
    [
        ("acme/1001", "911", "+12125550101"),  # the platform's
        ("acme/1001", "933", "+12125550101"),
        (
            "janes-bakery/1002",
            "911",
            "+15045550142",
        ),  # the tenant's; this phone may dial inside only
        ("nordlicht/2014", "112", "+494066969100"),
        ("lab/2010", "911", "+17185550113"),  # the extension's
        ("frozen/4001", "911", "+12125550101"),  # a suspended tenant
    ],
)
def test_emergency_passes_with_its_own_caller_id(
    extension: Extension, carriers: Carriers, switch: Switch, phone: str, dialled: str, caller: str
) -> None:
    @scene
    async def passes() -> None:
        async with desk(extension, phone) as (person,):
            call = await person.call(dialled)
            await call.answered()
            invite = await carriers["mycarrier"].called()
            assert (invite.uri.user, invite.addr("From").uri.user) == (dialled, caller)
            assert not invite.has("Remote-Party-ID")
            await call.hangup()
        (leg,) = await switch.cdrs_where(1, sip_call_id=invite.get("Call-ID"))
        assert leg["variables"]["dialform_route"].startswith("emergency")
        assert leg["variables"]["dialform_tenant"] == phone.partition("/")[0]
        assert leg["variables"]["dialform_trunk"] == "mycarrier"

    passes()


@scene
async def test_emergency_has_a_second_trunk(extension: Extension, carriers: Carriers) -> None:
    carriers["mycarrier"].stop()
    async with desk(extension, "acme/1001") as (alice,):
        call = await alice.call("911")
        await call.answered(within=15.0)
        assert (await carriers["backup"].called()).uri.user == "911"


@scene
async def test_location_travels_with_the_emergency_call_alone(
    extension: Extension, carriers: Carriers
) -> None:
    async with desk(extension, "lab/2010") as (person,):
        for dialled in ("911", "2125550177"):
            call = await person.call(dialled)
            await call.answered()
            await call.hangup()
        urgent, usual = carriers["mycarrier"].invites
        assert "Rue Désirée" in urgent.get("X-Emergency-Location")
        assert not usual.has("X-Emergency-Location")


# A suspended tenant.


@scene
async def test_suspended_tenant_calls_nobody_outside(
    extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    async with desk(extension, "frozen/4001") as (person,):
        call = await person.call("2125550177")
        assert await call.refused() == 403

    assert [carrier.invites for carrier in carriers] == [[]] * 4
    await switch.cdrs_where(1, dialform_refused="suspended", dialform_tenant="frozen")


@scene
async def test_suspended_tenant_still_talks_inside(extension: Extension) -> None:
    async with desk(extension, "frozen/4001", "frozen/4002") as (one, two):
        await one.call("4002")
        await two.rung()


@scene
async def test_callers_of_a_suspended_tenant_are_told(
    extension: Extension, outsider: Outsider
) -> None:
    """As early media: they are not billed for it."""
    async with desk(extension, "frozen/4001") as (one,), outsider(CALLER, "third") as caller:
        call = await caller.call("+17185550130")
        assert await call.media.hears(lab.NOT_IN_SERVICE, within=8.0)
        assert await call.refused(within=10.0) == 403
        assert await one.stays_quiet(0.1)


# The cap: one call at a time, counted at its first entry, over both directions.


async def refused_everywhere(extension: Extension, outsider: Outsider, carriers: Carriers) -> None:
    """While the only call is up: inside, out and in are all busy, emergency and *98 are not."""
    async with desk(extension, "capped/3002") as (more,), outsider(CALLER, "third") as caller:
        for number in ("3001", "2125550177"):
            assert await (await more.call(number)).refused() == 486, number
        for number in (FIRST, MENU):
            assert await (await caller.call(number)).refused() == 486, number
        for number in ("911", "*98"):
            call = await more.call(number)
            await call.answered()
            await call.hangup()


@scene
async def test_cap_full_by_an_internal_call(
    extension: Extension, outsider: Outsider, carriers: Carriers, switch: Switch
) -> None:
    async with desk(extension, "capped/3001", "capped/3002") as (one, two):
        two.behaviour = answers()
        call = await one.call("3002")
        await call.answered()
        await refused_everywhere(extension, outsider, carriers)
    await switch.cdrs_where(1, dialform_refused="cap", dialform_tenant="capped")


@scene
async def test_cap_full_by_an_outbound_call(
    extension: Extension, outsider: Outsider, carriers: Carriers
) -> None:
    async with desk(extension, "capped/3001") as (one,):
        call = await one.call("2125550177")
        await call.answered()
        await refused_everywhere(extension, outsider, carriers)


@scene
async def test_cap_full_by_an_inbound_call(
    extension: Extension, outsider: Outsider, carriers: Carriers
) -> None:
    async with (
        desk(extension, "capped/3001", behaviour=answers()),
        outsider(CALLER, "third") as caller,
    ):
        call = await caller.call(FIRST)
        await call.answered()
        await refused_everywhere(extension, outsider, carriers)


@scene
async def test_cap_holds_from_number_through_menu_to_the_outside(
    extension: Extension, outsider: Outsider, carriers: Carriers, switch: Switch
) -> None:
    """Two trunk legs, one call."""
    async with outsider("+19175550101", "third") as caller:
        call = await caller.call(MENU)
        await call.answered()
        assert await call.media.hears(lab.MENU)
        await call.press("1")
        await carriers["mycarrier"].called()
        call.media.play(500)
        assert await call.media.hears(500), "the carrier's echo"
        await refused_everywhere(extension, outsider, carriers)
    await switch.becomes("show channels", r"\n0 total")
    async with outsider("+19175550101", "third") as caller:
        call = await caller.call(MENU)
        await call.answered()


@scene
async def test_call_to_voicemail_counts_until_it_ends(
    extension: Extension, outsider: Outsider, carriers: Carriers
) -> None:
    async with outsider("+19175550101", "third") as caller:
        call = await caller.call(FIRST)
        await call.answered()
        await refused_everywhere(extension, outsider, carriers)
