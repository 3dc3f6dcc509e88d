"""Who guesses is held up, and locks nobody out of where they always sign in."""

import asyncio

import pytest

from dialform.console.accounts import accounts
from dialform.console.accounts.throttle import HERE, Throttle

from ..accounts.world import PASSWORD, SUBJECTS, House
from ..stage import Stage

PROXY = {"trusted_proxies": ["192.0.2.7"]}
TOO_MANY = "There were too many attempts."


@pytest.fixture
def house(stage: Stage) -> House:
    return House(stage, ("admin", "tenant_admin", "user"), **PROXY)


@pytest.mark.parametrize("login", ["tenant_admin", "nobody-of-this-name"])
def test_after_five_wrong_passwords_a_name_is_closed_for_a_while(house: House, login: str) -> None:
    """Whether or not there is an account of it, and from wherever the next guess comes."""

    async def look() -> None:
        for count in range(6):
            async with house.browser(**{"x-forwarded-for": f"203.0.113.{count}"}) as thief:
                found = await thief.sign_in(login, "a wrong password")
                assert found.status_code == (422 if count < 5 else 429)
                assert (TOO_MANY in found.text) == (count == 5)
        async with house.browser() as owner:
            right = await owner.sign_in(login)
            assert right.status_code == 429, "the right password is not even looked at"
            house.time.now += 31
            right = await owner.sign_in(login)
            assert right.status_code == (303 if login == "tenant_admin" else 422)

    asyncio.run(look())


def test_each_further_failure_doubles_the_time(house: House) -> None:
    async def look() -> list[int]:
        waits = []
        async with house.browser() as thief:
            for _ in range(9):
                await thief.sign_in("user", "a wrong password")
                account = accounts.by_subject(house.ground.database, SUBJECTS["user"])
                await house.reception.settled()
                waits.append(
                    house.reception.throttle.wait(SUBJECTS["user"], account, house.reception.now())
                )
                house.time.now += waits[-1]
        return waits

    assert asyncio.run(look()) == [0, 0, 0, 0, 30, 60, 120, 240, 480]


def test_many_guesses_at_once_are_no_way_around(house: House) -> None:
    async def look() -> list[int]:
        async with house.browser() as thief:
            form = await thief.get("/sign-in")
            token = form.text.split('name="csrf" value="')[1].split('"')[0]
            sent = {"csrf": token, "login": "user", "password": "a wrong password"}
            found = await asyncio.gather(
                *(thief.client.post("/sign-in", data=sent) for _ in range(12))
            )
            return sorted(one.status_code for one in found)

    assert asyncio.run(look()) == [422] * 5 + [429] * 7


def test_a_browser_that_was_here_before_is_not_locked_out_by_strangers(house: House) -> None:
    async def look() -> None:
        async with house.browser() as bob, house.browser() as thief:
            assert (await bob.sign_in("user")).status_code == 303
            await bob.send("/", to="/sign-out")
            for _ in range(7):
                await thief.sign_in("user", "a wrong password")
            assert (await thief.sign_in("user")).status_code == 429
            assert (await bob.sign_in("user")).status_code == 303
            # It has a count of its own, and is known for this account alone.
            await bob.send("/", to="/sign-out")
            for _ in range(5):
                assert (await bob.sign_in("user", "a wrong password")).status_code == 422
            assert (await bob.sign_in("user")).status_code == 429

    asyncio.run(look())


def test_an_address_that_guesses_names_is_closed_too(house: House) -> None:
    async def look() -> None:
        async with house.browser(**{"x-forwarded-for": "203.0.113.9"}) as thief:
            found = [
                (await thief.sign_in(f"name{n}", "a wrong password")).status_code for n in range(31)
            ]
            assert found == [422] * 30 + [429]
        async with house.browser(**{"x-forwarded-for": "203.0.113.10"}) as other:
            assert (await other.sign_in("admin")).status_code == 303

    asyncio.run(look())


def test_who_is_no_proxy_of_ours_cannot_say_where_they_come_from(stage: Stage) -> None:
    house = House(stage, ("user",))

    async def look() -> None:
        found = []
        for n in range(31):
            async with house.browser(**{"x-forwarded-for": f"203.0.113.{n}"}) as thief:
                found.append((await thief.sign_in(f"name{n}", "a wrong password")).status_code)
        assert found[-1] == 429

    asyncio.run(look())


def test_an_administrator_opens_what_guesses_have_closed(house: House) -> None:
    async def look() -> None:
        async with house.browser() as thief:
            for _ in range(6):
                await thief.sign_in("user", "a wrong password")
        async with house.browser() as alice:
            await alice.sign_in("tenant_admin")
            done = await alice.send("/t/acme/accounts/bob", to="/t/acme/accounts/bob/unlock")
            assert done.status_code == 303
        async with house.browser() as bob:
            assert (await bob.sign_in("user", PASSWORD)).status_code == 303

    asyncio.run(look())


def test_a_proxy_that_nobody_named_is_not_without_limit_either() -> None:
    """Each attempt is written down: strangers must not fill the database through it."""
    now = [0.0]
    throttle = Throttle(lambda: now[0])
    assert sum(throttle.asks("127.0.0.1") for _ in range(2000)) == HERE.burst
    now[0] += 10
    assert sum(throttle.asks("127.0.0.1") for _ in range(2000)) == HERE.each * 10
    assert throttle.asks("192.0.2.9")
