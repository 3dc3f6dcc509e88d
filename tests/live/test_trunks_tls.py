"""A carrier over TLS, in both directions."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

from .conftest import Extension, Outsider
from .desk import desk
from .phone import answers
from .rtp import Rtp
from .scene import scene
from .sdp import Audio
from .sip import Address, Framer, Message, token
from .site import Site
from .switch import Switch

CALLED, TONE = "+17875550123", 780


class Trunk:
    """A server that takes one call after the other over TLS, and plays a tone."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.received: list[Message] = []
        self.ciphers: list[str] = []
        self.media = Rtp()
        self._open: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        cipher = writer.get_extra_info("cipher")
        self.ciphers.append(cipher[1])
        self._open.append(writer)
        framer = Framer()
        while data := await reader.read(65536):
            for message in framer.feed(data):
                self.received.append(message)
                if message.is_request and message.method != "ACK":
                    writer.write((await self.answer(message)).encode())

    async def answer(self, request: Message) -> Message:
        response = request.response(200, tag=token(4))
        if request.method == "INVITE":
            offered = Audio.parse(request.body)
            ours = Audio(await self.media.open(self.address[0]))
            agreed = offered.answered_by(ours)
            self.media.play(TONE)
            self.media.connect(offered, agreed)
            host, port = self.address
            response.headers += [
                ("Contact", f"<sip:trunk@{host}:{port};transport=tls>"),
                ("Content-Type", "application/sdp"),
            ]
            response.body = agreed.encode()
        return response

    async def close(self) -> None:
        """Ends its connections; the switch keeps them for the next call."""
        self.media.close()
        for writer in self._open:
            writer.close()
        await asyncio.sleep(0.1)

    def requests(self, method: str) -> list[Message]:
        return [m for m in self.received if m.is_request and m.method == method]


@contextlib.asynccontextmanager
async def trunk(address: Address, certificate: Path) -> AsyncIterator[Trunk]:
    """Listens at the carrier's address, with a certificate that proves nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    far = Trunk(address)
    server = await asyncio.start_server(far.serve, *address, ssl=context)
    try:
        yield far
    finally:
        server.close()
        await far.close()


@scene
async def test_call_to_a_carrier_over_tls(
    extension: Extension, compiled: Site, switch: Switch
) -> None:
    certificate = compiled.state / "certs" / "tls.pem"
    async with (
        trunk(compiled.encrypted["tls"], certificate) as far,
        desk(extension, "lamps/6001") as (one,),
    ):
        call = await one.call(CALLED)
        await call.answered(within=10.0)
        assert await call.media.hears(TONE)
        invite = far.requests("INVITE")[0]
        assert invite.uri.user == CALLED
        assert "SIP/2.0/TLS" in invite.get("Via")
        assert invite.uri.param("transport") in (None, "tls")
        assert set(far.ciphers) <= {"TLSv1.2", "TLSv1.3"}
        await call.hangup()
        legs = await switch.cdrs_where(1, dialform_trunk="tls", dialform_direction="outbound")
        assert legs[0]["variables"]["dialform_tenant"] == "lamps"
        assert far.requests("BYE")


@scene
async def test_call_from_a_carrier_over_tls(
    extension: Extension, outsider: Outsider, compiled: Site
) -> None:
    """The profile of the carriers listens for TLS on the port after its own; strangers get nothing there."""
    host, port = compiled.address("external")
    source = compiled.encrypted["tls"][0]
    async with desk(extension, "lamps/6001", behaviour=answers(hertz=TONE)) as (one,):
        given = {"proxy": (host, port + 1), "transport": "tls"}
        async with outsider("+19175550100", source, **given) as caller:
            call = await caller.call("+17185550160")
            await call.answered()
            assert await call.media.hears(TONE)
            await one.rung()
            await call.hangup()
        async with outsider("+19175550100", "127.0.0.66", **given) as stranger:
            call = await stranger.call("+17185550160")
            assert await call.refused() == 403
            assert await one.stays_quiet(0.2)
