"""Who would have somebody else pay: phones of another tenant, a carrier, and a stranger."""

from __future__ import annotations

from typing import Any

from . import bill_calls
from .bill import METERED
from .bill_calls import World
from .bill_ends import lasts
from .hostile import HOSTILE
from .phone import Phone, answers
from .test_facts import FORGED
from .watch import as_itself


async def attacks(w: World, victim: str, stranger: Phone) -> None:
    """What phones of `rival`, a carrier and a stranger say for the victim's domain to be charged, or nobody."""
    mallory, friend = w.phones["7001"], w.phones["7002"]
    friend.behaviour = answers()
    lies = [*HOSTILE, *FORGED, ("Referred-By", f"<sip:7001@{victim}>")]
    assert await (await stranger.call("+17185550410", headers=lies)).refused() == 403

    async def lying(number: str, length: float, **given: Any) -> None:
        call = await mallory.call(number, headers=lies, **given)
        await lasts(await w.up(number), length, call)

    async def under_another_name() -> None:
        """With a From of the victim's, and the phone's own password."""
        call = await as_itself(w.phones["7003"]).call(
            "+12065550201", from_=f'"Payer" <sip:7001@{victim}>', headers=lies
        )
        await lasts(await w.up("+12065550201"), 2.4, call)

    async def by_another_gateway() -> None:
        for target in ("+12065550290", "+17185550410", "7002"):
            call = await mallory.call(
                target, params=";gw=east;dialform_tenant=metered", headers=lies
            )
            assert await call.refused() == 403

    async def in_a_room() -> None:
        call = await mallory.call("900", headers=lies)
        await call.answered(bill_calls.WITHIN)
        await lasts(call, 3.4)

    async def handed_over() -> None:
        call = await w.outside.call("+17185550419", headers=lies)
        ringing = await bill_calls.over_the(friend)
        said = f"X-dialform_tenant={METERED}&P-Asserted-Identity=%3Csip%3A7001%40{victim}%3E"
        where = ("Refer-To", f"<sip:+12065550202@{friend.domain}?{said}>")
        assert (await ringing.request("REFER", [where, *lies])).status == 202
        await w.up("+12065550202")
        await lasts(call, 9.5)

    await bill_calls.together(
        handed_over(),
        lying("+13055550201", 2.4),
        lying("+16025550201", 3.4),
        under_another_name(),
        by_another_gateway(),
        in_a_room(),
    )
