"""Taking a call that rings at a colleague: by number, in one's groups, and never anybody else's."""

from __future__ import annotations

import pytest

from .conftest import Carriers, Extension, Outsider
from .desk import desk
from .phone import answers
from .scene import scene
from .switch import Switch
from .test_queues import agents

CALLER, FIRST, GROUP = "+19175550100", "+17185550182", "+17185550183"


@pytest.mark.parametrize(("who", "dials"), [("pick/6004", "*86001"), ("pick/6002", "*8")])
def test_colleague_takes_a_call_from_outside(
    extension: Extension, outsider: Outsider, switch: Switch, who: str, dials: str
) -> None:
    @scene
    async def takes() -> None:
        async with (
            desk(extension, "pick/6001", who) as (ann, colleague),
            outsider(CALLER, "third") as caller,
        ):
            call = await caller.call(FIRST)
            ringing = await ann.rung()
            taken = await colleague.call(dials)
            answer = await taken.answered()
            assert CALLER in answer.get("P-Asserted-Identity") + answer.get("Remote-Party-ID")
            await call.answered()
            await ringing.ended()
            taken.media.play(600)
            assert await call.media.hears(600)
            call.media.play(440)
            assert await taken.media.hears(440)
            await call.hangup()
            await taken.ended()
        legs = await switch.cdrs_where(3, dialform_tenant="pick")
        assert {leg["variables"]["dialform_direction"] for leg in legs} == {"inbound", "internal"}

    takes()


@scene
async def test_colleague_takes_a_call_of_another_colleague(
    extension: Extension, switch: Switch
) -> None:
    async with desk(extension, "pick/6001", "pick/6002", "pick/6004") as (ann, ben, dan):
        call = await dan.call("6001")
        await ann.rung()
        taken = await ben.call("*8")
        answer = await taken.answered()
        assert "6004" in answer.get("P-Asserted-Identity") + answer.get("Remote-Party-ID")
        await call.answered()
        taken.media.play(600)
        assert await call.media.hears(600)
        await taken.hangup()
        await call.ended()


@pytest.mark.parametrize(("number", "dials"), [("600", "*86003"), ("600", "*8"), ("601", "*8")])
def test_colleague_takes_a_call_of_a_ring_group(
    extension: Extension, switch: Switch, number: str, dials: str
) -> None:
    @scene
    async def takes() -> None:
        phones = ("pick/6001", "pick/6003", "pick/6002", "pick/6004")
        async with desk(extension, *phones) as (ann, cyd, ben, dan):
            call = await dan.call(number)
            ringing = [await ann.rung()]
            if number == "600":
                ringing.append(await cyd.rung())
            taken = await ben.call(dials)
            await taken.answered()
            await call.answered()
            for leg in ringing:
                await leg.ended()
            call.media.play(440)
            assert await taken.media.hears(440)
            assert await cyd.stays_quiet(1.0) or number == "600"
            await call.hangup()
            await taken.ended()

    takes()


@scene
async def test_colleague_takes_a_call_of_a_queue(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with (
        agents(extension, switch, "6001", "6003", tenant="pick") as (ann, cyd),
        desk(extension, "pick/6002", "pick/6004") as (ben, dan),
    ):
        call = await dan.call("800")
        await call.answered()
        ringing = await ann.rung(within=15.0)
        taken = await ben.call("*8")
        await taken.answered()
        call.media.play(440)
        assert await taken.media.hears(440)
        taken.media.play(600)
        assert await call.media.hears(600)
        await ringing.ended(within=8.0)
        # The queue has nobody left to offer.
        members = await switch.ask("callcenter_config queue list members pick.800")
        assert "Abandoned" in members and "Waiting" not in members and "Trying" not in members
        assert await cyd.stays_quiet(1.5)
        await taken.hangup()
        await call.ended()


@scene
async def test_phone_of_two_is_enough(extension: Extension) -> None:
    """One of the extension's phones is busy, the other rings; and a call that was over before is none."""
    async with desk(extension, "pick/6001", "pick/6001", "pick/6002", "pick/6004") as (
        ann,
        mobile,
        ben,
        dan,
    ):
        over = await dan.call("6001")
        await ann.rung()
        await over.cancel()
        call = await dan.call("6001")
        await ann.rung()
        (await mobile.rung()).reject(486)
        taken = await ben.call("*86001")
        await taken.answered()
        await call.answered()


@scene
async def test_nothing_rings(extension: Extension) -> None:
    async with desk(extension, "pick/6001", "pick/6002") as (ann, ben):
        for number in ("*8", "*86001", "*86099", "*8600"):
            assert await (await ben.call(number)).refused() == 404, number
        ann.behaviour = answers()
        call = await ben.call("6001")
        await call.answered()
        # What is answered does not ring.
        assert await (await ben.call("*8")).refused() == 404
        assert await (await ben.call("*86001")).refused() == 404
        await call.hangup()


@scene
async def test_without_a_group_bare_pick_up_takes_nothing(extension: Extension) -> None:
    async with desk(extension, "pick/6001", "pick/6003", "pick/6004") as (ann, cyd, dan):
        await dan.call("6001")
        await ann.rung()
        assert await (await dan.call("*8")).refused() == 404
        # Another group than the one that rings.
        assert await (await cyd.call("*8")).refused() == 404


@scene
async def test_another_tenant_takes_nothing(extension: Extension, outsider: Outsider) -> None:
    async with (
        desk(extension, "pick/6001", "acme/1001", "lab/2001") as (ann, alice, lab),
        outsider(CALLER, "third") as caller,
    ):
        call = await caller.call(FIRST)
        ringing = await ann.rung()
        for phone in (alice, lab):
            for number in ("*86001", "*8", "*8pick.6001", "ringing-6001", "take-6001"):
                assert await (await phone.call(number)).refused() in (404, 484), number
        assert not ringing.over
        await call.cancel()


@scene
async def test_outsider_takes_nothing(
    extension: Extension, outsider: Outsider, carriers: Carriers
) -> None:
    """Not by dialling, and not where a phone sends him."""
    async with (
        desk(extension, "pick/6001", "pick/6003", "pick/6004") as (ann, cyd, dan),
        outsider(CALLER, "third") as caller,
        outsider("mallory", "127.0.0.66") as stranger,
    ):
        await dan.call("6001")
        ringing = await ann.rung()
        for phone in (caller, stranger):
            assert await (await phone.call("*86001")).refused() >= 403
        call = await caller.call(GROUP)
        sends = await cyd.rung()
        sends.answer()
        await call.answered()
        await sends.refer("*86001")
        await call.ended()
        assert not ringing.over


@scene
async def test_what_the_taker_does_with_the_caller_is_the_taker_s_doing(
    extension: Extension, outsider: Outsider, carriers: Carriers, switch: Switch
) -> None:
    """Ben may call abroad, Ann, at whose phone it rang, may not; Dan may call nobody outside."""
    async with (
        desk(extension, "pick/6001", "pick/6002", "pick/6004") as (ann, ben, dan),
        outsider(CALLER, "third") as caller,
    ):
        for phone, dials, passes in ((ben, "*8", True), (dan, "*86001", False)):
            call = await caller.call(FIRST)
            await ann.rung()
            taken = await phone.call(dials)
            await taken.answered()
            await call.answered()
            call.media.play(440)
            assert await taken.media.hears(440)
            await taken.refer("011442079460000")
            if passes:
                await carriers["third"].called()
                await call.hangup()
            else:
                await call.ended()
                assert len(carriers["third"].invites) == 1
