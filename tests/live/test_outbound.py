"""Calls to the outside: the route, the number's form, the caller ID and its place, toll classes."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from .conftest import Carriers, Extension
from .desk import desk
from .scene import scene
from .sip import Message
from .switch import Switch


@dataclass(frozen=True)
class Way:
    """What a phone dials, and what the carrier must see of it."""

    phone: str
    dialled: str
    carrier: str
    number: str
    caller: str
    route: str
    place: str = "From"


WAYS = [
    # National forms of the tenant's country, E.164, and the international prefix.
    Way("acme/1001", "2125550177", "mycarrier", "+12125550177", "+12125550199", "us-voice"),
    Way("acme/1001", "12125550177", "mycarrier", "+12125550177", "+12125550199", "us-voice"),
    Way("acme/1001", "+12125550177", "mycarrier", "+12125550177", "+12125550199", "us-voice"),
    Way("acme/1002", "011493023125200", "mycarrier", "+493023125200", "+12125550199", "world"),
    Way("nordlicht/2013", "03023125200", "mycarrier", "+493023125200", "+494066969100", "world"),
    Way("nordlicht/2013", "0012125550177", "mycarrier", "+12125550177", "+494066969100", "us-voice"),
    # Extension → tenant → the tenant's lowest number that is no fax number.
    Way("nordlicht/2002", "03023125200", "mycarrier", "+493023125200", "+494066969120", "world"),
    Way("lab/2001", "2125550177", "mycarrier", "+12125550177", "+17185550101", "us-voice"),
    Way("lab/2004", "2125550177", "mycarrier", "+12125550177", "+17185550106", "us-voice"),
    # The longest prefix, with the carrier's own forms and places.
    Way("lab/2004", "4155550177", "third", "4155550177", "7185550106", "lab-third", "Remote-Party-ID"),
    Way("lab/2004", "6465550177", "narrow", "16465550177", "17185550106", "lab-narrow",
        "P-Asserted-Identity"),
    Way("lab/2001", "011442079460000", "third", "011442079460000", "7185550101", "lab-uk",
        "Remote-Party-ID"),
    # A route's `except` leaves a number to the next longest.
    Way("lab/2001", "011449012345678", "mycarrier", "+449012345678", "+17185550101", "world"),
    Way("lab/2008", "19005550177", "mycarrier", "+19005550177", "+17185550101", "premium"),
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.phone} {way.dialled}")
def test_way_out(extension: Extension, carriers: Carriers, switch: Switch, way: Way) -> None:
    @scene
    async def out() -> None:
        async with desk(extension, way.phone) as (phone,):
            call = await phone.call(way.dialled)
            await call.answered()
            invite = await carriers[way.carrier].called()
            call.media.play(500)
            assert await call.media.hears(500), "the carrier's echo"
            await call.hangup()
        assert invite.uri.user == way.number
        assert invite.addr(way.place).uri.user == way.caller
        others = {"From", "P-Asserted-Identity", "Remote-Party-ID"} - {way.place, "From"}
        assert not [name for name in others if invite.has(name)]
        assert sum(len(carrier.invites) for carrier in carriers) == 1
        await cdrs_say(switch, way, invite.get("Call-ID"))

    out()


async def cdrs_say(switch: Switch, way: Way, call_id: str) -> None:
    """The leg to the carrier carries all marks; the phone's own leg no trunk."""
    tenant, _, number = way.phone.partition("/")
    (leg,) = await switch.cdrs_where(1, sip_call_id=call_id)
    marks = leg["variables"]
    assert (marks["dialform_tenant"], marks["dialform_extension"]) == (tenant, number)
    assert (marks["dialform_direction"], marks["dialform_trunk"]) == ("outbound", way.carrier)
    assert marks["dialform_route"] == way.route
    assert marks["dialform_revision"]
    assert int(leg["variables"]["answer_uepoch"]) > 0
    (own,) = await switch.cdrs_where(1, uuid=marks["originating_leg_uuid"])
    assert "dialform_trunk" not in own["variables"]
    assert own["variables"]["dialform_tenant"] == tenant
    assert own["variables"]["dialform_route"] == way.route
    assert own["variables"]["dialform_direction"] == "internal"


def leaks(invite: Message) -> list[str]:
    """What in an INVITE to a carrier speaks of the inside."""
    found = [name for name, _ in invite.headers if name.lower().startswith("x-")]
    found += [
        name for name, _ in invite.headers if name.lower() in ("remote-party-id", "referred-by")
    ]
    text = invite.encode().decode()
    return found + [word for word in ("2004", "1001", "dialform_", "127.0.0.11") if word in text]


@pytest.mark.parametrize("dialled", ["2125550177", "6465550177"])
def test_nothing_internal_reaches_the_carrier(
    extension: Extension, carriers: Carriers, dialled: str
) -> None:
    @scene
    async def out() -> None:
        async with desk(extension, "lab/2004") as (phone,):
            call = await phone.call(dialled, headers=[("X-Secret", "dialform_"), ("P-Secret", "1")])
            await call.answered()
            (invite,) = [invite for carrier in carriers for invite in carrier.invites]
            assert leaks(invite) == []

    out()


@scene
async def test_name_reaches_the_carrier_as_written(
    extension: Extension, carriers: Carriers
) -> None:
    async with desk(extension, "lab/2004") as (phone,):
        call = await phone.call("2125550177", name="Somebody Else")
        await call.answered()
        sender = (await carriers["mycarrier"].called()).addr("From")
        assert sender.name == "Æ & <Ö> 'x' 🛰"
        assert sender.uri.host == carriers["mycarrier"].address[0]


@scene
async def test_company_is_shown_without_a_name_of_its_own(
    extension: Extension, carriers: Carriers
) -> None:
    async with desk(extension, "lab/2001") as (phone,):
        call = await phone.call("2125550177")
        await call.answered()
        sender = (await carriers["mycarrier"].called()).addr("From")
        assert sender.name == "R&D <Lab> O'Brien"


# What may be dialled at all.


@pytest.mark.parametrize(
    ("phone", "dialled", "status"),
    [
        ("lab/2007", "2125550177", 403),  # inside only
        ("lab/2002", "011442079460000", 403),  # the default: national
        ("acme/1003", "+442079460000", 403),
        ("nordlicht/2008", "00442079460000", 403),
        ("nordlicht/2011", "0012125550177", 403),  # local
        ("lab/2001", "19005550177", 403),  # international is not premium
    ],
)
def test_toll_is_refused(
    extension: Extension, carriers: Carriers, switch: Switch, phone: str, dialled: str, status: int
) -> None:
    @scene
    async def refused() -> None:
        async with desk(extension, phone) as (caller,):
            call = await caller.call(dialled)
            assert await call.refused() == status
            sent = [m for m in caller.sent if m.method == "INVITE"][-1].get("Call-ID")
        assert [carrier.invites for carrier in carriers] == [[]] * 4
        (leg,) = await switch.cdrs_where(1, sip_call_id=sent)
        assert leg["variables"]["dialform_refused"] == "toll"
        assert "dialform_trunk" not in leg["variables"]

    refused()


@scene
async def test_fax_route_is_for_fax_only(extension: Extension, carriers: Carriers) -> None:
    async with desk(extension, "acme/1050") as (fax,):
        call = await fax.call("2125550177")
        await call.answered()
        assert (await carriers["mycarrier"].called()).uri.user == "+12125550177"
