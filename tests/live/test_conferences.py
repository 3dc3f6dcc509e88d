"""Rooms: who comes in, who is heard, what is kept; and that nobody else gets in."""

from __future__ import annotations

import asyncio
import contextlib
import re
import wave
from array import array
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from . import audio, lab
from .conftest import Carriers, Extension, Outsider
from .desk import desk
from .phone import Call, Phone, answers
from .scene import scene
from .site import Site, secret_text
from .switch import Switch

CALLER = "+19175550100"
ONE, TWO, THREE = "rooms/6001", "rooms/6002", "rooms/6003"
PIN, MODERATOR, CHAIR = map(secret_text, ("rooms-pin", "rooms-moderator", "rooms-chair"))
ENTERED, LEFT = 600, 300  # one each of the tones of who comes and who goes
WITHIN = 12.0


async def joins(phone: Phone, room: str, hertz: float = 0.0, keys: str = "") -> Call:
    """Calls the room, enters a PIN where there is one, and speaks in a tone of its own."""
    call = await phone.call(room)
    await call.answered(within=WITHIN)
    if keys:
        assert await call.media.hears(lab.ROOM_PIN, within=WITHIN)
        await call.press(keys)
    call.media.play(hertz)
    return call


async def members(switch: Switch, name: str, count: int) -> str:
    """Waits until so many are in a room, and returns the list of them."""
    pattern = rf"^{count}\s*$" if count else "not found"
    await switch.becomes(f"conference {name} get count", pattern, within=WITHIN)
    return await switch.ask(f"conference {name} list")


@scene
async def test_three_hear_one_another(extension: Extension, switch: Switch) -> None:
    async with desk(extension, ONE, TWO, THREE) as (one, two, three):
        first = await joins(one, "901", 500)
        second = await joins(two, "901", 800)
        third = await joins(three, "901", 0)
        await members(switch, "rooms.901", 3)
        # The third is silent: it hears a mix of two tones, each of which the others hear alone.
        assert await first.media.hears(800, within=WITHIN)
        assert await second.media.hears(500, within=WITHIN)
        first.media.play(0)
        assert await third.media.hears(800, within=WITHIN)
        await second.hangup()
        third.media.play(700)
        assert await first.media.hears(700, within=WITHIN)
        await first.hangup()
        await third.hangup()
        await members(switch, "rooms.901", 0)
    legs = await switch.cdrs_where(3, dialform_conference="901", dialform_tenant="rooms")
    for leg in legs:
        assert int(leg["variables"]["dialform_conference_start"]) > 1_700_000_000


@scene
async def test_pin_lets_in_and_so_does_the_moderator_s(
    extension: Extension, switch: Switch
) -> None:
    mark = switch.mark()
    async with desk(extension, ONE, TWO) as (one, two):
        first = await joins(one, "900", 500, PIN)
        second = await joins(two, "900", 800, MODERATOR)
        listed = await members(switch, "rooms.900", 2)
        assert [("moderator" in line) for line in listed.splitlines() if "6001@" in line] == [False]
        assert [("moderator" in line) for line in listed.splitlines() if "6002@" in line] == [True]
        assert await first.media.hears(800, within=WITHIN)
        assert await second.media.hears(500, within=WITHIN)
        await first.hangup()
        await second.hangup()
    for leg in await switch.cdrs_where(2, dialform_conference="900"):
        text = str(leg)
        assert PIN not in text
        assert MODERATOR not in text
    assert "RECV DTMF" not in switch.log()[mark:]


@scene
async def test_wrong_pin_thrice_and_out(extension: Extension, switch: Switch) -> None:
    async with desk(extension, ONE) as (one,):
        call = await one.call("900")
        await call.answered(within=WITHIN)
        for _ in range(3):
            assert await call.media.hears(lab.ROOM_PIN, within=WITHIN)
            await call.press("00000000")
            assert await call.media.hears(lab.ROOM_BAD_PIN, within=WITHIN)
        await call.ended(within=WITHIN)
        assert "not found" in await switch.ask("conference rooms.900 get count")
    (leg,) = await switch.cdrs_where(1, dialform_tenant="rooms")
    assert "dialform_conference" not in leg["variables"]


@scene
async def test_right_pin_after_a_wrong_one_and_after_nothing(
    extension: Extension, switch: Switch
) -> None:
    async with desk(extension, ONE) as (one,):
        call = await one.call("900")
        await call.answered(within=WITHIN)
        for keys in ("123#", "#"):
            assert await call.media.hears(lab.ROOM_PIN, within=WITHIN)
            await call.press(keys)
            assert await call.media.hears(lab.ROOM_BAD_PIN, within=WITHIN)
        assert await call.media.hears(lab.ROOM_PIN, within=WITHIN)
        await call.press(PIN)
        await members(switch, "rooms.900", 1)
        await call.hangup()


@scene
async def test_caller_from_outside_comes_by_did_and_by_menu(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with (
        desk(extension, ONE) as (one,),
        outsider(CALLER, "third") as caller,
        outsider("+19175550101", "third") as other,
    ):
        inside = await joins(one, "901", 500)
        call = await caller.call("+17185550171")
        await call.answered(within=WITHIN)
        call.media.play(800)
        await members(switch, "rooms.901", 2)
        assert await inside.media.hears(800, within=WITHIN)
        assert await call.media.hears(500, within=WITHIN)
        late = await other.call("+17185550173")
        await late.answered(within=WITHIN)
        assert await late.media.hears(lab.MENU, within=WITHIN)
        await late.press("1")
        await members(switch, "rooms.901", 3)
        for leg in (call, late, inside):
            await leg.hangup()
    legs = await switch.cdrs_where(2, dialform_conference="901", dialform_direction="inbound")
    assert {leg["variables"]["dialform_trunk"] for leg in legs} == {"third"}


@scene
async def test_outside_caller_needs_the_pin(outsider: Outsider, switch: Switch) -> None:
    async with outsider(CALLER, "third") as caller:
        call = await caller.call("+17185550170")
        await call.answered(within=WITHIN)
        assert await call.media.hears(lab.ROOM_PIN, within=WITHIN)
        assert "not found" in await switch.ask("conference rooms.900 get count")
        await call.press(PIN)
        await members(switch, "rooms.900", 1)
        await call.hangup()


@scene
async def test_room_that_is_full(extension: Extension, switch: Switch) -> None:
    async with desk(extension, ONE, TWO, THREE) as (one, two, three):
        first, second = await joins(one, "902"), await joins(two, "902")
        await members(switch, "rooms.902", 2)
        third = await three.call("902")
        await third.answered(within=WITHIN)
        assert await third.media.hears(lab.ROOM_FULL, within=WITHIN)
        await third.ended(within=WITHIN)
        await second.hangup()
        await members(switch, "rooms.902", 1)
        again = await joins(three, "902")
        await members(switch, "rooms.902", 2)
        await again.hangup()
        await first.hangup()


def tones_of(path: Path, *hertz: float) -> list[bool]:
    """Whether each tone is a good part of the loudest second of a recording."""
    with wave.open(str(path)) as stream:
        rate, data = stream.getframerate(), array("h", stream.readframes(stream.getnframes()))
    step = rate // audio.RATE
    samples = data[:: step or 1]
    return [
        any(
            audio.share(samples[n : n + 1600], tone) > 0.25
            for n in range(0, len(samples) - 1600, 800)
        )
        for tone in hertz
    ]


@scene
async def test_recording_lies_in_the_tenant_s_folder(
    extension: Extension, switch: Switch, compiled: Site
) -> None:
    folder = compiled.state / "recordings" / "rooms" / "conferences" / "903"
    async with desk(extension, ONE, TWO) as (one, two):
        first = await joins(one, "903")
        assert await first.media.hears(lab.ROOM_RECORDED, within=WITHIN)
        second = await joins(two, "903")
        assert await second.media.hears(lab.ROOM_RECORDED, within=WITHIN)
        await members(switch, "rooms.903", 2)
        # Heard over and over: long enough that the recording has a good part of it.
        second.media.play(800)
        for _ in range(5):
            assert await first.media.hears(800, within=WITHIN)
        second.media.play(0)
        first.media.play(500)
        for _ in range(5):
            assert await second.media.hears(500, within=WITHIN)
        await first.hangup()
        await second.hangup()
        await members(switch, "rooms.903", 0)
    (file,) = folder.iterdir()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d\.wav", file.name)
    assert tones_of(file, 500, 800, 1500) == [True, True, False]
    assert not (compiled.state / "recordings" / "rooms" / "conferences" / "901").exists()


@scene
async def test_waiting_for_the_moderator(extension: Extension, switch: Switch) -> None:
    async with desk(extension, ONE, TWO, THREE) as (one, two, three):
        first = await joins(one, "904", 500, "#")
        assert await first.media.hears(lab.ROOM_WAITING, within=WITHIN)
        second = await joins(two, "904", 0, "#")
        assert await second.media.hears(lab.ROOM_WAITING, within=WITHIN)
        await members(switch, "rooms.904", 2)
        assert await second.media.hears(440, within=20.0), "the tone of who waits"
        assert not await second.media.hears(500, within=2.0)
        chair = await joins(three, "904", 800, CHAIR)
        assert await second.media.hears(500, within=WITHIN)
        assert await first.media.hears(800, within=WITHIN)
        for call in (first, second, chair):
            await call.hangup()


@scene
async def test_music_for_who_waits(extension: Extension, switch: Switch) -> None:
    async with desk(extension, ONE, TWO) as (one, two):
        first = await joins(one, "907", 500, "#")
        assert await first.media.hears(lab.ROOM_WAITING, within=WITHIN)
        assert await first.media.hears(lab.SUBMENU, within=WITHIN)
        chair = await joins(two, "907", 800, CHAIR)
        assert await first.media.hears(800, within=WITHIN)
        await first.hangup()
        await chair.hangup()


async def heard_since(call: Call, start: int, hertz: float) -> None:
    """Waits for a chord that this tone is a part of."""
    async with asyncio.timeout(WITHIN):
        while not any(
            audio.rms(call.media.heard[n : n + 800]) > audio.SILENT
            and audio.share(call.media.heard[n : n + 800], hertz) > 0.1
            for n in range(start, len(call.media.heard) - 800, 400)
        ):
            await asyncio.sleep(0.1)


@scene
async def test_announce_tells_who_comes_and_goes(extension: Extension, switch: Switch) -> None:
    async with desk(extension, ONE, TWO) as (one, two):
        first = await joins(one, "905")
        await members(switch, "rooms.905", 1)
        heard = len(first.media.heard)
        second = await joins(two, "905")
        await members(switch, "rooms.905", 2)
        await heard_since(first, heard, ENTERED)
        heard = len(first.media.heard)
        await second.hangup()
        await heard_since(first, heard, LEFT)
        await first.hangup()


@scene
async def test_announced_by_the_name_that_its_owner_recorded(
    extension: Extension, switch: Switch, compiled: Site
) -> None:
    async with desk(extension, ONE, TWO) as (one, two):
        call = await one.call("*98")
        await call.answered(within=WITHIN)
        assert await call.media.hears(lab.ENTER_PIN, within=WITHIN)
        await call.press(compiled.secret(f"{ONE}/pin") + "#")
        assert await call.media.hears(lab.NEW_MESSAGES, within=WITHIN)
        for key in ("5", "3"):
            assert await call.media.hears(lab.OTHERWISE, within=WITHIN)
            await asyncio.sleep(2.0)
            await call.press(key)
        assert await call.media.hears(lab.SAY_NAME, within=WITHIN)
        call.media.play(1640)
        await asyncio.sleep(3.0)
        await call.press("#")
        call.media.play(0)
        await asyncio.sleep(0.5)
        await call.press("2")
        box = f"default/6001@{compiled.domain('rooms')}|name_path"
        await switch.becomes(f"vm_prefs {box}", "^/", within=WITHIN)
        await call.hangup()
        there = await joins(two, "905")
        await members(switch, "rooms.905", 1)
        await there.media.hears(lab.ROOM_ALONE, within=WITHIN)
        heard = len(there.media.heard)
        late = await joins(one, "905")
        await members(switch, "rooms.905", 2)
        await heard_since(there, heard, 1640)
        await heard_since(there, heard, lab.ROOM_JOINED)
        await late.hangup()
        await there.hangup()


@scene
async def test_nothing_is_announced_where_nobody_asked(
    extension: Extension, switch: Switch
) -> None:
    async with desk(extension, ONE, TWO) as (one, two):
        first = await joins(one, "901")
        await members(switch, "rooms.901", 1)
        await first.media.hears(lab.ROOM_ALONE, within=WITHIN)
        second = await joins(two, "901")
        await members(switch, "rooms.901", 2)
        assert not await first.media.hears_sound(within=1.5)
        await second.hangup()
        await first.hangup()


@scene
async def test_greeting_after_the_pin(extension: Extension, switch: Switch) -> None:
    async with desk(extension, ONE) as (one,):
        call = await joins(one, "906", keys=secret_text("rooms-short"))
        assert await call.media.hears(lab.MENU, within=WITHIN)
        await members(switch, "rooms.906", 1)
        await call.hangup()


@scene
async def test_keys_mute_oneself_and_lock_only_for_moderators(
    extension: Extension, switch: Switch
) -> None:
    async with desk(extension, ONE, TWO, THREE) as (one, two, three):
        first = await joins(one, "900", 500, PIN)
        chair = await joins(two, "900", 0, MODERATOR)
        await members(switch, "rooms.900", 2)
        assert await chair.media.hears(500, within=WITHIN)
        await first.press("0")
        await switch.becomes("conference rooms.900 list", r"6001@.*;hear(?!\|speak)", within=WITHIN)
        assert not await chair.media.hears(500, within=1.0)
        await first.press("0")
        assert await chair.media.hears(500, within=WITHIN)
        await first.press("7")
        await asyncio.sleep(1.5)
        assert "locked" not in await switch.ask("conference rooms.900 get is_locked")
        await chair.press("7")
        await switch.becomes("conference rooms.900 get is_locked", "locked", within=WITHIN)
        late = await joins(three, "900", 0, PIN)
        assert await late.media.hears(lab.ROOM_LOCKED, within=WITHIN)
        await late.ended(within=WITHIN)
        for call in (first, chair):
            await call.hangup()


@scene
async def test_demo_room_of_acme(extension: Extension, switch: Switch) -> None:
    async with desk(extension, "acme/1001", "acme/1002") as (alice, bob):
        first = await joins(alice, "900", 500, "4711")
        second = await joins(bob, "900", 800, secret_text("acme-conf"))
        assert await first.media.hears(800, within=WITHIN)
        listed = await members(switch, "acme.900", 2)
        assert [line.split(";")[4] for line in listed.splitlines() if "moderator" in line] == [
            "1002"
        ]
        await first.hangup()
        await second.hangup()


# On demand.


@scene
async def test_own_room_and_others_that_join(extension: Extension, switch: Switch) -> None:
    async with desk(extension, ONE, TWO, THREE) as (one, two, three):
        assert await (await two.call("*36001")).refused(within=WITHIN) == 404, "not open yet"
        first = await joins(one, "*3", 500)
        await members(switch, "rooms.adhoc.6001", 1)
        second = await joins(two, "*36001", 800)
        await members(switch, "rooms.adhoc.6001", 2)
        assert await first.media.hears(800, within=WITHIN)
        assert await second.media.hears(500, within=WITHIN)
        third = await joins(three, "*36001")
        listed = await members(switch, "rooms.adhoc.6001", 3)
        assert [line.split(";")[4] for line in listed.splitlines() if "moderator" in line] == [
            "6001"
        ]
        for call in (first, second, third):
            await call.hangup()
        await members(switch, "rooms.adhoc.6001", 0)
        assert await (await two.call("*36001")).refused(within=WITHIN) == 404, "gone"
    assert len(await switch.cdrs_where(3, dialform_conference="6001")) == 3


@pytest.mark.parametrize("presser", ["caller", "called"])
def test_call_becomes_a_conference_by_a_key(
    extension: Extension, switch: Switch, presser: str
) -> None:
    @scene
    async def becomes() -> None:
        async with desk(extension, ONE, TWO, THREE) as (one, two, three):
            call = await one.call("6002")
            leg = await two.rung(within=WITHIN)
            leg.answer()
            await call.answered(within=WITHIN)
            call.media.play(500)
            leg.media.play(800)
            assert await call.media.hears(800, within=WITHIN)
            host, presses = ("6001", call) if presser == "caller" else ("6002", leg)
            await presses.press("*3")
            listed = await members(switch, f"rooms.adhoc.{host}", 2)
            chairs = [line for line in listed.splitlines() if "moderator" in line]
            assert len(chairs) == 1
            assert await call.media.hears(800, within=WITHIN)
            assert await leg.media.hears(500, within=WITHIN)
            third = await joins(three, f"*3{host}", 1100)
            await members(switch, f"rooms.adhoc.{host}", 3)
            counted = await switch.ask("limit_usage hash tenant rooms")
            assert counted.strip() == "3", "each leg in a room counts under the cap"
            leg.media.play(0)
            assert await call.media.hears(1100, within=WITHIN)
            await presses.hangup()
            await members(switch, f"rooms.adhoc.{host}", 2)
            other = leg if presses is call else call
            assert await other.media.hears(1100, within=WITHIN), "the others go on"
            await other.hangup()
            await third.hangup()
            await members(switch, f"rooms.adhoc.{host}", 0)
            await switch.becomes("limit_usage hash tenant rooms", r"^0\s*$", within=WITHIN)
        legs = await switch.cdrs_where(3, dialform_tenant="rooms")
        assert {leg["variables"].get("dialform_conference") for leg in legs} == {host}

    becomes()


@scene
async def test_call_from_outside_becomes_a_conference(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with (
        desk(extension, ONE, TWO) as (one, two),
        outsider(CALLER, "third") as caller,
    ):
        call = await caller.call("+17185550172")
        leg = await one.rung(within=WITHIN)
        leg.answer()
        await call.answered(within=WITHIN)
        await call.press("*3")
        await asyncio.sleep(1.5)
        assert "not found" in await switch.ask("conference rooms.adhoc.6001 get count")
        call.media.play(500)
        await leg.press("*3")
        await members(switch, "rooms.adhoc.6001", 2)
        colleague = await joins(two, "*36001", 800)
        await members(switch, "rooms.adhoc.6001", 3)
        assert await call.media.hears(800, within=WITHIN)
        assert await colleague.media.hears(500, within=WITHIN)
        for each in (leg, colleague, call):
            await each.hangup()
    (trunk,) = await switch.cdrs_where(1, dialform_trunk="third")
    assert trunk["variables"]["dialform_conference"] == "6001"


@scene
async def test_call_to_outside_becomes_a_conference(
    extension: Extension, carriers: Carriers, switch: Switch
) -> None:
    async with desk(extension, ONE, TWO) as (one, two):
        call = await one.call("+14155550177")
        await call.answered(within=WITHIN)
        await carriers["third"].called()
        call.media.play(500)
        assert await call.media.hears(500, within=WITHIN), "the carrier's echo"
        call.media.play(0)
        await call.press("*3")
        await members(switch, "rooms.adhoc.6001", 2)
        colleague = await joins(two, "*36001", 800)
        assert await colleague.media.hears(800, within=WITHIN), "the carrier's echo"
        await call.hangup()
        await colleague.hangup()
        await switch.ask("conference rooms.adhoc.6001 hup all")
        await members(switch, "rooms.adhoc.6001", 0)
    (leg,) = await switch.cdrs_where(1, dialform_trunk="third", dialform_conference="6001")
    assert leg["variables"]["dialform_direction"] == "outbound"


@pytest.mark.parametrize(("room", "name"), [("901", "rooms.901"), ("*3", "rooms.adhoc.6001")])
def test_caller_is_transferred_into_a_room(
    extension: Extension, outsider: Outsider, switch: Switch, room: str, name: str
) -> None:
    """The phone goes in first, as people do who announce somebody."""

    @scene
    async def transferred() -> None:
        async with (
            desk(extension, ONE, TWO) as (one, two),
            outsider(CALLER, "third") as caller,
        ):
            call = await caller.call("+17185550172")
            leg = await one.rung(within=WITHIN)
            leg.answer()
            await call.answered(within=WITHIN)
            consult = await joins(one, room)
            await members(switch, name, 1)
            colleague = await joins(two, "*36001" if room == "*3" else room, 800)
            await members(switch, name, 2)
            assert (await leg.refer(room, replaces=consult)).status == 202
            await consult.ended(within=WITHIN)
            await members(switch, name, 2)
            assert await call.media.hears(800, within=WITHIN)
            await call.hangup()
            await colleague.hangup()
        assert await switch.cdrs_where(1, dialform_trunk="third", dialform_tenant="rooms")

    transferred()


@scene
async def test_who_is_transferred_into_a_room_with_a_pin_is_asked_for_it(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with desk(extension, ONE) as (one,), outsider(CALLER, "third") as caller:
        call = await caller.call("+17185550172")
        leg = await one.rung(within=WITHIN)
        leg.answer()
        await call.answered(within=WITHIN)
        consult = await joins(one, "900", 0, MODERATOR)
        await members(switch, "rooms.900", 1)
        await leg.refer("900", replaces=consult)
        assert await call.media.hears(lab.ROOM_PIN, within=WITHIN)
        await call.press(PIN)
        listed = await members(switch, "rooms.900", 1)
        assert "moderator" not in listed
        await call.hangup()


@scene
async def test_no_way_around_the_pin_by_the_room_of_an_extension(
    extension: Extension, switch: Switch
) -> None:
    async with desk(extension, ONE, TWO) as (one, two):
        first = await joins(one, "900", 500, PIN)
        await members(switch, "rooms.900", 1)
        assert await (await two.call("*3900")).refused(within=WITHIN) == 404
        await first.hangup()


# Strangers.


@scene
async def test_two_tenants_with_the_same_number_never_meet(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with (
        desk(extension, ONE, "halls/6001", "halls/6002") as (one, hall, other),
        outsider(CALLER, "third") as caller,
    ):
        ours = await joins(one, "901", 500)
        theirs = await joins(hall, "901", 800)
        beside = await joins(other, "901")
        call = await caller.call("+17185550174")
        await call.answered(within=WITHIN)
        await members(switch, "halls.901", 3)
        await members(switch, "rooms.901", 1)
        assert await beside.media.hears(800, within=WITHIN)
        assert not await ours.media.hears(800, within=1.0)
        assert not audio.hears(beside.media.heard, 500)
        opened = await joins(one, "*3")
        assert await (await other.call("*36001")).refused(within=WITHIN) == 404
        for leg in (ours, theirs, beside, call, opened):
            await leg.hangup()


TARGETS = [
    "rooms.901", "conf+rooms.901", "conference", "room-901", "page-950", "adhoc-6001", "900",
    "feature-conference", "901 XML rooms", "did-17185550171",
]  # fmt: skip


@pytest.mark.parametrize("target", TARGETS)
def test_phone_of_another_tenant_reaches_no_room(
    extension: Extension, carriers: Carriers, switch: Switch, target: str
) -> None:
    @scene
    async def refused() -> None:
        async with desk(extension, ONE, "lab/2001") as (one, mallory):
            inside = await joins(one, "901")
            await members(switch, "rooms.901", 1)
            call = await mallory.call(target.replace(" ", "%20"))
            assert await call.refused(within=WITHIN) in (403, 404, 484)
            domain = one.domain
            call = await mallory.call(f"sip:{target.replace(' ', '%20')}@{domain}")
            assert await call.refused(within=WITHIN) >= 400
            await members(switch, "rooms.901", 1)
            await inside.hangup()
        assert [carrier.invites for carrier in carriers] == [[]] * 4

    refused()


@contextlib.asynccontextmanager
async def open_room(extension: Extension, switch: Switch) -> AsyncIterator[Phone]:
    async with desk(extension, ONE) as (one,):
        inside = await joins(one, "901", 500)
        await members(switch, "rooms.901", 1)
        yield one
        await members(switch, "rooms.901", 1)
        assert "1 total" in await switch.ask("show channels")
        await inside.hangup()


@pytest.mark.parametrize("method", ["REFER", "MESSAGE", "SUBSCRIBE", "NOTIFY", "INFO", "PUBLISH"])
@pytest.mark.parametrize("who", ["lab/2001", "rooms/6002", "stranger", "carrier"])
def test_requests_outside_of_a_call_make_the_switch_do_nothing(
    extension: Extension,
    outsider: Outsider,
    carriers: Carriers,
    switch: Switch,
    who: str,
    method: str,
) -> None:
    """mod_conference would call whom a REFER names, in a room that allows it (RFC 4579)."""

    @scene
    async def refused() -> None:
        async with open_room(extension, switch) as one:
            if "/" in who:
                sender = extension(who)
            else:
                sender = outsider("mallory", "third" if who == "carrier" else "127.0.0.66")
            async with sender as mallory:
                if "/" in who:
                    await mallory.register()
                for user in ("rooms.901", "conf+rooms.901", "901"):
                    for domain in {one.domain, mallory.domain, "cluecon.com"}:
                        await tries(mallory, method, f"sip:{user}@{domain}")
                assert not mallory.calls
                assert not list(mallory.requests("MESSAGE"))
                for notified in mallory.requests("NOTIFY"):
                    assert b"6001" not in notified.body
                    assert b"Active" not in notified.body
                if "/" in who:
                    await mallory.unregister()
        assert [carrier.invites for carrier in carriers] == [[]] * 4

    refused()


async def tries(mallory: Phone, method: str, uri: str) -> None:
    host, port = mallory.address
    target = f"<sip:mallory@{host}:{port}>"
    extra = {
        "REFER": [("Refer-To", target), ("Referred-By", target)],
        "MESSAGE": [("Content-Type", "text/plain")],
        "SUBSCRIBE": [("Event", "dialog"), ("Expires", "60")],
        "NOTIFY": [("Event", "refer"), ("Subscription-State", "active")],
        "INFO": [("Content-Type", "application/dtmf-relay")],
        "PUBLISH": [("Event", "presence"), ("Content-Type", "application/pidf+xml")],
    }[method]
    body = {"MESSAGE": b"list", "INFO": b"Signal=1"}.get(method, b"")
    with contextlib.suppress(TimeoutError):
        await mallory.request(method, uri, [("Contact", mallory.contact), *extra], body)


@scene
async def test_called_phone_makes_no_conference_by_a_header(
    extension: Extension, switch: Switch
) -> None:
    """What a caller writes into headers is no right of a moderator."""
    bad = [
        ("X-conference_member_flags", "moderator"),
        ("P-conference_flags", "rfc-4579"),
        ("X-dialform_hosts", "6001"),
    ]
    async with desk(extension, ONE, TWO, behaviour=answers()) as (one, two):
        call = await two.call("901", headers=bad)
        await call.answered(within=WITHIN)
        listed = await members(switch, "rooms.901", 1)
        assert "moderator" not in listed
        await call.hangup()
        await one.unregister()
