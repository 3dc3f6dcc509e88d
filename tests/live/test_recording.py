"""Recorded calls: where the file lies, whose voices are in it, and when nothing is written."""

from __future__ import annotations

import asyncio
import json
import re
import wave
from array import array
from pathlib import Path
from typing import Any

import pytest

from . import audio, lab
from .conftest import Carriers, Extension, Outsider
from .desk import desk
from .phone import Call, answers
from .scene import scene
from .site import Site
from .switch import Switch
from .test_queues import agents

CALLER = "+19175550100"
ONE, OTHER = 600, 980
NAME = re.compile(
    r"(\d{4}-\d\d)/\1-\d\d_\d\d-\d\d-\d\d_(\d+)_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}\.wav"
)
MARK = "dialform_recording"


@pytest.fixture
def recordings(compiled: Site, switch: Switch) -> Recordings:
    return Recordings(compiled.state / "recordings")


class Recordings:
    """What this test has recorded."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._past = set(folder.rglob("*.wav"))

    def new(self) -> list[Path]:
        return sorted(set(self.folder.rglob("*.wav")) - self._past)

    def of(self, number: str) -> array[int]:
        """The sound of the only new file of an extension, whose name and place are right."""
        found = [path for path in self.new() if f"_{number}_" in path.name]
        assert len(found) == 1, self.new()
        name = found[0].relative_to(self.folder / "music").as_posix()
        matched = NAME.fullmatch(name)
        assert matched and matched[2] == number, name
        with wave.open(str(found[0])) as file:
            assert (file.getnchannels(), file.getframerate()) == (1, audio.RATE)
            return array("h", file.readframes(file.getnframes()))


async def is_told(call: Call, within: float = 8.0) -> None:
    """Waits until a side has heard, once and no more, that it is recorded."""
    async with asyncio.timeout(within):
        while not told(call):
            await asyncio.sleep(0.1)
    await asyncio.sleep(0.5)
    assert told(call) == 1


async def talk(one: Call, other: Call, seconds: float = 2.0) -> None:
    """Both are told that they are recorded, then both speak, and hear one another."""
    await is_told(one)
    await is_told(other)
    await speak(one, other, seconds)


async def speak(one: Call, other: Call, seconds: float = 2.0) -> None:
    one.media.play(ONE)
    other.media.play(OTHER)
    assert await one.media.hears(OTHER, within=8.0)
    assert await other.media.hears(ONE, within=8.0)
    await asyncio.sleep(seconds)


def voices(sound: array[int]) -> list[bool]:
    """Whether one and the other voice are in it, apart from each other or together."""
    windows = [sound[n : n + 800] for n in range(0, len(sound) - 800, 800)]
    return [
        any(audio.rms(part) > audio.SILENT and audio.share(part, hertz) > 0.2 for part in windows)
        for hertz in (ONE, OTHER)
    ]


def told(call: Call) -> int:
    """How often a side heard that it is recorded."""
    sound, count, before = call.media.heard, 0, False
    for n in range(0, len(sound) - 800, 800):
        now = audio.hears(sound[n : n + 800], lab.RECORDED)
        count += now and not before
        before = now
    return count


@scene
async def test_call_from_outside(
    extension: Extension, outsider: Outsider, switch: Switch, recordings: Recordings
) -> None:
    async with (
        desk(extension, "music/3001", behaviour=answers()) as (called,),
        outsider(CALLER, "third") as caller,
    ):
        call = await caller.call("+17185550301")
        await call.answered()
        await talk(call, await called.rung())
        await call.hangup()
    (path,) = recordings.new()
    assert voices(recordings.of("3001")) == [True, True]
    (leg,) = [leg for leg in await switch.cdrs_where(2) if MARK in leg["variables"]]
    assert leg["variables"][MARK] == str(path)
    assert leg["variables"]["dialed_user"] == "3001"


@scene
async def test_call_to_the_outside(
    extension: Extension, outsider: Outsider, carriers: Carriers, compiled: Site,
    recordings: Recordings,
) -> None:  # fmt: skip
    """Early media is heard and not recorded; both are told after the answer."""
    carriers["mycarrier"].stop()
    _, port = compiled.carriers["mycarrier"]
    async with (
        desk(extension, "music/3004") as (caller,),
        outsider("far", "mycarrier", port=port, registrar=True) as far,
    ):
        call = await caller.call("2125550177")
        other = await far.rung()
        other.progress(lab.MENU)
        assert await call.media.hears(lab.MENU, within=8.0)
        await asyncio.sleep(1.0)
        other.media.play(0)
        other.answer()
        await call.answered()
        await talk(call, other)
        await call.hangup()
    sound = recordings.of("3004")
    assert voices(sound) == [True, True]
    assert not audio.hears(sound, lab.MENU)
    assert told(call) == told(other) == 1


@scene
async def test_emergency_call_is_not_held_up(
    extension: Extension, carriers: Carriers, recordings: Recordings
) -> None:
    async with desk(extension, "music/3001") as (one,):
        call = await one.call("911")
        await call.answered(within=8.0)
        call.media.play(ONE)
        assert await call.media.hears(ONE), "the carrier's echo"
        await asyncio.sleep(1.0)
        assert not told(call)
        await call.hangup()
    assert recordings.new() == []


@scene
async def test_colleagues(extension: Extension, recordings: Recordings) -> None:
    """Both sides record: each its own file, and each side is told once."""
    async with desk(extension, "music/3001", "music/3005", behaviour=answers()) as (one, five):
        call = await one.call("3005")
        await call.answered()
        other = await five.rung()
        await talk(call, other)
        await call.hangup()
    for number in ("3001", "3005"):
        assert voices(recordings.of(number)) == [True, True]
    assert told(call) == told(other) == 1


@pytest.mark.parametrize(("caller", "called"), [("3002", "3006"), ("3003", "3004")])
def test_nothing_is_written_where_nobody_asked(
    extension: Extension, recordings: Recordings, switch: Switch, caller: str, called: str
) -> None:
    """Neither without `record`, nor where another direction is recorded."""

    @scene
    async def quiet() -> None:
        async with desk(extension, f"music/{caller}", f"music/{called}", behaviour=answers()) as (
            one,
            two,
        ):
            call = await one.call(called)
            await call.answered()
            await speak(call, await two.rung(), 1.0)
            assert not told(call)
            await call.hangup()
        legs = await switch.cdrs_where(2)
        assert [leg for leg in legs if MARK in leg["variables"]] == []

    quiet()
    assert recordings.new() == []


@scene
async def test_call_from_outside_is_no_call_to_the_outside(
    extension: Extension, outsider: Outsider, recordings: Recordings
) -> None:
    async with (
        desk(extension, "music/3003", "music/3002") as (three, _),
        outsider(CALLER, "third") as caller,
    ):
        call = await caller.call("+17185550303")
        ringing = await three.rung()
        ringing.answer()
        await call.answered()
        await talk(call, ringing)
        await call.hangup()
    assert voices(recordings.of("3003")) == [True, True]
    assert len(recordings.new()) == 1


@scene
async def test_mailbox_is_not_recorded(
    extension: Extension, switch: Switch, recordings: Recordings
) -> None:
    async with desk(extension, "music/3001", "music/3005") as (one, five):
        call = await five.call("3001")
        await (await one.rung()).ended(within=8.0)
        await call.answered(within=8.0)
        assert await call.media.hears_sound(within=8.0)
        await asyncio.sleep(2.0)
        await call.hangup()
        # Nor a call to one's own mailbox.
        call = await one.call("*98")
        await call.answered()
        assert await call.media.hears_sound(within=8.0)
        await call.hangup()
    assert recordings.new() == []


@scene
async def test_one_file_a_leg_and_no_music_or_mailbox_after_a_transfer(
    extension: Extension, recordings: Recordings
) -> None:
    """3001 calls a colleague, who hands the call on to another, and that one to a mailbox."""
    async with desk(extension, "music/3001", "music/3002", "music/3006") as (one, two, six):
        call = await one.call("3002")
        first = await two.rung()
        first.answer()
        await call.answered()
        await talk(call, first, 1.0)
        assert (await first.refer("3006")).status == 202
        second = await six.rung()
        await asyncio.sleep(1.0)
        second.answer()
        await is_told(second)
        await speak(call, second, 1.0)
        assert told(call) == 1
        assert (await second.refer("3005")).status == 202  # nobody is there
        await call.ended(within=10.0)
    sound = recordings.of("3001")
    assert voices(sound) == [True, True]
    assert len(recordings.new()) == 1


@scene
async def test_group_with_a_mobile_is_a_call_to_the_outside(
    extension: Extension, outsider: Outsider, carriers: Carriers, compiled: Site,
    recordings: Recordings,
) -> None:  # fmt: skip
    carriers["mycarrier"].stop()
    _, port = compiled.carriers["mycarrier"]
    async with (
        desk(extension, "music/3004", "music/3005") as (four, five),
        outsider("far", "mycarrier", port=port, registrar=True) as far,
    ):
        for caller in (four, five):
            call = await caller.call("631")
            other = await far.rung(8.0)
            other.answer()
            await call.answered(within=8.0)
            if caller is four:
                await talk(call, other)
            else:
                await speak(call, other)
            await call.hangup()
    assert voices(recordings.of("3004")) == [True, True]
    assert len(recordings.new()) == 1


@scene
async def test_call_that_a_phone_hands_over_is_recorded_where_it_goes(
    extension: Extension, outsider: Outsider, recordings: Recordings
) -> None:
    """An attended transfer (REFER) to an extension that records callers, but not colleagues."""
    async with (
        desk(extension, "music/3002", "music/3003", behaviour=answers()) as (two, three),
        outsider(CALLER, "backup") as caller,
    ):
        call = await caller.call("+17185550302")
        await call.answered()
        first = await two.rung()
        asking = await two.call("3003")
        await asking.answered()
        asked = await three.rung()
        await speak(asking, asked, 0.5)
        assert not told(asked)
        assert recordings.new() == []
        assert (await first.refer("3003", replaces=asking)).status == 202
        await is_told(asked)
        await is_told(call)
        await speak(call, asked, 1.0)
        await call.hangup()
    assert voices(recordings.of("3003")) == [True, True]
    assert len(recordings.new()) == 1


@scene
async def test_call_that_a_colleague_took_is_recorded(
    extension: Extension, outsider: Outsider, recordings: Recordings
) -> None:
    async with (
        desk(extension, "music/3002", "music/3003") as (two, three),
        outsider(CALLER, "backup") as caller,
    ):
        call = await caller.call("+17185550302")
        await two.rung()
        taken = await three.call("*83002")
        await taken.answered(within=8.0)
        await talk(call, taken)
        await call.hangup()
    assert voices(recordings.of("3003")) == [True, True]
    assert len(recordings.new()) == 1


@scene
async def test_call_that_asks_first_and_is_handed_over_is_one_file(
    extension: Extension, outsider: Outsider, recordings: Recordings
) -> None:
    """3001 talks to a caller, asks a colleague by `*4`, and hands the caller over."""
    async with (
        desk(extension, "music/3001", "music/3006", behaviour=answers()) as (one, six),
        outsider(CALLER, "third") as caller,
    ):
        call = await caller.call("+17185550301")
        await call.answered()
        first = await one.rung()
        await talk(call, first, 0.5)
        await first.press("*4")
        await asyncio.sleep(1.0)
        await first.press("3006#")
        second = await six.rung(10.0)
        await is_told(second)
        await first.hangup()
        await speak(call, second, 0.5)
        assert told(call) == told(second) == 1
        await call.hangup()
    assert voices(recordings.of("3001")) == [True, True]
    assert len(recordings.new()) == 1


@scene
async def test_agent_of_a_queue_is_recorded_and_the_caller_hears_the_queue_s_music(
    extension: Extension, outsider: Outsider, switch: Switch, recordings: Recordings
) -> None:
    async with (
        agents(extension, switch, "3003", tenant="music") as (agent,),
        outsider(CALLER, "third") as caller,
    ):
        call = await caller.call("+17185550304")
        await call.answered()
        ringing = await agent.rung(10.0)
        songs = {hertz for name, hertz in lab.MUSIC.items() if "/any-" in name}
        assert await hears_one_of(call, songs)
        ringing.answer()
        await talk(call, ringing)
        await call.hangup()
    assert voices(recordings.of("3003")) == [True, True]
    assert len(recordings.new()) == 1


async def hears_one_of(call: Call, tones: set[int], within: float = 15.0) -> bool:
    start = len(call.media.heard)
    async with asyncio.timeout(within):
        while not any(audio.hears(call.media.heard[start:], hertz) for hertz in tones):
            await asyncio.sleep(0.1)
    return True


@scene
async def test_phone_bridged_by_the_switch_is_recorded(
    extension: Extension, outsider: Outsider, switch: Switch, compiled: Site,
    recordings: Recordings,
) -> None:  # fmt: skip
    """As a queue does it: the agent's leg is called alone, and bridged to the waiting caller."""
    domain = compiled.domain("music")
    async with (
        desk(extension, "music/3003", behaviour=answers()) as (agent,),
        desk(extension, "music/3002") as (two,),
        outsider(CALLER, "backup") as caller,
    ):
        call = await caller.call("+17185550302")
        first = await two.rung()
        first.answer()
        await call.answered()
        rows = await channels(switch)
        (waiting,) = [row["uuid"] for row in rows if row["direction"] == "inbound"]
        marks = "dialform_tenant=music,dialform_direction=internal,dialform_revision=x"
        reply = await switch.ask(f"originate {{{marks}}}user/3003@{domain} &park")
        uuid = reply.split()[1]
        await switch.ask(f"uuid_bridge {uuid} {waiting}")
        await talk(call, await agent.rung())
        await call.hangup()
    assert voices(recordings.of("3003")) == [True, True]


async def channels(switch: Switch) -> list[dict[str, Any]]:
    shown = await switch.becomes("show channels as json", '"rows"')
    return list(json.loads(shown)["rows"])
