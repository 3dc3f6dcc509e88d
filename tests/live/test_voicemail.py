"""Leaving a message, hearing it with the right PIN, and the greetings."""

from __future__ import annotations

import asyncio

import pytest

from . import lab
from .conftest import Extension, Outsider
from .desk import desk
from .phone import Call, refuses
from .scene import scene
from .site import Site, secret_text
from .switch import Switch

MESSAGE = 880  # hertz of what callers say
BEEP = 640
CALLER = "+19175550100"


async def leaves_a_message(call: Call) -> None:
    """Waits for the tone, speaks for a while, hangs up."""
    await call.answered(within=6.0)
    assert await call.media.hears(BEEP, within=8.0)
    call.media.play(MESSAGE)
    await asyncio.sleep(2.0)
    await call.hangup()


async def counted(switch: Switch, box: str, new: int) -> None:
    """Waits until so many new messages lie in the box (`new:saved:urgent new:urgent saved`)."""
    await switch.becomes(f"vm_boxcount {box}|all", rf"^{new}:")


@scene
async def test_message_is_left_and_heard(
    extension: Extension, switch: Switch, compiled: Site
) -> None:
    box = f"2001@{compiled.domain('lab')}"
    async with desk(extension, "lab/2002", "lab/2001") as (caller, owner):
        call = await caller.call("2001")
        await (await owner.rung()).ended()  # nobody answers
        await leaves_a_message(call)
        await counted(switch, box, 1)

        call = await owner.call("*98")
        await call.answered()
        assert await call.media.hears(lab.ENTER_PIN)
        await call.press(compiled.secret("lab/2001/pin") + "#")
        assert await call.media.hears(lab.NEW_MESSAGES, within=6.0)
        await call.press("1")
        assert await call.media.hears(MESSAGE, within=12.0)
        await call.press("7")
        await counted(switch, box, 0)


@scene
async def test_wrong_pin_hears_nothing(
    extension: Extension, switch: Switch, compiled: Site
) -> None:
    async with desk(extension, "lab/2002", "lab/2001") as (caller, owner):
        owner.behaviour = refuses(486)
        await leaves_a_message(await caller.call("2001"))
        call = await owner.call("*98")
        await call.answered()
        for _ in range(2):
            assert await call.media.hears(lab.ENTER_PIN, within=8.0)
            await call.press("135790#")
            assert await call.media.hears(lab.WRONG_PIN, within=6.0)
        # Neither the SIP password nor an empty PIN opens the box.
        assert await call.media.hears(lab.ENTER_PIN, within=8.0)
        await call.press("#")
        await call.ended(within=20.0)
        await counted(switch, f"2001@{compiled.domain('lab')}", 1)


@scene
async def test_box_of_another_needs_its_number_and_its_pin(
    extension: Extension, compiled: Site, switch: Switch
) -> None:
    """A phone without a mailbox is asked for one; a PIN of another box does not open it."""
    async with desk(extension, "lab/2002") as (other,):
        for pin, hears in (
            (secret_text("x"), lab.WRONG_PIN),
            (compiled.secret("lab/2001/pin"), lab.NEW_MESSAGES),
        ):
            call = await other.call("*98")
            await call.answered()
            await call.media.hears_sound()
            await call.press("2001#")
            assert await call.media.hears(lab.ENTER_PIN, within=8.0)
            await call.press(pin + "#")
            assert await call.media.hears(hears, within=8.0)
            await call.hangup()


@scene
async def test_box_of_another_tenant_is_out_of_reach(extension: Extension, compiled: Site) -> None:
    async with desk(extension, "lab/2002") as (other,):
        call = await other.call("*98")
        await call.answered()
        await call.media.hears_sound()
        await call.press("1999#")
        await call.media.hears(lab.ENTER_PIN, within=8.0)
        await call.press(secret_text("acme-general") + "#")
        assert not await call.media.hears(lab.NEW_MESSAGES, within=3.0)


@pytest.mark.parametrize("state", ["busy", "unregistered"])
def test_own_mailbox_by_reason(extension: Extension, compiled: Site, state: str) -> None:
    @scene
    async def box() -> None:
        phones = ["acme/1003"] + (["acme/1001"] if state == "busy" else [])
        async with desk(extension, *phones, behaviour=refuses(486)) as (carol, *_):
            call = await carol.call("1001")
            await call.answered()
            assert await call.media.hears(BEEP, within=8.0)

    box()


@scene
async def test_explicit_mailbox_after_no_answer(extension: Extension) -> None:
    async with desk(extension, "acme/1003", "acme/1002") as (carol, bob):
        call = await carol.call("1002")
        await (await bob.rung()).ended()
        # Before the mailbox comes his mobile, where nobody presses a key.
        await call.answered(40.0)
        assert await call.media.hears(BEEP, within=8.0)


@scene
async def test_greeting_of_the_site(extension: Extension, outsider: Outsider) -> None:
    async with desk(extension, "lab/2001") as (caller,):
        call = await caller.call("2999")
        await call.answered()
        assert await call.media.hears(lab.BOX)
        assert await call.media.hears(BEEP, within=8.0)


@scene
async def test_message_from_outside_shows_who_called(
    extension: Extension, outsider: Outsider, switch: Switch, compiled: Site
) -> None:
    domain = compiled.domain("lab")
    async with outsider(CALLER, "third", name="Zoë & Söhne <x>") as caller:
        await leaves_a_message(await caller.call("+17185550111"))
    await switch.becomes(f"vm_list 2999@{domain}", CALLER.replace("+", r"\+"))


@scene
async def test_waiting_lamp(extension: Extension, switch: Switch, compiled: Site) -> None:
    """Who registers hears of the messages that wait."""
    async with desk(extension, "lab/2002") as (caller,):
        await leaves_a_message(await caller.call("2001"))
    async with desk(extension, "lab/2001") as (owner,):
        async with asyncio.timeout(8.0):
            while not owner.requests("NOTIFY"):
                await asyncio.sleep(0.05)
        body = owner.requests("NOTIFY")[-1].body.decode()
        assert "Messages-Waiting: yes" in body
        assert f"2001@{compiled.domain('lab')}" in body
