"""Rooms: who comes in, who is heard, what is kept."""

from __future__ import annotations

import asyncio
import re
import wave
from array import array
from pathlib import Path

from . import audio, lab
from .conftest import Extension, Outsider
from .desk import desk
from .phone import Call
from .rooms import (
    CALLER,
    CHAIR,
    ENTERED,
    LEFT,
    MODERATOR,
    ONE,
    PIN,
    THREE,
    TWO,
    WITHIN,
    joins,
    members,
)
from .scene import scene
from .site import Site, secret_text
from .switch import Switch


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
        assert re.fullmatch(r"901:[0-9]{16}-", leg["variables"]["dialform_rooms"]), "hung up inside"


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
        for menu, key in ((lab.BOX_MENU, "5"), (lab.BOX_SETTINGS, "3")):
            assert await call.media.hears(menu, within=WITHIN)
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
