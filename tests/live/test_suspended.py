"""A suspended tenant: inside everything goes on, outside nobody but for help."""

from __future__ import annotations

from . import lab
from .conftest import Carriers, Extension, Outsider
from .desk import desk
from .phone import answers
from .scene import scene
from .switch import Switch

CALLER, NUMBER = "+19175550100", "+17185550130"


@scene
async def test_phones_register_talk_inside_and_call_for_help(
    extension: Extension, carriers: Carriers
) -> None:
    # `desk` sees each of them let in.
    async with desk(extension, "frozen/4001", "frozen/4002") as (one, two):
        two.behaviour = answers(hertz=600)
        call = await one.call("4002")
        assert await call.media.hears(600)
        await call.hangup()
        for number in ("911", "118"):
            urgent = await one.call(number)
            await urgent.answered()
            await urgent.hangup()
        assert await (await one.call("2125550177")).refused() == 403
        # Again: a refused call changed nothing.
        again = await one.call("4002")
        await again.answered()


@scene
async def test_no_forward_leads_outside(
    extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    """Neither *72, nor a transfer, nor a redirection of the phone; forwards inside go on."""
    async with desk(extension, "frozen/4001", "frozen/4002") as (one, two):
        await switch.ask("db insert/frozen-cfa/4002/12125550177")
        try:
            assert await (await one.call("4002")).refused() == 403
            await switch.ask("db insert/frozen-cfa/4002/4001")
            await two.call("4002")
            await one.rung()
        finally:
            await switch.ask("db delete/frozen-cfa/4002")
        two.behaviour = answers(hertz=600)
        call = await one.call("4002")
        assert await call.media.hears(600)
        await (await two.rung()).refer("2125550177")
        assert "403" in await call.ended() or call.over
        assert [carrier.invites for carrier in carriers] == [[]] * len(list(carriers))


@scene
async def test_callers_hear_it_and_pay_nothing(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with desk(extension, "frozen/4001") as (one,), outsider(CALLER, "third") as caller:
        call = await caller.call(NUMBER)
        assert await call.media.hears(lab.NOT_IN_SERVICE, within=8.0)
        assert await call.refused(within=10.0) == 403
        assert await one.stays_quiet(0.1)
    (leg,) = await switch.cdrs_where(1, dialform_refused="suspended", dialform_tenant="frozen")
    assert int(leg["variables"]["answer_uepoch"]) == 0
