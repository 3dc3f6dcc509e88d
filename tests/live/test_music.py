"""Music on hold: whoever is held hears the tenant's own, on every kind of leg."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence

from . import audio, lab
from .conftest import Carriers, Extension, Outsider
from .desk import desk
from .phone import Call, answers
from .scene import scene
from .site import Site
from .switch import Switch

CALLER = "+19175550100"
SONGS = [lab.MUSIC[f"tones/hold-{number}.wav"] for number in (1, 2, 3)]
FIRST, SECOND, THIRD = SONGS
ANY = {hertz for name, hertz in lab.MUSIC.items() if name.startswith("tones/any")}
ACME = lab.MUSIC["hold.wav"]
VOICE = 600


def played(samples: Sequence[int]) -> list[int]:
    """The songs of the tenant's stream in the order that they were heard, each once in a row."""
    found: list[int] = []
    for place in range(0, len(samples) - 800, 800):
        part = samples[place : place + 800]
        song = next((hertz for hertz in SONGS if audio.hears(part, hertz)), 0)
        if song and found[-1:] != [song]:
            found.append(song)
    return found


async def hears_music(call: Call) -> None:
    """All songs of the tenant's stream in their order, and nobody else's."""
    start = len(call.media.heard)
    assert await call.media.hears(THIRD, within=15.0)
    for hertz in SONGS:
        assert await call.media.hears(hertz, within=15.0)
    sound = call.media.heard[start:]
    order = played(sound)
    after = dict(zip(SONGS, [*SONGS[1:], FIRST], strict=True))
    assert set(order) == set(SONGS)
    assert all(after[one] == then for one, then in itertools.pairwise(order)), order
    assert not audio.hears(sound, ACME)


@scene
async def test_colleague_on_hold_hears_music(extension: Extension) -> None:
    async with desk(extension, "music/3002", "music/3006") as (caller, called):
        called.behaviour = answers(hertz=VOICE)
        call = await caller.call("3006")
        await call.answered()
        assert await call.media.hears(VOICE)
        held = await called.rung()
        await held.hold()
        await hears_music(call)
        await held.hold("sendrecv")
        assert await call.media.hears(VOICE, within=8.0)


@scene
async def test_called_colleague_on_hold_hears_music(extension: Extension) -> None:
    async with desk(extension, "music/3002", "music/3006") as (caller, called):
        called.behaviour = answers(hertz=VOICE)
        call = await caller.call("3006")
        await call.answered()
        assert await call.media.hears(VOICE, within=8.0)
        other = await called.rung()
        await call.hold()
        await hears_music(other)


@scene
async def test_caller_from_outside_on_hold_hears_music_and_need_not_send(
    extension: Extension, outsider: Outsider
) -> None:
    """A caller whose phone sends no RTP hears music and prompts all the same."""
    async with (
        desk(extension, "music/3002", behaviour=answers()) as (called,),
        outsider(CALLER, "backup") as caller,
    ):
        call = await caller.call("+17185550302")
        await call.answered()
        call.media.muted = True
        await (await called.rung()).hold()
        await hears_music(call)
        await call.hangup()
        call = await caller.call("+17185550101")  # the menu of another tenant
        await call.answered()
        call.media.muted = True
        assert await call.media.hears(lab.MENU, within=8.0)


@scene
async def test_who_was_called_outside_hears_music_on_hold(
    extension: Extension, outsider: Outsider, carriers: Carriers, compiled: Site
) -> None:
    carriers["mycarrier"].stop()
    _, port = compiled.carriers["mycarrier"]
    async with (
        desk(extension, "music/3002") as (caller,),
        outsider("far", "mycarrier", port=port, registrar=True) as far,
    ):
        far.behaviour = answers(hertz=VOICE)
        call = await caller.call("2125550177")
        await call.answered(within=10.0)
        assert await call.media.hears(VOICE, within=8.0)
        other = await far.rung()
        await call.hold()
        await hears_music(other)


@scene
async def test_tenants_hear_their_own_music_only(extension: Extension) -> None:
    async with (
        desk(extension, "acme/1001", "acme/1003", behaviour=answers()) as (alice, carol),
        desk(extension, "lab/2002", "lab/2003", behaviour=answers()) as (two, three),
    ):
        call = await alice.call("1003")
        await call.answered()
        await (await carol.rung()).hold()
        assert await call.media.hears(ACME, within=15.0)
        start = len(call.media.heard)
        assert not await call.media.hears(FIRST, within=5.0)
        assert not played(call.media.heard[start:])
        await call.hangup()
        # A tenant without music keeps silence.
        call = await two.call("2003")
        await call.answered()
        await (await three.rung()).hold()
        await call.media.hears_sound(within=0.5)
        assert not await call.media.hears_sound(within=4.0)


@scene
async def test_caller_hears_music_while_a_transfer_rings(
    extension: Extension, outsider: Outsider
) -> None:
    async with (
        desk(extension, "music/3002", "music/3006") as (two, six),
        outsider(CALLER, "backup") as caller,
    ):
        two.behaviour = answers()
        call = await caller.call("+17185550302")
        await call.answered()
        assert (await (await two.rung()).refer("3006")).status == 202
        ringing = await six.rung()
        assert await call.media.hears(FIRST, within=12.0)
        ringing.media.play(VOICE)
        ringing.answer()
        assert await call.media.hears(VOICE, within=8.0)


@scene
async def test_shuffled_stream_plays_all_its_files(extension: Extension, switch: Switch) -> None:
    """Heard as a queue would have it played: the stream's name is all that it takes."""
    async with desk(extension, "music/3002", "music/3006", behaviour=answers()) as (caller, called):
        call = await caller.call("3006")
        await call.answered()
        await called.rung()
        called.calls[-1].media.play(VOICE)
        assert await call.media.hears(VOICE, within=8.0)
        rows = json.loads(await switch.becomes("show channels as json", '"rows"'))["rows"]
        (uuid,) = [row["uuid"] for row in rows if row["direction"] == "inbound"]
        await switch.ask(f"uuid_setvar {uuid} hold_music local_stream://music.any")
        await call.hold()
        other = called.calls[-1]
        for hertz in sorted(ANY):
            assert await other.media.hears(hertz, within=40.0), hertz


def test_streams_of_the_site_are_there(switch: Switch) -> None:
    shown = switch.api("local_stream show")
    for name in ("default", "acme.default", "music.default", "music.any", "nordlicht.warten"):
        assert f"{name}," in shown
