"""Signing in with a password, and out."""

import asyncio

import pytest

from ..accounts.world import PASSWORD, House
from ..stage import Stage


@pytest.fixture
def house(stage: Stage) -> House:
    return House(stage)


def test_who_signs_in_comes_to_where_they_wanted(house: House) -> None:
    async def look() -> None:
        async with house.browser() as alice:
            asked = await alice.get("/")
            form = asked.headers["location"]
            assert form == "/sign-in?next=%2F"
            done = await alice.sign_in("tenant_admin")
            assert (done.status_code, done.headers["location"]) == (303, "/")
            home = await alice.get("/")
            assert home.status_code == 200 and "Alice" in home.text

    asyncio.run(look())


def test_signing_out_ends_the_session_itself(house: House) -> None:
    async def look() -> None:
        async with house.browser() as alice:
            await alice.sign_in("tenant_admin")
            token = alice.session
            done = await alice.send("/", to="/sign-out")
            assert done.headers["location"] == "/sign-in" and not alice.session
            alice.client.cookies.set("__Host-dialform-session", token)
            assert (await alice.get("/")).status_code == 303

    asyncio.run(look())


@pytest.mark.parametrize(
    ("login", "password"),
    [("tenant_admin", "seven red bicycle"), ("nobody", PASSWORD), ("", ""), ("a\0b", "x" * 9000)],
)
def test_whatever_is_wrong_the_answer_is_one(house: House, login: str, password: str) -> None:
    async def look() -> None:
        async with house.browser() as somebody:
            found = await somebody.sign_in(login, password)
            assert found.status_code == 422
            assert "The name or the password is wrong, or the account is locked." in found.text
            assert not somebody.session

    asyncio.run(look())
