"""Who is turned away, whom nobody may call, and what stands before a caller's name."""

from __future__ import annotations

from typing import Any

import pytest

from . import lab
from .conftest import Carriers, Extension, Outsider
from .desk import desk
from .phone import Phone, answers
from .scene import scene
from .sip import Message
from .switch import Switch
from .test_queues import agents

CALLER = "+19175550100"
DID = "+17185550320"


def shown(invite: Message) -> str:
    """The caller's name on a phone."""
    return invite.addr("From").name or ""


async def refusal(switch: Switch, caller: Phone) -> dict[str, Any]:
    """The marks of a phone's last call, which was refused."""
    sent = [m for m in caller.sent if m.method == "INVITE"][-1].get("Call-ID")
    (leg,) = await switch.cdrs_where(1, sip_call_id=sent)
    marks: dict[str, Any] = leg["variables"]
    return marks


BLOCKED = [
    # A prefix in every form that carriers send: E.164, its digits, national.
    *("+19005550111", "19005550111", "9005550111", "01119005550111"),
    # A single number, of another country.
    *("+442079460666", "442079460666", "011442079460666"),
    # One of a long list: its first and its last.
    *("+12025550067", "12025550067", "2025550067", "+13035559998"),
]
ANONYMOUS = ["anonymous", "Anonymous", "restricted", "unavailable", "0", "0000000000", "alice", ""]
LET_IN = ["+19175550100", "9175550100", "+442079460667", "+12025550068", "+33900555011", "2001"]


@pytest.mark.parametrize("number", BLOCKED)
def test_blocked_caller_is_turned_away(
    extension: Extension, outsider: Outsider, switch: Switch, number: str
) -> None:
    @scene
    async def refused() -> None:
        async with (
            desk(extension, "lists/3001") as (called,),
            outsider(number, "third") as caller,
        ):
            assert await (await caller.call(DID)).refused() == 603
            assert await called.stays_quiet(0.2)
            marks = await refusal(switch, caller)
        assert marks["dialform_refused"] == "blocked"
        assert (marks["dialform_tenant"], marks["dialform_trunk"]) == ("lists", "third")
        # It is not counted: whoever is turned away takes nobody's place.
        assert "dialform_counted" not in marks

    refused()


@pytest.mark.parametrize("number", ANONYMOUS)
def test_caller_without_a_number_is_turned_away(
    extension: Extension, outsider: Outsider, number: str
) -> None:
    @scene
    async def refused() -> None:
        async with (
            desk(extension, "lists/3001") as (called,),
            outsider(number or "x", "third") as caller,
        ):
            given = {} if number else {"from_": f"<sip:{caller.domain}>"}
            assert await (await caller.call(DID, **given)).refused() == 603
            assert await called.stays_quiet(0.2)

    refused()


HIDDEN: list[tuple[str, list[tuple[str, str]]]] = [
    # RFC 3323, RFC 3325: the network knows who it is, and is asked not to say.
    (CALLER, [("Privacy", "id")]),
    (CALLER, [("P-Asserted-Identity", f"<sip:{CALLER}@carrier.example>"), ("Privacy", "id;critical")]),
    (CALLER, [("Remote-Party-ID", f"<sip:{CALLER}@carrier.example>;privacy=full")]),
    ("anonymous", [("P-Asserted-Identity", f"<sip:{CALLER}@carrier.example>")]),
]  # fmt: skip


@pytest.mark.parametrize(("number", "headers"), HIDDEN)
def test_caller_who_withholds_the_number_is_turned_away(
    extension: Extension, outsider: Outsider, number: str, headers: list[tuple[str, str]]
) -> None:
    @scene
    async def refused() -> None:
        async with (
            desk(extension, "lists/3001") as (called,),
            outsider(number, "third") as caller,
        ):
            call = await caller.call(DID, headers=headers)
            assert await call.refused() == 603
            assert await called.stays_quiet(0.2)

    refused()


@scene
async def test_asserted_number_is_blocked_whatever_from_says(
    extension: Extension, outsider: Outsider
) -> None:
    async with (
        desk(extension, "lists/3001") as (called,),
        outsider(CALLER, "third") as caller,
    ):
        asserted = [("P-Asserted-Identity", "<sip:+19005550111@carrier.example>")]
        assert await (await caller.call(DID, headers=asserted)).refused() == 603
        assert await called.stays_quiet(0.2)


@pytest.mark.parametrize("number", LET_IN)
def test_everybody_else_is_let_in(extension: Extension, outsider: Outsider, number: str) -> None:
    @scene
    async def rings() -> None:
        async with (
            desk(extension, "lists/3001", behaviour=answers(hertz=600)) as (_,),
            outsider(number, "third") as caller,
        ):
            call = await caller.call(DID)
            await call.answered()
            assert await call.media.hears(600)

    rings()


@scene
async def test_one_tenant_s_list_is_no_other_s(extension: Extension, outsider: Outsider) -> None:
    async with (
        desk(extension, "lab/2002", behaviour=answers()) as (_,),
        outsider("+19005550111", "backup") as caller,
    ):
        await (await caller.call("+17185550106")).answered()
        await (
            await caller.call("+17185550106", from_="<sip:anonymous@anonymous.invalid>")
        ).answered()


# Whom nobody may call.


@pytest.mark.parametrize("dialled", ["2125550666", "+12125550666", "0111212555 0666".replace(" ", ""),
                                     "6465550100", "311"])  # fmt: skip
def test_do_not_call(
    extension: Extension, carriers: Carriers, switch: Switch, dialled: str
) -> None:
    @scene
    async def refused() -> None:
        async with desk(extension, "lists/3001") as (caller,):
            assert await (await caller.call(dialled)).refused() == 403
            marks = await refusal(switch, caller)
        assert marks["dialform_refused"] == "do_not_call"
        assert [carrier.invites for carrier in carriers] == [[]] * len(list(carriers))

    refused()


@scene
async def test_do_not_call_stops_no_other_number_and_no_emergency(
    extension: Extension, carriers: Carriers
) -> None:
    async with desk(extension, "lists/3001") as (caller,):
        for dialled in ("2125550667", "911"):
            call = await caller.call(dialled)
            await call.answered()
            await call.hangup()
    assert [m.uri.user for m in carriers["mycarrier"].invites] == ["+12125550667", "911"]


@scene
async def test_do_not_call_holds_for_forwards(
    extension: Extension, outsider: Outsider, carriers: Carriers, switch: Switch
) -> None:
    """A number that leads outside, a busy phone's forward, and a member of a ring group."""
    async with (
        desk(extension, "lists/3002", behaviour=answers(0.5, hertz=600)) as (_,),
        outsider(CALLER, "third") as caller,
    ):
        assert await (await caller.call("+17185550323")).refused() == 403
    async with desk(extension, "lists/3001", "lists/3003", "lists/3002") as (caller, busy, member):
        busy.behaviour = _busy
        await (await caller.call("3003")).refused()
        assert (await refusal(switch, caller))["dialform_refused"] == "do_not_call"
        member.behaviour = answers(0.5, hertz=600)
        call = await caller.call("602")
        await call.answered()
        assert await call.media.hears(600)
    assert [carrier.invites for carrier in carriers] == [[]] * len(list(carriers))


async def _busy(call: Any) -> None:
    call.ring()
    call.reject(486)


@scene
async def test_do_not_call_holds_for_transfers(extension: Extension, carriers: Carriers) -> None:
    """A phone cannot send the other side there either."""
    async with desk(extension, "lists/3001", "lists/3002", behaviour=answers()) as (one, two):
        call = await one.call("3002")
        await call.answered()
        await (await two.rung()).refer("2125550666")
        await call.ended()
    assert [carrier.invites for carrier in carriers] == [[]] * len(list(carriers))


@scene
async def test_do_not_call_holds_for_what_people_set_by_phone(
    extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    """Forwarding by *72, whose number is checked at each call, and a step of a follow-me."""
    async with desk(extension, "lists/3001", "lists/3002") as (one, two):
        try:
            set_ = await two.call("*722125550666")
            await set_.answered()
            await set_.ended(10.0)
            await (await one.call("3002")).refused(10.0)
            assert (await refusal(switch, one))["dialform_refused"] == "do_not_call"
            assert await two.stays_quiet(0.2)
        finally:
            await switch.ask("db delete/lists-cfa/3002")
        await one.call("3005")
        await two.rung(15.0)
    assert [carrier.invites for carrier in carriers] == [[]] * len(list(carriers))


# Before the caller's name.


@pytest.mark.parametrize("name", ["Zoë & Söhne <GmbH>", "AT&T: NY/Zoë (50% @home); a=b, 'c'"])
def test_prefix_of_a_number(extension: Extension, outsider: Outsider, name: str) -> None:
    @scene
    async def rings() -> None:
        async with (
            desk(extension, "lists/3001") as (called,),
            outsider(CALLER, "backup", name=name) as caller,
        ):
            await caller.call("+17185550321")
            invite = (await called.rung()).invite
            assert shown(invite) == f"Shop: {name}"
            assert invite.addr("From").uri.user == CALLER

    rings()


@scene
async def test_caller_without_a_name_has_the_number_for_one(
    extension: Extension, outsider: Outsider
) -> None:
    async with desk(extension, "lists/3001") as (called,), outsider(CALLER, "backup") as caller:
        await caller.call("+17185550321")
        assert shown((await called.rung()).invite) == f"Shop: {CALLER}"


@scene
async def test_last_prefix_counts_and_stands_once(extension: Extension, outsider: Outsider) -> None:
    """A number with a prefix leads to a group with one; a group goes on to another group."""
    async with (
        desk(extension, "lists/3001", "lists/3002") as (one, two),
        outsider(CALLER, "third", name="Zoë") as caller,
    ):
        call = await caller.call("+17185550322")
        assert shown((await one.rung()).invite) == "Support: Zoë"
        await call.cancel()
        await one.call("600")
        assert shown((await two.rung()).invite) == "Sales, £ & <Æ>: Alice & <Co>"
        assert shown((await one.rung()).invite) == "Support: Alice & <Co>"


@scene
async def test_prefix_of_a_menu(extension: Extension, outsider: Outsider) -> None:
    async with (
        desk(extension, "lists/3001") as (one,),
        outsider(CALLER, "third", name="Zoë") as caller,
    ):
        call = await caller.call("+17185550324")
        await call.answered()
        assert shown((await one.rung(10.0)).invite) == "Menu: Zoë"


@scene
async def test_prefix_of_a_queue(extension: Extension, outsider: Outsider, switch: Switch) -> None:
    async with (
        agents(extension, switch, "3002", tenant="lists") as (agent,),
        desk(extension, "lists/3004") as (inside,),
    ):
        call = await inside.call("800")
        await call.answered()
        assert shown((await agent.rung(10.0)).invite) == "Queue / 1: Lager / Tür: @home"
        await call.hangup()


@scene
async def test_prefix_never_leaves_the_house(outsider: Outsider, carriers: Carriers) -> None:
    async with outsider(CALLER, "third", name="Zoë") as caller:
        call = await caller.call("+17185550324")
        await call.answered()
        assert await call.media.hears(lab.MENU)
        await call.press("1")
        invite = await carriers["mycarrier"].called()
    assert "Menu" not in invite.encode().decode()
    assert invite.addr("From").uri.user == CALLER


@scene
async def test_name_of_a_caller_runs_nothing(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with (
        desk(extension, "lists/3001") as (called,),
        outsider(CALLER, "backup", name="${hash(insert/pwned/by/name)}$1") as caller,
    ):
        switch.expects("contains a variable")
        await caller.call("+17185550321")
        await called.rung()
        assert "name" not in await switch.ask("hash select/pwned/by")


@pytest.mark.parametrize("name", ["AT&T: NY/Zoë (50% @home)", "a/b/c", "Zoë"])
def test_name_from_outside_arrives_whole(
    extension: Extension, outsider: Outsider, name: str
) -> None:
    @scene
    async def rings() -> None:
        async with (
            desk(extension, "lists/3001") as (called,),
            outsider(CALLER, "third", name=name) as caller,
        ):
            await caller.call(DID)
            assert shown((await called.rung()).invite) == name

    rings()


@scene
async def test_name_of_an_extension_arrives_whole(extension: Extension, carriers: Carriers) -> None:
    """Inside its own, outside that of the company; in a mailbox as it is."""
    async with desk(extension, "lists/3004", "lists/3001") as (caller, called):
        await caller.call("3001")
        assert shown((await called.rung()).invite) == "Lager / Tür: @home"
        call = await caller.call("2125550177")
        await call.answered()
        assert shown(await carriers["mycarrier"].called()) == "Lists: A/S"
