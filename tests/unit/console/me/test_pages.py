"""The pages of my account for each role, with the switch and without it."""

import asyncio

import pytest

from ..stage import Stage
from .conftest import Switch

PAGES = (
    "/me", "/me/forwarding", "/me/voicemail", "/me/devices", "/me/calls",
)  # fmt: skip


@pytest.mark.parametrize("role", ["tenant_admin", "user", "end_user", "other"])
def test_each_page_is_there_for_each_user(stage: Stage, switch: Switch, role: str) -> None:
    async def look() -> None:
        async with stage.browser(role) as somebody:
            for path in PAGES:
                found = await somebody.get(path, follow_redirects=True)
                assert found.status_code == 200, (path, found.text)

    asyncio.run(look())


def test_without_the_switch_pages_say_so(stage: Stage, switch: Switch) -> None:
    switch.away = True

    async def look() -> None:
        async with stage.browser("user") as bob:
            for path in ("/me", "/me/forwarding", "/me/devices"):
                found = await bob.get(path)
                assert found.status_code == 200, (path, found.text)
                assert "the switch cannot be asked" in found.text or "not known now" in found.text
            assert (await bob.get("/me/voicemail/1002")).status_code == 503

    asyncio.run(look())


def test_an_administrator_who_is_no_user_is_told_so(stage: Stage, switch: Switch) -> None:
    async def look() -> None:
        async with stage.browser("admin") as ops:
            for path in PAGES:
                found = await ops.get(path)
                assert found.status_code == 200, path
                assert "no user of a tenant" in found.text
            for path in (
                "/me/forwarding/1001/missed",
                "/me/voicemail/1001",
                "/me/devices/carol-web",
            ):
                assert (await ops.get(path)).status_code == 404, path

    asyncio.run(look())


def test_the_site_s_own_rules_have_forms(stage: Stage, switch: Switch) -> None:
    async def look() -> None:
        async with stage.browser("user") as bob:
            for path in ("/me/forwarding/1002/follow-me", "/me/forwarding/1002/missed",
                         "/me/voicemail/1002/settings", "/me/devices/aabbcc112233"):  # fmt: skip
                found = await bob.get(path)
                assert found.status_code == 200, (path, found.text)

    asyncio.run(look())
