"""IPv6 beside IPv4: the same ports, the same phones, the same rules."""

from __future__ import annotations

import asyncio

import pytest

from dialform.renderers.freeswitch import registration

from . import lab
from .conftest import Extension, Outsider
from .desk import desk
from .phone import answers, refuses
from .scene import scene
from .site import Site
from .switch import Switch
from .test_notify import notified
from .test_voicemail import leaves_a_message
from .watch import Watch

SKIPPED = (
    "LIVE SUITE: NO IPv6 ON THIS MACHINE (::1 CANNOT BE BOUND): PHONES OVER IPv6 WERE NOT TRIED"
)
pytestmark = pytest.mark.skipif(not lab.has_ipv6(), reason=SKIPPED)

HERE, THERE = 620, 880  # hertz


def six(compiled: Site, transport: str = "udp") -> dict[str, object]:
    """What makes a phone one of IPv6."""
    port = "tls" if transport == "tls" else "internal"
    return {"bind": "::1", "proxy": compiled.address6(port), "transport": transport}


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
def test_phones_of_both_families_call_each_other(
    extension: Extension, compiled: Site, switch: Switch, transport: str
) -> None:
    @scene
    async def both() -> None:
        async with (
            desk(extension, "lamps/6001", **six(compiled, transport)) as (one,),
            desk(extension, "lamps/6002") as (two,),
        ):
            assert "6001" in await switch.ask("sofia status profile internal6 reg")
            for caller, called in ((one, two), (two, one)):
                called.behaviour = answers(hertz=THERE)
                call = await caller.call(called.user)
                await call.answered()
                call.media.play(HERE)
                assert await call.media.hears(THERE)
                assert await (await called.rung()).media.hears(HERE)
                await call.hangup()

    both()


@scene
async def test_lamp_over_both_families(extension: Extension, compiled: Site) -> None:
    async with (
        desk(extension, "lamps/6001", **six(compiled)) as (one,),
        desk(extension, "lamps/6002") as (two,),
        desk(extension, "others/6003", **six(compiled)) as (mallory,),
    ):
        over6, over4 = Watch(one, "6002"), Watch(two, "6001")
        crossing = Watch(mallory, f"sip:6002@{two.domain}")
        for watch in (over6, over4):
            await watch.subscribe()
            await watch.becomes(lit=False)
        await crossing.subscribe()
        call = await two.call("6001")
        await one.rung()
        for watch in (over6, over4):
            await watch.becomes(lit=True)
        await call.hangup()
        for watch in (over6, over4):
            await watch.becomes(lit=False)
        await asyncio.sleep(0.5)
        assert crossing.notifies == []


@scene
async def test_one_extension_on_both(extension: Extension, compiled: Site) -> None:
    """All its phones ring, wherever they are."""
    async with (
        desk(extension, "lamps/6001", **six(compiled)) as (over6,),
        desk(extension, "lamps/6001", "lamps/6002") as (over4, caller),
    ):
        call = await caller.call("6001")
        await over4.rung()
        (await over6.rung()).answer()
        await call.answered()
        await call.hangup()


@scene
async def test_messages_and_configuration_over_ipv6(
    extension: Extension, compiled: Site, switch: Switch
) -> None:
    """A phone of IPv6 is told of a new message, and to fetch its configuration."""
    async with (
        desk(extension, "lamps/6001", **six(compiled)) as (one,),
        desk(extension, "lamps/6002") as (two,),
    ):
        one.behaviour = refuses(486)
        await leaves_a_message(await two.call("6001"))
        await notified(one, "Messages-Waiting: yes", "message-summary")
        await switch.ask(f"vm_delete 6001@{one.domain}")
        name = f"{registration('lamps', '6001')}@{one.domain}"
        await switch.ask(f"sofia profile internal6 check_sync {name}")
        await notified(one, "", "check-sync")


@pytest.mark.parametrize("profile", ["internal", "external"])
def test_stranger_over_ipv6_reaches_nothing(
    extension: Extension, outsider: Outsider, compiled: Site, profile: str
) -> None:
    @scene
    async def refused() -> None:
        proxy = compiled.address6(profile)
        async with (
            desk(extension, "lamps/6001") as (one,),
            outsider("6002", "::1", proxy=proxy, password="guess") as stranger,
        ):
            stranger.domain = compiled.domain("lamps")
            for number in ("6001", "+17185550160", "*98", "911", "2125550177"):
                call = await stranger.call(number)
                assert await call.refused() in (403, 407), number
            assert (await stranger.register()).status >= 400
            assert await one.stays_quiet(0.2)

    refused()
