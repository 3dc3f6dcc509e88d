"""Rooms that others would like to get into: another tenant, a carrier, a stranger."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import pytest

from . import audio
from .conftest import Carriers, Extension, Outsider
from .desk import desk
from .phone import Phone, answers
from .rooms import CALLER, ONE, TWO, WITHIN, joins, members
from .scene import scene
from .switch import Switch


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
