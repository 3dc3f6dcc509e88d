"""What a phone that is logged in may try, and gain nothing by."""

from __future__ import annotations

import pytest

from .conftest import Carriers, Extension
from .desk import desk
from .hostile import HOSTILE
from .scene import scene
from .switch import Switch


@pytest.mark.parametrize("params", [";gw=mycarrier", ";gw=backup", ";gw=third;x=1"])
@pytest.mark.parametrize("target", ["1002", "+19005550177", "911911", "+12125550199", "*98"])
def test_gateway_in_the_request_uri_gains_nothing(
    extension: Extension, carriers: Carriers, switch: Switch, target: str, params: str
) -> None:
    """The switch files such a call under the gateway's context: it ends there."""

    @scene
    async def refused() -> None:
        async with desk(extension, "acme/1001", "acme/1002") as (mallory, bob):
            call = await mallory.call(target, params=params)
            assert await call.refused() == 403
            assert await bob.stays_quiet(0.1)
        assert [carrier.invites for carrier in carriers] == [[]] * 4
        (leg,) = await switch.cdrs_where(1, sip_call_id=call.invite.get("Call-ID"))
        assert "dialform_trunk" not in leg["variables"]
        assert leg["variables"].get("dialform_direction") != "inbound"

    refused()


@pytest.mark.parametrize(
    "sender",
    [
        '"Boss" <sip:1002@acme.example.com>',
        '"Boss" <sip:+19995550000@acme.example.com>',
        '"Boss" <sip:anonymous@anonymous.invalid>',
    ],
)
def test_from_that_is_not_its_own(
    extension: Extension, carriers: Carriers, switch: Switch, sender: str
) -> None:
    """Inside and outside, the caller is who logged in; or the call is refused."""

    @scene
    async def unmasked() -> None:
        async with desk(extension, "acme/1003", "acme/1001") as (mallory, alice):
            call = await mallory.call("1001", from_=sender)
            if "acme" not in sender:
                # The realm follows the From: another domain's credentials are no credentials.
                assert await call.refused() in (403, 407)
                return
            shown = (await alice.rung()).invite.addr("From")
            assert (shown.name, shown.uri.user) == ("Carol Poe", "1003")
            call = await mallory.call("2125550177", from_=sender)
            await call.answered()
            shown = (await carriers["mycarrier"].called()).addr("From")
            assert shown.uri.user == "+12125550199"
            assert "Boss" not in shown.name
            call = await mallory.call("+442079460000", from_=sender)
            assert await call.refused() == 403, "1002 may call abroad, 1003 may not"
        for leg in await switch.cdrs_where(2, dialform_extension="1003", sip_from_display="Boss"):
            assert leg["variables"]["dialform_extension"] == "1003"

    unmasked()


@scene
async def test_hostile_headers_of_a_phone(
    extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    async with desk(extension, "acme/1003", "acme/1001") as (mallory, alice):
        await mallory.call("1001", headers=HOSTILE)
        invite = (await alice.rung()).invite
        shown = invite.addr("From")
        assert (shown.name, shown.uri.user) == ("Carol Poe", "1003")
        assert "9995550000" not in invite.encode().decode()
        call = await mallory.call("2125550177", headers=HOSTILE)
        await call.answered()
        invite = await carriers["mycarrier"].called()
        assert invite.addr("From").uri.user == "+12125550199"
        text = invite.encode().decode()
        assert "9995550000" not in text
        assert "example.com" not in text
        assert not [name for name, _ in invite.headers if name.lower().startswith("x-")]
        await call.hangup()
    (leg,) = await switch.cdrs_where(1, sip_call_id=invite.get("Call-ID"))
    assert leg["variables"]["dialform_tenant"] == "acme"
    assert leg["variables"]["dialform_trunk"] == "mycarrier"


@scene
async def test_hostile_headers_do_not_name_an_extension_or_toll_class(
    extension: Extension, carriers: Carriers
) -> None:
    bad = [
        ("X-dialform_toll", "premium"),
        ("P-dialform_toll", "premium"),
        ("P-Asserted-Identity", "<sip:1002@acme.example.com>"),
        ("Remote-Party-ID", "<sip:1002@acme.example.com>;party=calling"),
    ]
    async with desk(extension, "acme/1003") as (mallory,):
        call = await mallory.call("+442079460000", headers=bad)
        assert await call.refused() == 403
    assert [carrier.invites for carrier in carriers] == [[]] * 4


@pytest.mark.parametrize(
    "number",
    ["${system id}", "$${domain}", "1001;fork", "1001|error/x", "1001,loopback/911", "1002'x",
     "(1001)", "1001 XML lab", "%0d%0aX-Evil:1", "1001%26", "a" * 300],
)  # fmt: skip
def test_strange_numbers_are_not_found(
    extension: Extension, carriers: Carriers, switch: Switch, number: str
) -> None:
    # The switch's own guard drops such a text from its variables, and says so.
    switch.expects("contains a variable")

    @scene
    async def refused() -> None:
        async with desk(extension, "acme/1001", "acme/1002", "lab/2001") as (mallory, bob, two):
            target = number.replace(" ", "%20").replace("{", "%7B").replace("}", "%7D")
            call = await mallory.call(target.replace("|", "%7C"))
            assert await call.refused() in (400, 403, 404, 484)
            for phone in (bob, two):
                assert await phone.stays_quiet(0.1)
        assert [carrier.invites for carrier in carriers] == [[]] * 4

    refused()
