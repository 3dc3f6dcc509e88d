"""Phones log in over UDP, TCP and TLS with their password, and with nothing else."""

from __future__ import annotations

import pytest

from .conftest import Extension
from .desk import desk
from .scene import scene
from .site import Site
from .switch import Switch

TRANSPORTS = ["udp", "tcp", "tls"]


@pytest.mark.parametrize("transport", TRANSPORTS)
class TestPassword:
    def test_right_one_is_let_in(
        self, extension: Extension, switch: Switch, transport: str
    ) -> None:
        @scene
        async def registers() -> None:
            async with extension("acme/1001", transport=transport) as alice:
                assert (await alice.register()).status == 200
                listed = await switch.ask("sofia status profile internal reg")
                assert f"{alice.address[1]}" in listed
                await alice.unregister()

        registers()

    def test_wrong_one_is_refused(self, extension: Extension, transport: str) -> None:
        @scene
        async def registers() -> None:
            async with extension("acme/1001", transport=transport) as alice:
                assert (await alice.register(password="guessed")).status == 403

        registers()


@scene
async def test_the_answer_lists_no_contact(extension: Extension) -> None:
    """Against RFC 3261, 10.3; the softphone fills it in (console/web/src/phone/wire.ts). Where this fails
    the switch has learnt it, and that can go.
    """
    async with extension("acme/1001") as alice:
        assert (await alice.register()).get("Contact") == ""
        await alice.unregister()


@scene
async def test_password_that_the_command_shows_is_let_in(
    extension: Extension, compiled: Site
) -> None:
    async with extension("acme/1001", password=compiled.shown("acme/1001/sip")) as alice:
        assert (await alice.register()).status == 200
        await alice.unregister()


@pytest.mark.parametrize("password", ["", "wrong"])
def test_unknown_domain_is_refused(extension: Extension, password: str) -> None:
    @scene
    async def registers() -> None:
        async with extension("acme/1001", password=password) as mallory:
            mallory.domain = "nowhere.example.com"
            assert (await mallory.register()).status in (401, 403)
            assert (await mallory.register(password="x")).status == 403

    registers()


@scene
async def test_unknown_extension_is_refused(extension: Extension, compiled: Site) -> None:
    async with extension("acme/1001", password="x") as mallory:
        mallory.user = mallory.login = "9999"
        assert (await mallory.register()).status == 403


@scene
async def test_another_tenant_s_password_is_refused(extension: Extension, compiled: Site) -> None:
    stolen = compiled.password("janes-bakery/1001")
    async with extension("acme/1001", password=stolen) as mallory:
        assert (await mallory.register()).status == 403


@scene
async def test_phone_cannot_be_filed_under_another_tenant(
    extension: Extension, switch: Switch, compiled: Site
) -> None:
    """The password is checked for the realm; the binding is made for the To."""
    async with desk(extension, "acme/1002") as (bob,), extension("janes-bakery/1001") as jane:
        victim = f"sip:1002@{compiled.domain('acme')}"
        extra = [("Contact", jane.contact), ("Expires", "600")]
        await jane.request("REGISTER", f"sip:{jane.domain}", extra, to=f"<{victim}>")
        jane.user, jane.login = "1002", "1001"
        await jane.request("REGISTER", victim, extra, to=f"<{victim}>")
        async with desk(extension, "acme/1001") as (alice,):
            await alice.call("1002")
            await bob.rung()
            assert await jane.stays_quiet(0.5)


@scene
async def test_mailbox_without_a_phone_cannot_register(extension: Extension) -> None:
    async with extension("acme/1001") as mallory:
        mallory.user = mallory.login = "1999"
        assert (await mallory.register()).status in (401, 403)


@scene
async def test_networks_of_an_extension(extension: Extension) -> None:
    async with extension("lab/2009", bind="127.0.0.9") as home:
        assert (await home.register()).status == 200
        await home.unregister()
    async with extension("lab/2009", bind="127.0.0.10") as elsewhere:
        assert (await elsewhere.register()).status == 403


@scene
async def test_registration_ends(extension: Extension, switch: Switch) -> None:
    async with extension("acme/1001") as alice:
        assert (await alice.register()).status == 200
        assert (await alice.unregister()).status == 200
        await switch.becomes("sofia status profile internal reg", "Total items returned: 0")


@scene
async def test_call_needs_the_password_too(extension: Extension) -> None:
    async with desk(extension, "acme/1002") as (bob,):
        async with extension("acme/1001", password="guessed") as mallory:
            call = await mallory.call("1002")
            assert await call.refused() == 403
        assert await bob.stays_quiet(0.3)
