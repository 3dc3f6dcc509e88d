"""The second trunk when the first one fails; never when the callee does not want to talk."""

from __future__ import annotations

import pytest

from . import trunk
from .conftest import Carriers, Extension
from .desk import desk
from .scene import scene
from .switch import Switch


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
def test_trunk_that_fails_makes_way(
    extension: Extension, carriers: Carriers, switch: Switch, status: int
) -> None:
    @scene
    async def second() -> None:
        carriers["mycarrier"].start(trunk.rejects(status))
        async with desk(extension, "acme/1001") as (alice,):
            call = await alice.call("2125550177")
            await call.answered()
            first = await carriers["mycarrier"].called()
            invite = await carriers["backup"].called()
            await call.hangup()
        # Each in the form and the place that its carrier wants.
        assert first.addr("From").uri.user == "+12125550199"
        assert (invite.uri.user, invite.addr("P-Asserted-Identity").uri.user) == (
            "12125550177",
            "12125550199",
        )
        (failed,) = await switch.cdrs_where(1, sip_call_id=first.get("Call-ID"))
        (leg,) = await switch.cdrs_where(1, sip_call_id=invite.get("Call-ID"))
        assert failed["variables"]["dialform_trunk"] == "mycarrier"
        assert int(failed["variables"]["answer_uepoch"]) == 0
        assert leg["variables"]["dialform_trunk"] == "backup"
        assert leg["variables"]["dialform_route"] == "us-voice"

    second()


@scene
async def test_trunk_that_is_silent_makes_way(
    extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    carriers["mycarrier"].stop()
    async with desk(extension, "acme/1001") as (alice,):
        call = await alice.call("2125550177")
        await call.answered(within=15.0)
        await carriers["backup"].called()


@scene
async def test_all_trunks_fail(extension: Extension, carriers: Carriers) -> None:
    for name in ("mycarrier", "backup"):
        carriers[name].start(trunk.rejects(503))
    async with desk(extension, "acme/1001") as (alice,):
        call = await alice.call("2125550177")
        assert await call.refused() == 503


@pytest.mark.parametrize(
    ("status", "told"), [(486, 486), (600, 600), (603, 603), (404, 404), (480, 480), (403, 403)]
)
def test_callee_s_refusal_is_final(
    extension: Extension, carriers: Carriers, status: int, told: int
) -> None:
    @scene
    async def final() -> None:
        carriers["mycarrier"].start(trunk.rejects(status))
        async with desk(extension, "acme/1001") as (alice,):
            call = await alice.call("2125550177")
            assert await call.refused() == told
        assert carriers["backup"].invites == []

    final()


@scene
async def test_caller_who_gives_up_starts_nothing_new(
    extension: Extension, carriers: Carriers
) -> None:
    carriers["mycarrier"].start(trunk.rings())
    async with desk(extension, "acme/1001") as (alice,):
        call = await alice.call("2125550177")
        await carriers["mycarrier"].called()
        await call.ringing()
        await call.cancel()
        await carriers["mycarrier"].gets("CANCEL")
    assert carriers["backup"].invites == []


@scene
async def test_full_provider_passes_to_the_next(
    extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    """`max_channels` of `narrow` is 1."""
    async with desk(extension, "lab/2001", "lab/2002") as (one, two):
        first = await one.call("6465550177")
        await first.answered()
        await carriers["narrow"].called()
        second = await two.call("6465550178")
        await second.answered()
        assert (await carriers["backup"].called()).uri.user == "16465550178"
        assert len(carriers["narrow"].invites) == 1
        await second.hangup()
        await first.hangup()
        await switch.becomes("show channels", r"\n0 total")
        third = await one.call("6465550179")
        await third.answered()
        assert (await carriers["narrow"].called(count=2)).uri.user == "16465550179"


@scene
async def test_carrier_that_redirects_gets_no_call_elsewhere(
    extension: Extension, carriers: Carriers
) -> None:
    """A 302 would lead past routes, toll classes and bills: it is a failure of the trunk."""
    host, port = carriers["third"].address
    moved = f"Moved\r\nContact: sip:+19005550177@{host}:{port}"
    carriers["mycarrier"].start(trunk.rejects(302, moved))
    async with desk(extension, "acme/1001") as (alice,):
        call = await alice.call("2125550177")
        await call.answered()
        assert (await carriers["backup"].called()).uri.user == "12125550177"
    assert carriers["third"].invites == []
