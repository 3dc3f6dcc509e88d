"""What strangers, carriers and the platform's own phones may try, and gain nothing by."""

from __future__ import annotations

import pytest

from .conftest import Carriers, Extension, Outsider
from .desk import desk
from .phone import answers
from .scene import scene
from .site import Site
from .switch import Switch

CALLER = "+19175550100"
NUMBERS = ["1001", "2001", "600", "700", "*98", "*411", "911", "2125550177", "+12125550199", "x"]

HOSTILE = [
    ("P-Asserted-Identity", '"President" <sip:+19995550000@example.com>'),
    ("P-Preferred-Identity", "<sip:+19995550000@example.com>"),
    ("Remote-Party-ID", '"President" <sip:+19995550000@x>;party=calling;privacy=off;screen=yes'),
    ("P-Charge-Info", "<sip:+19995550000@example.com>"),
    ("Privacy", "id"),
    ("Referred-By", "<sip:1002@acme.example.com>"),
    ("Diversion", "<sip:+19995550000@example.com>;reason=unconditional"),
    ("X-dialform_tenant", "lab"),
    ("X-FS-Display-Number", "+19995550000"),
    ("X-Caller", "dialform_trunk=backup"),
    ("Alert-Info", "<http://example.com/x>"),
]


# A phone that is logged in.


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
            assert shown.uri.user == "+12125550150"
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
        assert invite.addr("From").uri.user == "+12125550150"
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


@scene
async def test_transfer_by_a_phone_is_its_own_doing(
    extension: Extension, carriers: Carriers, outsider: Outsider, switch: Switch
) -> None:
    """A caller from outside who is transferred outside has the rights of the phone, not more."""
    async with (
        desk(extension, "lab/2002", behaviour=answers()) as (two,),
        outsider(CALLER, "backup") as caller,
    ):
        call = await caller.call("+17185550106")
        await call.answered()
        ringing = await two.rung()
        await ringing.refer("011442079460000")  # 2002 may not
        await call.ended(within=8.0)
    assert [carrier.invites for carrier in carriers] == [[]] * 4


@scene
async def test_transfer_to_an_address_of_the_phone_s_choice(
    extension: Extension, carriers: Carriers, outsider: Outsider, compiled: Site
) -> None:
    async with (
        desk(extension, "lab/2002", "lab/2004", behaviour=answers()) as (two, four),
        outsider("911", "127.0.0.66") as elsewhere,
    ):
        call = await four.call("2002")
        await call.answered()
        host, port = elsewhere.address
        await (await two.rung()).refer(f"sip:911@{host}:{port}")
        assert await elsewhere.stays_quiet(0.7)


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
