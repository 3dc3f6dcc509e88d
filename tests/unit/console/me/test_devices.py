"""One's own phones: what is known of them, telling them, and what sets one up."""

import asyncio
import re

from dialform.compiler.secrets import open_store

from ..stage import Stage
from .conftest import DOMAIN, Switch

AT = "/me/devices/aabbcc112233"


def test_a_phone_shows_whether_it_is_registered(stage: Stage, switch: Switch) -> None:
    async def look() -> None:
        async with stage.browser("user") as bob:
            assert "not registered" in (await bob.get("/me/devices")).text
            switch.register(f"1002@{DOMAIN}")
            page = (await bob.get("/me/devices")).text
            assert '<span class="badge good">registered</span>' in page
            assert "yealink t46s" in (await bob.get(AT)).text

    asyncio.run(look())


def test_a_registered_phone_is_told_to_fetch(stage: Stage, switch: Switch) -> None:
    async def look() -> None:
        async with stage.browser("user") as bob:
            found = await bob.post(f"{AT}/tell", {"do": "resync"})
            assert found.status_code == 422
            assert "not registered" in found.text
            switch.register(f"1002@{DOMAIN}")
            assert (await bob.post(f"{AT}/tell", {"do": "resync"})).status_code == 303
            assert (await bob.post(f"{AT}/tell", {"do": "reboot"})).status_code == 303
            assert (await bob.post(f"{AT}/tell", {"do": "explode"})).status_code == 404

    asyncio.run(look())
    said = [one["event-string"] for one in switch.notified]
    assert said == ["check-sync;reboot=false", "check-sync;reboot=true"]
    assert all(one["user"].startswith("1002") for one in switch.notified)


def test_the_address_is_shown_once_to_its_user(stage: Stage, switch: Switch) -> None:
    token = open_store(stage.secrets, {}).derive("acme", "aabbcc112233", "token", 1)

    async def look() -> None:
        async with stage.browser("user") as bob:
            assert token not in (await bob.get(AT)).text
            shown = await bob.post(f"{AT}/address")
            assert f"https://pbx.example.com/provision/{token}/" in shown.text
            code = re.search(r'src="(data:image/svg\+xml[^"]+)"', shown.text)
            assert code is not None
            assert shown.headers["cache-control"] == "no-store"
            assert token not in (await bob.get(AT)).text
        for role in ("tenant_admin", "end_user", "other", "admin"):
            async with stage.browser(role) as somebody:
                for path in (f"{AT}/address", f"{AT}/tell"):
                    found = await somebody.post(path, {"do": "resync"})
                    assert found.status_code in (403, 404), (role, path)
                    assert token not in found.text
                assert (await somebody.get(AT)).status_code == 404

    asyncio.run(look())
    assert ("acme/bob", "phone address", {"device": "aabbcc112233"}) in stage.door.acts
    assert token not in repr(stage.door.acts)
    assert not switch.notified


def test_a_browser_s_phone_has_no_address(stage: Stage, switch: Switch) -> None:
    async def look() -> None:
        async with stage.browser("end_user") as carol:
            page = (await carol.get("/me/devices/carol-web")).text
            assert "in the header of the portal" in page
            assert "Show address" not in page
            # She holds no `devices`.
            assert (await carol.post("/me/devices/carol-web/address")).status_code == 403

    asyncio.run(look())
