"""What a session keeps from one request to the next: when somebody was last there, and what is to be said."""

from __future__ import annotations

import asyncio
import re

import pytest

from dialform.console.accounts.door import _SAID
from dialform.console.table import pages

from ..accounts.world import House
from ..stage import Stage


def test_what_a_page_asks_for_by_itself_keeps_no_session(stage: Stage) -> None:
    """A page that was left open signs out as one that is closed does."""
    house = House(stage, ("end_user",), idle_minutes=30)

    async def look() -> None:
        async with house.browser() as carol:
            await carol.sign_in("end_user")
            for _ in range(3):
                house.time.now += 9 * 60
                found = await carol.get("/t/acme/faxes", headers={"x-passive": "1"})
                assert found.status_code == 200
            house.time.now += 4 * 60
            assert (await carol.get("/t/acme/faxes")).status_code == 303
            await carol.sign_in("end_user")
            house.time.now += 29 * 60
            assert (await carol.get("/t/acme/faxes")).status_code == 200
            house.time.now += 29 * 60
            assert (await carol.get("/t/acme/faxes")).status_code == 200, "a click does"

    asyncio.run(look())


def test_what_is_to_be_said_is_kept_where_nobody_clicked(stage: Stage) -> None:
    house = House(stage, ("user",))

    async def look() -> None:
        async with house.browser() as bob:
            await bob.sign_in("user")
            await bob.send("/me/security", to="/me/security/sessions")
            part = {"x-passive": "1", "hx-request": "true"}
            await bob.get("/t/acme/usage", headers=part)
            assert 'class="flash' in (await bob.get("/me")).text

    asyncio.run(look())


def test_streams_are_no_clicks() -> None:
    streams = [page for page in pages() if page.path.endswith("/stream")]
    assert len(streams) == 3
    assert all(page.passive for page in streams)


@pytest.mark.parametrize("many", [1, _SAID, _SAID + 5])
def test_who_looks_at_no_page_collects_no_more_than_a_few_sentences(
    stage: Stage, many: int
) -> None:
    house = House(stage, ("user",))

    async def look() -> None:
        async with house.browser() as bob:
            await bob.sign_in("user")
            page = (await bob.get("/me/security")).text
            token = re.search(r'name="csrf" value="([^"]*)"', page)
            assert token
            for _ in range(many):
                sent = await bob.client.post("/me/security/sessions", data={"csrf": token[1]})
                assert sent.status_code == 303
            page = (await bob.get("/me")).text
            assert page.count('<p class="flash') == min(many, _SAID)
            assert '<p class="flash' not in (await bob.get("/me")).text

    asyncio.run(look())
