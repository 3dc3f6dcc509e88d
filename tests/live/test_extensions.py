"""Extension to extension: talk, names, busy, no answer, nobody there."""

from __future__ import annotations

import pytest

from .conftest import Carriers, Extension
from .desk import desk
from .phone import answers, refuses
from .scene import scene
from .switch import Switch

NAME = "R&D <Lab> O'Brien – Ærø 🛰"


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
def test_two_phones_talk(extension: Extension, switch: Switch, transport: str) -> None:
    @scene
    async def talk() -> None:
        async with desk(extension, "acme/1001", "acme/1003", transport=transport) as (alice, carol):
            carol.behaviour = answers(hertz=600)
            call = await alice.call("1003")
            call.media.play(440)
            await call.answered()
            ringing = await carol.rung()
            assert await call.media.hears(600)
            assert await ringing.media.hears(440)
            await ringing.press("5")
            assert await call.media.receives("5")
            await call.hangup()
            assert await ringing.ended() is not None

    talk()


@scene
async def test_name_and_number_of_the_caller_arrive_as_written(extension: Extension) -> None:
    async with desk(extension, "lab/2001", "lab/2002") as (caller, called):
        await caller.call("2002", name="Somebody else")
        invite = (await called.rung()).invite
        shown = invite.addr("From")
        assert (shown.name, shown.uri.user) == (NAME, "2001")


@scene
async def test_called_number_is_that_of_the_phone(extension: Extension) -> None:
    """How the switch files a registration is nothing that a phone should see."""
    async with desk(extension, "lab/2001", "lab/2002") as (caller, called):
        call = await caller.call("2002")
        ringing = await called.rung()
        assert ringing.invite.addr("To").uri.user == "2002"
        called.behaviour = answers()
        ringing.answer()
        answer = await call.answered()
        assert answer.addr("To").uri.user == "2002"
        assert "2002.lab" not in answer.get("P-Asserted-Identity") + answer.get("Remote-Party-ID")


@scene
async def test_all_phones_of_an_extension_ring(extension: Extension) -> None:
    async with desk(extension, "acme/1003", "acme/1003", "acme/1001") as (
        desk_phone,
        mobile,
        alice,
    ):
        call = await alice.call("1003")
        first = await desk_phone.rung()
        second = await mobile.rung()
        second.answer()
        await call.answered()
        await first.ended()


@scene
async def test_cdrs_of_an_internal_call(extension: Extension, switch: Switch) -> None:
    async with desk(extension, "lab/2003", "lab/2004") as (caller, called):
        called.behaviour = answers()
        call = await caller.call("2004")
        await call.answered()
        await call.hangup()
    legs = await switch.cdrs_where(2, dialform_extension="2003")
    assert len(legs) == 2
    for leg in legs:
        marks = {k: v for k, v in leg["variables"].items() if k.startswith("dialform_")}
        assert marks["dialform_tenant"] == "lab"
        assert marks["dialform_direction"] == "internal"
        assert marks["dialform_revision"]
        assert "dialform_trunk" not in marks
        assert "dialform_route" not in marks
    assert {leg["variables"]["direction"] for leg in legs} == {"inbound", "outbound"}


@scene
async def test_caller_gives_up(extension: Extension) -> None:
    async with desk(extension, "lab/2001", "lab/2002") as (caller, called):
        call = await caller.call("2002")
        ringing = await called.rung()
        await call.cancel()
        await ringing.ended()
        assert (call.status, ringing.status) == (487, 487)


# Nobody answers: what follows is the extension's own destination, else its mailbox, else the cause.


@pytest.mark.parametrize(
    ("behaviour", "status"), [(refuses(486), 486), (None, 480), (refuses(603), 603)]
)
def test_nowhere_to_go_ends_with_the_cause(
    extension: Extension, behaviour: object, status: int
) -> None:
    @scene
    async def refused() -> None:
        async with desk(extension, "lab/2001", "lab/2002") as (caller, called):
            called.behaviour = behaviour or called.behaviour  # type: ignore[assignment]
            call = await caller.call("2002")
            assert await call.refused() == status

    refused()


@scene
async def test_nobody_registered_and_nowhere_to_go(extension: Extension) -> None:
    async with desk(extension, "lab/2001") as (caller,):
        call = await caller.call("2002")
        assert await call.refused() == 480


@pytest.mark.parametrize(
    ("behaviour", "goes"), [(refuses(486), "2002"), (refuses(603), "2002"), (None, "2003")]
)
def test_each_reason_has_its_destination(
    extension: Extension, behaviour: object, goes: str
) -> None:
    @scene
    async def goes_on() -> None:
        phones = ("lab/2001", "lab/2005", "lab/2002", "lab/2003", "lab/2004")
        async with desk(extension, *phones) as (caller, called, *others):
            called.behaviour = behaviour or called.behaviour  # type: ignore[assignment]
            await caller.call("2005")
            next_ = next(phone for phone in others if phone.user == goes)
            ringing = await next_.rung()
            assert ringing.invite.addr("From").uri.user == "2001"

    goes_on()


@scene
async def test_unregistered_has_its_destination(extension: Extension) -> None:
    async with desk(extension, "lab/2001", "lab/2002", "lab/2003", "lab/2004") as phones:
        await phones[0].call("2005")
        await phones[3].rung()


@scene
async def test_phone_that_vanished_counts_as_unregistered(
    extension: Extension, switch: Switch
) -> None:
    """Its registration lasts, and nothing answers at its address."""
    async with desk(extension, "lab/2001", "lab/2004") as (caller, next_):
        async with extension("lab/2005") as gone:
            assert (await gone.register()).status == 200
        await caller.call("2005")
        await next_.rung(within=15.0)


@scene
async def test_unknown_number_is_not_found(extension: Extension) -> None:
    async with desk(extension, "lab/2001") as (caller,):
        for number in ("2099", "12", "*999", "999999", "2002;x", "did-17185550106", "inbound"):
            call = await caller.call(number)
            assert await call.refused() in (404, 484), number


@scene
async def test_external_destinations_of_an_extension(
    extension: Extension, switch: Switch, carriers: Carriers
) -> None:
    """Busy goes outside with the tenant's caller ID, billed to the extension that forwards."""
    async with desk(extension, "lab/2004", "lab/2006", behaviour=refuses(486)) as (caller, _):
        call = await caller.call("2006")
        await call.answered()
        invite = await carriers["mycarrier"].called()
        assert invite.uri.user == "+12125550177"
        assert invite.addr("From").uri.user == "+17185550101"
        await call.hangup()
    (leg,) = await switch.cdrs_where(
        1, dialform_trunk="mycarrier", dialform_object="extension 2006"
    )
    assert leg["variables"]["dialform_tenant"] == "lab"
    assert leg["variables"]["dialform_direction"] == "outbound"


@scene
async def test_forward_of_an_extension_has_its_own_toll(
    extension: Extension, carriers: Carriers
) -> None:
    """2007 may dial inside only; 2006, whose forward it is, may dial abroad."""
    async with desk(extension, "lab/2007", "lab/2006") as (caller, _):
        call = await caller.call("2006")
        invite = await carriers["third"].called()
        assert invite.uri.user == "011442079460000"
        await call.answered()


@scene
async def test_forward_that_passes_the_caller_s_number(
    extension: Extension, carriers: Carriers
) -> None:
    async with desk(extension, "lab/2004") as (caller,):
        call = await caller.call("2006")
        invite = await carriers["mycarrier"].called()
        assert invite.addr("From").uri.user == "+17185550106"
        await call.answered()
