"""What stands around every page: who may come, whose form it is, what the browser is told."""

import asyncio

from .stage import Stage


def test_who_is_not_signed_in_is_sent_to_the_sign_in(stage: Stage) -> None:
    async def look() -> None:
        async with stage.browser() as nobody:
            found = await nobody.get("/")
            assert found.status_code == 303
            assert found.headers["location"] == "/sign-in?next=%2F"

    asyncio.run(look())


def test_a_page_says_who_one_is_and_runs_nothing_from_elsewhere(stage: Stage) -> None:
    async def look() -> None:
        async with stage.browser("tenant_admin") as alice:
            found = await alice.get("/")
            assert found.status_code == 200
            assert "Alice" in found.text
            assert "default-src 'none'" in found.headers["content-security-policy"]
            assert found.headers["cache-control"] == "no-store"

    asyncio.run(look())
