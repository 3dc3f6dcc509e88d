"""Secrets in forms: kept, typed anew, and never shown."""

import asyncio
import re
from collections.abc import Callable

from dialform.console.accounts import accounts

from ..stage import Stage
from .visit import change, filled, main_file

ROOM = "/t/acme/conferences/900"


def test_no_page_shows_one(stage: Stage) -> None:
    async def look() -> None:
        async with stage.browser("tenant_admin") as alice:
            for path in (
                ROOM,
                f"{ROOM}/edit",
                f"{ROOM}/delete",
                "/t/acme/conferences",
                f"{ROOM}?from=900",
            ):
                assert "4711" not in (await alice.get(path)).text, path
            copied = await alice.get("/t/acme/conferences/new?from=900")
            assert filled(copied)["pin.how"] == ["none"]

    asyncio.run(look())


def test_one_is_kept_or_typed_anew(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(self_service=["conferences"])

    async def look() -> None:
        async with stage.browser("tenant_admin") as alice:
            assert (await change(alice, f"{ROOM}/edit", name="Everybody")).status_code == 303
            assert 'name: Everybody, pin: "4711"' in main_file(stage, "tenants.d/acme/pbx.yaml")
            page = await change(alice, f"{ROOM}/edit", "check", pin__how="value", pin__value="8523")
            assert "8523" not in page.text  # it is carried on closed
            sent = filled(page)
            assert sent["pin.value"] == [""]
            assert (await alice.post(f"{ROOM}/edit", {**sent, "act": "save"})).status_code == 303
            assert '"8523"' in main_file(stage, "tenants.d/acme/pbx.yaml")

    asyncio.run(look())


def test_a_token_of_somebody_else_opens_nothing(stage: Stage) -> None:
    async def look() -> None:
        async with stage.browser("tenant_admin") as alice, stage.browser("admin") as ops:
            page = await change(alice, f"{ROOM}/edit", "check", pin__how="value", pin__value="8523")
            token = re.findall(r'name="pin.held" value="([^"]+)"', page.text)[0]
            page = await ops.get(f"{ROOM}/edit")
            sent = {**filled(page, pin__how="value"), "pin.held": token, "act": "check"}
            page = await ops.post(f"{ROOM}/edit", sent)
            assert "Nothing: all of it is so already." in page.text

    asyncio.run(look())


def test_drafts_hold_none(stage: Stage) -> None:
    accounts.create(
        stage.ground.database, "acme/alice", now=0, email="alice@acme.example", login="alice"
    )

    async def look() -> None:
        async with stage.browser("tenant_admin") as alice:
            await change(
                alice, f"{ROOM}/edit", "draft", pin__how="value", pin__value="8523", name="All"
            )
            page = await alice.get(f"{ROOM}/edit?draft=1")
            assert 'value="All"' in page.text
            assert filled(page)["pin.how"] == ["none"]

    asyncio.run(look())
