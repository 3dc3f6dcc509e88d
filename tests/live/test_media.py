"""Encryption of the audio, timers of a call, fax over IP that passes through."""

from __future__ import annotations

import asyncio
import base64

import pytest

from .conftest import Carriers, Extension, Outsider
from .desk import desk
from .phone import Call, Phone, answers
from .scene import play, scene
from .sip import Address, Message
from .switch import Switch

KEY = base64.b64encode(bytes(range(30))).decode()
CRYPTO = f"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{KEY}\r\n"


def encrypting(phone: Phone) -> Phone:
    """Makes a phone offer and answer SRTP. What it says is encrypted; what it sends nobody listens to."""
    plain = phone.endpoint.send

    def send(message: Message, to: Address) -> None:
        body = message.body
        if b"RTP/AVP" in body:
            body = body.replace(b"RTP/AVP", b"RTP/SAVP") + CRYPTO.encode()
            message = Message(message.start, message.headers, body)
        plain(message, to)

    phone.endpoint.send = send  # type: ignore[method-assign]
    return phone


def media_lines(call: Call) -> list[str]:
    """What a phone was offered."""
    return [line for line in call.invite.body.decode().splitlines() if line.startswith("m=audio")]


# SRTP.


@pytest.mark.parametrize("secure", [False, True])
def test_required_from_the_phone(extension: Extension, switch: Switch, secure: bool) -> None:
    """`srtp: required` refuses a call without it before anybody rings."""

    @scene
    async def call() -> None:
        async with desk(extension, "lamps/6011", "lamps/6002") as (caller, two):
            if not secure:
                made = await caller.call("6002")
                assert await made.refused() == 488
                assert await two.stays_quiet(0.3)
                return
            made = await encrypting(caller).call("6002")
            (await two.rung()).answer()
            answer = await made.answered()
            assert b"RTP/SAVP" in answer.body and b"a=crypto:" in answer.body
            await made.hangup()
            legs = await switch.cdrs_where(1, dialform_extension="6011", direction="inbound")
            assert "AES_CM" in legs[0]["variables"]["rtp_secure_media_negotiated"]

    call()


@scene
async def test_required_to_the_phone(extension: Extension) -> None:
    """It is offered nothing else, and whoever answers without it is not talked to."""
    async with desk(extension, "lamps/6011", "lamps/6002") as (called, two):
        made = await two.call("6011")
        ringing = await called.rung()
        assert media_lines(ringing) and all("RTP/SAVP" in line for line in media_lines(ringing))
        assert b"a=crypto:" in ringing.invite.body
        ringing.answer()
        await ringing.ended()
        assert not made.up
    async with desk(extension, "lamps/6011", "lamps/6002") as (called, two):
        made = await two.call("6011")
        ringing = await encrypting(called).rung()
        ringing.answer()
        await made.answered()
        await made.hangup()


@scene
async def test_emergency_calls_need_no_encryption(extension: Extension, carriers: Carriers) -> None:
    async with desk(extension, "lamps/6011") as (caller,):
        call = await caller.call("911")
        await call.answered()
        await call.hangup()


@scene
async def test_off_is_neither_offered_nor_taken(extension: Extension) -> None:
    async with (
        desk(extension, "lamps/6012", transport="tls") as (never,),
        desk(extension, "lamps/6002") as (two,),
    ):
        made = await two.call("6012")
        ringing = await never.rung()
        assert b"a=crypto:" not in ringing.invite.body
        await made.hangup()
        two.behaviour = answers()
        call = await encrypting(never).call("6002")
        assert await call.refused(within=10.0) == 488


@pytest.mark.parametrize("transport", ["udp", "tls"])
def test_optional_is_offered_where_the_keys_are_safe(extension: Extension, transport: str) -> None:
    """Over TLS both are offered, encrypted first; over UDP the keys would be in the clear."""

    @scene
    async def call() -> None:
        async with (
            desk(extension, "lamps/6001", transport=transport) as (called,),
            desk(extension, "lamps/6002") as (two,),
        ):
            made = await two.call("6001")
            ringing = await called.rung()
            offered = [line.split()[2] for line in media_lines(ringing)]
            assert offered == (["RTP/SAVP", "RTP/AVP"] if transport == "tls" else ["RTP/AVP"])
            await made.hangup()
            # And taken, if the phone begins.
            two.behaviour = answers()
            call = await encrypting(called).call("6002")
            assert b"RTP/SAVP" in (await call.answered()).body
            await call.hangup()

    call()


# Session timers (RFC 4028).


@scene
async def test_session_timer_is_agreed(extension: Extension) -> None:
    async with desk(extension, "lamps/6001", "lamps/6002") as (one, two):
        two.behaviour = answers()
        headers = [("Supported", "timer"), ("Session-Expires", "150;refresher=uac")]
        call = await one.call("6002", headers=headers)
        answer = await call.answered()
        assert answer.get("Session-Expires").startswith("150")
        invite = (await two.rung()).invite
        assert invite.get("Session-Expires").startswith("1800")
        assert invite.get("Min-SE").startswith("120")
        refreshed = await call.request("UPDATE", headers)
        assert refreshed.status == 200
        assert refreshed.get("Session-Expires").startswith("150")
        await call.hangup()


def test_session_timer_is_kept_by_the_switch(extension: Extension) -> None:
    """After half of the time it asks whether the call still is (a minute: RFC 4028 wants 90 s at least)."""

    async def kept() -> None:
        async with desk(extension, "lamps/6001", "lamps/6002") as (one, two):
            two.behaviour = answers()
            headers = [("Supported", "timer"), ("Session-Expires", "120;refresher=uas")]
            call = await one.call("6002", headers=headers)
            assert "uas" in (await call.answered()).get("Session-Expires")
            asked = await call.requested("INVITE", within=80.0)
            assert asked.has("Session-Expires")
            assert not call.over
            await call.hangup()

    play(kept(), timeout=110.0)


@scene
async def test_session_timer_that_is_too_short(extension: Extension) -> None:
    async with desk(extension, "lamps/6001") as (one,):
        headers = [("Supported", "timer"), ("Session-Expires", "60")]
        call = await one.call("6002", headers=headers)
        assert await call.refused() == 422
        assert call.answers[-1].get("Min-SE") == "120"


@scene
async def test_session_timer_of_a_carrier(
    extension: Extension, carriers: Carriers, outsider: Outsider
) -> None:
    async with (
        desk(extension, "lamps/6001", behaviour=answers()) as (_,),
        outsider("+19175550100", "third") as caller,
    ):
        headers = [("Supported", "timer"), ("Session-Expires", "200;refresher=uac")]
        call = await caller.call("+17185550160", headers=headers)
        answer = await call.answered()
        assert answer.get("Session-Expires").startswith("200")
        await call.hangup()


# Fax over IP.


def t38(call: Call) -> bytes:
    """A description of a fax (ITU-T T.38, annex D) in place of the audio."""
    host, port = call._ours.address
    return (
        f"v=0\r\no=phone 7 7 IN IP4 {host}\r\ns=fax\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
        f"m=image {port} udptl t38\r\na=T38FaxVersion:0\r\na=T38MaxBitRate:14400\r\n"
        "a=T38FaxRateManagement:transferredTCF\r\na=T38FaxMaxBuffer:260\r\n"
        "a=T38FaxMaxDatagram:316\r\na=T38FaxUdpEC:t38UDPRedundancy\r\n"
    ).encode()


def takes_t38(call: Call) -> None:
    """Lets one end agree to a fax."""
    talks = call._on_offer

    def on_offer(request: Message, peer: Address) -> None:
        if b"m=image" not in request.body:
            talks(request, peer)
            return
        response = request.response(200, tag=call.dialog.local_tag)
        response.headers += [
            ("Contact", call.dialog.contact),
            ("Content-Type", "application/sdp"),
        ]
        response.body = t38(call)
        call.phone.endpoint.respond(request, response, peer)

    call._on_offer = on_offer  # type: ignore[method-assign]


@pytest.mark.parametrize("begins", ["phone", "carrier"])
def test_fax_over_ip_passes_through(extension: Extension, outsider: Outsider, begins: str) -> None:
    """A re-INVITE to T.38 on one leg is one on the other leg, and its answer comes back."""

    @scene
    async def passes() -> None:
        async with (
            desk(extension, "lamps/6001") as (one,),
            outsider("+19175550100", "third") as caller,
        ):
            out = await caller.call("+17185550160")
            called = await one.rung()
            called.answer()
            await out.answered()
            await asyncio.sleep(0.5)
            here, there = (called, out) if begins == "phone" else (out, called)
            takes_t38(there)
            offer = here.dialog.request("INVITE", body=t38(here))
            hop = here.dialog.next_hop(here.peer)
            transaction = here.phone.endpoint.request(offer, hop)
            answer = await transaction.final(15.0)
            assert answer.status == 200
            assert b"m=image" in answer.body
            ack = here.dialog.request("ACK", cseq=here.dialog.cseq)
            here.phone.endpoint.send(here.phone.endpoint.stamped(ack), hop)
            assert b"m=image" in (await there.requested("INVITE")).body
            await out.hangup()

    passes()
