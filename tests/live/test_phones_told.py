"""Phones are told to fetch their configuration: by their vendor's own event, and nobody else is."""

from __future__ import annotations

import asyncio

from dialform.reconcile.phones.listed import Phone as Listed
from dialform.reconcile.phones.telling import phone_profiles, tell
from dialform.switch import Client

from .conftest import Extension
from .desk import desk
from .scene import scene
from .sip import Message
from .switch import Switch
from .test_notify import notified


def listed(name: str, domain: str, vendor: str = "yealink", model: str = "t46s") -> Listed:
    """A phone of an extension as the index has it: `lamps/6001`."""
    slug, _, number = name.partition("/")
    return Listed("0015651a2b3c", slug, vendor, model, "1", (f"{number}.{slug}@{domain}",))


def told_of(phone: object, event: str) -> list[Message]:
    return [m for m in phone.requests("NOTIFY") if m.get("Event") == event]  # type: ignore[attr-defined]


@scene
async def test_a_registered_phone_is_told_by_its_vendors_event(
    extension: Extension, switch: Switch
) -> None:
    async with (
        desk(extension, "lamps/6001", "lamps/6002") as (one, two),
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
        assert not [m for m in two.requests("NOTIFY") if m.get("Event").startswith("check-sync")]
        missing = await tell(client, profiles, listed("lamps/6003", one.domain))
        assert (missing.how, missing.at) == ("unregistered", ())
