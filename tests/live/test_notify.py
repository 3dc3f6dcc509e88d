"""What the switch tells phones on its own: waiting messages, and that they shall fetch their
configuration."""

from __future__ import annotations

import asyncio
import time

import pytest

from dialform.renderers.freeswitch import registration

from .conftest import Extension, Outsider
from .desk import desk
from .phone import Phone
from .scene import scene
from .sip import Message
from .site import Site
from .switch import Switch
from .test_voicemail import leaves_a_message
from .watch import Watch

DID = "+17185550160"


async def notified(phone: Phone, text: str, event: str, within: float = 15.0) -> Message:
    """Waits for a NOTIFY of that event with that text."""
    deadline = time.monotonic() + within
    while True:
        for message in phone.requests("NOTIFY"):
            if message.get("Event").startswith(event) and text in message.body.decode():
                return message
        if time.monotonic() > deadline:
            raise AssertionError(f"{phone.user} was not told {text!r} of {event}")
        await asyncio.sleep(0.05)


@scene
async def test_waiting_lamp_after_a_message(
    extension: Extension, outsider: Outsider, switch: Switch, compiled: Site
) -> None:
    """The phone is told of a new message, unasked, and so is who subscribed; nobody else is."""
    async with (
        desk(extension, "lamps/6001", "lamps/6003") as (one, three),
        desk(extension, "others/6001") as (other,),
        outsider("+19175550100", "third") as caller,
    ):
        shared = Watch(three, "6001", event="message-summary")
        assert (await shared.subscribe()).status in (200, 202)
        crossing = Watch(other, f"sip:6001@{one.domain}", event="message-summary")
        await crossing.subscribe()
        call = await caller.call(DID)
        await (await one.rung()).ended(within=20.0)
        await leaves_a_message(call)
        told = await notified(one, "Messages-Waiting: yes", "message-summary")
        assert f"6001@{one.domain}" in told.body.decode()
        await notified(three, "Messages-Waiting: yes", "message-summary")
        assert crossing.notifies == []
        assert "Messages-Waiting: yes" not in "".join(
            message.body.decode() for message in other.requests("NOTIFY")
        )
        await switch.ask(f"vm_delete 6001@{one.domain}")
        await notified(one, "Messages-Waiting: no", "message-summary")


@scene
async def test_check_sync_reaches_the_phone(
    extension: Extension, switch: Switch, compiled: Site
) -> None:
    """After an apply a phone is told to fetch its configuration, by the name it is registered under."""
    async with desk(extension, "lamps/6001", "lamps/6002") as (one, two):
        name = f"{registration('lamps', '6001')}@{one.domain}"
        assert "OK" in await switch.ask(f"sofia profile internal check_sync {name}")
        await notified(one, "", "check-sync")
        await asyncio.sleep(0.5)
        assert not [m for m in two.requests("NOTIFY") if m.get("Event").startswith("check-sync")]


@pytest.mark.parametrize("event", ["check-sync", "message-summary", "talk", "refer"])
def test_notify_of_a_phone_reaches_no_other(
    extension: Extension, compiled: Site, event: str
) -> None:
    """A customer cannot make another's phone reboot or blink."""

    @scene
    async def alone() -> None:
        async with (
            desk(extension, "lamps/6001") as (one,),
            desk(extension, "others/6001") as (mallory,),
        ):
            # What it is told when it registers.
            await notified(one, "Messages-Waiting", "message-summary")
            before = len(one.received)
            for target in (f"sip:6001@{one.domain}", f"sip:6001.lamps@{one.domain}"):
                forged = Watch(mallory, target, event=event)
                await forged.send(
                    "NOTIFY",
                    [("Event", event), ("Subscription-State", "active"),
                     ("Content-Type", "application/simple-message-summary")],
                    b"Messages-Waiting: yes\r\nMessage-Account: sip:6001@lamps.pbx.example.com\r\n",
                )  # fmt: skip
            await asyncio.sleep(1.0)
            assert [m.start for m in one.received[before:]] == []

    alone()
