"""Over WebSocket come the extensions that have a webphone, and nobody else, in no direction."""

from __future__ import annotations

import pytest

from .conftest import Extension
from .desk import desk
from .scene import scene
from .site import Site
from .switch import Switch

WEB = ["ws", "wss"]
ALLOWED, OTHER, BOTH = "webrtc/3001", "webrtc/3002", "webrtc/3003"


@pytest.mark.parametrize("transport", WEB)
class TestWebSocket:
    def test_a_webphone_s_extension_logs_in(
        self, extension: Extension, switch: Switch, transport: str
    ) -> None:
        @scene
        async def registers() -> None:
            async with desk(extension, ALLOWED, transport=transport):
                listed = await switch.ask("sofia status profile internal reg")
                assert f"Registered({transport.upper()}-NAT)" in listed

        registers()

    def test_a_wrong_password_is_refused(self, extension: Extension, transport: str) -> None:
        @scene
        async def registers() -> None:
            async with extension(ALLOWED, transport=transport) as web:
                assert (await web.register(password="guessed")).status == 403

        registers()

    def test_another_tenant_s_password_is_refused(
        self, extension: Extension, compiled: Site, transport: str
    ) -> None:
        @scene
        async def registers() -> None:
            stolen = compiled.password("acme/1003")
            async with extension(ALLOWED, transport=transport, password=stolen) as web:
                assert (await web.register()).status == 403
                call = await web.call("3002")
                assert await call.refused() == 403

        registers()

    def test_it_calls_a_desk(self, extension: Extension, transport: str) -> None:
        @scene
        async def calls() -> None:
            web = extension(ALLOWED, transport=transport)
            async with desk(extension, OTHER) as (bob,), web as caller:
                call = await caller.call("3002")
                (await bob.rung()).answer()
                await call.answered()

        calls()

    def test_another_extension_reaches_nothing_but_help(
        self, extension: Extension, switch: Switch, transport: str
    ) -> None:
        @scene
        async def calls() -> None:
            async with desk(extension, ALLOWED, BOTH) as (one, two):
                async with extension(OTHER, transport=transport) as web:
                    for number in ("3001", "601", "700", "*98", "+12125550177", "3002"):
                        call = await web.call(number)
                        assert await call.refused() == 403, number
                    help_ = await web.call("911")
                    await help_.answered()
                assert await one.stays_quiet(0.2) and await two.stays_quiet(0.2)
            refused = await switch.cdrs_where(6, dialform_refused="not_allowed")
            assert {leg["variables"]["dialform_extension"] for leg in refused} == {"3002"}

        calls()

    def test_another_extension_is_not_called(self, extension: Extension, transport: str) -> None:
        @scene
        async def rings() -> None:
            async with desk(extension, OTHER, transport=transport) as (web,):
                async with desk(extension, ALLOWED) as (caller,):
                    call = await caller.call("3002")
                    assert await call.refused() == 480
                    # A webphone in the same group does not let it pass, wherever it stands.
                    for group in ("601", "602"):
                        both = await caller.call(group)
                        (await caller.rung()).reject(486)
                        await both.refused(10.0)
                assert await web.stays_quiet(0.3)

        rings()


@scene
async def test_who_comes_by_websocket_cannot_say_otherwise(extension: Extension) -> None:
    async with desk(extension, BOTH) as (desk_,), extension(OTHER, transport="wss") as web:
        web.endpoint.transport = "udp"
        call = await web.call("3003")
        assert await desk_.stays_quiet(1.0)
        assert call.status in (0, 400)


ODD_CONTACTS = [
    ("<sip:3002@{host}:{port}>", ""),
    ("<sip:3002@{host}:{port};transport=WSS>", ""),
    ("<sip:3002@{host}:{port};%74ransport=ws>", ""),
    ("<sips:3002@{host}:{port};transport=ws>", ""),
    ("<sip:3002@x.invalid>", "<sip:{host}:{port};transport=wss;lr>"),
    ("<sip:3002@x.invalid>", "<sip:{host}:{port};lr;%74r%61nsport=%77ss>"),
    ("<sip:3002@x.invalid;fs_path=sip%3A{host}%3A{port}%253Btransport%253Dwss>", ""),
    ("<sip:3002@x.invalid;fs_path=sip:{host}:{port}%3Btransport%3Dwss>", ""),
]


@pytest.mark.parametrize(("contact", "path"), ODD_CONTACTS)
def test_no_contact_hides_the_websocket(
    extension: Extension, switch: Switch, contact: str, path: str
) -> None:
    @scene
    async def rings() -> None:
        async with desk(extension, ALLOWED) as (caller,), extension(OTHER, transport="wss") as web:
            host, port = web.address
            extra = [("Contact", contact.format(host=host, port=port)), ("Expires", "600")]
            if path:
                extra.append(("Path", path.format(host=host, port=port)))
            answer = await web.request("REGISTER", f"sip:{web.domain}", extra)
            call = await caller.call("3002")
            await call.refused(15.0)
            assert await web.stays_quiet(0.2), answer
        switch.api("sofia profile internal flush_inbound_reg")

    rings()
