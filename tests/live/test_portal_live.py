"""The portal's live pages on the real switch: what they show is so, and what is done there is done."""

from __future__ import annotations

import asyncio
from pathlib import Path

from .callcenter import leave, served, status
from .conftest import Extension, Outsider
from .desk import desk
from .phone import answers
from .portaldesk import portal
from .rooms import ONE, joins
from .scene import scene
from .site import Site
from .switch import Switch
from .test_parking import CALLER, connected, parked, told

EVIL = "Eve <img src=x> & Co"


@scene
async def test_a_call_from_the_portal_is_shown_held_transferred_and_ended(
    compiled: Site, extension: Extension, switch: Switch, tmp_path: Path
) -> None:
    async with (
        desk(extension, "lab/2001", "lab/2002", "lab/2003", behaviour=answers()) as phones,
        portal(compiled, tmp_path) as ops,
    ):
        one, two, three = phones
        two.behaviour, three.behaviour = answers(hertz=600), answers(hertz=700)
        online = await ops.page("/t/lab/live/phones")
        assert all(number in online for number in ("2001", "2002", "2003"))
        await ops.does("/t/lab/live/call", **{"from": "2001", "to": "2002"})
        first, second = await one.rung(), await two.rung()
        assert await first.media.hears(600)
        await ops.shows("/t/lab/live/call", "2002 answered.")
        page = await ops.shows("/t/lab/live/calls", "with 2001", "with 2002", "talking")
        assert page.count('<tr id="call-') == 2
        assert '<tr id="call-' not in await ops.page("/t/acme/live/calls")
        legs = {one.extension: one.uuid for one in ops.legs()}
        path = f"/t/lab/live/calls/{legs['2002']}"
        await ops.does(f"{path}/hold")
        assert any(
            message.method == "INVITE" and b"sendonly" in message.body for message in two.received
        ), "its phone is told"
        await ops.shows("/t/lab/live/calls", "on hold", "Take back")
        await ops.does(f"{path}/take-back")
        assert await first.media.hears(600)
        await ops.refused(f"/t/acme/live/calls/{legs['2001']}/hang-up", 404)
        await ops.does(f"/t/lab/live/calls/{legs['2001']}/transfer", to="2003")
        await three.rung()
        await second.ended()
        assert await first.media.hears(700)
        await ops.shows("/t/lab/live/calls", "with 2003")
        await ops.does(f"/t/lab/live/calls/{legs['2001']}/hang-up", sure="yes")
        await first.ended()
        await ops.shows("/t/lab/live/calls", "Nobody is on the phone")


@scene
async def test_an_agent_who_logs_in_at_the_portal_is_called_as_one_who_dialled_the_code(
    compiled: Site, extension: Extension, outsider: Outsider, switch: Switch, tmp_path: Path
) -> None:
    async with (
        desk(extension, "queues/6001") as (ann,),
        outsider("+19175550100", "third") as caller,
        portal(compiled, tmp_path) as ops,
    ):
        path = "/t/queues/live/agents/6001"
        try:
            await ops.does(f"{path}/log-in")
            assert await status(switch, "queues.6001") == "Available"
            await switch.ask("callcenter_config agent set ready_time queues.6001 0")
            call = await caller.call("+17185550190", name=EVIL)
            await call.answered()
            ringing = await ann.rung(10.0)
            page = await ops.shows("/t/queues/live/queues", "+19175550100", "ringing an agent")
            assert "<img" not in page
            await served(call, ringing)
            await ops.shows("/t/queues/live/queues", "in a call")
            await call.hangup()
            await ringing.ended()
            await ops.does(f"{path}/pause")
            assert await status(switch, "queues.6001") == "On Break"
            await ops.does(f"{path}/resume")
            await ops.does(f"{path}/log-out")
            assert await status(switch, "queues.6001") == "Logged Out"
        finally:
            await leave(switch, "queues.6001")


@scene
async def test_parked_calls_and_rooms_are_shown_with_who_waits_and_who_is_in(
    compiled: Site, extension: Extension, outsider: Outsider, switch: Switch, tmp_path: Path
) -> None:
    switch.expects("lot is full")
    async with (
        desk(extension, "parking/5001", ONE) as (phone, member),
        outsider(CALLER, "third") as caller,
        portal(compiled, tmp_path) as ops,
    ):
        call, ringing = await connected(caller, phone)
        assert (await ringing.refer("5900")).status == 202
        slot = await told(await phone.rung(20.0))
        await parked(switch, slot)
        page = await ops.shows("/t/parking/live/rooms", f"slot-parking-{slot}", CALLER)
        assert "No conference" in page
        await call.hangup()
        await ops.shows("/t/parking/live/rooms", "No call is parked", within=15.0)
        inside = await joins(member, "901", 500)
        await ops.shows("/t/rooms/live/rooms", "room-rooms-901", "1 in it")
        await inside.hangup()
        await ops.shows("/t/rooms/live/rooms", "No conference")


@scene
async def test_trunks_are_shown_as_they_are(compiled: Site, switch: Switch, tmp_path: Path) -> None:
    async with portal(compiled, tmp_path) as ops:
        said = await switch.ask("sofia xmlstatus gateway mycarrier")
        state = said.partition("<state>")[2].partition("<")[0]
        await ops.shows("/admin/live/trunks", "trunk-mycarrier", state)


@scene
async def test_one_who_watches_costs_the_switch_what_happens_and_not_what_is_up(
    compiled: Site, extension: Extension, switch: Switch, tmp_path: Path
) -> None:
    """A call that is up is looked into when something happens to it, and not each second."""
    async with (
        desk(extension, "lab/2001", "lab/2002", behaviour=answers()) as (one, two),
        portal(compiled, tmp_path) as ops,
    ):
        await ops.does("/t/lab/live/call", **{"from": "2001", "to": "2002"})
        first, second = await one.rung(), await two.rung()
        async with ops.watching("switch,calls") as stream:
            await stream.sees("calls", "with 2002")
            asked = ops.counting()
            async with asyncio.timeout(20.0):
                while asked["show"] < 3:
                    await asyncio.sleep(0.1)
            assert asked["uuid_dump"] <= 2
            await first.hangup()
            await stream.sees("calls", "Nobody is on the phone")
        await second.ended()
