"""What carriers and strangers may try, on either profile, and gain nothing by."""

from __future__ import annotations

import pytest

from .conftest import Carriers, Extension, Outsider
from .desk import desk
from .hostile import HOSTILE
from .phone import answers
from .scene import scene
from .site import Site
from .switch import Switch

CALLER = "+19175550100"
NUMBERS = ["1001", "2001", "600", "700", "*98", "*411", "911", "2125550177", "+12125550199", "x"]


# A carrier.


@scene
async def test_refer_by_a_carrier_is_refused(
    extension: Extension, carriers: Carriers, outsider: Outsider
) -> None:
    async with (
        desk(extension, "lab/2002", behaviour=answers()) as (two,),
        outsider(CALLER, "backup") as caller,
    ):
        call = await caller.call("+17185550106")
        await call.answered()
        for target in ("+19005550177", "2001", "*98", "did-12125550199"):
            answer = await call.refer(target)
            assert answer.status >= 400
        assert not (await two.rung()).over
    assert [carrier.invites for carrier in carriers] == [[]] * 4


@scene
async def test_hostile_headers_of_a_carrier(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with (
        desk(extension, "lab/2002", behaviour=answers()) as (two,),
        outsider(CALLER, "backup") as caller,
    ):
        hostile = [header for header in HOSTILE if header[0].startswith("X-")]
        call = await caller.call("+17185550106", headers=hostile)
        await call.answered()
        invite = (await two.rung()).invite
        assert "9995550000" not in invite.encode().decode()
        assert not [n for n, _ in invite.headers if n.startswith("X-") and n != "X-FS-Support"]
        await call.hangup()


# A stranger, on either profile.


@pytest.mark.parametrize("profile", ["internal", "external"])
@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_stranger_reaches_nothing(
    extension: Extension,
    outsider: Outsider,
    carriers: Carriers,
    compiled: Site,
    profile: str,
    transport: str,
) -> None:
    @scene
    async def refused() -> None:
        proxy = compiled.address(profile)
        async with (
            desk(extension, "acme/1001", "lab/2001") as phones,
            outsider("1001", "127.0.0.66", proxy=proxy, transport=transport) as stranger,
        ):
            for domain in (compiled.domain("acme"), "127.0.0.1", "nowhere.example.com"):
                stranger.domain = domain
                for number in NUMBERS:
                    for params in ("", ";gw=mycarrier"):
                        call = await stranger.call(number, params=params)
                        assert await call.refused() in (403, 407), (domain, number, params)
            for phone in phones:
                assert await phone.stays_quiet(0.1)
        assert [carrier.invites for carrier in carriers] == [[]] * 4

    refused()


@pytest.mark.parametrize("profile", ["internal", "external"])
def test_stranger_cannot_register(
    outsider: Outsider, compiled: Site, switch: Switch, profile: str
) -> None:
    @scene
    async def refused() -> None:
        proxy = compiled.address(profile)
        async with outsider("1001", "127.0.0.66", proxy=proxy, password="1001") as stranger:
            stranger.domain = compiled.domain("acme")
            answer = await stranger.register()
            assert answer.status in ((403,) if profile == "internal" else (403, 404, 405, 501, 503))
            listed = await switch.ask("sofia status profile external reg")
            assert "Total items returned: 0" in listed

    refused()


@pytest.mark.parametrize("method", ["MESSAGE", "SUBSCRIBE", "PUBLISH", "NOTIFY", "REFER", "INFO"])
@pytest.mark.parametrize("profile", ["internal", "external"])
def test_stranger_s_other_requests_do_nothing(
    extension: Extension,
    outsider: Outsider,
    carriers: Carriers,
    compiled: Site,
    switch: Switch,
    profile: str,
    method: str,
) -> None:
    """The switch says 200 or 202 to some of them; what counts is that nothing comes of it."""

    @scene
    async def ignored() -> None:
        proxy = compiled.address(profile)
        async with (
            desk(extension, "acme/1001") as (alice,),
            outsider("1002", "127.0.0.66", proxy=proxy) as stranger,
        ):
            stranger.domain = compiled.domain("acme")
            before = len(alice.received)
            await stranger.request(
                method,
                f"sip:1001@{stranger.domain}",
                [
                    ("Contact", stranger.contact),
                    ("Event", "message-summary"),
                    ("Expires", "60"),
                    ("Refer-To", "<sip:911@x>"),
                    ("Content-Type", "text/plain"),
                ],
                b"hello",
            )
            assert await alice.stays_quiet(0.2)
            got = alice.received[before:]
            assert not [m for m in got if m.is_request and m.method in ("MESSAGE", "INFO", "REFER")]
            assert await switch.ask("show channels count") == "\n0 total.\n"
        assert [carrier.invites for carrier in carriers] == [[]] * 4

    ignored()


@scene
async def test_forged_presence_of_a_bye(extension: Extension) -> None:
    """A request outside of any dialog ends nobody's call."""
    async with desk(extension, "acme/1001", "acme/1003", behaviour=answers()) as (alice, carol):
        call = await alice.call("1003")
        await call.answered()
        async with extension("acme/1002", password="") as mallory:
            answer = await mallory.request("BYE", f"sip:1003@{carol.domain}")
            assert answer.status in (403, 407, 481)
        assert not call.over
