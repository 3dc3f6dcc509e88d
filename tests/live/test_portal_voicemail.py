"""My account on the real switch: messages that phones leave, greetings that callers hear, PINs, forwards."""

from __future__ import annotations

import asyncio
import contextlib
import io
import math
import re
import wave
from array import array
from collections.abc import AsyncIterator
from pathlib import Path

from dialform.reconcile.desk import greetings
from dialform.switch.questions import Box
from tests.unit.switch.mailbox_session import differences, said

from . import audio, lab
from .conftest import Extension
from .desk import desk
from .phone import Phone, answers, refuses
from .portaldesk import Desk, portal
from .scene import scene
from .site import Site
from .switch import Switch
from .test_voicemail import BEEP, MESSAGE, leaves_a_message

ALICE, SHARED, BOB = "/me/voicemail/1001", "/me/voicemail/1999", "/me/forwarding/1002"
GREETING = 1640
"""Hertz of what the portal hands in."""


def tone(hertz: float, seconds: float = 2.0) -> bytes:
    turn = 2 * math.pi * hertz / 8000
    made = io.BytesIO()
    with wave.open(made, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        samples = array(
            "h", (int(12000 * math.sin(turn * at)) for at in range(int(8000 * seconds)))
        )
        out.writeframes(samples.tobytes())
    return made.getvalue()


def samples(recording: bytes) -> list[int]:
    with wave.open(io.BytesIO(recording), "rb") as stream:
        assert stream.getsampwidth() == 2
        return list(array("h", stream.readframes(stream.getnframes())))


@contextlib.asynccontextmanager
async def emptied(switch: Switch, *boxes: str) -> AsyncIterator[None]:
    """Mailboxes that nothing is in before and after."""
    for box in boxes:
        await switch.ask(f"vm_delete {box}")
    try:
        yield
    finally:
        for box in boxes:
            await switch.ask(f"vm_delete {box}")


async def lamp(phone: Phone, waiting: str, within: float = 8.0) -> None:
    """Waits until the newest NOTIFY to a phone says whether messages wait."""
    async with asyncio.timeout(within):
        while True:
            bodies = [one.body.decode() for one in phone.requests("NOTIFY")]
            found = [body for body in bodies if "Messages-Waiting" in body]
            if found and f"Messages-Waiting: {waiting}" in found[-1]:
                return
            await asyncio.sleep(0.05)


def uuids(page: str) -> list[str]:
    return re.findall(r'data-message="([0-9a-f-]{36})"', page)


@scene
async def test_a_message_is_listened_to_marked_and_deleted_and_the_lamp_follows(
    compiled: Site, extension: Extension, switch: Switch, tmp_path: Path
) -> None:
    box = f"1001@{compiled.domain('acme')}"
    async with (
        emptied(switch, box),
        desk(extension, "acme/1003", "acme/1001") as (carol, alice),
        portal(compiled, tmp_path, "acme/alice") as me,
    ):
        alice.behaviour = refuses(486)
        await leaves_a_message(await carol.call("1001"))
        await switch.becomes(f"vm_boxcount {box}|all", r"^1:0:")
        await lamp(alice, "yes")
        page = await me.page(ALICE)
        assert "Carol Poe" in page
        (uuid,) = uuids(page)

        found = await me.gets(f"{ALICE}/{uuid}/recording.wav")
        assert found.status_code == 200
        kept = Path((await switch.ask(f"vm_list {box}")).split(":")[5])
        assert found.content == kept.read_bytes()
        assert audio.hears(samples(found.content), MESSAGE)
        part = await me.gets(f"{ALICE}/{uuid}/recording.wav", headers={"range": "bytes=44-143"})
        assert (part.status_code, part.content) == (206, found.content[44:144])

        await me.does(f"{ALICE}/messages", message=uuid, do="heard")
        await lamp(alice, "no")
        assert (await switch.ask(f"vm_boxcount {box}|all")).startswith("0:1:")
        await me.does(f"{ALICE}/messages", message=uuid, do="new")
        await lamp(alice, "yes")
        await me.does(f"{ALICE}/messages", message=uuid, do="delete", sure="yes")
        await lamp(alice, "no")
        assert (await switch.ask(f"vm_boxcount {box}|all")).startswith("0:0:")
        assert not kept.exists()
        assert "No messages" in await me.page(ALICE)


@scene
async def test_callers_hear_the_greeting_that_was_handed_in_and_the_site_s_again(
    compiled: Site, extension: Extension, switch: Switch, tmp_path: Path
) -> None:
    async def heard(phone: Phone, hertz: float) -> bool:
        call = await phone.call("1999")
        await call.answered()
        found = await call.media.hears(hertz, within=5.0)
        assert await call.media.hears(BEEP, within=8.0)
        await call.hangup()
        return found

    async with (
        emptied(switch, f"1999@{compiled.domain('acme')}"),
        desk(extension, "acme/1003") as (carol,),
        portal(compiled, tmp_path, "acme/alice") as me,
    ):
        assert await heard(carol, lab.BOX)
        await me.sends(f"{SHARED}/greeting", "sound", tone(GREETING), do="record", slot="3")
        assert await heard(carol, GREETING)
        assert "<strong>greeting 3</strong>" in await me.page(f"{SHARED}/settings")
        again = await me.gets(f"{SHARED}/greeting/3.wav")
        assert again.content == tone(GREETING)
        await me.does(f"{SHARED}/greeting", do="choose", slot="0")
        assert await heard(carol, lab.BOX)
        await me.does(f"{SHARED}/greeting", do="choose", slot="3")
        assert await heard(carol, GREETING)
        await me.does(f"{SHARED}/greeting", do="choose", slot="0")
        exchange = switch.folder / "storage" / "greetings"
        assert list(exchange.iterdir()) == []


@scene
async def test_the_pin_that_was_chosen_opens_and_the_given_one_does_not_until_it_is_taken_back(
    compiled: Site, extension: Extension, switch: Switch, tmp_path: Path
) -> None:
    given, chosen = compiled.secret("acme/1001/pin"), "86420"

    async def opens(phone: Phone, pin: str) -> bool:
        call = await phone.call("*98")
        await call.answered()
        assert await call.media.hears(lab.ENTER_PIN)
        await call.press(pin + "#")
        found = not await call.media.hears(lab.WRONG_PIN, within=3.0)
        await call.hangup()
        return found

    async with (
        desk(extension, "acme/1001") as (alice,),
        portal(compiled, tmp_path, "acme/alice") as me,
    ):
        assert await opens(alice, given)
        await me.does(f"{ALICE}/pin", do="set", pin=chosen, again=chosen)
        assert await opens(alice, chosen)
        assert not await opens(alice, given)
        assert "chosen by you" in await me.page(f"{ALICE}/settings")
        await me.does(f"{ALICE}/pin", do="back")
        assert await opens(alice, given)
        assert not await opens(alice, chosen)
        shown = await me._client.post(f"{ALICE}/pin", data={"csrf": "token", "do": "show"})
        assert given in shown.text


@scene
async def test_calls_go_where_the_portal_says_as_where_a_phone_would_have_said(
    compiled: Site, extension: Extension, switch: Switch, tmp_path: Path
) -> None:
    async def set_by_phone(me: Desk) -> str:
        return await me.page("/me/forwarding")

    async with (
        desk(extension, "acme/1001", "acme/1002", "acme/1003", behaviour=answers()) as phones,
        portal(compiled, tmp_path, "acme/bob") as me,
    ):
        alice, bob, carol = phones
        await me.does(f"{BOB}/forward", do="on", to="1003")
        call = await alice.call("1002")
        assert (await carol.rung()) is not None
        await call.answered()
        await call.hangup()
        call = await bob.call("*73")
        await call.answered()
        assert await call.media.hears(lab.FORWARD_OFF)
        await call.ended()
        assert "Stop forwarding" not in await set_by_phone(me)
        call = await bob.call("*78")
        await call.answered()
        assert await call.media.hears(lab.DND_ON)
        await call.ended()
        assert "Disturb again" in await set_by_phone(me)
        await me.does(f"{BOB}/dnd", do="off")
        call = await alice.call("1002")
        await bob.rung()
        await call.answered()
        await call.hangup()


@scene
async def test_every_reply_about_mailboxes_is_the_recorded_one(switch: Switch) -> None:
    """So the simulated switch, which is held against the recording, answers as this one."""
    box, storage = Box("2001", "lab.pbx.example.com"), switch.folder / "storage"
    switch.expects("Cannot find profile|Cannot locate domain|Error Opening File")
    said(storage)
    async with emptied(switch, box.address):
        try:
            assert await asyncio.to_thread(differences, switch.esl.api, storage) == []
        finally:
            await greetings.choose(switch.ask, box, 0)
