"""Calls of all kinds, and what the facts say of them: exactly the trunk legs, each with its own words.

That the record of a leg and the event of its end give the same facts is asked after every test of the
suite (conftest.py).
"""

from __future__ import annotations

import asyncio
import json

import pytest

from dialform.billing.facts import CALL, CONFERENCE, FAX, Fact, facts_of
from dialform.reconcile.probing import Probe

from . import lab, trunk
from .conftest import Carriers, Extension, Outsider
from .desk import desk
from .ends import HOST
from .phone import Call, answers, refuses
from .rooms import ONE, TWO, WITHIN, joins, members
from .scene import scene
from .site import Site
from .switch import Switch
from .test_desk import Live
from .test_forwarding import dial, nobody_forwards  # noqa: F401 - a fixture
from .test_keys import press

CALLER, MOBILE, OTHER = "+19175550100", "+12125550177", "+14155550178"
Leg = tuple[str, str, str, bool]


async def facts(switch: Switch) -> list[Fact]:
    """All that the calls of this test were, once they are over."""
    # Not `show channels`: that is a table which is written a moment later.
    await switch.becomes("status", r"\n0 session\(s\) - peak", within=10.0)
    return [fact for record in switch.cdrs() for fact in facts_of(record, HOST)]


async def trunk_legs(switch: Switch) -> list[Leg]:
    """Direction, trunk, number and whether it was answered, of each trunk leg."""
    found = [fact for fact in await facts(switch) if fact.kind == CALL and fact.on_trunk]
    return sorted((f.direction, f.trunk, f.number, bool(f.answered)) for f in found)


async def on_trunks(switch: Switch) -> dict[str, Fact]:
    """The answered trunk legs by their number, which no two share."""
    found = [fact for fact in await facts(switch) if fact.kind == CALL and fact.on_trunk]
    up = {fact.number: fact for fact in found if fact.answered}
    assert len(up) == sum(bool(fact.answered) for fact in found)
    return up


async def speaks(call: Call, hertz: float = 500) -> None:
    """A call through a carrier is up in both directions: it echoes."""
    call.media.play(hertz)
    assert await call.media.hears(hertz, within=8.0)
    call.media.play(0)


@scene
async def test_on_net_has_no_trunk(extension: Extension, switch: Switch) -> None:
    async with desk(extension, "lab/2002", "lab/2003", behaviour=answers()) as (two, _):
        call = await two.call("2003")
        await call.answered()
        await call.hangup()
    found = await facts(switch)
    assert await trunk_legs(switch) == []
    assert [(f.tenant, f.kind, f.direction, f.number) for f in found] == [
        ("lab", CALL, "internal", "2003")
    ] * 2
    assert len({f.call for f in found}) == 1 and {f.extension for f in found} == {"2002"}
    assert all(f.started <= f.answered <= f.ended for f in found)


@pytest.mark.parametrize("status", [0, 486, 480])
def test_outbound_answered_or_not(
    extension: Extension, carriers: Carriers, switch: Switch, status: int
) -> None:
    if status:
        carriers["mycarrier"].start(trunk.rejects(status))

    @scene
    async def calls() -> None:
        async with desk(extension, "lab/2001") as (one,):
            call = await one.call("2125550177")
            if status:
                assert await call.refused() == status
            else:
                await call.answered()
                await call.hangup()
        found = await facts(switch)
        (out,) = (f for f in found if f.on_trunk)
        (own,) = (f for f in found if not f.on_trunk)
        assert (out.direction, out.trunk, out.number) == ("outbound", "mycarrier", MOBILE)
        assert (out.route, out.extension, out.object) == ("us-voice", "2001", "extension 2001")
        assert (out.forwarder, out.emergency, bool(out.answered)) == ("", False, not status)
        assert (own.number, own.direction, own.emergency) == ("2125550177", "internal", False)
        assert out.call == own.call == own.uuid != out.uuid
        assert out.revision == own.revision != ""
        assert out.core == switch.api("eval ${core_uuid}").strip() or out.core

    calls()


@scene
async def test_caller_who_gives_up(
    extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    carriers["mycarrier"].start(trunk.rings())
    async with desk(extension, "lab/2001") as (one,):
        call = await one.call("2125550177")
        await carriers["mycarrier"].called()
        await call.ringing()
        await call.cancel()
    assert await trunk_legs(switch) == [("outbound", "mycarrier", MOBILE, False)]


@scene
async def test_second_trunk_after_the_first_failed(
    extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    carriers["mycarrier"].start(trunk.rejects(503))
    async with desk(extension, "lab/2001") as (one,):
        call = await one.call("2125550177")
        await call.answered()
        await call.hangup()
    assert await trunk_legs(switch) == [
        ("outbound", "backup", MOBILE, True),
        ("outbound", "mycarrier", MOBILE, False),
    ]


@scene
async def test_did_to_menu_to_the_outside_is_two_legs(
    outsider: Outsider, carriers: Carriers, switch: Switch
) -> None:
    async with outsider(CALLER, "third") as caller:
        call = await caller.call("+17185550101")
        await call.answered()
        assert await call.media.hears(lab.MENU, within=8.0)
        await call.press("3")
        await carriers["mycarrier"].called()
        await call.hangup()
    up = await on_trunks(switch)
    assert sorted(up) == [MOBILE, "+17185550101"]
    came, went = up["+17185550101"], up[MOBILE]
    assert (came.direction, came.trunk, came.object) == ("inbound", "third", "number +17185550101")
    assert (came.route, came.plan, came.forwarder) == ("", "", "")
    assert (went.direction, went.trunk, went.route) == ("outbound", "mycarrier", "us-voice")
    assert (went.object, went.forwarder) == ("ivr 700", "ivr 700")
    assert came.peer == CALLER
    assert came.call == went.call == came.uuid


@pytest.mark.parametrize("first", ["colleague", "mobile"])
def test_ring_group_with_a_mobile(
    extension: Extension, outsider: Outsider, carriers: Carriers, switch: Switch, first: str
) -> None:
    if first == "colleague":
        carriers["mycarrier"].start(trunk.rings())

    @scene
    async def rings() -> None:
        async with desk(extension, "lab/2002", "lab/2001") as (two, one):
            call = await one.call("607")
            await carriers["mycarrier"].called()
            ringing = await two.rung()
            if first == "colleague":
                ringing.answer()
            await call.answered(within=8.0)
            await call.hangup()
        legs = await trunk_legs(switch)
        assert legs == [("outbound", "mycarrier", "+12125550178", first == "mobile")]
        (out,) = (f for f in await facts(switch) if f.on_trunk)
        assert (out.object, out.forwarder) == ("ring_group 607", "ring_group 607")

    rings()


@scene
async def test_forward_and_follow_me_to_a_mobile(
    extension: Extension, outsider: Outsider, carriers: Carriers, switch: Switch
) -> None:
    async with (
        desk(extension, "office/2101", "office/2103", "office/2110") as (one, three, _),
        outsider(CALLER, "third") as caller,
    ):
        await dial(one, "*72" + OTHER.removeprefix("+1"), lab.FORWARD_SET)
        call = await caller.call("+17185550201")
        await call.answered()
        await carriers["third"].called()
        await call.hangup()
        call = await three.call("2110")
        await call.answered(within=15.0)
        await call.hangup()
    up = await on_trunks(switch)
    assert sorted(up) == [MOBILE, OTHER, "+17185550201"]
    assert (up[OTHER].forwarder, up[OTHER].object) == ("extension 2101", "extension 2101")
    assert (up[OTHER].route, up["+17185550201"].route) == ("lab-third", "")
    assert up["+17185550201"].object == "number +17185550201"
    assert (up[MOBILE].forwarder, up[MOBILE].extension) == ("extension 2110", "2103")


# Transfers: what a leg is billed by was said when it began.


@scene
async def test_blind_transfer_of_a_caller_to_a_mobile(
    extension: Extension, outsider: Outsider, carriers: Carriers, switch: Switch
) -> None:
    async with (
        desk(extension, "lab/2002", behaviour=answers()) as (two,),
        outsider(CALLER, "third") as caller,
    ):
        call = await caller.call("+17185550106")
        await call.answered()
        await (await two.rung()).refer("4155550178")
        await carriers["third"].called()
        await speaks(call)
        await call.hangup()
    up = await on_trunks(switch)
    assert sorted(up) == [OTHER, "+17185550106"]
    came, went = up["+17185550106"], up[OTHER]
    assert (came.direction, came.trunk, came.route) == ("inbound", "backup", "")
    assert (came.object, came.forwarder) == ("number +17185550106", "")
    assert (went.trunk, went.route, went.forwarder) == ("third", "lab-third", "extension 2002")
    assert came.call == went.call


@pytest.mark.parametrize("way", ["refer", "keys"])
def test_mobile_is_transferred_to_another_mobile(
    extension: Extension, carriers: Carriers, switch: Switch, way: str
) -> None:
    """The first leg goes on, on the route that it took; it does not become the second's."""

    @scene
    async def transferred() -> None:
        async with desk(extension, "office/2101") as (one,):
            call = await one.call("2125550177")
            await call.answered()
            await carriers["mycarrier"].called()
            if way == "refer":
                assert (await call.refer("4155550178")).status == 202
            else:
                call.media.play(500)
                assert await call.media.hears(500, within=8.0)
                await call.press("*2")
                assert await call.media.hears(350, within=8.0, least=0.3)
                await call.press("4155550178#")
            await carriers["third"].called(within=8.0)
            await asyncio.sleep(0.7)
            switch.expects("nothing")
            await switch.ask("hupall NORMAL_CLEARING dialform_trunk third")
            await switch.ask("hupall NORMAL_CLEARING dialform_trunk mycarrier")
        up = await on_trunks(switch)
        assert sorted(up) == [MOBILE, OTHER]
        first, second = up[MOBILE], up[OTHER]
        assert (first.trunk, first.route, first.forwarder) == ("mycarrier", "us-voice", "")
        assert (second.trunk, second.route) == ("third", "lab-third")
        assert second.forwarder == "extension 2101"
        assert first.ended > second.answered, "both were up together"
        assert first.call == second.call

    transferred()


@scene
async def test_attended_transfer_joins_two_mobiles(
    extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    async with desk(extension, "lab/2001") as (one,):
        first = await one.call("2125550177")
        await first.answered()
        second = await one.call("4155550178")
        await second.answered()
        assert (await first.refer("4155550178", replaces=second)).status == 202
        await second.ended(within=8.0)
        await asyncio.sleep(0.5)
        await switch.ask("hupall NORMAL_CLEARING dialform_tenant lab")
    up = await on_trunks(switch)
    assert sorted(up) == [MOBILE, OTHER]
    assert (up[MOBILE].route, up[OTHER].route) == ("us-voice", "lab-third")
    assert {f.direction for f in up.values()} == {"outbound"}


@scene
async def test_attended_transfer_by_keys_to_a_mobile(
    extension: Extension, outsider: Outsider, carriers: Carriers, switch: Switch
) -> None:
    async with (
        desk(extension, "office/2101", behaviour=answers(hertz=700)) as (one,),
        outsider(CALLER, "third") as caller,
    ):
        call = await caller.call("+17185550201")
        await call.answered()
        ringing = await one.rung()
        await press(ringing, call, "*4")
        await ringing.press("2125550177#")
        await carriers["mycarrier"].called(within=8.0)
        assert await ringing.media.hears(700, within=8.0), "the carrier's echo"
        await ringing.hangup()
        await speaks(call)
        await call.hangup()
    up = await on_trunks(switch)
    assert sorted(up) == [MOBILE, "+17185550201"]
    assert (up[MOBILE].extension, up[MOBILE].object) == ("2101", "extension 2101")
    assert up[MOBILE].call == up["+17185550201"].call == up["+17185550201"].uuid


@scene
async def test_call_that_is_transferred_to_the_emergency_number_stays_what_it_was(
    extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    async with desk(extension, "lab/2001") as (one,):
        call = await one.call("4155550178")
        await call.answered()
        assert (await call.refer("911")).status == 202
        await carriers["mycarrier"].called(within=8.0)
        await asyncio.sleep(0.5)
        await switch.ask("hupall NORMAL_CLEARING dialform_tenant lab")
    up = await on_trunks(switch)
    assert {number: fact.emergency for number, fact in up.items()} == {OTHER: False, "911": True}
    assert up["911"].route.startswith("emergency")
    assert up[OTHER].route == "lab-third"


@scene
async def test_emergency_says_so(extension: Extension, carriers: Carriers, switch: Switch) -> None:
    async with desk(extension, "acme/1001") as (alice,):
        call = await alice.call("911")
        await call.answered()
        await call.hangup()
    (out,) = (f for f in await facts(switch) if f.on_trunk)
    assert (out.number, out.emergency, out.trunk) == ("911", True, "mycarrier")
    assert (out.tenant, out.extension) == ("acme", "1001")


@scene
async def test_call_for_somebody_is_the_extension_s(
    compiled: Site, extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    live = Live(compiled)
    async with desk(extension, "acme/1001", behaviour=answers()) as (alice,):
        await live.does("call", "1001", MOBILE, "--tenant", "acme")
        call = await alice.rung()
        await speaks(call)
        await call.hangup()
    found = await facts(switch)
    (out,) = (f for f in found if f.on_trunk)
    (own,) = (f for f in found if not f.on_trunk)
    assert (out.number, out.extension, out.tenant) == (MOBILE, "1001", "acme")
    assert out.call == own.call == own.uuid


@scene
async def test_feature_codes_and_refusals_cost_nothing(
    extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    async with desk(extension, "office/2101", "office/2104") as (one, inside):
        await dial(one, "*78", lab.DND_ON)
        await dial(one, "*79", lab.DND_OFF)
        assert await (await inside.call("2125550177")).refused() == 403
        assert await (await one.call("2199")).refused() == 404
    found = await facts(switch)
    assert await trunk_legs(switch) == []
    assert sorted(f.number for f in found) == ["*78", "*79", "2125550177", "2199"]


@scene
async def test_a_probe_that_goes_outside_is_nobody_s_call(
    carriers: Carriers, switch: Switch
) -> None:
    reply = await switch.ask(Probe("lab", "607").command)
    assert reply.startswith("+OK"), "the mobile of the group answered"
    assert await facts(switch) == []
    assert await switch.cdrs_where(1, dialform_trunk="mycarrier", dialform_probe="true")


@scene
async def test_a_fax_that_nobody_sends_is_a_fax_that_failed(
    outsider: Outsider, switch: Switch, compiled: Site
) -> None:
    """Whoever hangs up in the midst of a fax: spandsp still says how it went, and it costs no minutes."""
    async with outsider(CALLER, "third") as caller:
        call = await caller.call("+17185550111")
        await call.answered()
        shown = await switch.becomes("show channels as json", '"uuid"')
        (row,) = json.loads(shown)["rows"]
        path = compiled.state / "temp" / "fax.tif"
        await switch.ask(f"uuid_transfer {row['uuid']} 'answer,rxfax:{path}' inline")
        await asyncio.sleep(1.5)
        await call.hangup()
    (fact,) = await facts(switch)
    assert (fact.kind, fact.fax_ok, fact.pages, fact.total_pages) == (FAX, False, 0, 0)
    assert (fact.direction, fact.number) == ("inbound", "+17185550111")


# Conferences.


@scene
async def test_conference_with_an_outside_member(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with desk(extension, ONE) as (one,), outsider(CALLER, "third") as caller:
        inside = await joins(one, "901", 500)
        await members(switch, "rooms.901", 1)
        call = await caller.call("+17185550171")
        await call.answered(within=WITHIN)
        await members(switch, "rooms.901", 2)
        await asyncio.sleep(1.2)
        await call.hangup()
        await members(switch, "rooms.901", 1)
        await asyncio.sleep(0.5)
        assert (await switch.ask("conference rooms.901 kick all")).startswith("+OK")
        await inside.ended()
    found = await facts(switch)
    stays = {f.direction: f for f in found if f.kind == CONFERENCE}
    calls = {f.uuid: f for f in found if f.kind == CALL}
    assert len(found) == 4 and set(stays) == {"internal", "inbound"}
    for fact in stays.values():
        leg = calls[fact.uuid]
        assert (fact.number, fact.tenant, fact.plan) == ("901", "rooms", "")
        assert leg.answered < fact.answered < fact.ended <= leg.ended
        assert 0 <= fact.seconds * 1_000_000 - (fact.ended - fact.answered) < 1_000_000
    assert stays["inbound"].trunk == "third"
    assert stays["inbound"].seconds >= 2
    assert stays["internal"].answered < stays["inbound"].answered
    assert stays["internal"].ended - stays["inbound"].ended > 400_000
    assert await trunk_legs(switch) == [("inbound", "third", "+17185550171", True)]


@scene
async def test_mobile_in_a_conference_of_a_phone_and_out_again(
    extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    async with desk(extension, ONE, TWO) as (one, two):
        two.behaviour = answers()
        call = await one.call("+14155550178")
        await call.answered(within=WITHIN)
        await speaks(call)
        await call.press("*3")
        await members(switch, "rooms.adhoc.6001", 2)
        await asyncio.sleep(1.0)
        (uuid,) = (
            line.split(";")[2]
            for line in (await switch.ask("conference rooms.adhoc.6001 list")).splitlines()
            if "4155550178" in line
        )
        # As `dialform live transfer` does it: the leg leaves the room without a word of the dialplan.
        await switch.ask(f"uuid_transfer {uuid} 6002 XML rooms.transferred")
        await two.rung(within=WITHIN)
        await members(switch, "rooms.adhoc.6001", 1)
        await asyncio.sleep(1.5)
        await call.hangup()
        await switch.ask("hupall NORMAL_CLEARING dialform_tenant rooms")
    found = await facts(switch)
    (stay,) = (f for f in found if f.kind == CONFERENCE and f.on_trunk)
    (leg,) = (f for f in found if f.kind == CALL and f.on_trunk)
    assert stay.uuid == leg.uuid == uuid
    assert (stay.number, leg.number) == ("6001", OTHER)
    assert leg.ended - stay.ended > 1_000_000, "what came after the room is none of its time"
    assert stay.seconds * 1_000_000 - (stay.ended - stay.answered) < 1_000_000


@scene
async def test_who_finds_a_room_full_was_not_in_it(extension: Extension, switch: Switch) -> None:
    async with desk(extension, ONE, TWO, "rooms/6003") as (one, two, three):
        first, second = await joins(one, "902"), await joins(two, "902")
        await members(switch, "rooms.902", 2)
        third = await three.call("902")
        await third.answered(within=WITHIN)
        assert await third.media.hears(lab.ROOM_FULL, within=WITHIN)
        await third.hangup()
        fourth = await three.call("902")
        await fourth.answered(within=WITHIN)
        await fourth.ended(within=WITHIN)
        await first.hangup()
        await second.hangup()
    stays = [f for f in await facts(switch) if f.kind == CONFERENCE]
    assert sorted(f.extension for f in stays) == ["6001", "6002"]


@scene
async def test_a_page_is_no_conference(extension: Extension, switch: Switch) -> None:
    async with desk(extension, ONE, TWO, behaviour=answers()) as (one, two):
        call = await one.call("951")
        await two.rung()
        await asyncio.sleep(1.0)
        await call.hangup()
    found = await facts(switch)
    assert {f.kind for f in found} == {CALL} and len(found) == 2


# Who would have it otherwise.

MARKS = {
    "tenant": "acme", "trunk": "backup", "direction": "outbound", "to": "+19005550177",
    "did": "+12125550199", "bill_route": "us-voice", "bill_urgent": "true", "rooms": "901:1-2,",
    "extension": "1001", "call": "x",
}  # fmt: skip
FORGED = [
    (before + name, value)
    for mark, value in MARKS.items()
    for name in (f"dialform_{mark}",)
    for before in ("X-", "P-", "K-", "On-", "variable_", "", "sip_h_", "X-variable_")
] + [
    ("X-FS-Channel-Name", "loopback/mallory"),
    ("User-to-User", "dialform_trunk=backup"),
    ("X-fax_success", "1"),
    ("fax_success", "1"),
    ("P-fax_document_transferred_pages", "100"),
    ("X-uuid", "00000000-0000-0000-0000-000000000000"),
    ("X-answer_uepoch", "1"),
    ("variable_end_uepoch", "1"),
]


@scene
async def test_hostile_headers_of_a_phone_and_of_a_carrier(
    extension: Extension, outsider: Outsider, carriers: Carriers, switch: Switch
) -> None:
    async with (
        desk(extension, "lab/2002", "lab/2001", behaviour=answers()) as (_, mallory),
        outsider(CALLER, "third") as caller,
        outsider("mallory", "127.0.0.66") as stranger,
    ):
        call = await mallory.call("2002", headers=FORGED)
        await call.answered()
        await call.hangup()
        call = await mallory.call("4155550178", headers=FORGED)
        await call.answered()
        await call.hangup()
        call = await caller.call("+17185550106", headers=FORGED)
        await call.answered()
        await call.hangup()
        assert await (await stranger.call("+17185550106", headers=FORGED)).refused() == 403
    found = await facts(switch)
    assert await trunk_legs(switch) == [
        ("inbound", "backup", "+17185550106", True),
        ("outbound", "third", OTHER, True),
    ]
    assert {f.tenant for f in found} == {"lab"}
    assert {f.kind for f in found} == {CALL}
    assert not any(f.emergency or f.pages for f in found)
    assert len(found) == 6, "two legs a call, and nobody's call is nobody's fact"
    assert len({f.call for f in found}) == 3


@scene
async def test_hostile_headers_of_answers_and_within_calls(
    extension: Extension, outsider: Outsider, carriers: Carriers, switch: Switch
) -> None:
    async with desk(extension, "lab/2002", "lab/2001") as (mallory, one):
        call = await one.call("2002")
        (await mallory.rung()).reject(486, headers=FORGED)
        assert await call.refused() == 486
        call = await one.call("4155550178")
        await call.answered()
        for method in ("INFO", "BYE"):
            await call.request(method, FORGED)
    assert await trunk_legs(switch) == [("outbound", "third", OTHER, True)]
    found = await facts(switch)
    assert ({f.tenant for f in found}, {f.kind for f in found}) == ({"lab"}, {CALL})
    assert len(found) == 4 and not any(f.emergency for f in found)


@pytest.mark.parametrize("params", [";gw=mycarrier", ";gw=third;dialform_trunk=third"])
def test_forged_gateway_is_no_trunk_leg(
    extension: Extension, carriers: Carriers, switch: Switch, params: str
) -> None:
    @scene
    async def forged() -> None:
        async with desk(extension, "lab/2001") as (mallory,):
            for target in ("2002", "+12125550177", "+17185550106"):
                call = await mallory.call(target, params=params, headers=FORGED)
                assert await call.refused() == 403
        found = await facts(switch)
        assert [(f.tenant, f.direction, f.answered, f.trunk) for f in found] == [
            ("lab", "internal", 0, "")
        ] * 3

    forged()


@scene
async def test_a_busy_forwarder_bills_the_forward(
    extension: Extension, outsider: Outsider, carriers: Carriers, switch: Switch
) -> None:
    """One call on three numbers of the site: in, busy, and out on the extension's bill."""
    async with desk(extension, "lab/2006") as (six,), outsider(CALLER, "third") as caller:
        six.behaviour = refuses(486)
        call = await caller.call("+17185550113")
        await call.answered(within=8.0)
        await call.hangup()
    up = await on_trunks(switch)
    assert sorted(up) == [MOBILE, "+17185550113"]
    assert up[MOBILE].forwarder == "extension 2006"
