"""Phones are told to fetch their configuration: by their vendor's own event, and nobody else is."""

from __future__ import annotations

import asyncio

import pytest

from dialform.reconcile.phones.listed import Phone as Listed
from dialform.reconcile.phones.telling import phone_profiles, tell
from dialform.switch import Client
from dialform.switch.notices import SETTLE, notify
from dialform.switch.questions import registered

from .conftest import Extension
from .desk import desk
from .phone import Phone
from .scene import scene
from .switch import Switch
from .test_notify import notified


def listed(name: str, domain: str, vendor: str = "yealink", model: str = "t46s") -> Listed:
    """A phone of an extension as the index has it: `lamps/6001`."""
    slug, _, number = name.partition("/")
    return Listed("0015651a2b3c", slug, vendor, model, "1", (f"{number}.{slug}@{domain}",))


def told_of(phone: Phone) -> list[str]:
    """The events of check-sync that it got."""
    events = [message.get("Event") for message in phone.requests("NOTIFY")]
    return [event for event in events if event.startswith("check-sync")]


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
def test_a_registered_phone_is_told_by_its_vendors_event(
    extension: Extension, switch: Switch, transport: str
) -> None:
    @scene
    async def story() -> None:
        async with (
            desk(extension, "lamps/6001", "lamps/6002", transport=transport) as (one, two),
            Client(switch.esl.address, switch.esl.password) as client,
        ):
            profiles = await phone_profiles(client.api)
            done = await tell(client, profiles, listed("lamps/6001", one.domain))
            assert done.how == "told"
            await notified(one, "", "check-sync;reboot=false")
            again = await tell(client, profiles, listed("lamps/6001", one.domain), "reboot")
            assert again.event == "check-sync;reboot=true"
            await notified(one, "", "check-sync;reboot=true")
            await asyncio.sleep(0.5)
            assert told_of(two) == []
            missing = await tell(client, profiles, listed("lamps/6003", one.domain))
            assert (missing.how, missing.at) == ("unregistered", ())

    story()


@scene
async def test_the_switch_says_ok_whoever_is_meant_and_goes_by_the_call_id_alone(
    extension: Extension, switch: Switch
) -> None:
    """As the simulator has it: what is known of `sendevent NOTIFY` is known of the real switch."""
    async with (
        desk(extension, "lamps/6001", "lamps/6002") as (one, two),
        Client(switch.esl.address, switch.esl.password) as client,
    ):
        (mine,) = await registered(client.api, "internal", f"6001.lamps@{one.domain}")
        for nobody in (
            mine._replace(profile="nowhere"),
            mine._replace(call_id="nobody's"),
            mine._replace(user="6002.lamps", call_id="nobody's"),
        ):
            assert await notify(client, nobody, "check-sync;nobody")
        assert await notify(client, mine._replace(user="6002.lamps"), "check-sync;by=call-id")
        await notified(one, "", "check-sync;by=call-id")
        await asyncio.sleep(0.5)
        assert told_of(one) == ["check-sync;by=call-id"]
        assert told_of(two) == []


@scene
async def test_who_is_flushed_after_the_pause_has_heard(
    extension: Extension, switch: Switch
) -> None:
    async with (
        desk(extension, "lamps/6001") as (one,),
        Client(switch.esl.address, switch.esl.password) as client,
    ):
        who = f"6001.lamps@{one.domain}"
        for turn in range(5):
            await one.register()
            (mine,) = await registered(client.api, "internal", who)
            await notify(client, mine, f"check-sync;turn={turn}")
            await asyncio.sleep(SETTLE)
            await client.api(f"sofia profile internal flush_inbound_reg {who}")
            assert f"check-sync;turn={turn}" in told_of(one)
